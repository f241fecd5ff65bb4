"""The channel orders of a selection, some at a time, in the order they came in.

What comes in after the work began, or leaves the filter by the work itself, never upsets its count.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.orders.order_queries import OrderFilter, filtered


@dataclass(frozen=True)
class Selected:
    """One order of a selection."""

    pk: int
    connection_id: int
    shipment_id: str
    sale: str


def next_of(wanted: OrderFilter, *, after: int, last: int | None, limit: int) -> tuple[Selected, ...]:
    """Those that follow `after`, up to the last one there was when the work began."""
    rows = filtered(wanted).filter(pk__gt=after)
    if last is not None:
        rows = rows.filter(pk__lte=last)
    columns = ("pk", "connection_id", "shipment_id", "sale__number")
    found = rows.order_by("id").values_list(*columns)[:limit]
    return tuple(Selected(pk, connection, name, sale or "") for pk, connection, name, sale in found)
