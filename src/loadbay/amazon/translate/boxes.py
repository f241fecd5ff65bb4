"""Dimensions and weights between Amazon's units and ours (millimetres and grams). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Any

from loadbay.orders.ports import Box, RecommendedBox

_MILLIMETRES = {
    "mm": Decimal(1),
    "millimeters": Decimal(1),
    "cm": Decimal(10),
    "centimeters": Decimal(10),
    "m": Decimal(1000),
    "meters": Decimal(1000),
    "in": Decimal("25.4"),
    "inches": Decimal("25.4"),
    "ft": Decimal("304.8"),
    "feet": Decimal("304.8"),
}
_GRAMS = {
    "mg": Decimal("0.001"),
    "milligrams": Decimal("0.001"),
    "g": Decimal(1),
    "grams": Decimal(1),
    "kg": Decimal(1000),
    "kilograms": Decimal(1000),
    "lb": Decimal("453.59237"),
    "pounds": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
    "ounces": Decimal("28.349523125"),
}
_LARGEST = Decimal(100_000)
LIGHTEST_GRAMS = 5  # Amazon takes no package below


def millimetres(value: object, *, unit: object) -> int | None:
    """Whole millimetres, rounded up; None when the unit or the number makes no sense."""
    return _converted(str(value), str(unit or ""), unit_is="length")


def grams(value: object, *, unit: object) -> int | None:
    """Whole grams, rounded up; None when the unit or the number makes no sense."""
    return _converted(str(value), str(unit or ""), unit_is="weight")


def centimetres(mm: int) -> str:
    """A length as Amazon takes it: centimetres as decimal text ("40", "12.5")."""
    return format((Decimal(mm) / 10).normalize(), "f")


def recommended(packages: Any) -> tuple[RecommendedBox, ...]:
    """Amazon's recommended boxes; those it describes only by half are left out, they are only advice."""
    if not isinstance(packages, list):
        return ()
    found = (_recommended(package) for package in packages if isinstance(package, dict))
    return tuple(box for box in found if box is not None)


def _recommended(package: dict[str, Any]) -> RecommendedBox | None:
    sizes, weight, lines = package.get("dimensions"), package.get("weight"), package.get("lineItems")
    if not isinstance(sizes, dict) or not isinstance(weight, dict) or not isinstance(lines, list):
        return None
    sides = [_side(sizes.get(name)) for name in ("length", "width", "height")]
    heavy = grams(weight.get("value"), unit=weight.get("weightUnit"))
    ids = tuple(str(line.get("lineItemId", "")) for line in lines if isinstance(line, dict))
    if None in sides or heavy is None or not ids:
        return None
    return RecommendedBox(Box(sides[0] or 0, sides[1] or 0, sides[2] or 0, heavy), ids)


def _side(side: Any) -> int | None:
    return millimetres(side.get("value"), unit=side.get("dimensionUnit")) if isinstance(side, dict) else None


_FACTORS: Mapping[str, Mapping[str, Decimal]] = {"length": _MILLIMETRES, "weight": _GRAMS}


@lru_cache(maxsize=4096)
def _converted(value: str, unit: str, *, unit_is: str) -> int | None:
    """Kept for a while: a shop has few boxes, and every shipment names some."""
    factor = _FACTORS[unit_is].get(unit.strip().casefold())
    if factor is None:
        return None
    try:
        number = Decimal(value) * factor
    except ArithmeticError:  # no number, or one with an absurd exponent
        return None
    if not number.is_finite() or not 0 < number <= _LARGEST * 100:
        return None
    return int(number.to_integral_value(rounding=ROUND_CEILING))
