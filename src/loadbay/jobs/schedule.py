"""The automations: what is looked at by the clock, how often. Each look only defers ordinary tasks.

Whatever a lost message, a crash or a restore left undone is found by the next look. Polling intervals are
those of DESIGN section 2: new and cancelled shipments every 15 seconds, other statuses every 5 minutes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from loadbay.channels.queries import channel_ids, working_connection_ids
from loadbay.jobs import rounds, tasks
from loadbay.jobs.sweeping import sweep_stalled
from loadbay.listings.services.submissions import look_now
from loadbay.orders import readers


@dataclass(frozen=True)
class Automation:
    """One named step that runs by the clock. `cron` has a sixth field, the seconds."""

    name: str
    cron: str
    words: str


AUTOMATIONS = (
    Automation("retrieve_orders", "* * * * * */15", "New and cancelled shipments, every 15 seconds"),
    Automation("follow_orders", "*/5 * * * *", "Every other status of shipments, every 5 minutes"),
    Automation("send_what_is_due", "* * * * * */20", "Answers, labels, prints, shipped, stock, prices"),
    Automation("follow_listings", "* * * * * */30", "How submitted listings stand, every 30 seconds"),
    Automation("find_buyers", "*/3 * * * *", "Genuine buyers of shipped orders, every 3 minutes"),
    Automation("roll_over", "*/10 * * * *", "What missed its lorry goes with the next, every 10 minutes"),
    Automation("new_day", "5 * * * *", "Prices and caps that begin or end today, every hour"),
    Automation("reconcile_stock", "43 2 * * *", "Amazon's stock figures against ours, every night"),
    Automation("purge_buyers", "17 3 * * *", "Erase buyer data whose day has come, every night"),
)
CRON = {automation.name: automation.cron for automation in AUTOMATIONS}


@app.periodic(cron=CRON["retrieve_orders"])
@app.task(queue=tasks.READING, queueing_lock="retrieve_orders")
def retrieve_orders(timestamp: int) -> None:
    for connection_id in working_connection_ids():
        for status in readers.NEW_STATUSES:
            tasks.read_shipments.defer(connection_id=connection_id, status=status)
        tasks.build_sales.defer(connection_id=connection_id)


@app.periodic(cron=CRON["follow_orders"])
@app.task(queue=tasks.READING, queueing_lock="follow_orders")
def follow_orders(timestamp: int) -> None:
    for connection_id in working_connection_ids():
        for status in readers.OTHER_STATUSES:
            tasks.read_shipments.defer(connection_id=connection_id, status=status)


@app.periodic(cron=CRON["send_what_is_due"])
@app.task(queue=tasks.SENDING, queueing_lock="send_what_is_due")
def send_what_is_due(timestamp: int) -> None:
    for connection_id in working_connection_ids():
        tasks.answer_shipments.defer(connection_id=connection_id)
        tasks.tell_shipped.defer(connection_id=connection_id)
        for field_call_id in rounds.labels_due(connection_id):
            tasks.make_labels.defer(field_call_id=field_call_id, connection_id=connection_id)
    for channel_id in channel_ids():
        tasks.submit_listings.defer(channel_id=channel_id)
        tasks.send_stock.defer(channel_id=channel_id)
        tasks.send_prices.defer(channel_id=channel_id)
    for print_job_id in rounds.prints_due():
        tasks.print_label.defer(print_job_id=print_job_id)


@app.periodic(cron=CRON["follow_listings"])
@app.task(queue=tasks.READING, queueing_lock="follow_listings")
def follow_listings(timestamp: int) -> None:
    for channel_id in channel_ids():
        tasks.follow_listings.defer(channel_id=channel_id)


@app.periodic(cron=CRON["find_buyers"])
@app.task(queue=tasks.READING, queueing_lock="find_buyers")
def find_buyers(timestamp: int) -> None:
    for connection_id in working_connection_ids():
        tasks.find_buyers.defer(connection_id=connection_id)


@app.periodic(cron=CRON["roll_over"])
@app.task(queue=tasks.READING, queueing_lock="roll_over")
def roll_over(timestamp: int) -> None:
    tasks.roll_over.defer()


@app.periodic(cron=CRON["new_day"])
@app.task(queue=tasks.READING, queueing_lock="new_day")
def new_day(timestamp: int) -> None:
    tasks.new_day.defer()


@app.periodic(cron=CRON["reconcile_stock"])
@app.task(queue=tasks.READING, queueing_lock="reconcile_stock")
def reconcile_stock(timestamp: int) -> None:
    for channel_id in channel_ids():
        tasks.reconcile_stock.defer(channel_id=channel_id)


@app.periodic(cron=CRON["purge_buyers"])
@app.task(queue=tasks.READING, queueing_lock="purge_buyers")
def purge_buyers(timestamp: int) -> None:
    tasks.purge_buyers.defer()


@app.task(queue=tasks.READING, queueing_lock="look_at_everything")
def look_at_everything() -> None:
    """Every look at once, at a worker's start: what a killed one left undone goes on without delay."""
    for channel_id in channel_ids():
        look_now(channel_id)
    for look in (send_what_is_due, retrieve_orders, follow_listings, find_buyers, follow_orders):
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
