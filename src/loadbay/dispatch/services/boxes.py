"""Which box and weight a parcel has: Amazon's recommendation, else the product's, else the house box."""

from __future__ import annotations

from django.db import transaction

from loadbay.core.errors import WrongInput
from loadbay.dispatch.models import FieldCall, Parcel
from loadbay.dispatch.rules import MINIMUM_WEIGHT_G, Packed, box_for
from loadbay.orders.models import Shipment
from loadbay.orders.ports import Box

LONGEST_MM, HEAVIEST_G = 10_000, 1_000_000


def set_box(parcel: Parcel, call: FieldCall) -> None:
    """Give a parcel its measures, unless a person gave them already."""
    if parcel.weight_g is not None:
        return
    lines = list(parcel.lines.select_related("line__product", "line__shipment_line"))
    packed = [
        Packed(
            units=entry.units,
            weight_g=entry.line.product.weight_g,
            length_mm=entry.line.product.length_mm,
            width_mm=entry.line.product.width_mm,
            height_mm=entry.line.product.height_mm,
        )
        for entry in lines
    ]
    line_ids = {entry.line.shipment_line.line_id for entry in lines}
    _save(parcel, box_for(packed, recommended=_recommended(call, line_ids)))


@transaction.atomic
def change_box(parcel_id: int, box: Box) -> None:
    """A person measured the box. Raises `WrongInput` for measures no parcel has."""
    sides = (box.length_mm, box.width_mm, box.height_mm)
    if not all(0 < side <= LONGEST_MM for side in sides):
        raise WrongInput(
            f"A side of {max(sides)} mm or {min(sides)} mm is no box. Give 1 to {LONGEST_MM} mm."
        )
    if not MINIMUM_WEIGHT_G <= box.weight_g <= HEAVIEST_G:
        raise WrongInput(f"{box.weight_g} g is no weight. Give {MINIMUM_WEIGHT_G} to {HEAVIEST_G} g.")
    _save(Parcel.objects.select_for_update().get(pk=parcel_id), box)


def _save(parcel: Parcel, box: Box) -> None:
    parcel.length_mm, parcel.width_mm = box.length_mm, box.width_mm
    parcel.height_mm, parcel.weight_g = box.height_mm, box.weight_g
    parcel.save(update_fields=["length_mm", "width_mm", "height_mm", "weight_g"])


def _recommended(call: FieldCall, line_ids: set[str]) -> Box | None:
    """Amazon's box, when it is meant for exactly the lines in this parcel."""
    boxes = Shipment.objects.values_list("boxes", flat=True).get(sale__id=call.sale_id)
    for box in boxes:
        if set(box["line_ids"]) == line_ids:
            return Box(box["length_mm"], box["width_mm"], box["height_mm"], box["weight_g"])
    return None
