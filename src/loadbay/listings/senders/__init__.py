"""Telling Amazon about listings: take what differs, call the port outside a transaction, record the verdict.

Used by jobs; one sender per channel and kind at a time (the job sees to it). Each hands back a report.
"""

from loadbay.listings.senders.changing import change_listings
from loadbay.listings.senders.doors import Sent
from loadbay.listings.senders.following import Followed, follow_listings
from loadbay.listings.senders.prices import send_prices
from loadbay.listings.senders.reconciling import reconcile_stock
from loadbay.listings.senders.stock import send_stock
from loadbay.listings.senders.submitting import submit_listings

__all__ = [
    "Followed",
    "Sent",
    "change_listings",
    "follow_listings",
    "reconcile_stock",
    "send_prices",
    "send_stock",
    "submit_listings",
]
