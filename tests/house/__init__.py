"""Tests that guard the house itself: sizes, names, directions, and that everything is documented."""
