"""The automations: what is looked at by the clock, how often. Each look only defers ordinary tasks.

Whatever a lost message, a crash or a restore left undone is found by the next look. Polling intervals are
those of DESIGN section 2: new and cancelled shipments every 15 seconds, other statuses every 5 minutes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from loadbay.channels.queries import (
    channel_ids,
    erps,
    has_shipments,
    listing_channels,
    sending_at_once,
    sending_on_schedule,
    working_connection_ids,
)
from loadbay.jobs import rounds, tasks
from loadbay.jobs.deferring import at_the_latest, once
from loadbay.jobs.sweeping import sweep_stalled
from loadbay.listings.services.channel_marks import channels_to_mark
from loadbay.listings.services.sending import take_turn
from loadbay.listings.services.submissions import look_now
from loadbay.orders import readers
from loadbay.orders.order_readers import reads_orders
from loadbay.orders.proving import LONGEST_WAIT
from loadbay.orders.work_queries import works_under_way


@dataclass(frozen=True)
class Automation:
    """One named step that runs by the clock. `cron` has a sixth field, the seconds."""

    name: str
    cron: str
    words: str


AUTOMATIONS = (
    Automation("retrieve_orders", "* * * * * */15", "New and cancelled shipments, every 15 seconds"),
    Automation("follow_orders", "*/5 * * * *", "Every other status of shipments, every 5 minutes"),
    Automation("read_orders", "*/3 * * * *", "Orders that the merchant or Amazon ships, every 3 minutes"),
    Automation(
        "send_what_is_due",
        "* * * * * */20",
        "Answers, labels, prints, shipped, books, stock, prices, listings",
    ),
    Automation(
        "send_on_schedule",
        "*/10 * * * *",
        "Stock and prices where a channel sends on schedule, every 10 min",
    ),
    Automation(
        "follow_listings",
        "* * * * * */30",
        "How listings stand: new ones every 30 seconds, linked ones in turn",
    ),
    Automation("retrieve_templates", "27 * * * *", "Which shipping templates Amazon offers, every hour"),
    Automation("find_buyers", "*/3 * * * *", "Genuine buyers of shipped orders, every 3 minutes"),
    Automation("roll_over", "*/10 * * * *", "What missed its lorry goes with the next, every 10 minutes"),
    Automation("new_day", "5 * * * *", "Prices and caps that begin or end today, every hour"),
    Automation(
        "reconcile_stock", "43 2,10 * * *", "Amazon's stock figures against ours, at night and by day"
    ),
    Automation("carry_on_works", "* * * * *", "Long work that nobody is at any more, every minute"),
    Automation("raise_alerts", "* * * * *", "Work over its limit, jobs that broke down, every minute"),
    Automation("purge_buyers", "17 * * * *", "Erase buyer data whose day has come, every hour"),
    Automation("forget_exchanges", "37 * * * *", "Forget exchanges older than their time, every hour"),
    Automation("forget_api_answers", "47 * * * *", "Forget what the API kept for repeated calls, every hour"),
)
CRON = {automation.name: automation.cron for automation in AUTOMATIONS}


@app.periodic(cron=CRON["retrieve_orders"])
@app.task(queue=tasks.READING, queueing_lock="retrieve_orders")
def retrieve_orders(timestamp: int) -> None:
    for connection_id in working_connection_ids():
        for status in readers.NEW_STATUSES if has_shipments(connection_id) else ():
            once(tasks.read_shipments, now=rounds.CLOCK.now(), connection_id=connection_id, status=status)
        once(tasks.build_sales, now=rounds.CLOCK.now(), connection_id=connection_id)


@app.periodic(cron=CRON["follow_orders"])
@app.task(queue=tasks.READING, queueing_lock="follow_orders")
def follow_orders(timestamp: int) -> None:
    for connection_id in filter(has_shipments, working_connection_ids()):
        for status in readers.OTHER_STATUSES:
            once(tasks.read_shipments, now=rounds.CLOCK.now(), connection_id=connection_id, status=status)


@app.periodic(cron=CRON["read_orders"])
@app.task(queue=tasks.READING, queueing_lock="read_orders")
def read_orders(timestamp: int) -> None:
    for connection_id in working_connection_ids():
        if reads_orders(connection_id):
            once(tasks.read_orders, now=rounds.CLOCK.now(), connection_id=connection_id)


@app.periodic(cron=CRON["send_what_is_due"])
@app.task(queue=tasks.SENDING, queueing_lock="send_what_is_due")
def send_what_is_due(timestamp: int) -> None:
    for connection_id in working_connection_ids():
        once(tasks.answer_shipments, now=rounds.CLOCK.now(), connection_id=connection_id)
        once(tasks.tell_shipped, now=rounds.CLOCK.now(), connection_id=connection_id)
        for field_call_id in rounds.labels_due(connection_id):
            once(
                tasks.make_labels,
                now=rounds.CLOCK.now(),
                field_call_id=field_call_id,
                connection_id=connection_id,
            )
    _send_to_the_books()
    for channel_id in channels_to_mark():
        once(tasks.mark_listings, now=rounds.CLOCK.now(), channel_id=channel_id)
    for channel_id in channel_ids():
        once(tasks.submit_listings, now=rounds.CLOCK.now(), channel_id=channel_id)
        once(tasks.change_listings, now=rounds.CLOCK.now(), channel_id=channel_id)
        once(tasks.send_stock, now=rounds.CLOCK.now(), channel_id=channel_id)
    for channel_id in sending_at_once(channel_ids()):
        once(tasks.send_prices, now=rounds.CLOCK.now(), channel_id=channel_id)
    for action_id in rounds.webhooks_due():
        once(tasks.send_webhooks, now=rounds.CLOCK.now(), action_id=action_id)
    for print_job_id in rounds.prints_due():
        once(tasks.print_label, now=rounds.CLOCK.now(), print_job_id=print_job_id)


def _send_to_the_books() -> None:
    for erp in erps():
        once(tasks.hand_over, now=rounds.CLOCK.now(), erp=erp)


@app.periodic(cron=CRON["send_on_schedule"])
@app.task(queue=tasks.SENDING, queueing_lock="send_on_schedule")
def send_on_schedule(timestamp: int) -> None:
    for channel_id in sending_on_schedule():
        take_turn(channel_id)
        once(tasks.send_stock, now=rounds.CLOCK.now(), channel_id=channel_id)
        once(tasks.send_prices, now=rounds.CLOCK.now(), channel_id=channel_id)


@app.periodic(cron=CRON["follow_listings"])
@app.task(queue=tasks.READING, queueing_lock="follow_listings")
def follow_listings(timestamp: int) -> None:
    for channel_id in channel_ids():
        once(tasks.follow_listings, now=rounds.CLOCK.now(), channel_id=channel_id)


@app.periodic(cron=CRON["retrieve_templates"])
@app.task(queue=tasks.READING, queueing_lock="retrieve_templates")
def retrieve_templates(timestamp: int) -> None:
    for card in listing_channels():
        once(tasks.retrieve_templates, now=rounds.CLOCK.now(), channel_id=card.id)


@app.periodic(cron=CRON["find_buyers"])
@app.task(queue=tasks.READING, queueing_lock="find_buyers")
def find_buyers(timestamp: int) -> None:
    for connection_id in working_connection_ids():
        once(tasks.find_buyers, now=rounds.CLOCK.now(), connection_id=connection_id)


@app.periodic(cron=CRON["roll_over"])
@app.task(queue=tasks.READING, queueing_lock="roll_over")
def roll_over(timestamp: int) -> None:
    once(tasks.roll_over, now=rounds.CLOCK.now())


@app.periodic(cron=CRON["new_day"])
@app.task(queue=tasks.READING, queueing_lock="new_day")
def new_day(timestamp: int) -> None:
    once(tasks.new_day, now=rounds.CLOCK.now())


@app.periodic(cron=CRON["reconcile_stock"])
@app.task(queue=tasks.READING, queueing_lock="reconcile_stock")
def reconcile_stock(timestamp: int) -> None:
    for channel_id in channel_ids():
        once(tasks.reconcile_stock, now=rounds.CLOCK.now(), channel_id=channel_id)


@app.periodic(cron=CRON["carry_on_works"])
@app.task(queue=tasks.READING, queueing_lock="carry_on_works")
def carry_on_works(timestamp: int) -> None:
    """A terminal that was at it may be closed, and the work's own job over. Who is at it is left alone."""
    for card in works_under_way():
        at_the_latest(tasks.do_work, at=rounds.CLOCK.now() + LONGEST_WAIT, work_id=card.id)


@app.periodic(cron=CRON["raise_alerts"])
@app.task(queue=tasks.READING, queueing_lock="raise_alerts")
def raise_alerts(timestamp: int) -> None:
    once(tasks.raise_alerts, now=rounds.CLOCK.now())


@app.periodic(cron=CRON["purge_buyers"])
@app.task(queue=tasks.READING, queueing_lock="purge_buyers")
def purge_buyers(timestamp: int) -> None:
    once(tasks.purge_buyers, now=rounds.CLOCK.now())


@app.periodic(cron=CRON["forget_exchanges"])
@app.task(queue=tasks.READING, queueing_lock="forget_exchanges")
def forget_exchanges(timestamp: int) -> None:
    once(tasks.forget_exchanges, now=rounds.CLOCK.now())


@app.periodic(cron=CRON["forget_api_answers"])
@app.task(queue=tasks.READING, queueing_lock="forget_api_answers")
def forget_api_answers(timestamp: int) -> None:
    once(tasks.forget_api_answers, now=rounds.CLOCK.now())


@app.task(queue=tasks.READING, queueing_lock="look_at_everything")
def look_at_everything() -> None:
    """Every look at once, at a worker's start: what a killed one left undone goes on without delay."""
    for channel_id in channel_ids():
        look_now(channel_id)
    for look in (send_what_is_due, retrieve_orders, read_orders, follow_listings, find_buyers, follow_orders):
        look(0)
    for look in (carry_on_works, new_day, roll_over, purge_buyers):
        look(0)


def look_soon() -> None:
    """Have the first free worker look at everything."""
    with suppress(AlreadyEnqueued):
        look_at_everything.defer()


@app.periodic(cron="* * * * * */10")
@app.task(queue=tasks.READING, queueing_lock="sweep")
def sweep(timestamp: int) -> None:
    """Jobs of killed workers go back in line."""
    sweep_stalled()
