"""Trying lines of the order status matrix before they are saved, on one order or on all of a channel.

Reads only. Orders are counted by situation in the database, so that a million of them can be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from loadbay.channels.models import SalesChannel
from loadbay.channels.rules import NO_ORDER, Implied, Line, Situation, in_words, look_up
from loadbay.core.errors import NotFound
from loadbay.orders import rules
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services.gaps import combination
from loadbay.orders.services.implying import order_status_of

NO_LINE = "no line"
BEFORE_START = "before the order start"
EXAMPLES = 3


@dataclass(frozen=True)
class Hit:
    """What a matrix says of a situation: the line in words, or why no line counts; the status implied."""

    line: str
    implied: str


@dataclass(frozen=True)
class OrderTested:
    """One shipment under the stored lines and under edited ones, and what an edit would change."""

    shipment_id: str
    order_id: str
    sale: str
    channel_status: str
    order_status: str
    is_balanced: bool
    implied_now: str
    """What is stored for it today."""
    stored: Hit
    edited: Hit
    would: str


@dataclass(frozen=True)
class Example:
    """An order that would change, by which it can be looked at."""

    shipment_id: str
    sale: str


@dataclass(frozen=True)
class Move:
    """Orders that the edit takes from one implied status to another."""

    before: str
    after: str
    orders: int
    combinations: tuple[str, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Trial:
    """What edited lines would change among all orders of a channel."""

    orders: int
    changed: int
    without_line: int
    """Orders that no edited line fits."""
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class _Group:
    """All orders of one situation; first and last stand for them."""

    situation: Situation
    orders: int
    first: int
    last: int


def look_at_order(
    channel_id: int, name: str, *, stored: Sequence[Line], edited: Sequence[Line]
) -> tuple[OrderTested, ...]:
    """The shipments that a shipment, order or sale number names, looked up in both. Raises `NotFound`."""
    wanted = name.strip()
    rows = Shipment.objects.filter(channel_id=channel_id).select_related("order", "sale", "channel")
    rows = rows.defer("raw", "boxes").order_by("pk")
    found = (
        list(rows.filter(shipment_id=wanted))
        or list(rows.filter(order__order_id=wanted))
        or list(rows.filter(sale__number=wanted.upper()))
    )
    if not found:
        raise NotFound(
            f"This channel has no order {wanted[:60]}. Give Amazon's order number, the shipment id or the "
            "number of the sale."
        )
    return tuple(_tested(row, stored=stored, edited=edited) for row in found)


def try_matrix(channel_id: int, *, stored: Sequence[Line], edited: Sequence[Line]) -> Trial:
    """All orders of the channel under the edited lines, against the stored ones."""
    groups, left_out = _groups(channel_id)
    moving: dict[tuple[str, str], list[_Group]] = {}
    for group in groups:
        pair = (_implied(stored, group.situation), _implied(edited, group.situation))
        if pair[0] != pair[1]:
            moving.setdefault(pair, []).append(group)
    moves = [_move(pair, mine) for pair, mine in sorted(moving.items())]
    return Trial(
        orders=sum(group.orders for group in groups) + left_out,
        changed=sum(move.orders for move in moves),
        without_line=sum(g.orders for g in groups if _implied(edited, g.situation) == NO_LINE),
        moves=tuple(sorted(moves, key=lambda move: -move.orders)),
    )


def _tested(row: Shipment, *, stored: Sequence[Line], edited: Sequence[Line]) -> OrderTested:
    sale = getattr(row, "sale", None)
    order_status = order_status_of(sale, channel_status=row.status)
    situation = Situation(row.status, order_status, balanced=row.is_balanced)
    start = row.channel.order_start_at
    if situation.order_status == NO_ORDER and rules.is_before_start(row.status, row.created_at, start=start):
        before = after = Hit(BEFORE_START, Implied.IGNORED.value)
    else:
        before, after = _hit(stored, situation), _hit(edited, situation)
    return OrderTested(
        shipment_id=row.shipment_id,
        order_id=row.order.order_id,
        sale=sale.number if sale else "",
        channel_status=row.status,
        order_status=situation.order_status,
        is_balanced=row.is_balanced,
        implied_now=row.implied_status,
        stored=before,
        edited=after,
        would=_would(before, after, has_sale=sale is not None),
    )


def _hit(lines: Sequence[Line], situation: Situation) -> Hit:
    line = look_up(lines, situation)
    return Hit(in_words(line), line.implied.value) if line else Hit(NO_LINE, NO_LINE)


def _implied(lines: Sequence[Line], situation: Situation) -> str:
    line = look_up(lines, situation)
    return line.implied.value if line else NO_LINE


def _would(before: Hit, after: Hit, *, has_sale: bool) -> str:
    if before.implied == after.implied:
        return "Nothing would change." if before == after else "Another line fits; nothing else would change."
    if after.implied == NO_LINE:
        return "No line would fit: it would wait, and a task would ask for a line."
    if has_sale:
        return f"Its implied status would become {after.implied}; its sale stays."
    return _WOULD.get(after.implied, f"It would become {after.implied}, and no sale is built.")


_WOULD = {
    Implied.READY.value: "Its sale would be built.",
    Implied.WAITING.value: "It would wait, without a sale.",
    Implied.ERROR.value: "It would wait without a sale, with a task.",
}

_COUNT = """
    SELECT s.status, s.is_balanced,
        CASE WHEN t.order_status IS NULL OR t.order_status = %(cancelled)s THEN %(none)s
             WHEN t.order_status = %(credited)s AND s.status = 'CANCELLED' THEN %(none)s
             WHEN t.order_status = %(credited)s THEN %(posted)s
             ELSE t.order_status END AS order_status,
        t.id IS NULL AND s.status = ANY(%(final)s) AND s.created_at < %(start)s AS before_start,
        count(*), min(s.id), max(s.id)
    FROM orders_shipment s LEFT JOIN orders_sale t ON t.shipment_id = s.id
    WHERE s.channel_id = %(channel)s GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


def _groups(channel_id: int) -> tuple[list[_Group], int]:
    """Every situation of the channel's orders; how many are left out as older than the order start."""
    start = SalesChannel.objects.values_list("order_start_at", flat=True).get(pk=channel_id)
    named = {
        "channel": channel_id,
        "start": start,
        "final": sorted(rules.FINAL),
        "none": NO_ORDER,
        "cancelled": Sale.OrderStatus.CANCELLED.value,
        "credited": Sale.OrderStatus.CREDITED.value,
        "posted": Sale.OrderStatus.POSTED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, named)
        rows = cursor.fetchall()
    groups = [
        _Group(Situation(status, order_status, balanced=balanced), orders, first, last)
        for status, balanced, order_status, is_before, orders, first, last in rows
        if not is_before
    ]
    return groups, sum(row[4] for row in rows if row[3])


def _move(pair: tuple[str, str], groups: Sequence[_Group]) -> Move:
    pks = dict.fromkeys(pk for group in groups for pk in (group.last, group.first))
    return Move(
        before=pair[0],
        after=pair[1],
        orders=sum(group.orders for group in groups),
        combinations=tuple(combination(group.situation) for group in groups),
        examples=tuple(_examples(list(pks)[:EXAMPLES])),
    )


def _examples(pks: Sequence[int]) -> Iterable[Example]:
    rows = Shipment.objects.filter(pk__in=pks).order_by("-pk")
    for shipment_id, number in rows.values_list("shipment_id", "sale__number"):
        yield Example(shipment_id, number or "")
