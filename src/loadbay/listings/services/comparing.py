"""What reconcile takes and records: figures at rest, and where Amazon's differ from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from loadbay.listings.models import Listing, StockFigure
from loadbay.listings.ports import StockVerdict
from loadbay.listings.services.marking import TOLD, lock_figures


@dataclass(frozen=True)
class AtRest:
    """A figure that nobody is changing or sending, with what Amazon took last."""

    id: int
    sku: str
    location: str
    told: int


def at_rest(channel_id: int, *, after_id: int, limit: int) -> tuple[AtRest, ...]:
    rows = StockFigure.objects.filter(
        listing__in=Listing.objects.filter(TOLD, channel_id=channel_id),
        pk__gt=after_id,
        is_dirty=False,
        in_flight=False,
        acknowledged_quantity__isnull=False,
    ).order_by("id")
    columns = rows.values_list("id", "listing__sku", "location", "acknowledged_quantity")[:limit]
    return tuple(AtRest(*row) for row in columns)


@transaction.atomic
def record_compared(pairs: Sequence[tuple[AtRest, StockVerdict]]) -> int:
    """Keep Amazon's figures; one that does not fit what was told is sent again. How many comes back."""
    different = 0
    lock_figures(row.id for row, _ in pairs)
    for row, seen in pairs:
        figure = StockFigure.objects.get(pk=row.id)
        figure.amazon_sellable, figure.amazon_reserved = seen.sellable, seen.reserved
        figure.sequence = max(figure.sequence, seen.sequence or 0)
        is_at_rest = not figure.is_dirty and not figure.in_flight and figure.acknowledged_quantity == row.told
        if is_at_rest and not _agrees(row, seen):
            figure.is_dirty, figure.acknowledged_quantity = True, None
            different += 1
        figure.save()
    return different


def _agrees(row: AtRest, seen: StockVerdict) -> bool:
    """Amazon sells what it was told less what it has reserved, never below 0."""
    if seen.sellable is None:
        return True
    return seen.sellable == max(0, row.told - (seen.reserved or 0))
