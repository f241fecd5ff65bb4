"""Customers, shipping agents and their services."""
