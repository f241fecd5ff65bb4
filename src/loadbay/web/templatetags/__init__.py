"""Filters and tags of our templates, in `loadbay_page.py`."""
