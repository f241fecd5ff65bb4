"""Parcels as the marketplace wants to hear of them: read from the tables, no decision beyond the model's.

A value that Amazon disallows for a line is left out, one that it requires is there (FACTS 2.6).
"""

from __future__ import annotations

from loadbay.core.ids import PackageId
from loadbay.core.money import Money
from loadbay.dispatch.models import Parcel, ParcelLine
from loadbay.dispatch.ports import PackageToMake, PackedLine, PaperFormat
from loadbay.orders.ports import Box


def package_ids(field_call_id: int) -> tuple[PackageId, ...]:
    rows = Parcel.objects.filter(field_call_id=field_call_id).order_by("id")
    return tuple(PackageId(row) for row in rows.values_list("package_id", flat=True))


def packages_to_make(field_call_id: int) -> tuple[PackageToMake, ...]:
    rows = Parcel.objects.filter(field_call_id=field_call_id).order_by("id")
    return tuple(_package(row) for row in rows)


def paper_format(name: str) -> PaperFormat:
    return PaperFormat(name)


def _package(parcel: Parcel) -> PackageToMake:
    entries = parcel.lines.select_related("line__shipment_line__shipment", "line__product")
    by_line: dict[str, list[ParcelLine]] = {}
    for entry in entries.order_by("id"):
        by_line.setdefault(entry.line.shipment_line.line_id, []).append(entry)
    hazmat = [
        entry.line.product.hazmat_class
        for group in by_line.values()
        for entry in group
        if entry.line.shipment_line.requirements.get("hazmat_labels") == "required"
    ]
    return PackageToMake(
        package_id=PackageId(parcel.package_id),
        box=Box(parcel.length_mm or 0, parcel.width_mm or 0, parcel.height_mm or 0, parcel.weight_g or 0),
        lines=tuple(_line(line_id, group) for line_id, group in by_line.items()),
        hazmat_labels=tuple(dict.fromkeys(filter(None, hazmat))) if hazmat else None,
    )


def _line(line_id: str, group: list[ParcelLine]) -> PackedLine:
    line = group[0].line.shipment_line
    needs = line.requirements
    units = _sold_units(group)
    value = None
    if needs.get("item_value") == "required":
        value = Money((line.net + line.tax) / line.units, line.shipment.currency).rounded()
    origin = group[0].line.product.country_of_origin or line.recommended_origin
    serials = tuple(serial for entry in group for serial in entry.serials)
    return PackedLine(
        line_id=line_id,
        units=units,
        serials=serials if needs.get("serials") != "disallowed" else (),
        country_of_origin=origin if needs.get("origin") == "required" else "",
        item_value=value,
    )


def _sold_units(group: list[ParcelLine]) -> int:
    """Units of the sold line: of a plain product its own, of a bundle as many as its scarcest component."""
    per_product: dict[int, int] = {}
    wanted: dict[int, int] = {}
    for entry in group:
        per_product[entry.line.product_id] = per_product.get(entry.line.product_id, 0) + entry.units
        wanted[entry.line.product_id] = wanted.get(entry.line.product_id, 0) + entry.line.units
    line = group[0].line.shipment_line
    return min(line.units * packed // wanted[product] for product, packed in per_product.items())
