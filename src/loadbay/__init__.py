"""Loadbay: a self-hosted Amazon desk for retailers who ship from their own stock rooms.

The rooms and what each may touch are told in ARCHITECTURE.md.
"""

__version__ = "0.1.0"
