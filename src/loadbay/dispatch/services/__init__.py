"""Changing dispatch: opening field calls, the bench, labels, completing, cancelling.

Each function is one transaction without network; the loops that talk to Amazon or a printer are `senders`.
"""
