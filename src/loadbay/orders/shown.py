"""A sale as programs read it: the shape that `--json` and the API answer with.

Rule: nothing is decided here. Buyer details are in it only for those who may see them.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.journal.queries import TimelineLine, timeline
from loadbay.orders import queries
from loadbay.orders.queries import BuyerField, SaleCard


@dataclass(frozen=True)
class SaleShown:
    """A sale with its lines, its buyer (empty without the right to see one), and what happened to it."""

    sale: SaleCard
    buyer: tuple[BuyerField, ...]
    timeline: tuple[TimelineLine, ...]


def sale_shown(number: str) -> SaleShown:
    """By its number, Amazon's order number or the shipment id; with the buyer."""
    card = queries.sale(number)
    return SaleShown(card, queries.buyer(card.row.number), _timeline(card))


def sale_without_buyer(number: str) -> SaleShown:
    card = queries.sale(number)
    return SaleShown(card, (), _timeline(card))


def _timeline(card: SaleCard) -> tuple[TimelineLine, ...]:
    return tuple(timeline(f"sale:{card.row.number}"))
