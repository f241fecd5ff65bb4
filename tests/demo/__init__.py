"""The demo's shop: its files, and that making it twice or by halves makes one shop."""
