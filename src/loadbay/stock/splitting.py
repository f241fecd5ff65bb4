"""Promising a part of what a holder was promised to another holder, with what it has packed of it.

What is promised in all, and what is free, does not change; so nobody is told of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from loadbay.stock import item_ledger, ledger
from loadbay.stock.ledger import Promise
from loadbay.stock.models import SerialisedItem


@dataclass(frozen=True)
class Taken:
    """Units that go to the other holder, best those that are promised in `room_id`."""

    sold_as: str
    product_id: int
    room_id: int
    units: int


@transaction.atomic
def split(holder: str, *, into: str, taken: Sequence[Taken], sold: Mapping[str, int]) -> None:
    """Promise a part of a holder's goods to another holder, in the same rooms and stage; the rest stays.

    `sold` are the units of each listing that the part stands for. Serialised items that the holder has packed
    go along, and the promise on them is where they lie.
    """
    kept, gone = parted(ledger.remove_promises([holder]), taken=_where_they_lie(holder, taken), sold=sold)
    ledger.write_promises([*kept, *(replace(row, holder=into) for row in gone)])
    packed = [item.id for item in item_ledger.held([holder])]
    SerialisedItem.objects.filter(pk__in=packed).update(holder=into)


def parted(
    rows: Sequence[Promise], *, taken: Sequence[Taken], sold: Mapping[str, int]
) -> tuple[list[Promise], list[Promise]]:
    """The promises that stay and those that go. No database.

    Together they are as many units in each room as before; a row keeps its share of the units sold.
    """
    left = list(rows)
    gone: Counter[int] = Counter()
    for one in taken:
        units = one.units
        wanted = (one.sold_as, one.product_id)
        mine = [at for at, row in enumerate(left) if (row.sold_as, row.product_id) == wanted]
        for at in sorted(mine, key=lambda at: left[at].room_id != one.room_id):
            part = min(units, left[at].units - gone[at])
            gone[at] += part
            units -= part
    going, staying = [], []
    due = dict(sold)
    for at, row in enumerate(left):
        share = min(row.sold_units, due.get(row.sold_as, 0)) if gone[at] else 0
        due[row.sold_as] = due.get(row.sold_as, 0) - share
        if gone[at]:
            going.append(replace(row, units=gone[at], sold_units=share))
        if row.units > gone[at]:
            staying.append(replace(row, units=row.units - gone[at], sold_units=row.sold_units - share))
    return staying, going


def _where_they_lie(holder: str, taken: Sequence[Taken]) -> list[Taken]:
    """Of serialised products the rooms in which the packed items lie, whatever the pick list said."""
    lying: dict[int, list[int]] = {}
    for item in item_ledger.held([holder]):
        if item.room_id is not None:
            lying.setdefault(item.product_id, []).append(item.room_id)
    found = []
    for one in taken:
        rooms = lying.get(one.product_id)
        if not rooms:
            found.append(one)
            continue
        mine, lying[one.product_id] = rooms[: one.units], rooms[one.units :]
        found += [replace(one, room_id=room, units=units) for room, units in Counter(mine).items()]
    return found
