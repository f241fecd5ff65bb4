"""Channel orders and shipments as received, the sales built from them, buyer details."""
