"""Parcels as the marketplace wants to hear of them: read from the tables, no decision beyond the model's.

What Amazon requires of a line is there, anything else is left out: it says REQUIRED or DISALLOWED, and its
silence is no leave (FACTS 2.6). Amazon counts units of the sold line: of a soft bundle, a unit belongs to
the parcel that makes it complete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from loadbay.core.ids import PackageId
from loadbay.core.money import Money
from loadbay.dispatch.models import FieldCallLine, Label, Parcel, ParcelLine
from loadbay.dispatch.parts import sold_units, whole_units
from loadbay.dispatch.ports import PackageToMake, PackedLine, PaperFormat
from loadbay.dispatch.rules import WITH_PACKAGES
from loadbay.orders.models import ShipmentLine
from loadbay.orders.ports import Box

Units = dict[int, dict[int, int]]
"""Shipment line → product → units."""


def package_ids(field_call_id: int) -> tuple[PackageId, ...]:
    rows = Parcel.objects.filter(field_call_id=field_call_id).order_by("id")
    return tuple(PackageId(row) for row in rows.values_list("package_id", flat=True))


def packages_to_make(field_call_id: int) -> tuple[PackageToMake, ...]:
    wanted, packed, told = _wanted(field_call_id), Units(), dict[int, int]()
    parcels = Parcel.objects.filter(field_call_id=field_call_id).order_by("id")
    return tuple(_package(parcel, wanted=wanted, packed=packed, told=told) for parcel in parcels)


def fingerprint(package: PackageToMake) -> str:
    """Tells whether two descriptions of a package say the same."""
    return sha256(repr(package).encode()).hexdigest()


def remember_what_amazon_has(field_call_id: int, *, status: str) -> None:
    """Before a packed call changes: what Amazon holds of it, where not noted yet, is what is here now."""
    if status not in WITH_PACKAGES:
        return
    for package in packages_to_make(field_call_id):
        Parcel.objects.filter(field_call_id=field_call_id, package_id=package.package_id, told="").update(
            told=fingerprint(package)
        )


def changed_packages(field_call_id: int) -> tuple[PackageToMake, ...]:
    """Packages of which Amazon holds something else than what is here."""
    parcels = Parcel.objects.filter(field_call_id=field_call_id).exclude(told="")
    told = dict(parcels.values_list("package_id", "told"))
    if not told:
        return ()
    return tuple(
        package
        for package in packages_to_make(field_call_id)
        if told.get(package.package_id, "") not in {"", fingerprint(package)}
    )


def without_label(field_call_id: int) -> tuple[PackageId, ...]:
    """Packages that have no valid label, neither its link nor its file."""
    labelled = Label.objects.filter(parcel__field_call_id=field_call_id, is_void=False)
    rows = Parcel.objects.filter(field_call_id=field_call_id).exclude(pk__in=labelled.values("parcel_id"))
    return tuple(PackageId(name) for name in rows.order_by("id").values_list("package_id", flat=True))


def paper_format(name: str) -> PaperFormat:
    return PaperFormat(name)


def _wanted(field_call_id: int) -> Units:
    found = Units()
    rows = FieldCallLine.objects.filter(field_call_id=field_call_id)
    for line, product, units in rows.values_list("shipment_line_id", "product_id", "units"):
        _add(found, line=line, product=product, units=units)
    return found


def _add(into: Units, *, line: int, product: int, units: int) -> None:
    products = into.setdefault(line, {})
    products[product] = products.get(product, 0) + units


def _package(
    parcel: Parcel, *, wanted: Mapping[int, Mapping[int, int]], packed: Units, told: dict[int, int]
) -> PackageToMake:
    """One parcel; `packed` and `told` are carried from parcel to parcel."""
    entries = list(
        parcel.lines.select_related("line__shipment_line__shipment", "line__product")
        .defer("line__shipment_line__shipment__raw", "line__shipment_line__shipment__boxes")
        .order_by("id")
    )
    groups: dict[ShipmentLine, list[ParcelLine]] = {}
    for entry in entries:
        line = entry.line.shipment_line
        groups.setdefault(line, []).append(entry)
        _add(packed, line=line.pk, product=entry.line.product_id, units=entry.units)
    lines = []
    for line, group in groups.items():
        complete = whole_units(sold_units(group[0].line), wanted=wanted[line.pk], packed=packed[line.pk])
        units, told[line.pk] = complete - told.get(line.pk, 0), complete
        if units:
            lines.append(_line(line, group, units=units))
    return PackageToMake(
        package_id=PackageId(parcel.package_id),
        box=Box(parcel.length_mm or 0, parcel.width_mm or 0, parcel.height_mm or 0, parcel.weight_g or 0),
        lines=tuple(lines),
        hazmat_labels=_hazmat(entries),
    )


def _hazmat(entries: Sequence[ParcelLine]) -> tuple[str, ...] | None:
    classes = [
        entry.line.product.hazmat_class
        for entry in entries
        if entry.line.shipment_line.requirements.get("hazmat_labels") == "required"
    ]
    return tuple(dict.fromkeys(filter(None, classes))) if classes else None


def _line(line: ShipmentLine, group: Sequence[ParcelLine], *, units: int) -> PackedLine:
    needs = line.requirements
    value = None
    if needs.get("item_value") == "required":
        value = Money((line.net + line.tax) / line.units, line.shipment.currency).rounded()
    origin = group[0].line.product.country_of_origin or line.recommended_origin
    serials = tuple(serial for entry in group for serial in entry.serials)
    return PackedLine(
        line_id=line.line_id,
        units=units,
        serials=serials if needs.get("serials") == "required" else (),
        country_of_origin=origin if needs.get("origin") == "required" else "",
        item_value=value,
    )
