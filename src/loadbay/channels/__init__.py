"""Connections, sales channels, stock rooms and locations, the order status matrix."""
