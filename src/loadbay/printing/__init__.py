"""Printer drivers: finished bytes in, a printed label or trouble out.

Rule: each driver implements `dispatch.ports.LabelPrinter` and knows no other; `formats.py` stands before any
of them. Which printer gets which driver is said in `wiring`.
"""
