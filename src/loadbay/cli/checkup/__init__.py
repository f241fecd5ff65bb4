"""What `loadbay doctor` looks at: `machine.py` around the database, `shop.py` within it."""
