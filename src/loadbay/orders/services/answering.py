"""How far a shipment was answered: what is to be asked of Amazon, what was asked, what came of it.

`asked` is written before a call and cleared with its answer; what is found there after a crash is unclear,
and the sender looks before it repeats. The status moment stays Amazon's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from loadbay.channels.models import SalesChannel
from loadbay.core.errors import NotFound, Refusal, WrongInput
from loadbay.core.events import record
from loadbay.core.transactions import joined
from loadbay.inbox.services import close_task, open_task
from loadbay.journal.services import note
from loadbay.orders import rules
from loadbay.orders.events import ShipmentsShipped, ShipmentsToAnswer
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services.implying import OF_IMPLYING, imply, imply_locked

RETRY_SECONDS = (5, 15, 60, 300, 900)


class CannotReject(Refusal):
    """Amazon does not let us decline the shipment any more."""

    code = "cannot_reject"


class CannotConfirm(Refusal):
    """There is nothing that could be promised to Amazon."""

    code = "cannot_confirm"


@dataclass(frozen=True)
class Due:
    """A shipment that is to be answered. `asked` is not empty when the last question is unclear."""

    pk: int
    shipment_id: str
    status: str
    promise: str
    asked: str
    line_ids: tuple[str, ...]


def due_answers(connection_id: int, *, now: datetime, limit: int) -> list[Due]:
    """Shipments to confirm or decline, oldest first; none of channels that only watch."""
    rows = (
        Shipment.objects.filter(
            Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
            connection_id=connection_id,
            promise__in=[Shipment.Promise.WANTED, Shipment.Promise.TO_REJECT],
            channel__is_watching=False,
        )
        .defer("raw", "boxes")
        .prefetch_related("lines")
        .order_by("id")[:limit]
    )
    return [
        Due(
            row.pk,
            row.shipment_id,
            row.status,
            row.promise,
            row.asked,
            tuple(line.line_id for line in row.lines.all()),
        )
        for row in rows
    ]


def waiting_for_a_promise(rows: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """Those of the shipments that are covered and that nobody has answered, nor is to decide about."""
    return rows.filter(
        status__in=rules.CONFIRMABLE,
        building=Shipment.Building.BUILT,
        promise=Shipment.Promise.NONE,
        is_short=False,
        held_because="",
    ).exclude(hold=Shipment.Hold.HELD)


@transaction.atomic
def promise_what_waits(connection_id: int) -> int:
    """Confirm covered shipments that nobody answered, where their channel confirms by itself.

    They were built while it watched or left confirming to a person. Returns how many.
    """
    channels = SalesChannel.objects.filter(
        connection_id=connection_id, confirms_by_itself=True, is_watching=False
    )
    mine = list(channels.order_by("pk").values_list("pk", flat=True))  # so that the index by status is used
    rows = waiting_for_a_promise(Shipment.objects.select_for_update().filter(channel_id__in=mine))
    waiting = list(rows.order_by("id").values_list("pk", flat=True))
    if waiting:
        Shipment.objects.filter(pk__in=waiting).update(
            promise=Shipment.Promise.WANTED, tries=0, next_try_at=None, trouble=""
        )
        record(ShipmentsToAnswer(connection_id=connection_id, shipment_ids=waiting))
    return len(waiting)


def note_asking(shipment_pk: int, what: str, *, now: datetime) -> None:
    """Written before a call, alone: from now on that call may have happened."""
    Shipment.objects.filter(pk=shipment_pk).update(asked=what, asked_at=now)


def note_answered(shipment_pk: int) -> None:
    """The last call was answered or looked after; nothing is unclear any more."""
    Shipment.objects.filter(pk=shipment_pk).update(asked="", asked_at=None)


_ANSWERED = (
    "connection_id",
    *("asked", "asked_at", "tries", "next_try_at", "trouble"),
)


@joined
def accepted(shipment_pk: int, *, status: str) -> None:
    """Amazon accepted a question, so the shipment has a new status for us. Cancelled ones stay cancelled."""
    rows = Shipment.objects.select_for_update()
    row = rows.only(*_ANSWERED, *OF_IMPLYING).get(pk=shipment_pk)
    is_news = rules.RANK.get(row.status, 99) < rules.RANK.get(status, -1)
    row.status = status if is_news else row.status
    _settled(row, "status")
    if is_news:
        imply_locked([row])
        note(f"shipment:{row.shipment_id}", f"Amazon accepted: {status}.", what="status")
        if status == "SHIPPED":
            record(ShipmentsShipped(connection_id=row.connection_id, shipment_ids=[row.pk]))


@transaction.atomic
def confirmed(shipment_pk: int) -> None:
    """The promise to ship stands at Amazon; the sale is released."""
    accepted(shipment_pk, status="CONFIRMED")
    Shipment.objects.filter(
        pk=shipment_pk, promise__in=[Shipment.Promise.NONE, Shipment.Promise.WANTED]
    ).update(promise=Shipment.Promise.CONFIRMED)
    _no_longer_late(shipment_pk)
    opened = Sale.objects.filter(shipment_id=shipment_pk, order_status=Sale.OrderStatus.OPEN)
    if opened.update(order_status=Sale.OrderStatus.RELEASED):
        imply([shipment_pk])


@transaction.atomic
def rejected(shipment_pk: int) -> None:
    """Amazon took our rejection; its CANCELLED follows with the next look and cancels the sale."""
    Shipment.objects.filter(pk=shipment_pk).update(
        promise=Shipment.Promise.REJECTED, asked="", asked_at=None, tries=0, next_try_at=None, trouble=""
    )
    _no_longer_late(shipment_pk)


def _settled(row: Shipment, *changed: str) -> None:
    """Save what changed; the last question is answered, whatever the answer was."""
    row.asked, row.asked_at, row.tries, row.next_try_at, row.trouble = "", None, 0, None, ""
    row.save(update_fields=[*changed, "asked", "asked_at", "tries", "next_try_at", "trouble"])


def _no_longer_late(shipment_pk: int) -> None:
    close_task("answer_late", Shipment.objects.values_list("shipment_id", flat=True).get(pk=shipment_pk))


@transaction.atomic
def put_off(shipment_pk: int, *, now: datetime, reason: str, after: timedelta | None = None) -> datetime:
    """Try again later, with a growing delay, not before `after` is over; returns when."""
    row = Shipment.objects.select_for_update().defer("raw", "boxes").get(pk=shipment_pk)
    delay = timedelta(seconds=RETRY_SECONDS[min(row.tries, len(RETRY_SECONDS) - 1)])
    row.tries += 1
    row.next_try_at, row.trouble = now + max(delay, after or delay), reason
    row.save(update_fields=["tries", "next_try_at", "trouble"])
    if row.tries == len(RETRY_SECONDS):
        open_task(
            kind="answer_late",
            matter=row.shipment_id,
            cause="outage",
            sentence=f"Shipment {row.shipment_id} could not be answered {row.tries} times: {reason}",
            cure="It is tried again by itself. If Amazon works otherwise, open its exchanges.",
            subjects=[f"shipment:{row.shipment_id}"],
            is_alert=True,
        )
    return row.next_try_at


@transaction.atomic
def declined(shipment_pk: int, *, reason: str) -> None:
    """Amazon declined our answer for good: a person decides."""
    row = Shipment.objects.select_for_update().defer("raw", "boxes").get(pk=shipment_pk)
    row.promise, row.held_because = Shipment.Promise.NONE, reason
    _settled(row, "promise", "held_because")
    close_task("answer_late", row.shipment_id)
    open_task(
        kind="answer_declined",
        matter=row.shipment_id,
        cause="decision",
        sentence=f"Amazon did not accept our answer to shipment {row.shipment_id}: {reason}",
        cure="Look at the shipment in Seller Central, then confirm or reject it again.",
        subjects=[f"shipment:{row.shipment_id}"],
    )


@transaction.atomic
def want_rejection(shipment_id: str, *, reason: str) -> None:
    """A person declines a shipment. Raises `CannotReject` when Amazon does not allow it any more."""
    if reason not in rules.REJECTIONS:
        known = ", ".join(rules.REJECTIONS)
        raise WrongInput(f"Amazon knows no rejection because of {reason!r}. Give one of: {known}.")
    row = _asked_for(shipment_id)
    eligible = None if row.rejectable_in is None else frozenset(row.rejectable_in)
    if not rules.may_be_rejected(row.status, eligible=eligible):
        raise CannotReject(
            f"Shipment {shipment_id} is {row.status}; Amazon allows no rejection any more. "
            "Ask Amazon's support, or ship it."
        )
    row.promise, row.held_because = Shipment.Promise.TO_REJECT, rules.REJECTIONS[reason]
    _answer_now(row)


@transaction.atomic
def want_confirmation(shipment_id: str) -> None:
    """A person confirms a shipment whose channel does not confirm by itself, or confirms it once more.

    Raises `NotFound`, or `CannotConfirm` when there is nothing to promise.
    """
    row = _asked_for(shipment_id)
    if row.building != Shipment.Building.BUILT or row.status not in rules.CONFIRMABLE:
        raise CannotConfirm(f"Shipment {shipment_id} is {row.status}; there is nothing to confirm any more.")
    if row.is_short:
        raise CannotConfirm(f"Shipment {shipment_id} is short of stock. Bring the goods in first.")
    if row.hold == Shipment.Hold.HELD:
        raise CannotConfirm(f"Shipment {shipment_id} is held. Let it go first.")
    row.promise, row.held_because = Shipment.Promise.WANTED, ""
    _answer_now(row)
    close_task("answer_declined", shipment_id)


def _asked_for(shipment_id: str) -> Shipment:
    row = Shipment.objects.select_for_update().filter(shipment_id=shipment_id).defer("raw", "boxes").first()
    if row is None:
        raise NotFound(f"There is no shipment {shipment_id}.")
    return row


def _answer_now(row: Shipment) -> None:
    row.tries, row.next_try_at, row.trouble = 0, None, ""
    row.save(update_fields=["promise", "held_because", "tries", "next_try_at", "trouble"])
    record(ShipmentsToAnswer(connection_id=row.connection_id, shipment_ids=[row.pk]))
