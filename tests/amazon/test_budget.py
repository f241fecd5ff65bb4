"""One budget for everybody: never more than Amazon allows, hardly less, the urgent ones first."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest
from django.db import connection, transaction

from loadbay.amazon.budget import RateBudget
from loadbay.amazon.models import RateBucket
from loadbay.amazon.rates import PLANS, SAFE_BURST, SAFE_RATE, Priority, parse_rate, safe
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Retryable
from loadbay.testing.fakes import FakeClock

pytestmark = pytest.mark.django_db
STOCK = "batchInventory"  # 50 a second, burst 100


def a_budget(clock: FakeClock | None = None) -> RateBudget:
    clock = clock or FakeClock()
    return RateBudget(1, clock, source=clock)


def taken_at_once(budget: RateBudget, operation: str, priority: Priority) -> int:
    """How many tokens there are without waiting."""
    clock, count = budget.clock, 0
    assert isinstance(clock, FakeClock)
    while True:
        budget.take(operation, priority=priority, patience=timedelta(seconds=1000))
        if clock.waits[-1] > 0:
            return count
        count += 1


def test_the_burst_is_given_at_once_and_then_the_rate():
    clock = FakeClock()
    budget = a_budget(clock)
    assert taken_at_once(budget, STOCK, Priority.BENCH) == 90
    started = clock.now()
    for _ in range(490):
        budget.take(STOCK, priority=Priority.BENCH)
    assert (clock.now() - started).total_seconds() == pytest.approx(490 / 49, rel=1e-3)


@pytest.mark.parametrize(
    ("priority", "count"),
    [
        (Priority.BENCH, 90),
        (Priority.URGENT_STOCK, 81),
        (Priority.CONFIRM, 72),
        (Priority.NEW_ORDERS, 67),
        (Priority.STOCK, 54),
        (Priority.PRICE, 49),
        (Priority.CATALOGUE, 45),
    ],
)
def test_the_less_urgent_leave_a_share_of_the_burst(priority: Priority, count: int):
    assert taken_at_once(a_budget(), STOCK, priority) == count


def test_what_the_less_urgent_left_is_there_for_the_bench():
    clock = FakeClock()
    budget = a_budget(clock)
    taken_at_once(budget, STOCK, Priority.STOCK)
    clock.waits.clear()
    budget.take(STOCK, priority=Priority.BENCH)
    assert clock.waits == [0]


def test_who_would_wait_too_long_is_told_when_to_come_and_takes_nothing():
    clock = FakeClock()
    budget = a_budget(clock)
    for _ in range(13):
        budget.take("searchOrders", priority=Priority.NEW_ORDERS)
    for _ in range(3):
        with pytest.raises(Retryable, match="searchOrders") as caught:
            budget.take("searchOrders", priority=Priority.NEW_ORDERS)
    wait = caught.value.after
    assert wait is not None
    assert 0 < wait.total_seconds() <= 1 / (0.0056 * SAFE_RATE)
    clock.advance(wait.total_seconds())
    budget.take("searchOrders", priority=Priority.NEW_ORDERS)


def test_a_bucket_of_one_paces_from_the_second_call():
    clock = FakeClock()
    budget = a_budget(clock)
    for _ in range(3):
        budget.take("createPackages", priority=Priority.BENCH)
    assert clock.waits == [0, pytest.approx(1 / SAFE_RATE), pytest.approx(1 / SAFE_RATE)]


def test_the_rate_amazon_names_replaces_the_table_in_both_directions():
    clock = FakeClock()
    budget = a_budget(clock)
    taken_at_once(budget, "createPackages", Priority.BENCH)
    budget.learn("createPackages", "100.0")
    clock.waits.clear()
    for _ in range(11):
        budget.take("createPackages", priority=Priority.BENCH)
    assert sum(clock.waits) == pytest.approx(10 / 98, rel=0.2)
    budget.learn("createPackages", "0.5")
    with pytest.raises(Retryable, match="another 2 s"):
        budget.take("createPackages", priority=Priority.CONFIRM)
    assert RateBucket.objects.get(operation="createPackages").rate == pytest.approx(0.49)


@pytest.mark.parametrize("header", [None, "", "fast", "nan", "inf", "-1", "0", "1e-300", "1e12"])
def test_a_header_that_says_nothing_changes_nothing(header: str | None):
    assert parse_rate(header) is None
    budget = a_budget()
    budget.take(STOCK, priority=Priority.STOCK)
    budget.learn(STOCK, header)
    assert RateBucket.objects.get(operation=STOCK).rate == pytest.approx(49)


def test_without_limits_nobody_waits_and_nobody_asks(django_assert_num_queries):
    clock = FakeClock()
    budget = a_budget(clock)
    budget.take(STOCK, priority=Priority.CATALOGUE)
    budget.learn(STOCK, "1000000.0")
    with django_assert_num_queries(0):
        for _ in range(500):
            budget.take(STOCK, priority=Priority.CATALOGUE)
            budget.learn(STOCK, "1000000.0")
    budget.learn(STOCK, "50.0")
    with django_assert_num_queries(1):
        budget.take(STOCK, priority=Priority.CATALOGUE)
    assert sum(clock.waits) == 0


def test_being_throttled_empties_the_bucket_for_everybody():
    clock = FakeClock()
    budget, other = a_budget(clock), a_budget(clock)
    budget.take(STOCK, priority=Priority.STOCK)
    assert budget.refused(STOCK) == timedelta(seconds=0.2)
    clock.waits.clear()
    other.take(STOCK, priority=Priority.BENCH)
    assert clock.waits == [pytest.approx(1 / 49)]
    assert a_budget(clock).refused("searchOrders").total_seconds() == pytest.approx(1 / (0.0056 * SAFE_RATE))


def test_connections_and_operations_have_their_own_buckets():
    clock = FakeClock()
    taken_at_once(a_budget(clock), STOCK, Priority.BENCH)
    clock.waits.clear()
    RateBudget(2, clock, source=clock).take(STOCK, priority=Priority.BENCH)
    a_budget(clock).take("getOrder", priority=Priority.BENCH)
    assert clock.waits == [0, 0]


def test_every_plan_leaves_room_and_gives_at_least_one():
    for plan in PLANS.values():
        used = safe(plan)
        assert used.rate == pytest.approx(plan.rate * SAFE_RATE)
        assert 1 <= used.burst <= max(1, plan.burst * SAFE_BURST)


@pytest.mark.django_db(transaction=True)
def test_no_token_is_taken_inside_a_transaction():
    budget = RateBudget(1, SystemClock())
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        budget.take(STOCK, priority=Priority.STOCK)
    assert not RateBucket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_token_costs_about_a_millisecond():
    budget = RateBudget(1, SystemClock())
    budget.take(STOCK, priority=Priority.BENCH)
    RateBucket.objects.update(rate=10_000, burst=10_000)
    costs = []
    for _ in range(200):
        started = perf_counter()
        budget.take(STOCK, priority=Priority.BENCH)
        costs.append(perf_counter() - started)
    assert sorted(costs)[100] < 0.005


def test_two_processes_together_never_exceed_what_amazon_allows(own_database_url: str):
    rate, burst, seconds = 100.0, 40.0, 2.0  # a tenth of the burst: a late call of each process, twice
    environment = {**os.environ, "LOADBAY_DATABASE_URL": own_database_url}
    _seed(own_database_url, rate=rate * SAFE_RATE, burst=burst * SAFE_BURST)
    takers = [
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("taker.py")), str(seconds)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [taker.communicate(timeout=60)[0] for taker in takers]
    assert [taker.returncode for taker in takers] == [0, 0]
    moments = sorted(float(line) for output in outputs for line in output.split())
    assert _refusals(moments, rate=rate, burst=burst) == 0
    lasted = moments[-1] - moments[0]
    assert len(moments) >= 0.6 * rate * lasted
    assert all(len(output.split()) > 20 for output in outputs)


def test_the_reference_bucket_does_refuse():
    assert _refusals([0.0] * 25, rate=10, burst=20) == 5
    assert _refusals([n / 20 for n in range(100)], rate=10, burst=20) > 0


def _refusals(moments: list[float], *, rate: float, burst: float) -> int:
    """How many of these calls a token bucket of Amazon's kind would have refused."""
    left, last, refused = burst, moments[0], 0
    for moment in moments:
        left, last = min(burst, left + (moment - last) * rate), moment
        if left < 1:
            refused += 1
        else:
            left -= 1
    return refused


def _seed(url: str, *, rate: float, burst: float) -> None:
    with connection.Database.connect(url, autocommit=True) as other:
        other.execute(
            "INSERT INTO amazon_ratebucket (connection_id, operation, rate, burst) VALUES (1, %s, %s, %s)",
            [STOCK, rate, burst],
        )
