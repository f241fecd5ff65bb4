"""A listing as programs read it: the shape that `--json` and the API answer with.

Rule: nothing is decided here; readiness is told by `services`, figures by `queries`.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.journal.queries import TimelineLine, timeline
from loadbay.listings import queries, services
from loadbay.listings.queries import ListingCard, WhyThisNumber
from loadbay.listings.readiness import Finding


@dataclass(frozen=True)
class ListingShown:
    """A listing: its card, what is missing, why that number, and what happened to it."""

    listing: ListingCard
    readiness: tuple[Finding, ...]
    stock: tuple[WhyThisNumber, ...]
    timeline: tuple[TimelineLine, ...]


def listing_shown(sku: str, channel: str) -> ListingShown:
    card = queries.listing_card(sku, channel)
    return ListingShown(
        listing=card,
        readiness=services.readiness_of(sku, channel),
        stock=queries.why_this_number(sku, channel),
        timeline=tuple(timeline(f"listing:{card.channel}:{card.sku}")),
    )
