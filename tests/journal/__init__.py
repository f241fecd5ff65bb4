"""Exchanges and timelines."""
