"""Building sales from staged shipments: the matrix says which, goods are promised, sales are written.

Set-based for a batch; an order that cannot be built waits with a task and never holds up the others.
Reading an order never creates products, customers or accounts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from loadbay.catalogue.queries import resolve_skus
from loadbay.channels.action_rules import ActionKind
from loadbay.channels.models import SalesChannel
from loadbay.channels.rules import OPEN, POSTED, RELEASED, Implied
from loadbay.channels.services.items import forget_unmapped
from loadbay.channels.services.sites import keep_rooms
from loadbay.channels.services.unmapped import keep_definitions, settle
from loadbay.core.bulk import insert_rows, these, update_many
from loadbay.core.events import record
from loadbay.core.money import Money
from loadbay.journal.services import note_each
from loadbay.orders import rules
from loadbay.orders.definition_rules import Ruled, Staged, ruled
from loadbay.orders.events import SalesBuilt, ShipmentsShipped, ShipmentsToAnswer
from loadbay.orders.models import ChannelOrder, Sale, SaleLine, Shipment
from loadbay.orders.order_rules import Action, Verdict
from loadbay.orders.services.buyers import greet_known_buyers, payments_known
from loadbay.orders.services.customers import unpicked_buyers
from loadbay.orders.services.entering import entered, enterings
from loadbay.orders.services.grounds import Ground, grounds_of, hits_of
from loadbay.orders.services.holding import (
    await_goods,
    hold_for_definitions,
    no_line,
    no_room,
    stopped,
    tell_short,
    tell_unknown_skus,
)
from loadbay.orders.services.letting_go import HELD
from loadbay.orders.services.onsite import SHIPPED_BY_US, keep_rest, settle_onsite, smaller
from loadbay.orders.services.promising import keep_goods, let_go_of_goods, promise_goods
from loadbay.orders.services.resolving import resolved
from loadbay.orders.services.ruling import keep_verdicts, verdicts_on
from loadbay.orders.services.sale_rows import (
    LineToBuild,
    ShipmentToBuild,
    Sold,
    lines_by_shipment,
    sale_line_rows,
    sale_numbers,
    sale_row,
)
from loadbay.orders.services.staging import staged_rows
from loadbay.orders.shortages import Missing

BATCH = 500


@dataclass(frozen=True)
class Buyers:
    """What is known of the buyers of a batch: how they paid, by order, and who needs a person's pick."""

    payments: Mapping[int, str]
    unpicked: Mapping[tuple[int, int], str]


@dataclass
class Batch:
    """A batch sorted by what the matrix, the order rules, the catalogue and the definitions say."""

    ready: list[Sold] = field(default_factory=list)
    unmapped: list[tuple[ShipmentToBuild, Ruled]] = field(default_factory=list)
    pending: list[ShipmentToBuild] = field(default_factory=list)
    waiting: list[tuple[ShipmentToBuild, Implied, str]] = field(default_factory=list)
    ignored: list[tuple[ShipmentToBuild, Implied, str]] = field(default_factory=list)
    """With the rule that left it out; empty where the matrix did."""
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    """What the shop's own rules say of those that the matrix calls ready."""


@transaction.atomic
def build_staged(connection_id: int, *, limit: int = BATCH, now: datetime | None = None) -> int:
    """Build the oldest staged shipments of a connection; returns how many were looked at.

    `now` decides whether the wait for an On Site FBA shipment is over; without it, the machine's clock does.
    """
    keep_rooms(connection_id)
    keep_definitions(connection_id)
    rows = _first(_staged(connection_id).select_for_update(skip_locked=True), limit=limit)
    if rows:
        _build(connection_id, rows, now=now)
    return len(rows)


@transaction.atomic
def build_one(connection_id: int, shipment_id: str) -> None:
    """Build this shipment out of its turn, should it be staged: a person waits for what comes of it."""
    keep_rooms(connection_id)
    keep_definitions(connection_id)
    rows = _staged(connection_id).select_for_update(skip_locked=True).filter(shipment_id=shipment_id)
    found = _first(rows, limit=1)
    if found:
        _build(connection_id, found)


@transaction.atomic
def build_covered(connection_id: int, shipment_pks: Sequence[int]) -> None:
    """Build these, which waited without a sale, now that `covering` has kept goods for all of them.

    In the transaction in which they were kept, and without asking the stock again: more may be promised of
    the same goods than lies there, and who is served first was decided already.
    """
    if shipment_pks:
        build_again(shipment_pks)
        rows = _first(_staged(connection_id).filter(pk__in=list(shipment_pks)), limit=len(shipment_pks))
        _build(connection_id, rows, covered=frozenset(shipment_pks))


def _staged(connection_id: int) -> QuerySet[Shipment]:
    order = ChannelOrder.objects.filter(pk=OuterRef("order_id"))
    return staged_rows(connection_id).annotate(order_number=Subquery(order.values("order_id")))


def _first(rows: QuerySet[Shipment], *, limit: int) -> list[ShipmentToBuild]:
    oldest = rows.order_by("id").values_list(*ShipmentToBuild._fields)[:limit]
    return list(map(ShipmentToBuild._make, oldest))


def is_batch_staged(connection_id: int) -> bool:
    """Whether so many wait to be built that it is worth beginning while more are still coming in."""
    return staged_rows(connection_id)[BATCH - 1 : BATCH].exists()


@transaction.atomic
def build_again(shipment_pks: Sequence[int]) -> None:
    """Put waiting shipments back in line, after what they waited for was mended."""
    Shipment.objects.filter(pk__among=these(shipment_pks), building=Shipment.Building.WAITING).update(
        building=Shipment.Building.STAGED, held_because="", held_for=[], is_short=False
    )


@transaction.atomic
def products_appeared() -> list[int]:
    """Shipments that waited for an unknown SKU which is known now go back in line; their connections."""
    waiting = Shipment.objects.filter(building=Shipment.Building.WAITING, lines__product__isnull=True)
    skus = list(waiting.values_list("lines__sku", flat=True).distinct())
    known = resolve_skus(skus) if skus else {}
    freed = waiting.filter(lines__sku__among=these(known)).distinct()
    connections = sorted(set(freed.values_list("connection_id", flat=True)))
    build_again(list(freed.values_list("pk", flat=True)))
    for channel_id, keys in forget_unmapped(known).items():
        settle(channel_id, keys)
    return connections


def _build(
    connection_id: int,
    rows: Sequence[ShipmentToBuild],
    *,
    now: datetime | None = None,
    covered: Collection[int] = (),
) -> None:
    grounds = grounds_of(rows)
    lines = resolved(rows, lines_by_shipment(rows))
    settled = settle_onsite(rows, lines, hours=_hours_to_wait(grounds), now=now)
    batch = _sort(settled.rows, settled.lines, grounds)
    _set_waiting([*batch.waiting, *((row, Implied.WAITING, why) for row, why in settled.waiting)])
    _keep_pending(batch.pending, lines=lines, grounds=grounds)
    _set_ignored([*batch.ignored, *((row, Implied.IGNORED, SHIPPED_BY_US) for row in settled.shipped_by_us)])
    hold_for_definitions(batch.unmapped)
    keep_verdicts(batch.verdicts)
    stopped_by = {pk: said.stop.action for pk, said in batch.verdicts.items() if said.stop}
    held = [row for row in settled.rows if stopped_by.get(row.pk) is Action.HOLD]
    waiting = [*(row for row, _ in batch.unmapped), *held]
    sold = [row for row in waiting if grounds[row.channel_id].is_ours_to_ship]
    keep_goods(sold, lines=settled.lines, grounds=grounds)  # nobody else may be sold what they bought
    gone = [row for row, _, _ in batch.ignored]
    gone += [row for row, _, _ in batch.waiting if row.status in rules.LEFT]
    let_go_of_goods(
        [row for row in gone if not grounds[row.channel_id].is_at_amazon],
        [pk for pk, action in stopped_by.items() if action is Action.IGNORE],
    )
    keep_rest([sold for sold in batch.ready if sold.row.pk in settled.smaller])
    lacks = promise_goods(batch.ready, grounds)
    lacking = {pk: missing for pk, missing in lacks.items() if pk not in covered}
    ready = await_goods(batch.ready, lacking)
    if ready:
        _write_sales(connection_id, ready, grounds=grounds, lacking=lacking)
    acting = [row for row in rows if grounds[row.channel_id].actions]
    if acting:
        before = {row.pk: row.implied_status for row in acting}
        entered(enterings(before, {row.pk: row.channel_id for row in acting}))


def _sort(
    rows: Sequence[ShipmentToBuild], lines: Mapping[int, list[LineToBuild]], grounds: Mapping[int, Ground]
) -> Batch:
    batch = Batch()
    hits = hits_of(rows, grounds)
    behaviours = {pk: ground.behaviours for pk, ground in grounds.items()}
    buyers = Buyers(_payments(rows, grounds), unpicked_buyers(_channels_of(rows), behaviours))
    verdicts = verdicts_on({row.pk: row.channel_id for row in rows})
    gaps = []
    for row in rows:
        start = grounds[row.channel_id].channel.order_start_at
        if rules.is_before_start(row.status, row.created_at, start=start):
            batch.ignored.append((row, Implied.IGNORED, rules.BEFORE_START))
            continue
        hit = hits[row.channel_id, row.status, row.is_balanced]
        is_early = row.status in rules.NOT_RELEASED or grounds[row.channel_id].is_at_amazon
        if hit is not None and hit.implied is Implied.WAITING and is_early:
            batch.pending.append(row)
            continue
        if hit is None:
            gaps.append(row)
        elif hit.implied is Implied.READY:
            ground = grounds[row.channel_id]
            if not _is_stopped(batch, row, verdicts, ground=ground):
                _sort_ready(batch, row, lines[row.pk], ground=ground, buyers=buyers)
        elif hit.implied in {Implied.WAITING, Implied.ERROR}:
            batch.waiting.append((row, hit.implied, stopped(row, hit.implied)))
        else:
            batch.ignored.append((row, hit.implied, ""))
    batch.waiting += no_line(gaps)
    return batch


def _is_stopped(
    batch: Batch, row: ShipmentToBuild, verdicts: Mapping[int, Verdict], *, ground: Ground
) -> bool:
    """Whether an action or a rule of the shop stops it; what only flags it lets it go on."""
    holds = ground.does(ActionKind.HOLD, Implied.READY) and row.hold != Shipment.Hold.LET_GO
    if holds or row.hold == Shipment.Hold.HELD:
        batch.waiting.append((row, Implied.READY, HELD))
        return True
    verdict = verdicts.get(row.pk)
    if verdict is None:
        return False
    batch.verdicts[row.pk] = verdict
    return verdict.stop is not None


def _sort_ready(
    batch: Batch, row: ShipmentToBuild, lines: Sequence[LineToBuild], *, ground: Ground, buyers: Buyers
) -> None:
    """What the matrix calls ready is built, unless its room or a definition is not known."""
    because = "" if row.location in ground.rooms or ground.is_at_amazon else no_room(row)
    staged = Staged(
        row.ship_method,
        row.currency,
        buyers.payments.get(row.order_id, ""),
        unknown_skus=tuple(sorted({line.sku for line in lines if not line.is_known})),
        order_id=row.order_number,
        unpicked_buyer=buyers.unpicked.get((row.channel_id, row.order_id), ""),
    )
    said = ruled(staged, ground.definitions)
    if because:
        batch.waiting.append((row, Implied.WAITING, because))
    if said.unmapped:
        batch.unmapped.append((row, said))
    if not because and not said.unmapped:
        batch.ready.append(Sold(row, lines, said.becomes))


def _channels_of(rows: Sequence[ShipmentToBuild]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.channel_id, set()).add(row.order_id)
    return found


def _payments(rows: Sequence[ShipmentToBuild], grounds: Mapping[int, Ground]) -> Mapping[int, str]:
    """How the buyers paid, by order, as far as Amazon has shown it and the channel maps it."""
    wanted = [row.order_id for row in rows if grounds[row.channel_id].definitions.maps_payment_methods]
    return payments_known(wanted) if wanted else {}


def _set_waiting(waiting: Sequence[tuple[ShipmentToBuild, Implied, str]]) -> None:
    update_many(Shipment, "held_because", {row.pk: reason for row, _, reason in waiting})
    for implied in {entry for _, entry, _ in waiting}:
        Shipment.objects.filter(
            pk__among=these(row.pk for row, mine, _ in waiting if mine is implied)
        ).update(building=Shipment.Building.WAITING, implied_status=implied.value, held_for=[])


def _set_ignored(ignored: Sequence[tuple[ShipmentToBuild, Implied, str]]) -> None:
    alike: dict[tuple[Implied, str], list[int]] = {}
    for row, implied, because in ignored:
        alike.setdefault((implied, because), []).append(row.pk)
    for (implied, because), pks in alike.items():
        Shipment.objects.filter(pk__among=these(pks)).update(
            building=Shipment.Building.IGNORED, implied_status=implied.value, ignored_because=because
        )


def _write_sales(
    connection_id: int, ready: Sequence[Sold], *, grounds: Mapping[int, Ground], lacking: Missing
) -> None:
    rows = [sold.row for sold in ready]
    ours = [row for row in rows if not grounds[row.channel_id].is_at_amazon]
    short = [row for row in ours if row.pk in lacking]
    covered = [row for row in ours if row.pk not in lacking]
    stands = _first_statuses(rows, covered, grounds)
    numbers = sale_numbers([grounds[row.channel_id].channel.sale_prefix for row in rows])
    sales = insert_rows(
        Sale,
        [
            sale_row(sold, number, grounds[sold.row.channel_id].channel, status=stands[sold.row.pk])
            for sold, number in zip(ready, numbers, strict=True)
        ],
    )
    insert_rows(
        SaleLine,
        [entry for sale, sold in zip(sales, ready, strict=True) for entry in sale_line_rows(sale, sold)],
    )
    _set_built(rows, covered, grounds)
    tell_short(short, {row.pk: lacking[row.pk] for row in short})
    _note_built(ready, numbers)
    defined = {pk: ground.definitions for pk, ground in grounds.items()}
    greet_known_buyers([row.order_id for row in rows], known=defined)
    record(SalesBuilt(connection_id=connection_id, sale_ids=sales))
    to_answer = [row.pk for row in covered if wants_confirming(row, grounds[row.channel_id].channel)]
    if to_answer:
        record(ShipmentsToAnswer(connection_id=connection_id, shipment_ids=to_answer))
    left = [row.pk for row in rows if row.status in rules.LEFT]
    if left:  # a matrix may want a sale of what had left when it was seen first
        record(ShipmentsShipped(connection_id=connection_id, shipment_ids=left))


def _note_built(ready: Sequence[Sold], numbers: Sequence[str]) -> None:
    """The timeline says of each sale what it was built from, and what was left out of it."""
    notes = []
    for sold, number in zip(ready, numbers, strict=True):
        notes.append((f"sale:{number}", f"Built from shipment {sold.row.shipment_id}."))
        net, tax = sold.skipped
        if net or tax:
            amount = Money(net + tax, sold.row.currency)
            notes.append((f"sale:{number}", f"Shipping of {amount} left out: its shipping method skips it."))
        if sold.left_out_tax:
            amount = Money(sold.left_out_tax, sold.row.currency)
            notes.append((f"sale:{number}", f"Tax of {amount} left out: Amazon collected it."))
    note_each(notes, what="built")


def _first_statuses(
    rows: Sequence[ShipmentToBuild], covered: Sequence[ShipmentToBuild], grounds: Mapping[int, Ground]
) -> dict[int, str]:
    """Shipment → how its sale begins: posted where Amazon shipped, released where nothing is to be asked."""
    has_goods = {row.pk for row in covered}
    found = {}
    for row in rows:
        ground = grounds[row.channel_id]
        found[row.pk] = OPEN
        if ground.is_at_amazon:
            found[row.pk] = POSTED
        elif ground.is_ours_to_ship and row.pk in has_goods:
            found[row.pk] = RELEASED
    return found


PENDING_WORDS = "Amazon has not released it yet: its payment or checks are not finished. Its goods are kept."


def _keep_pending(
    rows: Sequence[ShipmentToBuild],
    *,
    lines: Mapping[int, Sequence[LineToBuild]],
    grounds: Mapping[int, Ground],
) -> None:
    """Orders that Amazon has not released: their goods are promised, nothing else is known or done."""
    if not rows:
        return
    for row in keep_goods(rows, lines=lines, grounds=grounds):
        unknown = {line.sku for line in lines[row.pk] if not line.is_known}
        tell_unknown_skus(row, unknown)  # found ahead: the order itself is not held by it yet
    _set_waiting([(row, Implied.WAITING, _why_early(row)) for row in rows])


def _why_early(row: ShipmentToBuild) -> str:
    return PENDING_WORDS if row.status in rules.NOT_RELEASED else "Amazon has not shipped all of it yet."


def _hours_to_wait(grounds: Mapping[int, Ground]) -> dict[int, int]:
    """FBA channel → how many hours after SHIPPED a line waits for its On Site FBA shipment."""
    return {pk: ground.channel.onsite_wait_hours for pk, ground in grounds.items() if ground.is_at_amazon}


def sold_again(shipment_pk: int) -> Sold:
    """A shipment as it would be sold by its lines of now and the definitions of now."""
    order = ChannelOrder.objects.filter(pk=OuterRef("order_id"))
    annotated = Shipment.objects.annotate(order_number=Subquery(order.values("order_id")))
    (row,) = _first(annotated.filter(pk=shipment_pk), limit=1)
    lines = [line for line in lines_by_shipment([row])[row.pk] if line.units]
    defined = grounds_of([row])[row.channel_id].definitions
    return Sold(smaller(row, lines), lines, ruled(Staged(row.ship_method, row.currency), defined).becomes)


def wants_confirming(row: Shipment | ShipmentToBuild, channel: SalesChannel) -> bool:
    """Whether a covered shipment is to be confirmed by itself."""
    return row.status in rules.CONFIRMABLE and channel.confirms_by_itself and not channel.is_watching


def _set_built(
    rows: Sequence[ShipmentToBuild], covered: Sequence[ShipmentToBuild], grounds: Mapping[int, Ground]
) -> None:
    wanted = {row.pk for row in covered if wants_confirming(row, grounds[row.channel_id].channel)}
    by_promise: dict[tuple[str, Implied], list[int]] = {}
    for row in rows:
        promise = Shipment.Promise.WANTED if row.pk in wanted else row.promise
        if row.status not in rules.CONFIRMABLE:
            promise = Shipment.Promise.CONFIRMED
        is_over = grounds[row.channel_id].is_at_amazon
        implied = Implied.COMPLETE if is_over else Implied.IN_PROGRESS
        by_promise.setdefault((promise, implied), []).append(row.pk)
    for (promise, implied), pks in by_promise.items():
        Shipment.objects.filter(pk__among=these(pks)).update(
            building=Shipment.Building.BUILT,
            implied_status=implied.value,
            held_because="",
            held_for=[],
            is_short=False,
            promise=promise,
        )
