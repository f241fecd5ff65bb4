"""The bench: scanner first. Pages in `views.py`, fragments in `templates/bench`."""
