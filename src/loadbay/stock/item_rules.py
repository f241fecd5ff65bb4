"""What a serialised item's number may be, what may happen to an item, and what is refused in whose words.

Pure. An item lies in a room while it is in stock or packed; on hand counts exactly those. The statements are
in `item_ledger.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from loadbay.core.errors import NotFound, Refusal

MOST_NUMBERS = 1000
"""More than this in one movement is booked in parts."""
_NUMBER = re.compile(r"[!-{}~]{1,60}")
_OWN_CODES = re.compile(r"(FC-\d+|LB-.+)", re.IGNORECASE)


class NumberNotUsable(Refusal):
    """A text that cannot be the number of a serialised item."""

    code = "number_not_usable"


class NumbersDiffer(Refusal):
    """The numbers given are not as many as the units."""

    code = "numbers_differ"


class NumberTaken(Refusal):
    """A number that an item bears already, or that scans to something else."""

    code = "number_taken"


class NumberNotHere(Refusal):
    """An item that does not lie where it was to be taken from."""

    code = "number_not_here"


class NumberAmbiguous(Refusal):
    """A number that items of several products bear."""

    code = "number_ambiguous"


class NotSerialised(Refusal):
    """Numbers were given for a product whose units have none."""

    code = "not_serialised"


class SerialisedWithStock(Refusal):
    """Whether units have numbers was to change while some lie in a room."""

    code = "serialised_with_stock"


class ItemUnknown(NotFound):
    """No item of the product has that number."""

    code = "item_unknown"


class ItemState(Enum):
    IN_STOCK = "in_stock"
    PACKED = "packed"
    GONE = "gone"
    DISPOSED = "disposed"


class ItemStep(Enum):
    BOOK_IN = "book_in"
    TRANSFER = "transfer"
    DISPOSE = "dispose"
    PACK = "pack"
    UNPACK = "unpack"
    HAND_OVER = "hand_over"


NEXT = {
    (ItemState.IN_STOCK, ItemStep.TRANSFER): ItemState.IN_STOCK,
    (ItemState.IN_STOCK, ItemStep.DISPOSE): ItemState.DISPOSED,
    (ItemState.IN_STOCK, ItemStep.PACK): ItemState.PACKED,
    (ItemState.PACKED, ItemStep.UNPACK): ItemState.IN_STOCK,
    (ItemState.PACKED, ItemStep.HAND_OVER): ItemState.GONE,
    (ItemState.GONE, ItemStep.BOOK_IN): ItemState.IN_STOCK,
    (ItemState.DISPOSED, ItemStep.BOOK_IN): ItemState.IN_STOCK,
}
"""The life of an item after its first goods in. What is not here is refused."""

HERE = frozenset({ItemState.IN_STOCK, ItemState.PACKED})
"""States in which an item lies in a room."""


@dataclass(frozen=True)
class Item:
    """One serialised item as it stands. `reference` is the field call it is in, or why it was disposed of."""

    id: int
    product_id: int
    sku: str
    number: str
    state: ItemState
    room_id: int | None
    room: str
    holder: str
    parcel: str
    reference: str


def may(item: Item, step: ItemStep) -> bool:
    return (item.state, step) in NEXT


def read_numbers(given: Iterable[str]) -> tuple[str, ...]:
    """The numbers as scanned, without blanks around. Refuses what cannot be one and what is there twice."""
    numbers = [number for number in (text.strip() for text in given) if number]
    seen: set[str] = set()
    for number in numbers:
        check_number(number)
        if number in seen:
            raise given_twice(number)
        seen.add(number)
    return tuple(numbers)


def check_fits(numbers: Sequence[str], *, sku: str) -> None:
    """Refuses more numbers than one movement may hold; counting in what lies there has no such end."""
    if len(numbers) > MOST_NUMBERS:
        raise NumbersDiffer(
            f"{len(numbers)} numbers of {sku} are more than one movement may hold. "
            f"Book them in parts of {MOST_NUMBERS}."
        )


def given_twice(number: str) -> NumberTaken:
    return NumberTaken(f"{number} was given twice. Scan the number of each item once.")


def scans_to(number: str, sku: str) -> str:
    """Why a number cannot be an item's: the bench would take it for a product."""
    return f"{number} is a code of the product {sku}, so it cannot be a serial number."


def check_number(number: str) -> None:
    if not _NUMBER.fullmatch(number):
        raise NumberNotUsable(
            f"{number[:60]!r} cannot be a serial number. Use 1 to 60 letters, digits, signs, no spaces, no |."
        )
    if _OWN_CODES.fullmatch(number):
        raise NumberNotUsable(
            f"{number} is a code of the bench's own and would not be taken for an item there. "
            "Give the item another number, such as one with the product's code before it."
        )


def check_count(numbers: Sequence[str], *, units: int, sku: str) -> None:
    """Refuses when a serialised product's units and numbers are not equally many."""
    if len(numbers) == units:
        return
    if not numbers:
        each = "its serial number" if units == 1 else f"the serial number of each of its {units} items"
        raise NumbersDiffer(f"{sku} is serialised. Scan {each}.")
    raise NumbersDiffer(
        f"{_given(numbers)} for {units} units of {sku}, the last was {numbers[-1]}. "
        "Scan those that are missing, or correct the units."
    )


def _given(numbers: Sequence[str]) -> str:
    return "1 number was given" if len(numbers) == 1 else f"{len(numbers)} numbers were given"


def check_counted(numbers: Sequence[str], *, units: int, sku: str, room: str) -> None:
    """Refuses to make a product serialised with more or fewer numbers than lie in a room."""
    if units < 0:
        raise NumbersDiffer(
            f"{sku} has {units} on hand in {room}. Book the missing goods in there first, then serialise it."
        )
    if len(numbers) != units:
        raise NumbersDiffer(
            f"{units} units of {sku} are on hand in {room}; {_given(numbers)} for it. "
            "Give the number of every item there, parcels that wait to be put back included."
        )


def check_plain(numbers: Sequence[str], *, sku: str) -> None:
    """Refuses numbers for a product that is not serialised."""
    if numbers:
        raise NotSerialised(
            f"{sku} is not serialised, so {numbers[0]} cannot be kept. Leave the numbers out, "
            "or mark the product as serialised first."
        )


def taken(item: Item, *, sku: str) -> str:
    """Why an item that is here cannot be booked in."""
    if item.state is ItemState.PACKED:
        return f"{item.number} of {sku} is here already, packed in {item.reference}."
    return (
        f"{item.number} of {sku} is in {item.room} already. Look at the number again, or transfer the item."
    )


def not_here(number: str, *, sku: str, room: str, item: Item | None) -> NumberNotHere:
    """The refusal for an item that was to leave a room and cannot."""
    if item is None:
        return NumberNotHere(f"No {sku} has the number {number}. Read the number on the item again.")
    match item.state:
        case ItemState.PACKED:
            where = f"is packed in {item.reference}. Put that field call back first, or take another item."
        case ItemState.GONE:
            where = f"left with {item.reference}. Book it in first if it came back."
        case ItemState.DISPOSED:
            where = f"was disposed of ({item.reference}). Book it in first if it is there after all."
        case ItemState.IN_STOCK:
            where = f"is in {item.room}, not in {room}. Name that room, or take another item."
    return NumberNotHere(f"{number} of {sku} {where}")
