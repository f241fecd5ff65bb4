"""Serial numbers at the bench: which item a scan means, and whether it may go into this field call.

The item's row is locked while it is judged, so of two benches that scan it at once one gets it; before it the
levels of the rooms between which its promise may be carried. What is said stands in `bench_rules`, what
happens to the item in `stock.items`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet

from loadbay.catalogue.queries import product_of_code
from loadbay.channels.models import ChannelRoom
from loadbay.core.errors import Refusal
from loadbay.dispatch import bench_rules as words
from loadbay.dispatch.bench_rules import BenchAnswer, Wanted
from loadbay.dispatch.models import IN_WORK, FieldCall, FieldCallLine, Parcel, ParcelLine
from loadbay.dispatch.parts import goods_of
from loadbay.stock import item_queries, items, ledger
from loadbay.stock.item_rules import Item, ItemState
from loadbay.stock.models import Reservation


class PackedWithoutNumbers(Refusal):
    """Units of a product that was to become serialised are in parcels, their numbers unknown."""

    code = "packed_without_numbers"


@dataclass(frozen=True)
class Taken:
    """A unit that counts: its line, its serial number where it has one, and the item it is."""

    line: Wanted
    serial: str = ""
    item: Item | None = None
    remark: str = ""


def scanned_alone(code: str, call: FieldCall, wanted: Sequence[Wanted]) -> Taken | BenchAnswer:
    """A code that is no product's: the number of an item, or of several, or of none."""
    found = item_queries.called(code)
    if not found:
        missing = [line.sku for line in wanted if line.is_serialised and line.missing > 0]
        return words.unknown_code(call.number, code, serialised=tuple(dict.fromkeys(missing)))
    if len(found) > 1:
        return words.item_ambiguous(call.number, code, item_queries.words_of(found))
    return _judged_by_number(found[0], call, wanted)


def scanned_for(line: Wanted, code: str, call: FieldCall, wanted: Sequence[Wanted]) -> Taken | BenchAnswer:
    """The number asked for after a serialised product's code, or that of another item wanted here."""
    bearers = item_queries.called(code)
    for item in bearers:
        if item.product_id == line.product:
            return _judged_by_number(item, call, wanted)
    beside = _beside(line, bearers, call, wanted)
    if beside is not None:
        return beside
    if bearers:
        return words.item_of_other(call.number, line, code, item_queries.words_of(bearers))
    if product_of_code(code) is not None:
        return words.serial_still_wanted(call.number, line, code)
    return words.item_unknown(call.number, line, code)


def scanned_beside(
    line: Wanted, code: str, call: FieldCall, wanted: Sequence[Wanted]
) -> Taken | BenchAnswer | None:
    """The number of another item that is wanted here, while a unit without items is to have its number."""
    return _beside(line, item_queries.called(code), call, wanted)


def _beside(
    line: Wanted, bearers: Sequence[Item], call: FieldCall, wanted: Sequence[Wanted]
) -> Taken | BenchAnswer | None:
    """An item says itself what it is: one that is wanted counts, whichever number was asked for.

    The unit that was asked for keeps waiting for its own.
    """
    missing = {entry.product for entry in wanted if entry.is_serialised and entry.missing > 0}
    found = [item for item in bearers if item.product_id in missing and item.product_id != line.product]
    if len(found) != 1:
        return None
    taken = _judged_by_number(found[0], call, wanted)
    if not isinstance(taken, Taken):
        return taken
    remark = words.beside(line, taken.serial, taken.line)
    return replace(taken, remark=f"{remark} {taken.remark}".strip())


def _judged_by_number(item: Item, call: FieldCall, wanted: Sequence[Wanted]) -> Taken | BenchAnswer:
    _lock_levels(item.product_id, call, wanted)
    return judged(items.locked_item(item.id), call, wanted)


def _lock_levels(product_id: int, call: FieldCall, wanted: Sequence[Wanted]) -> None:
    """Those of every room from which it may be packed: in which it lies is known once the item is locked."""
    if not any(line.product == product_id for line in wanted):
        return
    feeding = _feeding(call).values_list("room_id", flat=True)
    promised = Reservation.objects.filter(holder=goods_of(call), product_id=product_id)
    picked = FieldCallLine.objects.filter(field_call=call, product_id=product_id)
    rooms = {*feeding, *promised.values_list("room_id", flat=True), *picked.values_list("room_id", flat=True)}
    ledger.lock_levels((product_id, room_id) for room_id in rooms)


def judged(item: Item, call: FieldCall, wanted: Sequence[Wanted]) -> Taken | BenchAnswer:
    """Whether an item may go into the field call, and as which line."""
    line = words.line_for_item(item.product_id, wanted, room=item.room)
    if line is None:
        return words.wrong_item(call.number, f"{item.sku} {item.number}")
    if item.state is not ItemState.IN_STOCK:
        return _not_in_stock(item, line, call)
    if line.missing <= 0:
        return words.too_many(call.number, line)
    if item.room == line.room:
        return Taken(line, item.number, item)
    if not _feeds(call, item.room_id):
        return words.item_out_of_reach(call.number, line, item.number, item.room)
    return Taken(
        line, item.number, item, f"{item.number} is on hand in {item.room}, the pick list says {line.room}."
    )


def _not_in_stock(item: Item, line: Wanted, call: FieldCall) -> BenchAnswer:
    if item.state is ItemState.PACKED and item.holder == goods_of(call):
        return words.serial_twice(call.number, line, item.number)
    if item.state is ItemState.PACKED:
        where = f"{item.reference}, parcel {item.parcel}"
        return words.item_elsewhere(call.number, line, item.number, where)
    is_gone = item.state is ItemState.GONE
    how = f"left with {item.reference}" if is_gone else f"was disposed of ({item.reference})"
    return words.item_gone(call.number, line, item.number, how)


def put_in(taken: Taken, call: FieldCall, parcel: Parcel) -> None:
    """The item lies in that parcel from now on."""
    if taken.item is not None:
        items.pack(taken.item, holder=goods_of(call), reference=call.number, parcel=parcel.package_id)


def put_back(call: FieldCall) -> None:
    """What was packed in the field call lies on its shelf again."""
    items.unpack([goods_of(call)])


@transaction.atomic
def serialise(sku: str, *, numbers: Mapping[str, Sequence[str]]) -> int:
    """Make a product serialised, with the number of every unit on hand (room code → numbers).

    Its field calls are locked, so that nobody packs a unit without a number meanwhile.
    """
    calls = FieldCall.objects.select_for_update().filter(
        pk__in=FieldCall.objects.filter(lines__product__sku=sku.strip(), state__in=IN_WORK).values("pk")
    )
    pks = [call.pk for call in calls.order_by("id")]
    packed = ParcelLine.objects.filter(parcel__field_call_id__in=pks, line__product__sku=sku.strip())
    busy = list(packed.order_by("id").values_list("parcel__field_call__number", flat=True).distinct())
    if busy:
        raise PackedWithoutNumbers(
            f"{sku} lies in {busy[0]} without its number. Complete {', '.join(dict.fromkeys(busy))} first, "
            "or put it back, then serialise the product."
        )
    return items.serialise(sku, numbers=numbers)


def _feeds(call: FieldCall, room_id: int | None) -> bool:
    return _feeding(call).filter(room_id=room_id).exists()


def _feeding(call: FieldCall) -> QuerySet[ChannelRoom]:
    return ChannelRoom.objects.filter(channel_id=call.channel_id, location=call.location)
