"""What every room shares: money, ids, clock, errors, events, encryption.

A closed list of modules (a house test checks it); nothing here knows a shop, Amazon or a screen.
"""
