"""Everything that changes stock: rooms, movements, promises. Each service is one transaction.

Rows are locked in one order, promises before levels, levels by (product, room). A promise is always written,
because the marketplace has sold it already; whether goods cover it is the answer, never the condition.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from loadbay.catalogue.models import Product
from loadbay.catalogue.rules import ProductUnknown
from loadbay.core.events import record
from loadbay.core.transactions import joined
from loadbay.inbox.services import open_task
from loadbay.stock import items, ledger, rules
from loadbay.stock.events import StockChanged
from loadbay.stock.ledger import Promise, Step
from loadbay.stock.models import Movement, Reservation, StockRoom
from loadbay.stock.rules import Place, Reserved, ReservedRow, ReserveRequest, RoomChange

_ROOM_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")
Kind = Movement.Kind


@dataclass(frozen=True)
class Room:
    code: str
    name: str
    allows_negative: bool


@dataclass(frozen=True)
class Moved:
    """What a movement did. `uncovered` promises no longer lie in the room the goods left."""

    sku: str
    kind: str
    units: int
    rooms: tuple[RoomChange, ...]

    @property
    def uncovered(self) -> int:
        return sum(change.uncovered for change in self.rooms)


@dataclass(frozen=True)
class Delivery:
    """One line of a delivery of many products; of a serialised one with the number of each item."""

    sku: str
    room: str
    units: int
    numbers: tuple[str, ...] = ()


# --- rooms ---


@transaction.atomic
def add_room(*, code: str, name: str = "", allows_negative: bool = False) -> Room:
    """Make a stock room; its code is what people and channels call it by."""
    code = code.strip().upper()
    if not _ROOM_CODE.fullmatch(code):
        raise rules.RoomNotUsable(
            f"{code!r} cannot be a stock room's code. Use up to 20 letters, digits, '-', '_', as in SHOP-1."
        )
    try:
        with transaction.atomic():
            room = StockRoom.objects.create(
                code=code, name=name.strip()[:80] or code, allows_negative=allows_negative
            )
    except IntegrityError:
        raise rules.RoomNotUsable(f"A stock room {code} exists already. Choose another code.") from None
    return Room(code=room.code, name=room.name, allows_negative=room.allows_negative)


# --- movements ---


@transaction.atomic
def goods_in(*, sku: str, room: str, units: int, reference: str = "", numbers: Sequence[str] = ()) -> Moved:
    """Goods arrived. A serialised product's come with the number of each item, here and below."""
    rules.check_units(units, sku=sku)
    product, place = _product(sku), _room(room)
    step = _with(_step(product, place, units=units, kind=Kind.GOODS_IN), reference=reference)
    return _moved(product, [(place, step)], numbers=numbers)


@transaction.atomic
def dispose(*, sku: str, room: str, units: int, reason: str, numbers: Sequence[str] = ()) -> Moved:
    rules.check_units(units, sku=sku)
    if not reason.strip():
        raise rules.ReasonMissing(f"Disposing of {sku} needs a reason. Say why the goods go, as in 'broken'.")
    product, place = _product(sku), _room(room)
    step = _step(product, place, units=-units, kind=Kind.DISPOSAL)
    return _moved(product, [(place, _with(step, reason=reason))], numbers=numbers)


@transaction.atomic
def transfer(*, sku: str, source: str, target: str, units: int, numbers: Sequence[str] = ()) -> Moved:
    rules.check_units(units, sku=sku)
    product, leaves, enters = _product(sku), _room(source), _room(target)
    if leaves.pk == enters.pk:
        raise rules.SameRoom(f"{sku} is in {leaves.code} already. Name another room to transfer it to.")
    steps = [
        (leaves, _step(product, leaves, units=-units, kind=Kind.TRANSFER)),
        (enters, _step(product, enters, units=units, kind=Kind.TRANSFER)),
    ]
    return _moved(product, steps, numbers=numbers)


@transaction.atomic
def goods_in_many(deliveries: Sequence[Delivery], *, reference: str = "", reason: str = "") -> int:
    """Book a whole delivery in, or nothing of it. The units booked come back."""
    products = _products({line.sku for line in deliveries})
    rooms = {code: _room(code) for code in sorted({line.room for line in deliveries})}
    steps = []
    for line in deliveries:
        rules.check_units(line.units, sku=line.sku)
        step = _step(products[line.sku], rooms[line.room], units=line.units, kind=Kind.GOODS_IN)
        steps.append(_with(step, reason=reason, reference=reference))
    ledger.lock_levels((step.product_id, step.room_id) for step in steps)
    serialised = items.serialised_of(step.product_id for step in steps)
    arrivals = []
    for line, step in zip(deliveries, steps, strict=True):
        product, has_numbers = products[line.sku], step.product_id in serialised
        numbers = items.read_for(product, line.numbers, units=line.units, is_serialised=has_numbers)
        if has_numbers:
            arrivals.append(items.Arrival(product, rooms[line.room], numbers, step.reference))
    items.book_in(arrivals)
    ledger.move(steps)
    _changed({step.product_id for step in steps}, lowered=False, reason="goods_in")
    return sum(line.units for line in deliveries)


def _moved(product: Product, steps: Sequence[tuple[StockRoom, Step]], *, numbers: Sequence[str]) -> Moved:
    """Lock, check, write and tell one movement of one product, through one room or two."""
    places: list[Place] = [(step.product_id, step.room_id) for _, step in steps]
    before, promised = ledger.lock_levels(places), ledger.promised_units(places)
    changes = []
    for (room, step), place in zip(steps, places, strict=True):
        after = before[place] + step.units
        uncovered = rules.uncovered(on_hand=after, promised=promised.get(place, 0)) if step.units < 0 else 0
        change = RoomChange(room=room.code, before=before[place], after=after, uncovered=uncovered)
        if step.units < 0 and not room.allows_negative:
            rules.check_leaves(sku=product.sku, change=change, units=-step.units)
        changes.append(change)
    items.follow(product, steps, numbers=numbers)
    ledger.move([step for _, step in steps])
    kind = steps[0][1].kind
    _changed({product.pk}, lowered=any(step.units < 0 for _, step in steps), reason=kind)
    return Moved(sku=product.sku, kind=kind, units=abs(steps[0][1].units), rooms=tuple(changes))


# --- promises ---


@transaction.atomic
def reserve(requests: Sequence[ReserveRequest]) -> dict[str, Reserved]:
    """Promise goods to new holders. Who has promises keeps them, and hears whether goods cover them."""
    answer = _reserved(requests)
    _changed(
        {row.product_id for reserved in answer.values() for row in reserved.rows},
        lowered=True,
        reason="reserve",
    )
    return answer


@transaction.atomic
def reserve_again(requests: Sequence[ReserveRequest]) -> dict[str, Reserved]:
    """Release what these holders have and promise anew, in one go."""
    gone = ledger.remove_promises(_holders(requests))
    answer = _reserved(requests)
    items.promises_follow(_holders(requests))
    now = {row.product_id for reserved in answer.values() for row in reserved.rows}
    _changed(now | {promise.product_id for promise in gone}, lowered=True, reason="reserve")
    return answer


@transaction.atomic
def reserve_exactly(requests: Sequence[ReserveRequest]) -> dict[str, Reserved]:
    """As `reserve`, but whose promises are of other goods than asked for now gets them anew, first of all."""
    wanted: dict[str, Counter[tuple[str, int]]] = {}
    for request in requests:
        mine = wanted.setdefault(request.holder, Counter())
        mine.update(
            {(request.sold_as, product): units for product, units in rules.summed(request.items).items()}
        )
    standing: dict[str, Counter[tuple[str, int]]] = {}
    for promise in ledger.promises_of(sorted(wanted)):
        mine = standing.setdefault(promise.holder, Counter())
        mine[promise.sold_as, promise.product_id] += promise.units
    other = {holder for holder, mine in standing.items() if mine != wanted[holder]}
    changed = [request for request in requests if request.holder in other]
    answer = reserve_again(changed) if changed else {}
    return answer | reserve([request for request in requests if request.holder not in other])


@joined
def move_stage(holders: Sequence[str], *, to: str) -> None:
    """Say how far the promises of these holders are (`open`, `labelled`, `put_back`, `other`)."""
    stage = Reservation.Stage(to)
    _changed(
        ledger.restage_promises(holders, to=stage), lowered=stage is not Reservation.Stage.OPEN, reason=stage
    )


@transaction.atomic
def release(holders: Sequence[str]) -> None:
    """End the promises of these holders; their goods stay where they lie."""
    gone = ledger.remove_promises(holders)
    items.unpack(holders)
    _changed({promise.product_id for promise in gone}, lowered=False, reason="release")


@transaction.atomic
def put_back(holder: str) -> None:
    """The goods of a cancelled, labelled parcel are on their shelf again."""
    gone = ledger.remove_promises([holder])
    items.unpack([holder])
    _changed({promise.product_id for promise in gone}, lowered=False, reason="put_back")


@joined
def hand_over(holders: Sequence[str], *, reference: str) -> None:
    """The goods left the building: write the sale movements and end the promises.

    A room that had too little on hand goes below zero, with a task, because the lorry has the goods.
    """
    gone = ledger.remove_promises(holders)
    steps = items.leaving(gone, reference=reference)
    on_hand = ledger.lock_levels((step.product_id, step.room_id) for step in steps)
    items.hand_over(holders)
    ledger.move(steps)
    for step in steps:
        on_hand[step.product_id, step.room_id] += step.units
    _ask_for_counts([place for place, units in on_hand.items() if units < 0])
    _changed({step.product_id for step in steps}, lowered=True, reason="hand_over")


def _reserved(requests: Sequence[ReserveRequest]) -> dict[str, Reserved]:
    places = [place for request in requests for place in _places(request)]
    on_hand = ledger.lock_levels(places)
    free = ledger.free_units(on_hand, promised=ledger.promised_units(places))
    standing: dict[str, list[Promise]] = {}
    for promise in ledger.promises_of(_holders(requests)):
        standing.setdefault(promise.holder, []).append(promise)
    answer = {holder: _standing(holder, rows, free=free) for holder, rows in standing.items()}
    fresh: dict[tuple[str, int, int, str], Promise] = {}
    for request in requests:
        if request.holder not in standing:
            part = _promised(request, free=free, into=fresh)
            answer[request.holder] = _joined(answer.get(request.holder), part)
    ledger.write_promises(list(fresh.values()))
    return answer


def _promised(
    request: ReserveRequest, *, free: dict[Place, int], into: dict[tuple[str, int, int, str], Promise]
) -> Reserved:
    """Allocate one request and add its rows to those that will be written."""
    taken = rules.allocate(rules.summed(request.items), room_ids=request.room_ids, free=free)
    sold_units = request.sold_units
    for (product_id, room_id), units in taken.taken.items():
        key = (request.holder, product_id, room_id, request.sold_as)
        before = into.get(key)
        into[key] = Promise(
            *key[:3],
            units=units + (before.units if before else 0),
            stage=request.stage,
            sold_as=request.sold_as,
            sold_units=sold_units + (before.sold_units if before else 0),
            location=request.location,
        )
        sold_units = 0
    rows = tuple(ReservedRow(*place, units, request.sold_as) for place, units in taken.taken.items())
    return Reserved(request.holder, not taken.missing, rows, tuple(taken.missing.items()))


def _standing(holder: str, promises: Sequence[Promise], *, free: dict[Place, int]) -> Reserved:
    """What a holder has already, and what of it does not lie there now."""
    rows = tuple(ReservedRow(row.product_id, row.room_id, row.units, row.sold_as) for row in promises)
    missing: dict[int, int] = {}
    for row in rows:
        short = min(row.units, max(0, -free.get((row.product_id, row.room_id), 0)))
        if short:
            missing[row.product_id] = missing.get(row.product_id, 0) + short
    return Reserved(holder, not missing, rows, tuple(missing.items()))


def _joined(before: Reserved | None, part: Reserved) -> Reserved:
    """The lines of one holder as one answer."""
    if before is None:
        return part
    missing = rules.summed((*before.missing, *part.missing))
    units: dict[tuple[int, int, str], int] = {}
    for row in (*before.rows, *part.rows):
        key = (row.product_id, row.room_id, row.sold_as)
        units[key] = units.get(key, 0) + row.units
    rows = tuple(ReservedRow(product, room, total, sold) for (product, room, sold), total in units.items())
    return Reserved(part.holder, not missing, rows, tuple(missing.items()))


def _places(request: ReserveRequest) -> list[Place]:
    if not request.room_ids:
        raise rules.RoomUnknown(
            f"{request.holder} has no stock room to be promised from. Give the channel a stock room there."
        )
    return [(product_id, room_id) for product_id, _ in request.items for room_id in request.room_ids]


def _holders(requests: Sequence[ReserveRequest]) -> list[str]:
    return sorted({request.holder for request in requests})


# --- shared by the services above ---


def _changed(product_ids: Iterable[int], *, lowered: bool, reason: str) -> None:
    touched = sorted(set(product_ids))
    if touched:
        record(StockChanged(product_ids=touched, lowered=lowered, reason=str(reason)))


def _ask_for_counts(places: Sequence[Place]) -> None:
    if not places:
        return
    skus = dict(Product.objects.filter(pk__in={product for product, _ in places}).values_list("pk", "sku"))
    rooms = StockRoom.objects.in_bulk({room for _, room in places})
    for product_id, room_id in sorted(places):
        if not rooms[room_id].allows_negative:
            open_task(
                kind="stock_below_zero",
                matter=f"{skus[product_id]} in {rooms[room_id].code}",
                cause="stock",
                sentence=f"More {skus[product_id]} left {rooms[room_id].code} than was on hand there.",
                cure="Count the product in that room and book the missing goods in.",
                subjects=(f"product:{skus[product_id]}",),
            )


def _product(sku: str) -> Product:
    return _products({sku})[sku]


def _products(skus: set[str]) -> dict[str, Product]:
    found = {product.sku: product for product in Product.objects.filter(sku__in=skus)}
    for sku in sorted(skus):
        if sku not in found:
            raise ProductUnknown.called(sku)
        if found[sku].is_bundle:
            raise rules.BundleHasNoStock(
                f"{sku} is a soft bundle and has no stock of its own. Move the products it contains."
            )
    return found


def _room(code: str) -> StockRoom:
    try:
        return StockRoom.objects.get(code=code.strip().upper())
    except StockRoom.DoesNotExist:
        known = ", ".join(StockRoom.objects.order_by("code").values_list("code", flat=True)[:12])
        cure = f"Known rooms: {known}." if known else "Add one with `loadbay stock-room add`."
        raise rules.RoomUnknown(f"There is no stock room {code!r}. {cure}") from None


def _step(product: Product, room: StockRoom, *, units: int, kind: str) -> Step:
    return Step(product_id=product.pk, room_id=room.pk, units=units, kind=kind)


def _with(step: Step, *, reason: str = "", reference: str = "") -> Step:
    return Step(
        step.product_id, step.room_id, step.units, step.kind, reason.strip()[:120], reference.strip()[:80]
    )
