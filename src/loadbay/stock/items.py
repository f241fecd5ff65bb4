"""What happens to serialised items: booked in, carried, disposed of, packed, handed over, counted in.

Called inside the transactions of `services.py` and of the bench. Levels are locked before items; whether
units have numbers is read after that lock, so that a product cannot change in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from loadbay.catalogue import services as catalogue
from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.models import Product
from loadbay.catalogue.queries import resolve_skus, skus_of
from loadbay.catalogue.rules import ProductUnknown
from loadbay.core.events import record
from loadbay.inbox.services import close_task
from loadbay.stock import item_ledger, item_rules, ledger, rules
from loadbay.stock.events import StockChanged
from loadbay.stock.item_rules import Item, ItemState, ItemStep
from loadbay.stock.models import Movement, SerialisedItem, StockRoom

# --- movements ---


def serialised_of(product_ids: Iterable[int]) -> set[int]:
    """Those of the products whose units have numbers, as it stands now that their levels are locked."""
    rows = Product.objects.filter(pk__in=set(product_ids), is_serialised=True)
    return set(rows.values_list("pk", flat=True))


def follow(
    product: Product, steps: Sequence[tuple[StockRoom, ledger.Step]], *, numbers: Sequence[str]
) -> None:
    """Let the items follow a movement of their product, or refuse it; a plain product has no numbers."""
    _, first = steps[0]
    is_serialised = bool(serialised_of([product.pk]))
    numbers = read_for(product, numbers, units=abs(first.units), is_serialised=is_serialised)
    if not is_serialised:
        return
    match first.kind:
        case Movement.Kind.GOODS_IN:
            book_in([Arrival(product, steps[0][0], numbers, first.reference)])
        case Movement.Kind.TRANSFER:
            _carry(product, steps[0][0], steps[1][0], numbers=numbers)
        case _:
            _take_out(product, steps[0][0], numbers=numbers, reason=first.reason)


def read_for(product: Product, numbers: Sequence[str], *, units: int, is_serialised: bool) -> tuple[str, ...]:
    """The numbers of a movement as scanned. Refuses those that do not fit its product and its units."""
    found = item_rules.read_numbers(numbers)
    if is_serialised:
        item_rules.check_fits(found, sku=product.sku)
        item_rules.check_count(found, units=units, sku=product.sku)
    else:
        item_rules.check_plain(found, sku=product.sku)
    return found


@dataclass(frozen=True)
class Arrival:
    """Items of one product that come into one room, their numbers read."""

    product: Product
    room: StockRoom
    numbers: tuple[str, ...]
    reference: str = ""


def book_in(arrivals: Sequence[Arrival]) -> None:
    """Items that arrive: new ones, and those that left and come back; a few statements per room."""
    wanted = [(arrival.product.pk, number) for arrival in arrivals for number in arrival.numbers]
    for sentence in why_not([number for _, number in wanted]).values():
        raise item_rules.NumberTaken(f"{sentence} Nothing was booked in.")
    for (_, number), times in Counter(wanted).items():
        if times > 1:
            raise item_rules.given_twice(number)
    known = item_ledger.locked_many(wanted)
    for item in known.values():
        if item.state in item_rules.HERE:
            raise item_rules.NumberTaken(item_rules.taken(item, sku=item.sku))
    places: dict[tuple[int, str], list[Arrival]] = {}
    for arrival in arrivals:
        places.setdefault((arrival.room.pk, arrival.reference), []).append(arrival)
    for together in places.values():
        _book_into(together, known)


def _book_into(arrivals: Sequence[Arrival], known: Mapping[tuple[int, str], Item]) -> None:
    """What comes into one room under one reference."""
    room, reference = arrivals[0].room, arrivals[0].reference
    wanted = [(arrival.product.pk, number) for arrival in arrivals for number in arrival.numbers]
    back = [known[key] for key in wanted if key in known]
    there = {"room_id": room.pk, "holder": "", "parcel": "", "reference": reference}
    for state, columns in ((ItemState.GONE, {"came_back": True}), (ItemState.DISPOSED, {})):
        mine = [item for item in back if item.state is state]
        item_ledger.step(mine, ItemStep.BOOK_IN, **there, **columns)
        item_ledger.note(mine, f"Came back, booked into {room.code}{_of(reference)}.", what="booked_in")
    _insert(room, [key for key in wanted if key not in known], reference=reference)


def why_not(numbers: Sequence[str]) -> dict[str, str]:
    """Of these numbers those that scan to a product by themselves, each with the words for it."""
    codes = resolve_skus(numbers)
    skus = skus_of(list(codes.values()))
    return {number: item_rules.scans_to(number, skus[owner]) for number, owner in codes.items()}


def _insert(room: StockRoom, fresh: Sequence[tuple[int, str]], *, reference: str) -> None:
    try:
        with transaction.atomic():
            ids = item_ledger.insert(fresh, room_id=room.pk, reference=reference)
    except IntegrityError:  # somebody booked one of them into another room at this moment
        first = min(item_ledger.locked_many(fresh).values(), key=lambda item: item.number)
        raise item_rules.NumberTaken(item_rules.taken(first, sku=first.sku)) from None
    item_ledger.note_ids(ids, f"Booked into {room.code}{_of(reference)}.", what="booked_in")


def _carry(product: Product, source: StockRoom, target: StockRoom, *, numbers: Sequence[str]) -> None:
    items = _lying(product, source, numbers)
    item_ledger.step(items, ItemStep.TRANSFER, room_id=target.pk)
    item_ledger.note(items, f"Transferred from {source.code} to {target.code}.", what="transferred")


def _take_out(product: Product, room: StockRoom, *, numbers: Sequence[str], reason: str) -> None:
    items = _lying(product, room, numbers)
    item_ledger.step(items, ItemStep.DISPOSE, room_id=None, reference=reason)
    item_ledger.note(items, f"Disposed of out of {room.code}: {reason}.", what="disposed")


def _lying(product: Product, room: StockRoom, numbers: Sequence[str]) -> list[Item]:
    """The items in stock in a room, their rows locked. Raises `NumberNotHere` for the first that is not."""
    found = item_ledger.locked(product.pk, numbers)
    for number in numbers:
        item = found.get(number)
        if item is None or item.state is not ItemState.IN_STOCK or item.room_id != room.pk:
            raise item_rules.not_here(number, sku=product.sku, room=room.code, item=item)
    return [found[number] for number in numbers]


def _of(reference: str) -> str:
    return f" ({reference})" if reference else ""


# --- the bench ---


def pack(item: Item, *, holder: str, reference: str, parcel: str) -> None:
    """Put an item, whose row is locked, into a parcel; the holder's promise follows it to the item's room."""
    if not item_rules.may(item, ItemStep.PACK):
        raise item_rules.not_here(item.number, sku=item.sku, room="a stock room", item=item)
    item_ledger.step([item], ItemStep.PACK, holder=holder, reference=reference, parcel=parcel)
    item_ledger.note([item], f"Packed into {reference}, {parcel}.", what="packed")
    if promises_follow([holder]):
        record(StockChanged(product_ids=[item.product_id], lowered=True, reason="pack"))


def promises_follow(holders: Sequence[str]) -> bool:
    """What these holders were promised in another room is promised where their packed items lie.

    Says whether anything changed.
    """
    packed = Counter((item.holder, item.product_id, item.room_id) for item in item_ledger.held(holders))
    moved = 0
    for (holder, product_id, room_id), units in packed.items():
        while _promise_follows(holder, product_id, to=room_id, packed=packed, wanted=units):
            moved += 1
    return moved > 0


def _promise_follows(
    holder: str, product_id: int, *, to: int | None, packed: Mapping[object, int], wanted: int
) -> bool:
    """Carry one promised unit of a product to a room that has fewer of them than packed items."""
    mine = [row for row in ledger.promises_of([holder]) if row.product_id == product_id]
    promised = Counter[int | None]()
    for row in mine:
        promised[row.room_id] += row.units
    spare = [row for row in mine if promised[row.room_id] > packed.get((holder, product_id, row.room_id), 0)]
    if to is None or promised[to] >= wanted or not spare:
        return False
    ledger.carry_promise(spare[0], to=to)
    return True


def unpack(holders: Sequence[str]) -> None:
    """What these holders have packed lies on its shelf again."""
    items = item_ledger.held(holders)
    item_ledger.step(items, ItemStep.UNPACK, holder="", parcel="", reference="")
    item_ledger.note(items, "Taken out of its parcel, in stock again.", what="unpacked")


def leaving(promises: Sequence[ledger.Promise], *, reference: str) -> list[ledger.Step]:
    """The sale movements of what was promised; serialised items leave the rooms in which they lie."""
    items = item_ledger.packed_of([promise.holder for promise in promises])
    numbered = {(item.holder, item.product_id) for item in items}
    places = [
        (row.product_id, row.room_id, row.units)
        for row in promises
        if (row.holder, row.product_id) not in numbered
    ]
    lying = Counter((item.product_id, item.room_id) for item in items)
    places += [(product_id, room_id, units) for (product_id, room_id), units in lying.items() if room_id]
    return [
        ledger.Step(product_id, room_id, -units, Movement.Kind.SALE, reference=reference)
        for product_id, room_id, units in places
    ]


def hand_over(holders: Sequence[str]) -> None:
    """What these holders have packed left the building."""
    items = item_ledger.held(holders)
    item_ledger.step(items, ItemStep.HAND_OVER, room_id=None)
    item_ledger.note(items, "Left with its field call.", what="gone")


# --- which products have items ---


@transaction.atomic
def change_product(fields: ProductFields) -> int:
    """Set every field of a product; whether it is serialised only while none of it lies or is promised."""
    product = Product.objects.filter(sku=fields.sku.strip()).first()
    if product is not None and product.is_serialised != fields.is_serialised:
        for sku, sentence in why_it_stays([product]).items():
            raise item_rules.SerialisedWithStock(f"{sku} {sentence}")
    return catalogue.update_product(fields)


def why_it_stays(products: Sequence[Product]) -> dict[str, str]:
    """Of these those that cannot become, or stop being, serialised now, with why. Their levels get locked."""
    return _staying(products, on_hand=ledger.lock_levels)


def why_it_would_stay(products: Sequence[Product]) -> dict[str, str]:
    """The same for a preview: nothing is locked, no level is made."""
    return _staying(products, on_hand=ledger.levels)


def _staying(
    products: Sequence[Product], *, on_hand: Callable[[Sequence[rules.Place]], Mapping[rules.Place, int]]
) -> dict[str, str]:
    rooms = list(StockRoom.objects.order_by("id").values_list("pk", flat=True))
    places = [(product.pk, room) for product in products for room in rooms]
    lying, promised = Counter[int](), Counter[int]()
    for (product_id, _), units in on_hand(places).items():
        lying[product_id] += units
    for (product_id, _), units in ledger.promised_units(places).items():
        promised[product_id] += units
    return {
        product.sku: f"has {lying[product.pk]} units on hand and {promised[product.pk]} promised. "
        + (_STOP_FIRST if product.is_serialised else _COUNT_FIRST)
        for product in products
        if lying[product.pk] or promised[product.pk]
    }


_COUNT_FIRST = "Serialise it on its Stock tab, with the number of each item, instead."
_STOP_FIRST = "Dispose of its items, change it, then book them in again without numbers."


@transaction.atomic
def serialise(sku: str, *, numbers: Mapping[str, Sequence[str]]) -> int:
    """Make a product serialised, giving the number of every unit that lies in each room (code → numbers)."""
    product = _to_serialise(sku)
    rooms = {room.code: room for room in StockRoom.objects.order_by("id")}
    by_room = {code.strip().upper(): given for code, given in numbers.items()}
    for code in sorted(by_room.keys() - rooms.keys()):
        raise rules.RoomUnknown(f"There is no stock room {code!r}. Known rooms: {', '.join(sorted(rooms))}.")
    item_rules.read_numbers(number for given in by_room.values() for number in given)
    lying = ledger.lock_levels((product.pk, room.pk) for room in rooms.values())
    arrivals = []
    for code, room in rooms.items():
        given = item_rules.read_numbers(by_room.get(code, ()))
        item_rules.check_counted(given, units=lying[product.pk, room.pk], sku=product.sku, room=code)
        arrivals.append(Arrival(product, room, given, "counted in"))
    book_in(arrivals)
    catalogue.set_serialised(product.sku)
    close_task("numbers_unknown", product.sku)
    return sum(len(given) for given in by_room.values())


def _to_serialise(sku: str) -> Product:
    product = Product.objects.filter(sku=sku.strip()).first()
    if product is None:
        raise ProductUnknown.called(sku)
    if product.is_bundle:
        raise rules.BundleHasNoStock(f"{sku} is a soft bundle. Serialise the products it contains.")
    if product.is_serialised:
        raise item_rules.SerialisedWithStock(f"{sku} is serialised already. Book items in at Goods In.")
    return product


def locked_item(item_id: int) -> Item:
    """The item as it stands once nobody else changes it."""
    return item_ledger.read(SerialisedItem.objects.select_for_update(of=("self",)).filter(pk=item_id))[0]
