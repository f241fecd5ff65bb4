"""Importing SmartConnect shipments: staged, matrix applied, sale and field call built, stock promised.

A real worker does it, from its first question to the last field call; confirming is left out, as promised.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

from benchmarks.ground import CHANNEL, Ground, ground, wait_for
from benchmarks.rows import Row, Size
from loadbay.channels.models import SalesChannel
from loadbay.core.models import NumberSeries
from loadbay.jobs import rounds
from loadbay.journal.models import Exchange

READING = ("getShipments", "getShipment", "searchOrders", "getOrder")


def run(size: Size) -> list[Row]:
    count = size.of(10_000, 1_000)
    with ground() as shop:
        SalesChannel.objects.filter(code=CHANNEL).update(confirms_by_itself=False)
        shop.amazon.sell(shop.skus, count=count)
        before = shop.amazon.calls(*READING)
        seconds = _by_a_worker(shop, count)
        asked = shop.amazon.calls(*READING) - before
        shop.amazon.sell(shop.skus, count=count)
        cost = process_time_per_order(shop, count)
    return [
        Row("import of SmartConnect shipments, one worker", count / seconds, "orders/s", "≥ 1,500", count),
        Row("Amazon requests per imported order", asked / count, "requests", "≤ 0.02", count),
        Row("processor time of the import, our process", cost * 1e6, "µs/order", "", count),
    ]


def _by_a_worker(shop: Ground, count: int) -> float:
    """Seconds from the worker's first question for shipments until every field call is there."""
    with shop.program("worker"):
        wait_for(lambda: field_calls() >= count, "field calls", seconds=600)
        end = time.time()
    asked = Exchange.objects.filter(operation="getShipments").order_by("id").first()
    if asked is None:
        raise AssertionError("no shipments were asked for")
    return end - asked.started_at.timestamp()


def process_time_per_order(shop: Ground, count: int) -> float:
    """Processor seconds of this process per order, reading and building one after the other."""
    before, spent = field_calls(), _spent(lambda: _import(shop))
    if field_calls() - before != count:
        raise AssertionError(f"{field_calls() - before} field calls of {count} shipments")
    return spent / count


def _import(shop: Ground) -> None:
    rounds.read_shipments(shop.connection_id, "ACCEPTED")
    rounds.build(shop.connection_id)


def _spent(work: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def field_calls() -> int:
    """How many were opened: their series has no gaps here, and reading it costs the measured ones nothing."""
    return NumberSeries.objects.filter(code="field_call").values_list("last", flat=True).first() or 0
