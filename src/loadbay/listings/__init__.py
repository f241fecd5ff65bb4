"""Listings and what Amazon is told about their stock and price."""
