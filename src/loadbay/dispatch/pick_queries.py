"""Reading what is to be picked for field calls, from where, and how much of it is packed.

Frozen rows for the bench, screens and papers. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models.functions import Coalesce

from loadbay.catalogue.queries import first_barcode
from loadbay.dispatch.models import FieldCallLine, ParcelLine


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


class LineToPick(NamedTuple):
    """A line of a field call with its product, as far as picking and the choice of a box need it."""

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
    barcode: str


_OF_A_LINE = (
    *("pk", "field_call_id", "units", "room__code", "product_id", "product__sku", "product__name"),
    *("product__bin", "shipment_line__line_id"),
    *(f"product__{name}" for name in ("weight_g", "length_mm", "width_mm", "height_mm", "is_serialised")),
)
_LINE = len(LineToPick._fields)


def lines_to_pick(field_call_ids: Sequence[int]) -> list[LineToPick]:
    """By room and bin."""
    return [line for line, _ in lines_with(field_call_ids)]


def lines_with(field_call_ids: Sequence[int], *columns: str) -> list[tuple[LineToPick, tuple[Any, ...]]]:
    """By room and bin, each with further columns; a line comes as often as those have it."""
    rows = FieldCallLine.objects.filter(field_call_id__in=list(field_call_ids))
    rows = rows.order_by("room__code", "product__bin", "product__sku", "id")
    barcode = Coalesce(first_barcode("product_id"), "product__sku")
    found = rows.values_list(*_OF_A_LINE, barcode, *columns)
    return [(LineToPick(*row[:_LINE]), row[_LINE:]) for row in found]


def pick_lines(field_call_ids: Sequence[int]) -> dict[int, tuple[PickLine, ...]]:
    """What to pick for each field call, by room and bin."""
    packed: dict[int, int] = {}
    entries = ParcelLine.objects.filter(parcel__field_call_id__in=list(field_call_ids))
    for line, units in entries.values_list("line_id", "units"):
        packed[line] = packed.get(line, 0) + units
    return picked(lines_to_pick(field_call_ids), packed=packed, of=field_call_ids)


def picked(
    lines: Sequence[LineToPick], *, packed: Mapping[int, int], of: Sequence[int]
) -> dict[int, tuple[PickLine, ...]]:
    """`packed` are the units per line that lie in parcels already."""
    found: dict[int, list[PickLine]] = {pk: [] for pk in of}
    for line in lines:
        done = packed.get(line.pk, 0)
        row = PickLine(line.sku, line.name, line.barcode, line.room, line.bin, line.units, done)
        found[line.field_call].append(row)
    return {pk: tuple(rows) for pk, rows in found.items()}
