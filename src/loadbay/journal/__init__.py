"""Exchanges with the outside and the timeline of every thing."""
