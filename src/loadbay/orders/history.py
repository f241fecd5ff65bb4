"""Everything that happened to one channel order: its shipments, sales and field calls, step by step.

Steps are lines of the timelines and the exchanges behind them, in one order of time; nothing of the buyer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loadbay.core.errors import NotFound
from loadbay.journal.queries import ExchangeRow, TimelineLine, exchanges, timeline
from loadbay.orders.models import ChannelOrder, Shipment
from loadbay.orders.order_queries import OrderRow, order_rows

MOST = 500


@dataclass(frozen=True)
class Step:
    """One thing that happened: of what, who or what did it, and the exchange that it was."""

    at: datetime
    subject: str
    who: str
    text: str
    exchange_id: int | None
    outcome: str
    """How the exchange ended, empty for what happened here."""


@dataclass(frozen=True)
class OrderHistory:
    """A channel order with its shipments, and what happened to all of it, newest first."""

    order_id: str
    connection: str
    placed_at: datetime | None
    first_seen_at: datetime
    shipments: tuple[OrderRow, ...]
    subjects: tuple[str, ...]


def order_of(number: str) -> OrderHistory:
    """By Amazon's order number, a shipment's or a sale's. Raises `NotFound`."""
    name = number.strip()
    rows = Shipment.objects.filter(shipment_id=name).values("order_id")
    by_sale = Shipment.objects.filter(sale__number=name.upper()).values("order_id")
    found = (
        ChannelOrder.objects.filter(order_id=name).first()
        or ChannelOrder.objects.filter(pk__in=rows.union(by_sale)).first()
    )
    if found is None:
        raise NotFound(f"There is no order {name[:60]}. Give Amazon's order number, a shipment or a sale.")
    pks = list(found.shipments.values_list("pk", flat=True))
    shipments = order_rows(pks)
    return OrderHistory(
        found.order_id,
        found.connection.name,
        found.placed_at,
        found.first_seen_at,
        shipments,
        _subjects(found.order_id, shipments),
    )


def steps(subjects: Sequence[str]) -> tuple[Step, ...]:
    """What happened to these, newest first. An exchange that a line names is told with that line."""
    lines = timeline(*subjects, limit=MOST)
    told = {line.exchange_id for line in lines if line.exchange_id}
    asked = [row for row in exchanges(subjects=subjects, limit=MOST) if row.id not in told]
    found = [*map(_of_line, lines), *map(_of_exchange, asked)]
    return tuple(sorted(found, key=lambda step: step.at, reverse=True))


def _of_line(line: TimelineLine) -> Step:
    return Step(line.at, line.subject.partition(":")[2], line.actor, line.text, line.exchange_id, "")


def _of_exchange(row: ExchangeRow) -> Step:
    text = f"{row.operation}: {row.sentence}" if row.sentence else row.operation
    return Step(row.started_at, row.connection, row.system, text, row.id, row.outcome)


def _subjects(order_id: str, shipments: Sequence[OrderRow]) -> tuple[str, ...]:
    names = [f"order:{order_id}", *(f"shipment:{row.shipment_id}" for row in shipments)]
    return (*names, *(f"sale:{row.sale}" for row in shipments if row.sale))
