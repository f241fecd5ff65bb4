"""The packages a seller sends: read strictly, with the name of the field that is wrong.

Numbers must come as texts, as Amazon's model says.
"""

from decimal import Decimal, InvalidOperation
from typing import Literal

from msgspec import Struct, field

from amazon_simulator.http.answers import bad_request
from amazon_simulator.world.commands import AnnouncedParcel
from amazon_simulator.world.state import PackedLine, Size


class Dimension(Struct, frozen=True):
    value: str
    dimensionUnit: Literal["CM", "M", "IN"]


class Weight(Struct, frozen=True):
    value: str
    weightUnit: Literal["G", "KG", "LB", "OZ"]


class Dimensions(Struct, frozen=True):
    length: Dimension
    width: Dimension
    height: Dimension


class Amount(Struct, frozen=True):
    value: str
    currencyCode: str


class PackageLine(Struct, frozen=True):
    packageLineItemId: str
    quantity: int
    serialNumbers: list[str] = field(default_factory=list)
    pieces: int | None = None
    countryOfOrigin: str = ""
    itemValue: Amount | None = None


class Package(Struct, frozen=True):
    id: str
    dimensions: Dimensions
    weight: Weight
    packageLineItems: list[PackageLine]
    hazmatLabels: list[str] = field(default_factory=list)
    packageHandlingRequirements: Literal["NORMAL", "FRAGILE"] = "NORMAL"


class Packages(Struct, frozen=True):
    packages: list[Package]


def announced(package: Package) -> AnnouncedParcel:
    return AnnouncedParcel(
        id=package.id,
        size=_size(package),
        lines=[_packed(line) for line in package.packageLineItems],
        hazmat_labels=package.hazmatLabels,
        handling=package.packageHandlingRequirements,
    )


def _packed(line: PackageLine) -> PackedLine:
    value = line.itemValue
    return PackedLine(
        line_id=line.packageLineItemId,
        quantity=line.quantity,
        serials=tuple(line.serialNumbers),
        pieces=line.pieces,
        origin=line.countryOfOrigin,
        item_value=_decimal(value.value, "itemValue") if value else None,
        currency=value.currencyCode if value else "",
    )


def _size(package: Package) -> Size:
    sides = package.dimensions
    units = {side.dimensionUnit for side in (sides.length, sides.width, sides.height)}
    if len(units) > 1:
        raise bad_request(f"The package {package.id} has dimensions in different units.")
    return Size(
        length=_decimal(sides.length.value, "length"),
        width=_decimal(sides.width.value, "width"),
        height=_decimal(sides.height.value, "height"),
        unit=sides.length.dimensionUnit,
        weight=_decimal(package.weight.value, "weight"),
        weight_unit=package.weight.weightUnit,
    )


def _decimal(text: str, name: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise bad_request(f"The {name} '{text}' is not a number.") from None
    if not value.is_finite():
        raise bad_request(f"The {name} '{text}' is not a number.")
    return value
