"""Reading boxes: those the house keeps, and what would be told of a parcel as it stands now.

Nothing here changes anything; `services/boxes.py` does. How size and weight are found says `box_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

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
from loadbay.dispatch.models import FieldCall, FieldCallLine, HouseBox, Parcel, ParcelLine
from loadbay.orders.models import Shipment
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


def measured_now(call: FieldCall, parcel: Parcel | None) -> Measured:
    """What would be told of a parcel; of one that is empty still, as if all that is missing went into it."""
    goods = _goods_in(parcel) if parcel is not None else []
    goods = goods or _missing(call)
    return measured(
        [packed for _, packed in goods],
        recommended=_recommended(call, {line_id for line_id, _ in goods}),
        house=_house_box(),
        given=_given(parcel),
    )


Goods = list[tuple[str, Packed]]
"""(line of the shipment, what of it lies there)"""
_MEASURES = ("weight_g", "length_mm", "width_mm", "height_mm")


def _goods_in(parcel: Parcel) -> Goods:
    entries = ParcelLine.objects.filter(parcel=parcel).order_by("id")
    measures = (f"line__product__{name}" for name in _MEASURES)
    rows = entries.values_list("line__shipment_line__line_id", "units", *measures)
    return [(line_id, Packed(units, *sizes)) for line_id, units, *sizes in rows]


def _missing(call: FieldCall) -> Goods:
    lines = FieldCallLine.objects.filter(field_call=call).order_by("id")
    left = F("units") - Coalesce(Sum("packed__units"), 0)
    measures = (f"product__{name}" for name in _MEASURES)
    rows = lines.annotate(left=left).values_list("shipment_line__line_id", "left", *measures)
    return [(line_id, Packed(units, *sizes)) for line_id, units, *sizes in rows if units > 0]


def _recommended(call: FieldCall, line_ids: set[str]) -> Box | None:
    """Amazon's box, when it is meant for exactly the lines in this parcel."""
    boxes: Sequence[dict[str, object]] = Shipment.objects.values_list("boxes", flat=True).get(
        sale__id=call.sale_id
    )
    for box in boxes:
        if set(box["line_ids"]) == line_ids:  # type: ignore[call-overload]
            return Box(*(int(str(box[key])) for key in ("length_mm", "width_mm", "height_mm", "weight_g")))
    return None


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
