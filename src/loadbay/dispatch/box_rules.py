"""Which box and weight a parcel is told with, and how a person types them. Pure.

Size and weight are found each for itself: what a person said comes first, then Amazon's recommendation,
then the product's own measures, then the house box.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import Enum

from loadbay.orders.ports import Box

Sides = tuple[int, int, int]
"""Length, width, height in millimetres."""

MINIMUM_WEIGHT_G = 5
"""Amazon refuses lighter packages (EF Shipments, Package.weight)."""
LONGEST_MM, HEAVIEST_G = 10_000, 1_000_000
WRAPPING_G = 100
"""What paper and a box weigh where no box of the house is known."""
UNKNOWN_WEIGHT_G = 1000
"""Told where neither a person, Amazon nor the products say a weight."""
DOUBTFUL_KG, DOUBTFUL_CM = 100, 100
"""Above these a number without its unit may well be grams or millimetres: it is asked for again."""


@dataclass(frozen=True)
class NamedBox:
    """A box that the house keeps: its size, and what it weighs empty."""

    code: str
    name: str
    sides: Sides
    own_weight_g: int


BUILT_IN = NamedBox(code="", name="House box", sides=(400, 300, 200), own_weight_g=WRAPPING_G)
"""The house box until the shop names one of its own."""


@dataclass(frozen=True)
class Packed:
    """Units of one product in a box, with the product's own measures where they are known."""

    units: int
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None


class Source(Enum):
    """Who says a size or a weight."""

    PERSON = "person"
    BOX = "box"
    AMAZON = "amazon"
    PRODUCT = "product"
    HOUSE = "house"


@dataclass(frozen=True)
class Given:
    """What a person said of a parcel; None where nothing was said. `box` is the one that was scanned."""

    sides: Sides | None = None
    weight_g: int | None = None
    box: NamedBox | None = None


@dataclass(frozen=True)
class Measured:
    """What is told of a parcel, and where it comes from."""

    box: Box
    size_from: Source
    weight_from: Source


NOTHING_GIVEN = Given()


def measured(
    packed: Sequence[Packed],
    *,
    recommended: Box | None,
    house: NamedBox = BUILT_IN,
    given: Given = NOTHING_GIVEN,
) -> Measured:
    """The box and the weight of a parcel that holds these goods."""
    sides, size_from = _size(packed, recommended=recommended, house=house, given=given)
    weight, weight_from = _weight(
        packed, own=_own_weight(size_from, house=house, given=given), recommended=recommended, given=given
    )
    return Measured(Box(*sides, max(weight, MINIMUM_WEIGHT_G)), size_from, weight_from)


def _size(
    packed: Sequence[Packed], *, recommended: Box | None, house: NamedBox, given: Given
) -> tuple[Sides, Source]:
    if given.box is not None:
        return given.box.sides, Source.BOX
    if given.sides is not None:
        return given.sides, Source.PERSON
    if recommended is not None:
        return (recommended.length_mm, recommended.width_mm, recommended.height_mm), Source.AMAZON
    only = packed[0] if len(packed) == 1 and packed[0].units == 1 else None
    if only and only.length_mm and only.width_mm and only.height_mm:
        return (only.length_mm, only.width_mm, only.height_mm), Source.PRODUCT
    return house.sides, Source.HOUSE


def _own_weight(size_from: Source, *, house: NamedBox, given: Given) -> int | None:
    """What the box weighs empty; None where Amazon's own weight is better than a sum of ours."""
    if given.box is not None:
        return given.box.own_weight_g
    if size_from is Source.AMAZON:
        return None
    return house.own_weight_g if size_from is Source.HOUSE else WRAPPING_G


def _weight(
    packed: Sequence[Packed], *, own: int | None, recommended: Box | None, given: Given
) -> tuple[int, Source]:
    if given.weight_g is not None:
        return given.weight_g, Source.PERSON
    weights = [item.weight_g for item in packed]
    if own is not None and packed and None not in weights:
        return sum((item.weight_g or 0) * item.units for item in packed) + own, Source.PRODUCT
    if recommended is not None:
        return recommended.weight_g, Source.AMAZON
    return UNKNOWN_WEIGHT_G, Source.HOUSE


# --- typed by a person ---


@dataclass(frozen=True)
class TypedWeight:
    grams: int


@dataclass(frozen=True)
class TypedSize:
    sides: Sides


@dataclass(frozen=True)
class NoMeasure:
    """It was meant as a weight or a size and is none: what is wrong with it, and what to type."""

    sentence: str


Typed = TypedWeight | TypedSize | NoMeasure
_MEASURE = re.compile(r"([WB])\s+(\d.*)\Z", re.IGNORECASE | re.DOTALL)
_NUMBER = r"(\d{1,6}(?:[.,]\d{1,3})?)"
_WEIGHT = re.compile(rf"{_NUMBER}\s*(kg|g|)\Z", re.IGNORECASE)
_BY = r"\s*[x×*]\s*"
_SIZE = re.compile(rf"{_NUMBER}{_BY}{_NUMBER}{_BY}{_NUMBER}\s*(cm|mm|)\Z", re.IGNORECASE)
_GRAMS = {"kg": 1000, "": 1000, "g": 1}
_MILLIMETRES = {"cm": 10, "": 10, "mm": 1}


def is_measure(code: str) -> bool:
    """Whether a text is meant as `W 2.4` (a weight) or `B 40x30x20` (a size)."""
    return _MEASURE.match(code) is not None


def read_measure(code: str) -> Typed:
    """What `W 2.4` or `B 40x30x20` says: kilograms and centimetres, unless a unit stands behind it."""
    found = _MEASURE.match(code)
    if found is None:
        return NoMeasure("Type a weight like W 2.4 or a size like B 40x30x20.")
    kind, rest = found[1].upper(), found[2].strip()
    return read_weight(rest) if kind == "W" else read_size(rest)


def read_weight(text: str) -> TypedWeight | NoMeasure:
    found = _WEIGHT.match(text.strip())
    if found is None:
        return NoMeasure(f"{text[:30]} is no weight. Type kilograms, like W 2.4, or grams, like W 850 g.")
    number, unit = _decimal(found[1]), found[2].casefold()
    if not unit and number > DOUBTFUL_KG:
        return NoMeasure(f"Is {found[1]} grams or kilograms? Type W {found[1]} g or W {found[1]} kg.")
    grams = _whole(number * _GRAMS[unit])
    fault = fault_of_weight(grams)
    return NoMeasure(fault) if fault else TypedWeight(grams)


def read_size(text: str) -> TypedSize | NoMeasure:
    found = _SIZE.match(text.strip())
    if found is None:
        return NoMeasure(
            f"{text[:30]} is no size. Type length, width and height in centimetres, like B 40x30x20."
        )
    numbers, unit = [_decimal(found[at]) for at in (1, 2, 3)], found[4].casefold()
    if not unit and min(numbers) >= DOUBTFUL_CM:
        same = "x".join(found[at] for at in (1, 2, 3))
        return NoMeasure(f"Is {same} millimetres or centimetres? Type B {same} mm or B {same} cm.")
    length, width, height = (_whole(number * _MILLIMETRES[unit]) for number in numbers)
    fault = fault_of_sides((length, width, height))
    return NoMeasure(fault) if fault else TypedSize((length, width, height))


def fault_of_sides(sides: Sides) -> str:
    """What is wrong with the sides of a box, in words, or an empty text."""
    if all(0 < side <= LONGEST_MM for side in sides):
        return ""
    return f"{size_words(sides)} is no box. Each side is 0.1 to {LONGEST_MM // 10} cm."


def fault_of_weight(grams: int) -> str:
    """What is wrong with the weight of a parcel, in words, or an empty text."""
    if MINIMUM_WEIGHT_G <= grams <= HEAVIEST_G:
        return ""
    return f"{grams} g is no parcel's weight. Amazon takes {MINIMUM_WEIGHT_G} g to {HEAVIEST_G // 1000} kg."


def size_words(sides: Sides) -> str:
    """`40 × 30 × 20.5 cm`"""
    return " × ".join(_short(Decimal(side) / 10) for side in sides) + " cm"


def weight_words(grams: int) -> str:
    """`850 g`, `2.4 kg`"""
    return f"{grams} g" if grams < 1000 else f"{_short(Decimal(grams) / 1000)} kg"


def _short(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value(rounding=ROUND_CEILING))
