"""What a short sale lacks, and where else it lies: words for tasks and screens. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loadbay.catalogue.queries import skus_of
from loadbay.channels.models import ChannelRoom
from loadbay.orders.models import Shipment
from loadbay.orders.services.cancelling import holder
from loadbay.stock.models import Reservation, StockRoom
from loadbay.stock.queries import positions

Missing = Mapping[int, Sequence[tuple[int, int]]]
"""Shipment's key → (product, units that it lacks)."""


@dataclass(frozen=True)
class Elsewhere:
    """Free goods in a room that does not feed the sale's location."""

    room: str
    free: int


@dataclass(frozen=True)
class Shortage:
    """A product of which a sale lacks units, and the room of the sale to bring them to."""

    sku: str
    units: int
    room: str
    elsewhere: tuple[Elsewhere, ...]


def shortages(rows: Sequence[Shipment], missing: Missing) -> dict[int, tuple[Shortage, ...]]:
    """What each of these shipments lacks, in words; `rows` bear channel and location."""
    products = {product for lacks in missing.values() for product, _ in lacks}
    skus, rooms = skus_of(products), dict(StockRoom.objects.values_list("pk", "code"))
    lying: dict[int, list[tuple[int, int]]] = {}
    for (product, room), position in sorted(positions(products).items()):
        if position.free > 0:
            lying.setdefault(product, []).append((room, position.free))
    feeding: dict[tuple[int, str], list[int]] = {}
    entries = ChannelRoom.objects.filter(channel_id__in={row.channel_id for row in rows})
    for entry in entries.order_by("position", "id"):
        feeding.setdefault((entry.channel_id, entry.location), []).append(entry.room_id)

    def one(product: int, units: int, own: Sequence[int]) -> Shortage:
        others = [Elsewhere(rooms[room], free) for room, free in lying.get(product, ()) if room not in own]
        return Shortage(skus[product], units, rooms[own[0]] if own else "", tuple(others))

    return {
        row.pk: tuple(one(*lack, feeding.get((row.channel_id, row.location), [])) for lack in missing[row.pk])
        for row in rows
    }


def shortages_of(shipment_id: str) -> tuple[Shortage, ...]:
    """What a shipment lacks now; empty when it lacks nothing."""
    row = Shipment.objects.filter(shipment_id=shipment_id, is_short=True).defer("raw", "boxes").first()
    if row is None:
        return ()
    own = list(
        ChannelRoom.objects.filter(channel_id=row.channel_id, location=row.location).values_list(
            "room_id", flat=True
        )
    )
    needed: dict[int, int] = {}
    mine: dict[tuple[int, int], int] = {}
    for product, room, units in Reservation.objects.filter(holder=holder(row.pk)).values_list(
        "product_id", "room_id", "units"
    ):
        needed[product] = needed.get(product, 0) + units
        mine[product, room] = mine.get((product, room), 0) + units
    lying = positions(needed, room_ids=own)
    lacks = []
    for product, units in needed.items():
        there = sum(
            max(0, position.free + mine.get(place, 0))
            for place, position in lying.items()
            if place[0] == product
        )
        lacks += [(product, units - there)] if there < units else []
    return shortages([row], {row.pk: lacks})[row.pk]
