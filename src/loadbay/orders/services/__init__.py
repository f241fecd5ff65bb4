"""Changing orders: staging what Amazon shows, building sales, answering, finding the genuine buyer.

Each function is one transaction without network; the loops that talk to Amazon are `readers` and `senders`.
"""
