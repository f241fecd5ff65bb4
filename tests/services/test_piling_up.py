"""A look or a put-off never piles up jobs: one waits, and that is enough."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.jobs import tasks
from loadbay.jobs.deferring import later, once

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_queue(db: None):
    """The queue's tables are not flushed, so tests that commit may have left their jobs there."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def waiting() -> list[tuple[str, dict[str, int], datetime | None]]:
    rows = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return list(rows.values_list("task_name", "args", "scheduled_at"))


def test_a_hundred_looks_leave_one_job():
    for _ in range(100):
        once(tasks.send_stock, now=NOON, channel_id=1)
    assert waiting() == [(tasks.send_stock.name, {"channel_id": 1}, None)]


def test_other_work_is_not_mistaken_for_it():
    once(tasks.send_stock, now=NOON, channel_id=1)
    once(tasks.send_stock, now=NOON, channel_id=2)
    once(tasks.send_prices, now=NOON, channel_id=1)
    assert len(waiting()) == 3


def test_a_put_off_that_is_due_later_does_not_delay_a_look():
    later(tasks.send_stock, at=NOON + timedelta(hours=6), channel_id=1)
    once(tasks.send_stock, now=NOON, channel_id=1)
    assert [at for _, _, at in waiting()] == [NOON + timedelta(hours=6), None]


def test_putting_off_twice_leaves_the_sooner_one():
    later(tasks.send_stock, at=NOON + timedelta(seconds=30), channel_id=1)
    later(tasks.send_stock, at=NOON + timedelta(minutes=5), channel_id=1)
    assert [at for _, _, at in waiting()] == [NOON + timedelta(seconds=30)]


def test_a_sooner_one_is_added_to_a_later_one():
    later(tasks.send_stock, at=NOON + timedelta(minutes=5), channel_id=1)
    later(tasks.send_stock, at=NOON + timedelta(seconds=30), channel_id=1)
    assert sorted(at for _, _, at in waiting()) == [NOON + timedelta(seconds=30), NOON + timedelta(minutes=5)]
