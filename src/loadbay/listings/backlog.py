"""What is still to be told to Amazon about listings: how many, and since when the oldest waits."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min

from loadbay.listings.models import Listing, StockFigure


def backlog() -> tuple[tuple[str, int, datetime | None], ...]:
    """(what, how many, since when): stock figures, prices, submissions."""
    figures = StockFigure.objects.filter(is_dirty=True).exclude(listing__linked_because="")
    prices = Listing.objects.filter(price_dirty=True).exclude(linked_because="")
    wanted = Listing.objects.filter(submission_wanted=True)
    told = figures.aggregate(count=Count("pk"), since=Min("dirty_since"))
    return (
        ("stock figures to tell", told["count"], told["since"]),
        ("prices to tell", prices.count(), None),
        ("listings to submit", wanted.count(), None),
    )
