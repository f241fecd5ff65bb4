"""The queue's tasks: ids in, a few lines each. Every one may run twice harmlessly.

Bench work has a queue and threads of its own, so that a long send never makes a packer wait. A task that
meets passing trouble is put back by its due moment, never by a sleep.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

import structlog
from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from loadbay.channels.queries import connection_of_channel, is_working, sending_at_once
from loadbay.core.actor import acting_as
from loadbay.core.errors import Misconfigured, Retryable, Trouble
from loadbay.core.locks import one_more, try_alone
from loadbay.jobs import alerting, looking, rounds, works
from loadbay.jobs.deferring import later, once
from loadbay.listings.services.channel_marks import What, to_mark
from loadbay.orders.services.lateness import warn_late

BENCH, SENDING, READING = "bench", "sending", "reading"
PATIENCE = timedelta(seconds=30)
IMPORT_FIRST = timedelta(seconds=2)
STEPS_AT_ONCE = 10
_LOST = {OperationalError, InterfaceError, ConnectorException}
ANEW = RetryStrategy(max_attempts=20, wait=5, retry_exceptions=_LOST)
"""A database that went away, or two jobs that waited for each other, is no fault: it is tried for a while.

`ConnectorException` is the same, met while deferring. Jobs by the clock (`schedule`) have no need of it: the
next look does their work, and one that came back might clash with it over their queueing lock.
"""
job = partial(app.task, retry=ANEW)
log = structlog.get_logger("loadbay.jobs")

Again = Callable[[datetime], object]


def _alone(name: str, connection_id: int, work: Callable[[], object], *, again: Again) -> object:
    """Do one connection's work alone, in its turn; passing trouble puts it back."""
    if not is_working(connection_id):
        return None
    with one_more(name) as is_ours, acting_as(f"job:{name.split(':')[0]}"):
        return _guarded(connection_id, work, again=again) if is_ours else None


def _guarded(connection_id: int, work: Callable[[], object], *, again: Again) -> object:
    try:
        return rounds.stopping_on_misconfigured(connection_id, work)
    except Misconfigured as trouble:
        log.warning("connection stopped", connection=connection_id, sentence=trouble.sentence)
    except Retryable as trouble:
        again(rounds.CLOCK.now() + (trouble.after or PATIENCE))
    except Trouble as trouble:
        log.warning("put off", connection=connection_id, kind=trouble.kind, sentence=trouble.sentence)
        again(rounds.CLOCK.now() + PATIENCE)
    return None


@job(queue=READING)
def read_shipments(connection_id: int, status: str) -> None:
    _alone(
        f"read:{connection_id}:{status}",
        connection_id,
        lambda: rounds.read_shipments(connection_id, status),
        again=lambda at: later(read_shipments, at=at, connection_id=connection_id, status=status),
    )


@job(queue=READING)
def read_orders(connection_id: int) -> None:
    _alone(
        f"orders:{connection_id}",
        connection_id,
        lambda: rounds.read_orders(connection_id),
        again=lambda at: later(read_orders, at=at, connection_id=connection_id),
    )


@job(queue=SENDING)
def build_sales(connection_id: int) -> None:
    with one_more(f"build:{connection_id}") as is_ours, acting_as("job:build"):
        if is_ours:
            rounds.build(connection_id)


@job(queue=SENDING)
def follow_matrix(channel_id: int, connection_id: int, changed: list[list[object]], after: int) -> None:
    """Orders beyond the first ones that a changed matrix concerns, step by step."""
    with acting_as("job:follow matrix"):
        for _ in rounds.follow_matrix(channel_id, changed, after=after):
            build_sales.defer(connection_id=connection_id)


@job(queue=READING)
def import_all_again() -> None:
    with acting_as("job:import again"):
        looking.import_all_again()


@job(queue=READING)
def import_again(identities: list[str]) -> None:
    with acting_as("job:import again"):
        looking.import_these_again(identities)


@job(queue=READING)
def do_work(work_id: int) -> None:
    due_at = works.carry_on(work_id)
    if due_at is not None:
        later(do_work, at=due_at, work_id=work_id)


@job(queue=SENDING)
def uncover(product_ids: list[int]) -> None:
    with acting_as("job:uncover"):
        connections = rounds.uncover(product_ids)
    for connection_id in connections:
        build_sales.defer(connection_id=connection_id)


@job(queue=SENDING)
def answer_shipments(connection_id: int) -> None:
    def again(at: datetime) -> None:
        later(answer_shipments, at=at, connection_id=connection_id)

    done = _alone(f"answer:{connection_id}", connection_id, lambda: rounds.answer(connection_id), again=again)
    due_at = getattr(done, "due_at", None)
    if due_at is not None:
        again(due_at)


@job(queue=SENDING)
def hand_over(erp: str) -> None:
    """Sales and credits to the books, once nothing is being imported; trouble with the books puts it back."""
    with one_more(f"erp:{erp}") as is_ours, acting_as("job:hand over"):
        if not is_ours:
            return
        try:
            report = rounds.hand_over(erp)
            if report.gave_way:
                later(hand_over, at=rounds.CLOCK.now() + IMPORT_FIRST, erp=erp)
        except Trouble as trouble:
            log.warning("put off", erp=erp, kind=trouble.kind, sentence=trouble.sentence)
            after = getattr(trouble, "after", None) or PATIENCE
            later(hand_over, at=rounds.CLOCK.now() + after, erp=erp)


@job(queue=BENCH)
def make_labels(field_call_id: int, connection_id: int) -> None:
    def again(at: datetime) -> None:
        later(make_labels, at=at, field_call_id=field_call_id, connection_id=connection_id)

    due_at = _alone(f"label:{field_call_id}", connection_id, lambda: rounds.label(field_call_id), again=again)
    if isinstance(due_at, datetime):
        again(due_at)


@job(queue=BENCH)
def print_label(print_job_id: int) -> None:
    with acting_as("job:print"):
        due_at = rounds.print_label(print_job_id)
    if due_at is not None:
        later(print_label, at=due_at, print_job_id=print_job_id)


@job(queue=SENDING)
def send_webhooks(action_id: int) -> None:
    """Tell one address of everything that is due; what it did not hear is put back."""
    with one_more(f"webhook:{action_id}") as is_ours, acting_as("job:webhook"):
        due_at = rounds.send_webhooks(action_id) if is_ours else None
    if due_at is not None:
        later(send_webhooks, at=due_at, action_id=action_id)


@job(queue=SENDING)
def tell_shipped(connection_id: int) -> None:
    def again(at: datetime) -> None:
        later(tell_shipped, at=at, connection_id=connection_id)

    due_at = _alone(
        f"tell:{connection_id}", connection_id, lambda: rounds.tell_shipped(connection_id), again=again
    )
    if isinstance(due_at, datetime):
        again(due_at)


@job(queue=READING)
def find_buyers(connection_id: int) -> None:
    _alone(
        f"buyers:{connection_id}",
        connection_id,
        lambda: rounds.find_buyers(connection_id),
        again=lambda at: later(find_buyers, at=at, connection_id=connection_id),
    )


def _for_channel(task: object, name: str, channel_id: int, work: Callable[[int], object]) -> None:
    """Channel work; what a report names as due later is put back to that moment."""

    def again(at: datetime) -> None:
        later(task, at=at, channel_id=channel_id)

    report = _alone(
        f"{name}:{channel_id}", connection_of_channel(channel_id), lambda: work(channel_id), again=again
    )
    due_at = getattr(report, "due_at", None)
    if due_at is not None:
        again(due_at)


@job(queue=SENDING)
def mark_listings(channel_id: int) -> None:
    """Some steps, then to the end of the line: marking a million listings takes no thread for long."""
    with try_alone(f"mark:{channel_id}") as is_ours, acting_as("job:mark listings"):
        for what in islice(rounds.mark_listings(channel_id), STEPS_AT_ONCE) if is_ours else ():
            _send_marked(channel_id, what)
        if is_ours and to_mark(channel_id):
            mark_listings.defer(channel_id=channel_id)


def _send_marked(channel_id: int, what: What) -> None:
    """What a step marked goes while the next one is marked; stock whatever the mode, as it may be lower."""
    if what == What.STOCK:
        once(send_stock, now=rounds.CLOCK.now(), channel_id=channel_id)
    elif sending_at_once([channel_id]):
        once(send_prices, now=rounds.CLOCK.now(), channel_id=channel_id)


@job(queue=SENDING)
def send_stock(channel_id: int) -> None:
    _for_channel(send_stock, "stock", channel_id, rounds.send_stock)


@job(queue=SENDING)
def send_prices(channel_id: int) -> None:
    _for_channel(send_prices, "prices", channel_id, rounds.send_prices)


@job(queue=SENDING)
def submit_listings(channel_id: int) -> None:
    _for_channel(submit_listings, "submit", channel_id, rounds.submit_listings)


@job(queue=SENDING)
def change_listings(channel_id: int) -> None:
    _for_channel(change_listings, "change", channel_id, rounds.change_listings)


@job(queue=READING)
def follow_listings(channel_id: int) -> None:
    _for_channel(follow_listings, "follow", channel_id, rounds.follow_listings)


@job(queue=READING)
def retrieve_templates(channel_id: int) -> None:
    """Nothing waits for it: trouble is in the exchanges, stops no connection and is left to the next hour."""
    if not is_working(connection_of_channel(channel_id)):
        return
    with one_more(f"templates:{channel_id}") as is_ours, acting_as("job:retrieve templates"):
        try:
            if is_ours:
                rounds.retrieve_templates(channel_id)
        except Trouble as trouble:
            log.warning("put off", channel=channel_id, kind=trouble.kind, sentence=trouble.sentence)


@job(queue=READING)
def reconcile_stock(channel_id: int) -> None:
    _for_channel(reconcile_stock, "reconcile", channel_id, rounds.reconcile_stock)


@job(queue=READING)
def roll_over() -> None:
    with acting_as("job:roll over"):
        rounds.roll_over()


@job(queue=READING)
def new_day() -> None:
    with acting_as("job:new day"):
        channels = rounds.new_day()
        for channel_id in channels:
            send_stock.defer(channel_id=channel_id)
        for channel_id in sending_at_once(channels):
            send_prices.defer(channel_id=channel_id)


@job(queue=READING)
def raise_alerts() -> None:
    with acting_as("job:raise alerts"):
        alerting.raise_alerts(now=rounds.CLOCK.now())
        warn_late(now=rounds.CLOCK.now())


@job(queue=READING)
def purge_buyers() -> None:
    with acting_as("job:purge"):
        rounds.purge_buyers()


@job(queue=READING)
def forget_exchanges() -> None:
    with acting_as("job:forget exchanges"):
        rounds.forget_exchanges()


@job(queue=READING)
def forget_api_answers() -> None:
    with acting_as("job:forget API answers"):
        rounds.forget_api_answers()
