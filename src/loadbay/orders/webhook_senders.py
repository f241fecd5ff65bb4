"""Telling the shop's own systems of orders that entered an implied status, until they have heard it.

Take what is due, tell with no transaction open, record the verdict. Each is told in the order it happened;
one that is refused for good is given up with a task and stops none of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from loadbay.channels.action_queries import webhook_key
from loadbay.core.clock import Clock
from loadbay.core.errors import Misconfigured, Rejected, Retryable, Trouble
from loadbay.inbox.services import close_task, open_task
from loadbay.orders.models import WebhookDelivery
from loadbay.orders.ports import StatusListener, StatusNotice
from loadbay.orders.services.implying import order_status_of

AT_ONCE = 100
RETRY_SECONDS = (10, 30, 120, 600, 1800, 3600, 7200)
MOST_TRIES = 30
"""About two days of trying."""
TASK = "webhook_unheard"
ListenerFor = Callable[[str, str], StatusListener]


def send_webhooks(action_id: int, *, listener_for: ListenerFor, clock: Clock) -> datetime | None:
    """Tell one address of everything due; returns when there is something due again."""
    key = webhook_key(action_id)
    if key is None:
        return None
    listener = listener_for(*key)
    while rows := _due(action_id, now=clock.now()):
        for row in rows:
            trouble = _told(listener, row)
            _record(row, trouble, now=clock.now())
            if trouble is not None and not isinstance(trouble, Rejected):
                _put_off_the_rest(action_id, until=row.next_try_at)
                return row.next_try_at  # it is away: the others would not be heard either
    return _open(action_id).order_by("next_try_at").values_list("next_try_at", flat=True).first()


def actions_due(*, now: datetime) -> list[int]:
    """Webhooks with something to tell now: what a lost job left undone."""
    rows = WebhookDelivery.objects.filter(delivered_at=None, is_given_up=False)
    due = rows.filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
    return sorted(set(due.values_list("action_id", flat=True)))


def _open(action_id: int) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(action_id=action_id, delivered_at=None, is_given_up=False)


def _due(action_id: int, *, now: datetime) -> Sequence[WebhookDelivery]:
    rows = _open(action_id).filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
    rows = rows.select_related("shipment__order", "shipment__channel", "shipment__sale")
    return list(rows.defer("shipment__raw", "shipment__boxes").order_by("id")[:AT_ONCE])


def _told(listener: StatusListener, row: WebhookDelivery) -> Trouble | None:
    try:
        listener.tell(_notice(row))
    except Trouble as trouble:
        return trouble
    return None


def _notice(row: WebhookDelivery) -> StatusNotice:
    shipment = row.shipment
    sale = getattr(shipment, "sale", None)
    return StatusNotice(
        event=str(row.event),
        channel=shipment.channel.code,
        order=shipment.order.order_id,
        shipment=shipment.shipment_id,
        sale=sale.number if sale else "",
        channel_status=shipment.status,
        order_status=order_status_of(sale, channel_status=shipment.status),
        implied_status=row.implied_status,
        entered_at=row.entered_at,
    )


@transaction.atomic
def _record(row: WebhookDelivery, trouble: Trouble | None, *, now: datetime) -> None:
    row.tries += 1
    row.trouble = trouble.sentence if trouble else ""
    if trouble is None:
        row.delivered_at, row.next_try_at = now, None
        close_task(TASK, str(row.action_id))
    elif isinstance(trouble, Rejected) or row.tries >= MOST_TRIES:
        row.is_given_up, row.next_try_at = True, None
        _tell_unheard(row, trouble)
    else:
        wait = timedelta(seconds=RETRY_SECONDS[min(row.tries, len(RETRY_SECONDS)) - 1])
        advice = trouble.after if isinstance(trouble, Retryable) else None
        row.next_try_at = now + max(wait, advice or wait)
        if isinstance(trouble, Misconfigured) or row.tries == len(RETRY_SECONDS):
            _tell_unheard(row, trouble)
    row.save(update_fields=["tries", "trouble", "delivered_at", "next_try_at", "is_given_up"])


def _put_off_the_rest(action_id: int, *, until: datetime | None) -> None:
    if until is not None:
        _open(action_id).filter(Q(next_try_at=None) | Q(next_try_at__lt=until)).update(next_try_at=until)


def _tell_unheard(row: WebhookDelivery, trouble: Trouble) -> None:
    given_up = "It is not told again." if row.is_given_up else "It is tried again by itself."
    open_task(
        kind=TASK,
        matter=str(row.action_id),
        cause="outage",
        sentence=f"A webhook of {row.shipment.channel.code} was not heard: {trouble.sentence} {given_up}",
        cure="Look at its exchange, and mend the receiver or the webhook's address.",
        subjects=[f"shipment:{row.shipment.shipment_id}"],
        is_alert=True,
    )
