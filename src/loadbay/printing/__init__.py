"""Printer drivers: finished bytes in, a printed label or trouble out. Drivers never import one another."""
