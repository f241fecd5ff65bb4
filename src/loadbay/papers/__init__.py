"""Pick lists, dock sheets and command barcodes as PDF bytes. Pure: no database, no network."""
