"""Batch complete: a person saw the parcels leave. This, and nothing automatic, tells Amazon shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from loadbay.core.actor import current_actor
from loadbay.core.bulk import these
from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.core.locks import hold_for_transaction
from loadbay.dispatch.events import FieldCallsCompleted
from loadbay.dispatch.leaving import kept_back
from loadbay.dispatch.models import IN_WORK, Consignment, FieldCall, Parcel
from loadbay.dispatch.parts import goods_of
from loadbay.dispatch.rules import State, Step, advance, collection_lock, retry_after
from loadbay.dispatch.services.printers import prints_are_settled
from loadbay.inbox.services import close_task, open_task, restate_task
from loadbay.journal.services import note_many
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services.answering import accepted
from loadbay.orders.services.implying import imply, lock_shipments_of
from loadbay.stock import services as stock


class CountDiffers(Refusal):
    """The parcels counted on the lorry are not the parcels of the consignment."""

    code = "count_differs"


class NothingToComplete(Refusal):
    """There is no labelled field call to complete."""

    code = "nothing_to_complete"


class NoValidLabel(Refusal):
    """A parcel of the field call has no valid label, so it cannot have left."""

    code = "no_valid_label"


class OnlyWatching(Refusal):
    """A channel in watch mode tells Amazon nothing."""

    code = "only_watching"


@dataclass(frozen=True)
class Completed:
    """What Complete All did: completed field calls, and those it left, with why."""

    numbers: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


@transaction.atomic
def complete(number: str, *, now: datetime) -> Completed:
    """Complete one field call. Raises `StepNotAllowed` when it is not labelled, `NoValidLabel`."""
    wanted = FieldCall.objects.filter(number=number.strip().upper())
    calls = _locked(list(wanted.values_list("pk", flat=True)))
    if not calls:
        raise NotFound(f"There is no field call {number}.")
    call = calls[0]
    advance(State(call.state), Step.COMPLETE, number=call.number)
    kept = kept_back([call.pk])
    if kept:
        raise NoValidLabel(f"{call.number} cannot leave: {kept[call.pk]}")
    return _complete([call], now)


@transaction.atomic
def complete_all(consignment: str, *, parcels_counted: int | None, now: datetime) -> Completed:
    """Complete every labelled field call of a consignment; calls without a valid label never complete.

    `parcels_counted` is what a person counted on the lorry; None where nobody was asked.
    """
    found = Consignment.objects.filter(number=consignment.strip().upper()).first()
    if found is None:
        raise NotFound(f"There is no consignment {consignment}. Scan the number on the dock sheet.")
    hold_for_transaction(collection_lock(found.location, found.agent_id))
    ids = Parcel.objects.filter(consignment=found).values_list("field_call_id", flat=True)
    calls = _locked(sorted(set(ids)))
    kept = kept_back([call.pk for call in calls if call.state == FieldCall.State.LABELLED])
    ready = [call for call in calls if call.state == FieldCall.State.LABELLED and call.pk not in kept]
    if not ready:
        raise NothingToComplete(_nothing_ready(found.number, calls, kept))
    loaded = Parcel.objects.filter(consignment=found, field_call__in=ready).count()
    if parcels_counted is not None and parcels_counted != loaded:
        raise CountDiffers(
            f"You counted {parcels_counted} parcels, {found.number} has {loaded}. "
            "Find the difference, then press Complete All again; nothing was completed."
        )
    done = _complete(ready, now)
    found.closed_at = now
    found.save(update_fields=["closed_at"])
    left = [(c.number, kept.get(c.pk, c.get_state_display())) for c in calls if c not in ready]
    return Completed(done.numbers, tuple(left))


def _nothing_ready(consignment: str, calls: Sequence[FieldCall], kept: Mapping[int, str]) -> str:
    if not kept:
        return f"{consignment} has no labelled field call that is not completed yet."
    reasons = " ".join(f"{call.number}: {kept[call.pk]}" for call in calls if call.pk in kept)
    return f"{consignment} has no field call with a valid label that is not completed yet. {reasons}"


def _locked(field_call_ids: Sequence[int]) -> list[FieldCall]:
    """The calls with their rows locked: shipments, sales, field calls, as a cancellation does it."""
    lock_shipments_of(Sale.objects.filter(field_call__in=field_call_ids))
    list(Sale.objects.select_for_update().filter(field_call__in=field_call_ids).order_by("id"))
    rows = FieldCall.objects.select_for_update(of=("self",)).filter(pk__in=field_call_ids)
    return list(rows.select_related("channel", "sale").order_by("id"))


def _complete(calls: Sequence[FieldCall], now: datetime) -> Completed:
    watching = [c.number for c in calls if c.channel.is_watching]
    if watching:
        raise OnlyWatching(f"{watching[0]} belongs to a channel in watch mode; nothing is told to Amazon.")
    ids = [call.pk for call in calls]
    FieldCall.objects.filter(pk__among=these(ids)).update(
        state=FieldCall.State.COMPLETED,
        state_since=now,
        completed_at=now,
        completed_by=current_actor(),
        label_wanted="",
        next_try_at=None,
        tries=0,
        problem="",
    )
    sales = Sale.objects.filter(field_call__in=ids)
    shipments = sorted(set(sales.values_list("shipment_id", flat=True)))
    post_what_left([call.sale_id for call in calls], now=now)
    imply(shipments)
    stock.hand_over([goods_of(call) for call in calls], reference="field call completed")
    prints_are_settled([call.number for call in calls])
    note_many(
        [f"field_call:{call.number}" for call in calls], "Completed: it left on the lorry.", what="completed"
    )
    connections = Shipment.objects.filter(pk__in=shipments).values_list("connection_id", flat=True)
    for connection_id in sorted(set(connections)):
        mine = [call.pk for call in calls if call.channel.connection_id == connection_id]
        record(FieldCallsCompleted(connection_id=connection_id, field_call_ids=mine))
    return Completed(tuple(call.number for call in calls), ())


def post_what_left(sale_ids: Sequence[int], *, now: datetime) -> None:
    """Post the sales of which nothing is still to be sent; one that goes in parts waits for its last."""
    waiting = FieldCall.objects.filter(sale_id__in=sale_ids, state__in=IN_WORK).values("sale_id")
    Sale.objects.filter(pk__in=list(sale_ids)).exclude(pk__in=waiting).update(
        order_status=Sale.OrderStatus.POSTED, posted_at=now
    )


def call_to_tell(field_call_id: int, *conditions: Q) -> FieldCall | None:
    """A completed field call of which Amazon may be told, with sale, shipment and channel."""
    rows = FieldCall.objects.filter(
        *conditions, pk=field_call_id, state=FieldCall.State.COMPLETED, channel__is_watching=False
    )
    rows = rows.select_related("sale__shipment", "channel")
    return rows.defer("sale__shipment__raw", "sale__shipment__boxes").first()


def shipment_of(call: FieldCall) -> Shipment:
    """Its shipment as it stands now, without the raw answer."""
    return Shipment.objects.defer("raw", "boxes").get(pk=call.sale.shipment_id)


@transaction.atomic
def told_shipped(parcel_id: int, *, now: datetime) -> None:
    """Amazon accepted, or was seen to know, that the parcel left. The last parcel ships the shipment."""
    parcel = (
        Parcel.objects.select_for_update(of=("self",)).select_related("field_call__sale").get(pk=parcel_id)
    )
    if parcel.told_shipped_at is None:
        parcel.told_shipped_at = now
        parcel.save(update_fields=["told_shipped_at"])
    left = Parcel.objects.filter(field_call_id=parcel.field_call_id, told_shipped_at__isnull=True)
    shipment_pk = parcel.field_call.sale.shipment_id
    if left.exists():
        Shipment.objects.filter(pk=shipment_pk).update(asked="", asked_at=None)
        return
    accepted(shipment_pk, status="PARTIALLY_SHIPPED" if _is_part_only(parcel.field_call) else "SHIPPED")
    FieldCall.objects.filter(pk=parcel.field_call_id).update(tries=0, next_try_at=None, problem="")
    for kind in ("shipped_late", "shipped_declined"):
        close_task(kind, parcel.field_call.number)


def _is_part_only(call: FieldCall) -> bool:
    """Whether something of the sale is still to leave, or to be told, once all of this call was told."""
    others = FieldCall.objects.filter(sale_id=call.sale_id).exclude(pk=call.pk)
    untold = Parcel.objects.filter(
        field_call__in=others, field_call__state=FieldCall.State.COMPLETED, told_shipped_at=None
    )
    return others.filter(state__in=IN_WORK).exists() or untold.exists()


def parcels_to_tell(field_call_id: int) -> list[int]:
    """Parcels of a completed call of which Amazon was not told yet, in packing order."""
    rows = Parcel.objects.filter(
        field_call_id=field_call_id,
        field_call__state=FieldCall.State.COMPLETED,
        told_shipped_at__isnull=True,
    )
    return list(rows.order_by("id").values_list("pk", flat=True))


def is_still_to_tell(field_call_id: int) -> bool:
    """Whether Amazon is still to be told that a completed call left; nothing is told of cancelled ones."""
    left = Parcel.objects.filter(pk__in=parcels_to_tell(field_call_id))
    return left.exclude(field_call__sale__shipment__status="CANCELLED").exists()


def due_to_tell(connection_id: int, *, now: datetime) -> list[int]:
    """Completed field calls with parcels that Amazon was not told of, oldest first."""
    untold = Parcel.objects.filter(told_shipped_at__isnull=True)
    rows = (
        FieldCall.objects.filter(
            pk__in=untold.values("field_call_id"),
            channel__connection_id=connection_id,
            channel__is_watching=False,
            state=FieldCall.State.COMPLETED,
        )
        .exclude(sale__shipment__status="CANCELLED")
        .exclude(next_try_at__gt=now)
    )
    return list(rows.order_by("completed_at", "id").values_list("pk", flat=True))


@transaction.atomic
def shipped_declined(field_call_id: int, *, reason: str) -> None:
    """Amazon does not take what it is told of a parcel: a person mends it, Loadbay goes on trying."""
    number = FieldCall.objects.values_list("number", flat=True).get(pk=field_call_id)
    restate_task(
        kind="shipped_declined",
        matter=number,
        cause="decision",
        sentence=f"Amazon did not take that {number} was shipped: {reason}",
        cure="Correct carrier or tracking number in the field call, or confirm it in Seller Central. It is "
        "told again by itself; Tell Amazon again does it now.",
        subjects=[f"field_call:{number}"],
        is_alert=True,
    )


@transaction.atomic
def tell_later(field_call_id: int, *, now: datetime, reason: str, after: timedelta | None = None) -> datetime:
    """Amazon could not be told yet; says when it is tried again. The third time becomes a task."""
    call = FieldCall.objects.select_for_update().get(pk=field_call_id)
    call.next_try_at = now + max(retry_after(call.tries), after or timedelta(0))
    call.tries += 1
    call.problem = reason
    call.save(update_fields=["next_try_at", "tries", "problem"])
    if call.tries == 3:
        open_task(
            kind="shipped_late",
            matter=call.number,
            cause="outage",
            sentence=f"Amazon could not be told that {call.number} left: {reason}",
            cure="Loadbay goes on trying. Late shipping counts against the site; look at the exchanges.",
            subjects=[f"field_call:{call.number}"],
            is_alert=True,
        )
    return call.next_try_at
