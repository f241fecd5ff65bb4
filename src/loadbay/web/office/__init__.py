"""Everything else: one file per group of the menu."""
