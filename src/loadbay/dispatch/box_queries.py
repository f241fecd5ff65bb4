"""Reading boxes: those the house keeps, and what would be told of a parcel as it stands now.

Nothing here changes anything; `services/boxes.py` does. How size and weight are found says `box_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from loadbay.dispatch.bench_rules import BOX_PREFIX
from loadbay.dispatch.box_rules import (
    BUILT_IN,
    Given,
    Measured,
    NamedBox,
    Packed,
    measured,
    size_words,
    weight_words,
)
from loadbay.dispatch.models import FieldCall, HouseBox, Parcel
from loadbay.dispatch.pick_queries import LineToPick, lines_to_pick
from loadbay.orders.ports import Box


@dataclass(frozen=True)
class HouseBoxRow:
    """A box of the house, as screens and commands show it."""

    code: str
    name: str
    barcode: str
    length_mm: int
    width_mm: int
    height_mm: int
    weight_g: int
    is_house_box: bool

    @property
    def words(self) -> str:
        size = size_words((self.length_mm, self.width_mm, self.height_mm))
        return f"{size}, empty {weight_words(self.weight_g)}"


def house_boxes() -> tuple[HouseBoxRow, ...]:
    return tuple(row_of(box) for box in HouseBox.objects.order_by("code"))


def row_of(box: HouseBox) -> HouseBoxRow:
    return HouseBoxRow(
        code=box.code,
        name=box.name,
        barcode=f"{BOX_PREFIX}{box.code}",
        length_mm=box.length_mm,
        width_mm=box.width_mm,
        height_mm=box.height_mm,
        weight_g=box.weight_g,
        is_house_box=box.is_house_box,
    )


Goods = list[tuple[LineToPick, int]]
"""Lines with the units of them that count."""

Boxes = Sequence[dict[str, Any]]
"""Those that the marketplace recommends for a shipment, as its row keeps them."""


@dataclass(frozen=True)
class Contents:
    """The lines of a field call, by room and bin, with what of each lies in parcels."""

    lines: Sequence[LineToPick]

    def inside(self, parcel: Parcel) -> Goods:
        units = [
            (line, sum(entry.units for entry in line.in_parcels if entry.parcel == parcel.pk))
            for line in self.lines
        ]
        return [(line, count) for line, count in units if count]

    def when_full(self, parcel: Parcel | None) -> Goods:
        """What would be in it, should all that is still missing go into it."""
        mine = {line.pk: units for line, units in self.inside(parcel)} if parcel is not None else {}
        left = [(line, line.units - line.packed + mine.get(line.pk, 0)) for line in self.lines]
        return [(line, units) for line, units in left if units > 0]


def contents(field_call_id: int) -> Contents:
    return Contents(lines_to_pick([field_call_id]))


def measured_of(call: FieldCall, parcel: Parcel, inside: Contents) -> Measured:
    """What is told of a parcel with what is in it."""
    return _measured(call.sale.shipment.boxes, inside.inside(parcel), given=_given(parcel))


def measured_when_full(boxes: Boxes, parcel: Parcel | None, inside: Contents) -> Measured:
    """What will be told of the parcel in hand, should all that is still missing go into it."""
    return _measured(boxes, inside.when_full(parcel), given=_given(parcel))


def _measured(boxes: Boxes, goods: Goods, *, given: Given) -> Measured:
    recommended = _recommended(boxes, goods)
    asks_house = recommended is None and given.sides is None and given.box is None
    return measured(
        [
            Packed(units, line.weight_g, line.length_mm, line.width_mm, line.height_mm)
            for line, units in goods
        ],
        recommended=recommended,
        house=_house_box() if asks_house else BUILT_IN,
        given=given,
    )


def _recommended(boxes: Boxes, goods: Goods) -> Box | None:
    """Amazon's box for exactly the lines in this parcel; a single one is meant for all their units."""
    line_ids = {line.line_id for line, _ in goods}
    fitting = [box for box in boxes if set(box["line_ids"]) == line_ids]
    if not fitting or (len(fitting) == 1 and any(units < line.units for line, units in goods)):
        return None
    box = fitting[0]
    return Box(box["length_mm"], box["width_mm"], box["height_mm"], box["weight_g"])


def _house_box() -> NamedBox:
    row = HouseBox.objects.filter(is_house_box=True).first()
    return BUILT_IN if row is None else _named(row)


def _named(row: HouseBox) -> NamedBox:
    return NamedBox(row.code, row.name, (row.length_mm, row.width_mm, row.height_mm), row.weight_g)


def _given(parcel: Parcel | None) -> Given:
    if parcel is None:
        return Given()
    sides = (parcel.length_mm or 0, parcel.width_mm or 0, parcel.height_mm or 0)
    return Given(
        sides=sides if parcel.is_size_given else None,
        weight_g=parcel.weight_g if parcel.is_weight_given else None,
        box=_named(parcel.house_box) if parcel.house_box else None,
    )
