"""The queue inside the database: what is known to bite in Procrastinate does not bite here."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from loadbay.core import events
from loadbay.core.clock import SystemClock
from loadbay.core.models import EventRow
from loadbay.jobs import reactions, schedule, tasks, worker
from loadbay.jobs.health import broken_jobs
from loadbay.jobs.sweeping import sweep_stalled
from loadbay.orders.events import ShipmentsStaged
from tests.services import racing

own_database = racing.own_database
QUEUE, BY_THE_CLOCK = "trial", "loadbay.jobs.schedule."
PATIENCE = 20.0
done: list[str] = []
happened, go_on = threading.Event(), threading.Event()


@app.task(name="trial.note", queue=QUEUE)
def note(text: str) -> None:
    done.append(text)
    happened.set()


@app.task(name="trial.hold", queue=QUEUE)
def hold(marker: str) -> None:
    note.func(marker)


@app.task(name="trial.defer_and_fail", queue=QUEUE)
def defer_and_fail() -> None:
    happened.set()
    with transaction.atomic():
        note.defer(text="from a transaction that failed")
        raise ValueError("on purpose")


@app.task(name="trial.defer_and_commit", queue=QUEUE)
def defer_and_commit() -> None:
    with transaction.atomic():
        note.defer(text="from a transaction that stood")


@app.task(name="trial.long_send", queue=tasks.SENDING)
def long_send() -> None:
    happened.set()
    go_on.wait(PATIENCE)


@app.task(name="trial.at_the_bench", queue=tasks.BENCH)
def at_the_bench() -> None:
    done.append("bench")


@app.task(
    name="trial.lose_the_database",
    queue=QUEUE,
    retry=RetryStrategy(max_attempts=3, retry_exceptions=tasks.ANEW.retry_exceptions),
)
def lose_the_database(at_a_defer: bool, times: int) -> None:
    note.func("tried")
    if len(done) > times:
        return
    if not at_a_defer:
        raise OperationalError("the connection is closed")
    connection.close()
    with connection.execute_wrapper(_is_lost):
        note.defer(text="of a database that is not there")


def _is_lost(*_: object) -> None:
    raise OperationalError("the connection is closed")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    done.clear()
    happened.clear()
    go_on.clear()


def left(state: str = "todo") -> list[str]:
    """Jobs in that state, but those which every worker adds by the clock."""
    rows = ProcrastinateJob.objects.filter(status=state).exclude(task_name__startswith=BY_THE_CLOCK)
    return list(rows.order_by("id").values_list("task_name", flat=True))


def eventually(is_so: Callable[[], bool]) -> float:
    """Wait until it is so; how long that took."""
    began = time.monotonic()
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() - began < PATIENCE, "it never was so"
        pause.wait(0.01)
    return time.monotonic() - began


def _somebody_listens() -> bool:
    """A worker begins to listen while it does its first jobs; what is told before waits for its next look."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle' AND query LIKE '%LISTEN%'"
        )
        return bool(cursor.fetchone()[0])


def _close() -> None:
    """The thread in which Procrastinate looks by the clock outlives its loop, and this database does not."""
    connections["default"].close()


@contextmanager
def a_worker(taking: Callable[[], Any]) -> Iterator[None]:
    """A worker in a thread of its own, as long as the block lasts; `taking` makes its coroutine."""
    started, loops = threading.Event(), []

    async def run() -> None:
        loops.append((asyncio.get_running_loop(), asyncio.current_task()))
        started.set()
        try:
            await taking()
        finally:
            await sync_to_async(_close)()

    def in_thread() -> None:
        try:
            asyncio.run(run())
        except asyncio.CancelledError:
            pass
        finally:
            _close()

    thread = threading.Thread(target=in_thread)
    thread.start()
    started.wait(PATIENCE)
    try:
        yield
    finally:
        loop, task = loops[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join(PATIENCE)


async def ours() -> None:
    """Our worker's own taker, for the trial queue."""
    taker = worker.taking_app()
    async with taker.open_async():
        await worker._take(taker, "trial", [QUEUE], 2)


async def patient() -> None:
    """As ours, but it looks by itself only every minute: what runs sooner was woken."""
    taker = worker.taking_app()
    async with taker.open_async():
        await taker.run_worker_async(
            queues=[QUEUE], fetch_job_polling_interval=60.0, install_signal_handlers=False
        )


# --- a change and its jobs are one transaction ---


@pytest.mark.usefixtures("own_database")
def test_a_change_that_is_rolled_back_takes_its_job_with_it():
    with transaction.atomic():
        events.record(ShipmentsStaged(connection_id=1, shipment_ids=[1]))
        assert left() == ["loadbay.jobs.tasks.build_sales"]
        transaction.set_rollback(True)
    assert (left(), EventRow.objects.count()) == ([], 0)
    with transaction.atomic():
        events.record(ShipmentsStaged(connection_id=1, shipment_ids=[1]))
    assert (left(), EventRow.objects.count()) == (["loadbay.jobs.tasks.build_sales"], 1)


@pytest.mark.usefixtures("own_database")
def test_deferring_inside_a_task_is_part_of_its_transaction_with_our_worker():
    defer_and_fail.defer()
    defer_and_commit.defer()
    with a_worker(ours):
        eventually(lambda: done == ["from a transaction that stood"] and left("failed") != [])
        eventually(lambda: left() == [] and left("doing") == [])
    assert done == ["from a transaction that stood"]
    assert left("failed") == ["trial.defer_and_fail"]


@pytest.mark.usefixtures("own_database")
def test_with_the_stock_way_of_working_it_would_not_be():
    """Why `with_connector` and not `replace_connector`: the job outlives the transaction that failed."""
    defer_and_fail.defer()

    async def stock() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as replaced:
            async with replaced.open_async():
                await replaced.run_worker_async(queues=[QUEUE], wait=True, install_signal_handlers=False)

    with a_worker(stock):
        eventually(lambda: done == ["from a transaction that failed"])
    assert left("failed") == ["trial.defer_and_fail"]


@pytest.mark.usefixtures("own_database")
def test_finished_jobs_do_not_stay_for_ever():
    note.defer(text="one")
    with a_worker(ours):
        eventually(lambda: done == ["one"])
        eventually(lambda: not ProcrastinateJob.objects.filter(queue_name=QUEUE).exists())
    assert left() == left("succeeded") == []


# --- waking ---


@pytest.mark.usefixtures("own_database")
def test_an_immediate_job_wakes_the_worker_at_once():
    note.defer(text="before")
    with a_worker(patient):
        eventually(lambda: done == ["before"] and _somebody_listens())
        note.defer(text="now")
        assert eventually(lambda: done == ["before", "now"]) < 5


@pytest.mark.usefixtures("own_database")
def test_a_job_that_is_due_later_is_found_by_our_short_poll():
    with a_worker(ours):
        note.configure(schedule_at=SystemClock().now() + timedelta(seconds=1)).defer(text="later")
        assert 0.5 < eventually(lambda: done == ["later"]) < 10


@pytest.mark.usefixtures("own_database")
def test_a_long_send_never_makes_the_bench_wait():
    long_send.defer()
    ran: list[float] = []

    async def both() -> None:
        stopping = asyncio.Event()
        running = asyncio.create_task(worker.work(1, until=stopping))
        await asyncio.to_thread(happened.wait, PATIENCE)
        await asyncio.to_thread(_at_the_bench)
        ran.append(await asyncio.to_thread(eventually, lambda: done == ["bench"]))
        go_on.set()
        await asyncio.to_thread(eventually, _nothing_is_underway)
        stopping.set()
        await running
        await sync_to_async(_close)()

    # In a thread of its own: a browser test before this one leaves its event loop running in the main one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, both()).result()
    assert ran[0] < 5


def _at_the_bench() -> None:
    at_the_bench.defer()
    _close()


def _nothing_is_underway() -> bool:
    try:
        return "trial.long_send" not in left("doing")
    finally:
        _close()


# --- a killed worker ---


def test_the_job_of_a_killed_worker_goes_back_in_line_and_is_run_again(own_database_url: str, own_database):
    hold.defer(marker="a parcel")
    environment = {**os.environ, "LOADBAY_DATABASE_URL": own_database_url}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.services.holding_worker"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding a parcel\n"
    finally:
        process.kill()
        process.wait(PATIENCE)
    assert left("doing") == ["trial.hold"]
    assert sweep_stalled() == 0, "it may still be alive"
    _twenty_seconds_go_by()
    assert sweep_stalled() == 1
    assert (left(), left("doing")) == (["trial.hold"], [])
    with a_worker(ours):
        eventually(lambda: done == ["a parcel"])
    assert sweep_stalled() == 0


def _twenty_seconds_go_by() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '21 s'")


# --- a lost database ---


@pytest.mark.parametrize("at_a_defer", [False, True])
@pytest.mark.usefixtures("own_database")
def test_a_job_that_loses_the_database_is_done_once_more_and_did_not_break_down(at_a_defer: bool):
    lose_the_database.defer(at_a_defer=at_a_defer, times=1)
    with a_worker(patient):
        eventually(lambda: done == ["tried", "tried"])
        eventually(lambda: left("doing") == [])
    assert (left(), left("failed")) == ([], [])


@pytest.mark.usefixtures("own_database")
def test_a_job_that_loses_the_database_again_and_again_broke_down():
    lose_the_database.defer(at_a_defer=False, times=99)
    with a_worker(patient):
        eventually(lambda: left("failed") == ["trial.lose_the_database"])
    assert [job.task for job in broken_jobs()] == ["lose_the_database"]


def test_every_business_job_is_done_once_more_when_the_database_was_lost():
    business = [task for name, task in app.tasks.items() if name.startswith(f"{tasks.__name__}.")]
    assert business
    assert all(task.retry_strategy is tasks.ANEW for task in business)
    assert tasks.ANEW.retry_exceptions == {OperationalError, InterfaceError, ConnectorException}


# --- locks ---


def test_no_business_job_has_a_queueing_lock():
    """A clash inside a transaction would abort all of it; only what runs by the clock may have one."""
    locked = {name for name, task in app.tasks.items() if task.queueing_lock}
    assert {name for name in locked if not name.startswith(BY_THE_CLOCK)} == set()
    assert f"{schedule.__name__}.retrieve_orders" in locked


def test_no_job_has_a_lock_that_could_hold_up_later_ones():
    assert {name for name, task in app.tasks.items() if task.lock and name.startswith("loadbay.")} == set()


@pytest.mark.usefixtures("own_database")
def test_looking_at_everything_twice_is_one_job():
    schedule.look_soon()
    schedule.look_soon()
    assert ProcrastinateJob.objects.get().task_name == "loadbay.jobs.schedule.look_at_everything"
    with pytest.raises(AlreadyEnqueued):
        schedule.look_at_everything.defer()


# --- reactions ---


def test_the_table_of_reactions_names_every_event_there_is():
    known = {event for event in events.REGISTRY.values() if event.__module__.startswith("loadbay.")}
    assert set(reactions.REACTIONS) == known


def test_every_automation_of_the_list_runs_by_the_clock():
    named = {task.task.name.rsplit(".", 1)[-1] for task in app.periodic_registry.periodic_tasks.values()}
    assert {automation.name for automation in schedule.AUTOMATIONS} <= named


@pytest.mark.usefixtures("own_database")
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError, match="in one transaction"):
        events.record(ShipmentsStaged(connection_id=1, shipment_ids=[1]))
    assert (EventRow.objects.count(), left()) == (0, [])


@pytest.mark.django_db
def test_without_a_sink_nothing_may_be_recorded():
    try:
        events.install_sink(None)  # type: ignore[arg-type]
        with pytest.raises(RuntimeError, match="no event sink is installed"):
            events.record(ShipmentsStaged(connection_id=1, shipment_ids=[1]))
    finally:
        reactions.install()
    assert EventRow.objects.count() == 0
    assert events.sink_is_installed()
