"""Stock as programs read it: the shapes that `--json` and the API answer with.

Rule: nothing is decided or counted here; what is free is worked out in `queries.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.journal.queries import TimelineLine
from loadbay.stock import item_queries, queries
from loadbay.stock.item_queries import ItemRow
from loadbay.stock.queries import ContentStock, RoomStock
from loadbay.stock.rules import RoomChange
from loadbay.stock.services import Moved


@dataclass(frozen=True)
class RoomShown:
    """What of a product lies in one stock room, and what of it is promised, by stage."""

    room: str
    name: str
    on_hand: int
    open: int
    labelled: int
    put_back: int
    other: int
    free: int


@dataclass(frozen=True)
class StockShown:
    """What of a product lies where, what is promised, what is free."""

    sku: str
    name: str
    is_bundle: bool
    on_hand: int
    promised: int
    free: int
    rooms: tuple[RoomShown, ...]
    contents: tuple[ContentStock, ...]


@dataclass(frozen=True)
class MovedShown:
    """A movement that was booked. `uncovered` promised units do not lie there any more."""

    sku: str
    kind: str
    units: int
    rooms: tuple[RoomChange, ...]
    uncovered: int


@dataclass(frozen=True)
class ItemShown:
    """One serialised item: where it is, and what happened to it."""

    item: ItemRow
    timeline: tuple[TimelineLine, ...]


def stock_shown(code: str) -> StockShown:
    """By SKU, barcode or serial number."""
    card = queries.show(item_queries.sku_of(code))
    return StockShown(
        sku=card.sku,
        name=card.name,
        is_bundle=card.is_bundle,
        on_hand=card.on_hand,
        promised=card.promised,
        free=card.free,
        rooms=tuple(_room(line) for line in card.rooms),
        contents=card.contents,
    )


def moved_shown(done: Moved) -> MovedShown:
    return MovedShown(done.sku, done.kind, done.units, done.rooms, done.uncovered)


def item_shown(number: str, *, sku: str = "") -> ItemShown:
    """`sku` is needed where several products have an item of that number."""
    row = item_queries.item(sku or item_queries.sku_of_number(number), number=number)
    return ItemShown(row, tuple(item_queries.history(row.id)))


def _room(line: RoomStock) -> RoomShown:
    at = line.position
    return RoomShown(
        room=line.room,
        name=line.name,
        on_hand=at.on_hand,
        open=at.open,
        labelled=at.labelled,
        put_back=at.put_back,
        other=at.other,
        free=at.free,
    )
