"""Products, barcodes, soft bundles, customer categories and retail prices."""
