"""Telling Amazon that shipments are confirmed or declined, one at a time, each exactly once.

What was asked and not answered is looked after before it is repeated. No transaction is open during a call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from loadbay.core.clock import Clock
from loadbay.core.errors import Conflict, Misconfigured, Rejected, Retryable, Unclear
from loadbay.core.ids import ShipmentId
from loadbay.core.locks import alone
from loadbay.orders import rules
from loadbay.orders.models import Shipment
from loadbay.orders.ports import ShipmentDesk, ShipmentSource
from loadbay.orders.readers import look
from loadbay.orders.services import answering
from loadbay.orders.services.answering import Due

BATCH = 50


@dataclass(frozen=True)
class Answered:
    """How many answers Amazon took, how many were put off, when the first of those is due, what it declined.

    `declined` holds (shipment id, Amazon's words) of answers that a person must decide anew.
    """

    done: int
    put_off: int
    due_at: datetime | None
    declined: tuple[tuple[str, str], ...] = ()


def conversation_lock(shipment_pk: int) -> str:
    """Amazon refuses two operations on one shipment at once (FACTS 2.15, point 20)."""
    return f"shipment:{shipment_pk}"


def answer_shipments(
    connection_id: int, *, desk: ShipmentDesk, source: ShipmentSource, clock: Clock
) -> Answered:
    """Answer everything that is due. Misconfigured is raised on, so that the connection stops."""
    done, later, declined = 0, [], []
    while due := answering.due_answers(connection_id, now=clock.now(), limit=BATCH):
        for shipment in due:
            try:
                with alone(conversation_lock(shipment.pk)):
                    again = _answer(shipment, desk=desk, source=source, clock=clock)
            except _Declined as refusal:
                declined.append((shipment.shipment_id, str(refusal)))
                continue
            later += [] if again is None else [again]
            done += again is None
    return Answered(done, len(later), min(later, default=None), tuple(declined))


class _Declined(Exception):
    """Amazon declined an answer for good; that it did is recorded already."""


def _answer(due: Due, *, desk: ShipmentDesk, source: ShipmentSource, clock: Clock) -> datetime | None:
    """Answer one shipment; returns when to try again, or None when it is settled."""
    try:
        shipment = _as_it_is_now(due, source)
    except (Retryable, Unclear, Rejected) as trouble:  # `asked` stays, so the next try looks first
        return answering.put_off(due.pk, now=clock.now(), reason=trouble.sentence)
    if shipment.next_try_at is not None and shipment.next_try_at > clock.now():
        return shipment.next_try_at  # somebody else has just tried
    return _asked(shipment, due, desk=desk, source=source, clock=clock)


def _asked(
    shipment: Shipment, due: Due, *, desk: ShipmentDesk, source: ShipmentSource, clock: Clock
) -> datetime | None:
    try:
        if shipment.promise == Shipment.Promise.WANTED:
            _confirm(shipment, desk=desk, clock=clock)
        elif shipment.promise == Shipment.Promise.TO_REJECT:
            _reject(shipment, line_ids=due.line_ids, desk=desk, clock=clock)
    except (Conflict, Unclear) as trouble:
        return _look_and_put_off(due, trouble.sentence, source=source, clock=clock)
    except Retryable as trouble:
        answering.note_answered(due.pk)
        return answering.put_off(due.pk, now=clock.now(), reason=trouble.sentence, after=trouble.after)
    except Rejected as trouble:
        answering.declined(due.pk, reason=trouble.sentence)
        raise _Declined(trouble.sentence) from trouble
    except Misconfigured:
        answering.note_answered(due.pk)
        raise
    return None


def _as_it_is_now(due: Due, source: ShipmentSource) -> Shipment:
    """The shipment behind the lock, looked at first when the last question about it is unclear."""
    shipment = _row(due.pk)
    if shipment.asked:
        _look(due, source)
        shipment = _row(due.pk)
    return shipment


def _row(pk: int) -> Shipment:
    return Shipment.objects.defer("raw", "boxes").get(pk=pk)


def _confirm(shipment: Shipment, *, desk: ShipmentDesk, clock: Clock) -> None:
    if shipment.status in rules.CONFIRMABLE:
        answering.note_asking(shipment.pk, "confirm", now=clock.now())
        desk.confirm(ShipmentId(shipment.shipment_id))
    answering.confirmed(shipment.pk)


def _reject(shipment: Shipment, *, line_ids: tuple[str, ...], desk: ShipmentDesk, clock: Clock) -> None:
    eligible = None if shipment.rejectable_in is None else frozenset(shipment.rejectable_in)
    if shipment.status == "CANCELLED":
        answering.rejected(shipment.pk)
    elif rules.may_be_rejected(shipment.status, eligible=eligible):
        answering.note_asking(shipment.pk, "reject", now=clock.now())
        reason = rules.rejection_of(shipment.held_because)
        desk.reject(ShipmentId(shipment.shipment_id), line_ids=line_ids, reason=reason)
        answering.rejected(shipment.pk)
    else:
        reason = f"It is {shipment.status} by now."
        answering.declined(shipment.pk, reason=reason)
        raise _Declined(reason)


def _look(shipment: Due, source: ShipmentSource) -> None:
    look(_connection_of(shipment), see=_seeing(shipment, source))
    answering.note_answered(shipment.pk)


def _look_and_put_off(shipment: Due, reason: str, *, source: ShipmentSource, clock: Clock) -> datetime | None:
    """Look after an unclear answer; when Amazon is where we want it, the next look at the list settles it."""
    try:
        _look(shipment, source)
    except (Retryable, Unclear, Rejected):
        pass  # still unclear: `asked` stays, and the next try looks first
    return answering.put_off(shipment.pk, now=clock.now(), reason=reason)


def _seeing(shipment: Due, source: ShipmentSource) -> Callable[[], object]:
    return lambda: source.shipment(ShipmentId(shipment.shipment_id))


def _connection_of(shipment: Due) -> int:
    return int(Shipment.objects.values_list("connection_id", flat=True).get(pk=shipment.pk))
