"""Importing SmartConnect shipments: staged, matrix applied, sale and field call built, stock promised.

A real worker does it, from its first question to the last field call; confirming is left out, as promised.
What it finds was sold in the course of a night, as after an outage.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import connection

from benchmarks.ground import CHANNEL, Ground, ground, wait_for
from benchmarks.rows import Row, Size
from loadbay.channels.models import SalesChannel
from loadbay.core.models import NumberSeries
from loadbay.jobs import rounds
from loadbay.journal.models import Exchange


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and seconds of processors."""

    elapsed: float
    processor: float


NIGHT = timedelta(hours=8)
READING = ("getShipments", "getShipment", "searchOrders", "getOrder")


def run(size: Size) -> list[Row]:
    count = size.of(10_000, 1_000)
    with ground() as shop:
        SalesChannel.objects.filter(code=CHANNEL).update(confirms_by_itself=False)
        shop.amazon.sell_in_the_course_of(NIGHT, shop.skus, count=count)
        before = shop.amazon.calls(*READING)
        seconds = by_a_worker(shop, count, operations=("getShipments",))
        asked = shop.amazon.calls(*READING) - before
    return [
        Row("import of SmartConnect shipments, one worker", count / seconds, "orders/s", "≥ 1,500", count),
        Row("Amazon requests per imported order", asked / count, "requests", "≤ 0.02", count),
    ]


def field_calls() -> int:
    """How many were opened: their series has no gaps here, and reading it costs the measured ones nothing."""
    return int(NumberSeries.objects.filter(code="field_call").values_list("last", flat=True).first() or 0)


def by_a_worker(
    shop: Ground, count: int, *, operations: Sequence[str], arrived: Callable[[], int] = field_calls
) -> float:
    """Seconds from the worker's first such question until that many have arrived."""
    earlier = Exchange.objects.order_by("-id").values_list("id", flat=True).first() or 0
    with shop.program("worker"):
        wait_for(lambda: arrived() >= count, f"{count} of them", seconds=900)
        end = time.time()
    asked = Exchange.objects.filter(operation__in=operations, id__gt=earlier).order_by("id").first()
    if asked is None:
        raise AssertionError(f"{' and '.join(operations)} were never called")
    return end - asked.started_at.timestamp()


def import_here(shop: Ground, count: int) -> Cost:
    """Sell that many, and import them in this process, reading and building one after the other."""
    _leave_the_last_window(shop)
    shop.amazon.sell(shop.skus, count=count)
    before = field_calls()
    cost = _cost(lambda: _import(shop))
    if field_calls() - before != count:
        raise AssertionError(f"{field_calls() - before} field calls of {count} shipments")
    return cost


def _leave_the_last_window(shop: Ground) -> None:
    """Windows overlap by two minutes; what was imported before shall not be read once more."""
    shop.amazon.post("/simulator/clock", {"advance_seconds": 300})
    shop.amazon.sell(shop.skus, count=1)
    _import(shop)


def _import(shop: Ground) -> None:
    rounds.read_shipments(shop.connection_id, "ACCEPTED")
    rounds.build(shop.connection_id)


def _cost(work: Callable[[], object]) -> Cost:
    started, before = time.perf_counter(), _processor_seconds()
    work()
    return Cost(time.perf_counter() - started, _processor_seconds() - before)


def _processor_seconds() -> float:
    """Used so far by this process and by the database on its behalf."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    nanoseconds = int(Path(f"/proc/{backend}/schedstat").read_text().split()[0])
    return time.process_time() + nanoseconds / 1e9
