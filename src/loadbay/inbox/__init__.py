"""Tasks: what a person must decide, one row per matter, never one per occurrence."""
