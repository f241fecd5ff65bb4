"""One round of each kind of work: load, call the area's reader or sender with its ports, done.

The same functions serve the queue (`tasks`), the schedule, and `loadbay sync`. A round that raises
Misconfigured stops its connection with one alert; other trouble is the caller's to repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import transaction

from loadbay import wiring
from loadbay.channels.matrix_rules import situation_from_data
from loadbay.channels.queries import channel_row, connection_row
from loadbay.channels.services import stop_connection
from loadbay.core.clock import Clock, SystemClock
from loadbay.core.errors import Misconfigured
from loadbay.core.locks import try_alone
from loadbay.dispatch import confirming
from loadbay.dispatch import senders as dispatch
from loadbay.dispatch.own_carrier import ours_among
from loadbay.dispatch.senders import LabelDeps
from loadbay.dispatch.services import completing, labels, printers, rolling, uncovering
from loadbay.inbox.services import close_task, open_task
from loadbay.journal.services import forget_exchanges as forget
from loadbay.listings import readers as listing_readers
from loadbay.listings import senders as listings
from loadbay.listings.services import mark_new_day
from loadbay.listings.services.channel_marks import What, mark_next, to_mark
from loadbay.listings.template_rules import Retrieved
from loadbay.orders import erp_senders, order_readers, readers, senders, webhook_senders
from loadbay.orders.backlog import is_importing
from loadbay.orders.erp_senders import HandedOver
from loadbay.orders.rules import is_order_number
from loadbay.orders.services import building, buyers, covering, following, importing, onsite
from loadbay.orders.services.answering import promise_what_waits
from loadbay.orders.services.importing import ImportedAgain, ToImport
from loadbay.people.answers import forget_answers
from loadbay.people.tokens import forget_uses

T = TypeVar("T")
CLOCK: Clock = SystemClock()


def stopping_on_misconfigured(connection_id: int, work: Callable[[], T]) -> T:
    """Do the work; a wrong key or right stops the connection and raises one alert, then goes on up."""
    try:
        return work()
    except Misconfigured as trouble:
        with transaction.atomic():
            stop_connection(connection_id, sentence=trouble.sentence, now=CLOCK.now())
            open_task(
                kind="connection_stopped",
                matter=str(connection_id),
                cause="role",
                sentence=f"A connection was stopped: {trouble.sentence}",
                cure="Mend what is named, then test the connection; it goes on when the test passes.",
                link="/office/connections/",
                is_alert=True,
            )
        raise


def read_shipments(connection_id: int, status: str) -> readers.Read:
    row = connection_row(connection_id)
    return readers.read_shipments(
        connection_id, status=status, source=wiring.shipment_source(row), clock=CLOCK
    )


def read_orders(connection_id: int) -> readers.Read:
    source = wiring.order_source(connection_row(connection_id))
    return order_readers.read_orders(connection_id, source=source, clock=CLOCK)


def import_again(item: ToImport) -> ImportedAgain:
    """Ask Amazon for one shipment that was set aside or waits, take it in and build its sale, only its own.

    Whatever else is staged is the queue's: the job was written with the shipment.
    """
    row = connection_row(item.connection_id)
    if is_order_number(item.identity):
        taken = order_readers.import_again(item, source=wiring.order_source(row), now=CLOCK.now())
    else:
        taken = readers.import_again(item, source=wiring.shipment_source(row))
    with try_alone(f"build:{item.connection_id}") as is_ours:
        if is_ours:
            building.build_one(item.connection_id, taken.identity)  # else the worker who builds finds it
    return importing.outcome(item, name=taken.identity)


def build(connection_id: int) -> int:
    """Build until nothing is staged, cover what was short; returns how many shipments were covered."""
    onsite.go_on(connection_id, now=CLOCK.now())
    while building.build_staged(connection_id, now=CLOCK.now()):
        pass
    return covering.cover_short(connection_id)


def follow_matrix(channel_id: int, changed: Sequence[Sequence[object]], *, after: int) -> Iterator[int]:
    """Look at the rest of the orders that a changed matrix concerns; yields how far each step came."""
    situations = [situation_from_data(one) for one in changed]
    left: int | None = after
    while left is not None:
        left = following.follow_matrix(channel_id, situations, after=left)
        yield left or 0


def uncover(product_ids: Sequence[int]) -> tuple[int, ...]:
    return uncovering.uncover_the_rest(product_ids).connections


def answer(connection_id: int) -> senders.Answered:
    promise_what_waits(connection_id)
    row = connection_row(connection_id)
    return senders.answer_shipments(
        connection_id, desk=wiring.shipment_desk(row), source=wiring.shipment_source(row), clock=CLOCK
    )


def hand_over(erp: str) -> HandedOver:
    """Bring the books' documents to where their sales are. What is wrong with the books is one alert."""
    try:
        report = erp_senders.hand_over(
            erp, desk=wiring.erp_desk(erp), clock=CLOCK, gives_way=lambda: is_importing(now=CLOCK.now())
        )
    except Misconfigured as trouble:
        open_task(
            kind="erp_stopped",
            matter=erp,
            cause="role",
            sentence=f"Sales cannot be handed over: {trouble.sentence}",
            cure="Mend what is named; it goes on by itself. The dock works on meanwhile.",
            is_alert=True,
        )
        raise
    close_task("erp_stopped", erp)
    return report


def label(field_call_id: int) -> datetime | None:
    call = labels.to_label(field_call_id)
    return None if call is None else dispatch.make_labels(field_call_id, _label_deps(call.connection_id))


def labels_due(connection_id: int) -> list[int]:
    return labels.due_labels(connection_id, now=CLOCK.now())


def send_webhooks(action_id: int) -> datetime | None:
    """Tell one address; returns when what it did not hear is due again."""
    return webhook_senders.send_webhooks(action_id, listener_for=wiring.status_listener, clock=CLOCK)


def webhooks_due() -> list[int]:
    return webhook_senders.actions_due(now=CLOCK.now())


def tell_shipped(connection_id: int) -> datetime | None:
    """Tell of everything that is due; returns when the first put-off one is due again."""
    return tell_shipped_counted(connection_id)[1]


def tell_shipped_counted(connection_id: int) -> tuple[int, datetime | None]:
    """As `tell_shipped`, with the number of field calls of which Amazon knows now that they left."""
    deps, later, told = _label_deps(connection_id), [], 0
    due = completing.due_to_tell(connection_id, now=CLOCK.now())
    own = ours_among(due)
    for field_call_id in due:
        if field_call_id in own:
            again = confirming.confirm_shipped(field_call_id, _confirm_deps(connection_id))
        else:
            again = dispatch.tell_shipped(field_call_id, deps)
        if again is not None:
            later.append(again)
        elif not completing.parcels_to_tell(field_call_id):
            told += 1
    return told, min(later, default=None)


def know_cancellations(connection_id: int) -> None:
    row = connection_row(connection_id)
    readers.fresh_cancellations(connection_id, source=wiring.shipment_source(row), clock=CLOCK)


def print_label(job_id: int) -> datetime | None:
    return dispatch.print_labels(job_id, printer_for=wiring.printer_for, clock=CLOCK)


def prints_due() -> list[int]:
    printers.settle_broken_prints(now=CLOCK.now())
    return printers.due_prints(now=CLOCK.now())


def find_buyers(connection_id: int) -> int:
    """Ask for awaited buyers; close what Amazon did not show in the channel's waiting time."""
    row = connection_row(connection_id)
    found = readers.read_buyers(
        connection_id,
        source=wiring.order_source(row),
        clock=CLOCK,
        only_the_whole=order_readers.reads_orders_of_amazon(connection_id),
    )
    buyers.close_unseen(now=CLOCK.now())
    return found


def submit_listings(channel_id: int) -> listings.Sent:
    channel = channel_row(channel_id)
    return listings.submit_listings(channel_id, desk=wiring.listing_desk(channel), clock=CLOCK)


def follow_listings(channel_id: int) -> listings.Followed:
    channel = channel_row(channel_id)
    return listings.follow_listings(
        channel_id,
        listing_desk=wiring.listing_desk(channel),
        stock_desk=wiring.stock_desk(channel),
        clock=CLOCK,
    )


def retrieve_templates(channel_id: int) -> Retrieved:
    """Ask which shipping templates the seller has; what listings name in vain becomes a task."""
    desk = wiring.catalogue_desk(channel_row(channel_id))
    return listing_readers.retrieve_templates(channel_id, desk=desk, clock=CLOCK)


def change_listings(channel_id: int) -> listings.Sent:
    channel = channel_row(channel_id)
    return listings.change_listings(channel_id, desk=wiring.listing_desk(channel), clock=CLOCK)


def mark_listings(channel_id: int) -> Iterator[What]:
    """Mark what a changed setting concerns, step by step until nothing is left; what each step marked.

    Asked anew before every step, so that stock which is noted meanwhile goes ahead of prices.
    """
    while left := to_mark(channel_id):
        mark_next(channel_id, left[0])
        yield left[0]


def send_stock(channel_id: int) -> listings.Sent:
    channel = channel_row(channel_id)
    return listings.send_stock(
        channel_id,
        desk=wiring.stock_desk(channel),
        urgent_desk=wiring.urgent_stock_desk(channel),
        clock=CLOCK,
    )


def send_prices(channel_id: int) -> listings.Sent:
    return listings.send_prices(channel_id, desk=wiring.listing_desk(channel_row(channel_id)), clock=CLOCK)


def reconcile_stock(channel_id: int) -> object:
    return listings.reconcile_stock(channel_id, desk=wiring.stock_desk(channel_row(channel_id)))


def roll_over() -> int:
    return rolling.roll_over(now=CLOCK.now())


def new_day() -> tuple[int, ...]:
    """Channels with something to tell because a dated price or cap begins or ends today."""
    return mark_new_day(CLOCK.now().date())


def forget_exchanges() -> int:
    return forget(now=CLOCK.now())


def forget_api_answers() -> int:
    return forget_answers(now=CLOCK.now()) + forget_uses(now=CLOCK.now())


def purge_buyers() -> int:
    erased = 0
    while step := buyers.purge_buyers(today=CLOCK.now().date()):
        erased += step
    return erased


def _confirm_deps(connection_id: int) -> confirming.ConfirmDeps:
    row = connection_row(connection_id)
    return confirming.ConfirmDeps(desk=wiring.confirmation_desk(row), clock=CLOCK)


def _label_deps(connection_id: int) -> LabelDeps:
    row = connection_row(connection_id)
    return LabelDeps(
        desk=wiring.label_desk(row),
        know_cancellations=partial(know_cancellations, connection_id),
        clock=CLOCK,
    )
