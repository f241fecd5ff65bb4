"""A small believable shop for the demo: people, goods, listings, a morning's sales. Start in `shop.py`."""
