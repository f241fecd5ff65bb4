"""Reading what is to be picked for field calls, from where, and how much of it is packed.

Frozen rows for the bench, screens and papers. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from loadbay.orders.ports import Requirement


@dataclass(frozen=True)
class PickLine:
    """What to take from where."""

    sku: str
    name: str
    barcode: str
    room: str
    bin: str
    units: int
    packed: int


class PackedUnits(NamedTuple):
    """Units of a line in a parcel, and their serial numbers."""

    parcel: int
    units: int
    serials: list[str]


class LineToPick(NamedTuple):
    """A line of a field call with its product, as far as packing and the choice of a box need it."""

    pk: int
    field_call: int
    units: int
    room: str
    product: int
    sku: str
    name: str
    bin: str
    line_id: str
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    is_serialised: bool
    wants_serials: bool
    """Whether the marketplace wants serial numbers of it."""
    barcode: str
    """The one it was given first, as on papers; its SKU where it has none."""
    in_parcels: list[PackedUnits]
    """In the order in which they were begun."""

    @property
    def packed(self) -> int:
        """Units in all parcels together."""
        return sum(entry.units for entry in self.in_parcels)


# Written out: each scan asks it twice, and Django spends more on making it than the database on answering.
_LINES = """
SELECT l.id, l.field_call_id, l.units, r.code, l.product_id, p.sku, p.name, p.bin, s.line_id,
    p.weight_g, p.length_mm, p.width_mm, p.height_mm, p.is_serialised,
    COALESCE(s.requirements->>'serials' = %s, false),
    COALESCE((SELECT b.code FROM catalogue_barcode b WHERE b.product_id = p.id ORDER BY b.id LIMIT 1), p.sku),
    (SELECT json_agg(json_build_array(k.parcel_id, k.units, k.serials) ORDER BY k.id)
        FROM dispatch_parcelline k WHERE k.line_id = l.id)
FROM dispatch_fieldcallline l
JOIN stock_stockroom r ON r.id = l.room_id
JOIN catalogue_product p ON p.id = l.product_id
JOIN orders_shipmentline s ON s.id = l.shipment_line_id
WHERE l.field_call_id = ANY(%s)
ORDER BY r.code, p.bin, p.sku, l.id
"""


def lines_to_pick(field_call_ids: Sequence[int]) -> list[LineToPick]:
    """By room and bin."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [Requirement.REQUIRED.value, list(field_call_ids)])
        rows = cursor.fetchall()
    return [LineToPick._make((*row[:-1], _in_parcels(row[-1]))) for row in rows]


def _in_parcels(entries: list[list[Any]] | None) -> list[PackedUnits]:
    return [PackedUnits(*entry) for entry in entries or ()]


def pick_lines(field_call_ids: Sequence[int]) -> dict[int, tuple[PickLine, ...]]:
    """What to pick for each field call, by room and bin."""
    found: dict[int, list[PickLine]] = {pk: [] for pk in field_call_ids}
    for line in lines_to_pick(field_call_ids):
        found[line.field_call].append(as_pick_line(line))
    return {pk: tuple(rows) for pk, rows in found.items()}


def as_pick_line(line: LineToPick) -> PickLine:
    return PickLine(line.sku, line.name, line.barcode, line.room, line.bin, line.units, line.packed)
