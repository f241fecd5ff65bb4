"""A sale whose goods go in parts (MFN): what is packed leaves now, the rest keeps its promise for later.

Its rule: the goods of a part are promised under the part's own name from the moment it is split off, those
of the rest under the shipment's as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loadbay.dispatch.models import FieldCall, FieldCallLine, ParcelLine
from loadbay.orders.services.cancelling import holder

_PART = "part:"


def goods_of(call: FieldCall) -> str:
    """The key under which the goods of a field call are promised."""
    return f"{_PART}{call.pk}" if call.part else holder(call.sale.shipment_id)


def is_part(key: str) -> bool:
    """Whether goods are promised to a part, which has them in its boxes."""
    return key.startswith(_PART)


@dataclass(frozen=True)
class Share:
    """How much of a sold line is packed: whole units of it, and whether something of a further one is."""

    sold: int
    packed: int
    is_whole: bool


def packed_by_line(call: FieldCall) -> dict[int, int]:
    """Line of the field call → units that lie in its parcels."""
    found: dict[int, int] = {}
    rows = ParcelLine.objects.filter(parcel__field_call=call).values_list("line_id", "units")
    for line, units in rows:
        found[line] = found.get(line, 0) + units
    return found


def shares(call: FieldCall, packed: Mapping[int, int]) -> dict[int, Share]:
    """Shipment line → how much of it is packed. `packed`: what `packed_by_line` says."""
    sold: dict[int, int] = {}
    wanted: dict[int, dict[int, int]] = {}
    inside: dict[int, dict[int, int]] = {}
    for line in FieldCallLine.objects.filter(field_call=call).select_related("shipment_line").order_by("id"):
        sold[line.shipment_line_id] = sold_units(line)
        for counts, units in ((wanted, line.units), (inside, packed.get(line.pk, 0))):
            products = counts.setdefault(line.shipment_line_id, {})
            products[line.product_id] = products.get(line.product_id, 0) + units
    return {line: _share(sold[line], products, inside[line]) for line, products in wanted.items()}


def _share(sold: int, wanted: Mapping[int, int], packed: Mapping[int, int]) -> Share:
    whole = whole_units(sold, wanted=wanted, packed=packed)
    is_whole = all(sold * packed[product] == whole * units for product, units in wanted.items())
    return Share(sold, whole, is_whole)


def whole_units(sold: int, *, wanted: Mapping[int, int], packed: Mapping[int, int]) -> int:
    """Units of the sold line that are whole: of a bundle as many as its scarcest component makes."""
    return min(sold * packed.get(product, 0) // units for product, units in wanted.items())


def sold_units(line: FieldCallLine) -> int:
    """Units of the sold line that its field call is for."""
    return line.shipment_line.units if line.sold_units is None else line.sold_units
