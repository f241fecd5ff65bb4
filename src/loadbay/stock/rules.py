"""What may be moved, and which room a promise is taken from.

Pure: plain values in, plain values out. The statements are in `ledger.py`, the transactions in `services.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass

from loadbay.core.errors import NotFound, Refusal

MOST_UNITS = 1_000_000
"""More than this in one movement is a slip of the scanner, not a delivery."""

Place = tuple[int, int]
"""(product id, room id)"""


class UnitsNotUsable(Refusal):
    """A number of units that cannot be moved."""

    code = "units_not_usable"


class NotEnoughStock(Refusal):
    """More was to leave a room than lies in it."""

    code = "not_enough_stock"


class BundleHasNoStock(Refusal):
    """A soft bundle has no goods of its own."""

    code = "bundle_has_no_stock"


class SameRoom(Refusal):
    """A transfer from a room into itself."""

    code = "same_room"


class ReasonMissing(Refusal):
    """A disposal without a reason."""

    code = "reason_missing"


class RoomUnknown(NotFound):
    """No stock room has that code."""

    code = "room_unknown"


class RoomNotUsable(Refusal):
    """A stock room that cannot be made as asked."""

    code = "room_not_usable"


@dataclass(frozen=True)
class RoomChange:
    """What lay in a room before and after a movement, and how many promises it no longer covers."""

    room: str
    before: int
    after: int
    uncovered: int


@dataclass(frozen=True)
class ReserveRequest:
    """One line to promise: what was sold, what it takes, and the rooms in order of preference."""

    holder: str
    sold_as: str
    sold_units: int
    location: str
    items: tuple[tuple[int, int], ...]
    room_ids: tuple[int, ...]
    stage: str = "open"


@dataclass(frozen=True)
class ReservedRow:
    """Units of one product promised in one room."""

    product_id: int
    room_id: int
    units: int
    sold_as: str


@dataclass(frozen=True)
class Reserved:
    """What was promised to a holder, and what of it does not lie there."""

    holder: str
    is_covered: bool
    rows: tuple[ReservedRow, ...]
    missing: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Allocation:
    """Where a line is taken from: units per place, and units per product that lie nowhere."""

    taken: Mapping[Place, int]
    missing: Mapping[int, int]


def check_units(units: int, *, sku: str) -> None:
    if units <= 0:
        raise UnitsNotUsable(f"{units} units of {sku} cannot be moved. Give a number from 1 up.")
    if units > MOST_UNITS:
        raise UnitsNotUsable(
            f"{units} units of {sku} are more than one movement may hold ({MOST_UNITS}). Check the number."
        )


def check_leaves(*, sku: str, change: RoomChange, units: int) -> None:
    """Refuses to take more out of a room than lies in it."""
    if change.after >= 0:
        return
    lies = "nothing" if change.before <= 0 else f"only {change.before}"
    raise NotEnoughStock(
        f"{units} units of {sku} cannot leave {change.room}: {lies} is on hand there. "
        "Give a smaller number, or book the missing goods in first."
    )


def uncovered(*, on_hand: int, promised: int) -> int:
    """Promised units in a room that its goods no longer cover."""
    return max(0, promised - max(0, on_hand))


def summed(items: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Units per product; a product named twice counts once."""
    total: dict[int, int] = {}
    for product_id, units in items:
        total[product_id] = total.get(product_id, 0) + units
    return total


def allocate(
    items: Mapping[int, int], *, room_ids: Sequence[int], free: MutableMapping[Place, int]
) -> Allocation:
    """Take a line from the first room that holds it whole, else from several, and lower `free` by it.

    What lies nowhere is promised in the first room all the same: the marketplace has sold it.
    """
    whole = _room_with_all(items, room_ids=room_ids, free=free)
    rooms = room_ids if whole is None else (whole,)
    taken: dict[Place, int] = {}
    missing: dict[int, int] = {}
    for product_id, units in items.items():
        short = _take(product_id, units=units, room_ids=rooms, free=free, taken=taken)
        if short:
            first = (product_id, room_ids[0])
            missing[product_id] = short
            taken[first] = taken.get(first, 0) + short
            free[first] = free.get(first, 0) - short
    return Allocation(taken=taken, missing=missing)


def _take(
    product_id: int,
    *,
    units: int,
    room_ids: Sequence[int],
    free: MutableMapping[Place, int],
    taken: MutableMapping[Place, int],
) -> int:
    """Fills `taken` and lowers `free`; the units that were found nowhere come back."""
    whole = _room_with_all({product_id: units}, room_ids=room_ids, free=free)
    for room_id in room_ids if whole is None else (whole,):
        place = (product_id, room_id)
        part = min(units, max(0, free.get(place, 0)))
        if part:
            taken[place] = part
            free[place] -= part
            units -= part
    return units


def _room_with_all(
    items: Mapping[int, int], *, room_ids: Sequence[int], free: Mapping[Place, int]
) -> int | None:
    for room_id in room_ids:
        for product_id, units in items.items():
            if free.get((product_id, room_id), 0) < units:
                break
        else:
            return room_id
    return None
