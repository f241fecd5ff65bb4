"""Work older than its limit and jobs that broke down raise alerts, which close by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.channels.services import resume_connection, stop_connection
from loadbay.core.actor import acting_as
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Retryable
from loadbay.dispatch.models import PrintJob
from loadbay.dispatch.services import labels, printers
from loadbay.inbox import services as inbox
from loadbay.inbox.queries import open_tasks
from loadbay.jobs import rounds
from loadbay.jobs import tasks as jobs
from loadbay.jobs.alerting import BROKEN, OVERDUE, raise_alerts
from loadbay.jobs.health import broken_jobs
from loadbay.listings.models import Listing
from loadbay.orders.models import Poll, Shipment
from loadbay.stock import services as stock
from tests.builders import Shop, a_field_call
from tests.services.goods import a_linked_listing, a_product
from tests.services.printing_shop import a_printer


def looks(shop: Shop, *, minutes: int = 0, is_asked: bool = True) -> list[str]:
    """Time goes by with looks, the last each minute, Amazon and the books answering meanwhile; what is over
    its limit."""
    rounds.hand_over("ledger")
    look(shop)
    seldom = max(minutes - 5, 0) // 5
    for step in [5] * seldom + [1] * (minutes - 5 * seldom):
        shop.clock.advance(60 * step)
        if is_asked:
            Poll.objects.update(answered_at=shop.clock.now())
        look(shop)
    return sorted(task.matter for task in open_tasks(kind=OVERDUE))


def look(shop: Shop) -> None:
    with acting_as("job:raise alerts"):
        raise_alerts(now=shop.clock.now())


def alert(kind: str = OVERDUE):
    (task,) = open_tasks(kind=kind)
    assert task.is_alert
    return task


def test_a_shipment_that_is_not_answered_raises_an_alert_that_closes_by_itself(shop: Shop):
    a_product("RUG", on_hand=5)
    shipment_id = shop.buys()
    shop.reads("ACCEPTED")
    shop.builds()
    shop.fails("confirm", Retryable("Amazon is down."))
    shop.confirms()
    assert looks(shop, minutes=10) == []
    assert looks(shop, minutes=1) == ["shipments to answer"]
    task = alert()
    assert task.sentence == (
        f"Shipments to answer: 1 waits longer than 10 minutes, since 02 March 09:00 UTC: {shipment_id}. "
        "Last trouble: Amazon is down."
    )
    assert (task.cause, task.subjects, task.times) == ("outage", (f"shipment:{shipment_id}",), 1)
    looks(shop, minutes=5)
    assert alert().times == 1
    shop.confirms()
    assert looks(shop) == []


def test_labels_prints_and_parcels_that_left_have_limits_of_their_own(shop: Shop):
    a_printer("Dock", "raw", address="127.0.0.1:9")
    a_product("RUG", on_hand=9)
    packed, labelled, left = (a_field_call(shop) for _ in range(3))
    left.completed()
    printers.printed(PrintJob.objects.get().pk, now=shop.clock.now())
    labelled.labelled()
    packed.packed()
    assert looks(shop, minutes=6) == ["labels to make", "labels to print"]
    assert looks(shop, minutes=10) == ["labels to make", "labels to print", "shipped to tell"]
    named = {task.matter: task.subjects for task in open_tasks(kind=OVERDUE)}
    assert named == {
        "labels to make": (f"field_call:{packed.number}",),
        "labels to print": (f"field_call:{labelled.number}",),
        "shipped to tell": (f"field_call:{left.number}",),
    }


def test_stock_and_submissions_that_are_not_told_raise_one_alert_each(shop: Shop):
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG", amazon=shop)
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    Listing.objects.update(submission_wanted=True)
    assert looks(shop, minutes=31) == ["stock figures to tell"]
    assert looks(shop, minutes=30) == ["listings to submit", "prices to tell", "stock figures to tell"]
    shop.sends_stock()
    assert looks(shop) == ["listings to submit", "prices to tell"]


def test_listings_that_nobody_looks_at_raise_an_alert(shop: Shop):
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG", amazon=shop)
    shop.sends_stock()
    due = shop.clock.now() + timedelta(minutes=5)
    Listing.objects.update(price_dirty=False, next_look_at=due)
    assert looks(shop, minutes=134) == []
    assert looks(shop, minutes=3) == ["listings to look at"]
    Listing.objects.update(next_look_at=shop.clock.now())
    assert looks(shop) == []


def test_a_question_that_amazon_does_not_answer_is_named_with_its_trouble(shop: Shop):
    shop.reads("ACCEPTED")
    Poll.objects.update(trouble="Amazon could not be read.")
    assert looks(shop, minutes=6, is_asked=False) == []
    assert looks(shop, minutes=2, is_asked=False) == ["questions to Amazon"]
    assert alert().sentence.endswith("ACCEPTED of UK-seller. Last trouble: Amazon could not be read.")
    shop.reads("ACCEPTED")
    assert looks(shop) == []


def test_buyers_that_are_asked_for_in_vain_every_three_minutes_are_told(shop: Shop):
    poll = Poll.objects.create(connection_id=shop.connection, question="buyers", answered_at=shop.clock.now())
    for _ in range(8):
        shop.clock.advance(180)
        poll.asked_at = shop.clock.now()
        poll.save()
        look(shop)
    assert alert().subjects == ()
    assert "buyers of UK-seller" in alert().sentence
    assert looks(shop, minutes=16, is_asked=False) == [], "nobody is awaited any more"


def test_work_of_a_stopped_connection_has_the_alert_of_its_stop_only(shop: Shop):
    a_product("RUG", on_hand=5)
    a_field_call(shop).packed()
    stop_connection(shop.connection, sentence="The secret has expired.", now=shop.clock.now())
    assert looks(shop, minutes=20) == []
    resume_connection(shop.connection)
    assert looks(shop, minutes=4) == []
    assert looks(shop, minutes=2) == ["labels to make"]


def test_what_only_waits_for_a_person_is_not_overdue(shop: Shop):
    """Short of stock, unknown, declined: each has a task of its own."""
    a_product("RUG", on_hand=0)
    a_field_call(shop)
    shop.buys("LAMP")
    shop.reads("ACCEPTED")
    shop.builds()
    assert looks(shop, minutes=90) == []


def test_an_alert_that_a_person_closed_is_quiet_for_an_hour(shop: Shop):
    a_product("RUG", on_hand=5)
    a_field_call(shop).packed()
    shop.clock.moment = SystemClock().now()
    assert looks(shop, minutes=6) == ["labels to make"]
    with acting_as("mo"):
        inbox.close(alert().id)
    assert looks(shop, minutes=50) == []
    assert looks(shop, minutes=10) == ["labels to make"]


def test_jobs_that_wait_too_long_are_told(shop: Shop):
    shop.clock.moment = SystemClock().now()
    ProcrastinateJob.objects.all().delete()
    jobs.build_sales.configure(schedule_at=shop.clock.now() - timedelta(minutes=9)).defer(connection_id=1)
    assert looks(shop, minutes=6) == ["jobs in the queue"]


# --- jobs that broke down ---


def breaks(task: object, **args: object) -> None:
    """A job that a worker took and that raised."""
    job_id = task.defer(**args)  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job_id])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job_id])


def some_hours_ago(hours: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - %s * interval '1 hour'", [hours])


def test_a_job_that_broke_down_is_an_alert_that_says_what_it_blocks(shop: Shop):
    shop.clock.moment = SystemClock().now()
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).packed()
    breaks(jobs.make_labels, field_call_id=call.row.pk, connection_id=shop.connection)
    breaks(jobs.make_labels, field_call_id=call.row.pk, connection_id=shop.connection)
    look(shop)
    task = alert(BROKEN)
    assert (task.matter, task.cause, task.subjects) == ("make_labels", "bug", (f"field_call:{call.number}",))
    assert task.sentence.startswith("The job make_labels broke down 2 times, last on ")
    assert task.sentence.endswith(f", for {call.number}: its label is not made.")


def test_it_closes_once_nothing_like_it_happened_for_an_hour(shop: Shop):
    shop.clock.moment = SystemClock().now()
    breaks(jobs.send_stock, channel_id=shop.channel.pk)
    look(shop)
    assert ", for UK: Amazon is not told of stock." in alert(BROKEN).sentence
    some_hours_ago(1.1)
    look(shop)
    assert open_tasks(kind=BROKEN) == ()


def test_what_runs_rarely_stays_told_until_its_next_turn(shop: Shop):
    shop.clock.moment = SystemClock().now()
    breaks(jobs.reconcile_stock, channel_id=shop.channel.pk)
    some_hours_ago(15)
    look(shop)
    assert alert(BROKEN).matter == "reconcile_stock"
    some_hours_ago(4)
    look(shop)
    assert open_tasks(kind=BROKEN) == ()


def test_a_breakdown_that_a_person_closed_comes_back_only_with_the_next_one(shop: Shop):
    breaks(jobs.roll_over)
    shop.clock.moment = SystemClock().now()
    look(shop)
    some_hours_ago(0.01)
    with acting_as("mo"):
        inbox.close(alert(BROKEN).id)
    look(shop)
    assert open_tasks(kind=BROKEN) == ()


def test_breakdowns_are_forgotten_after_a_month(shop: Shop):
    shop.clock.moment = SystemClock().now()
    breaks(jobs.roll_over)
    assert [job.task for job in broken_jobs()] == ["roll_over"]
    some_hours_ago(31 * 24)
    look(shop)
    assert broken_jobs() == ()


# --- alerts of a single thing ---


def test_the_task_of_a_print_closes_when_it_came_out_after_all(shop: Shop):
    """It stayed open for ever."""
    a_printer("Dock", "raw", address="127.0.0.1:9")
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    job = PrintJob.objects.get()
    for _ in range(2):
        printers.print_later(job.pk, now=shop.clock.now(), reason="No paper.")
    assert [task.kind for task in open_tasks()] == ["print_trouble"]
    printers.printed(job.pk, now=shop.clock.now())
    assert open_tasks() == ()
    printers.print_ended(job.pk, state="unclear", reason="It broke off.")
    (again,) = labels.reprint(call.number, station="Bench 1")
    printers.printed(again, now=shop.clock.now())
    assert open_tasks() == ()


@pytest.mark.parametrize("ends", ["cancelled", "completed"])
def test_the_task_of_a_print_closes_with_its_field_call(shop: Shop, ends: str):
    a_printer("Dock", "raw", address="127.0.0.1:9")
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    printers.print_ended(PrintJob.objects.get().pk, state="failed", reason="No paper.")
    shop.completes(call.number) if ends == "completed" else call.cancelled()
    assert "print_trouble" not in [task.kind for task in open_tasks()]
    assert Shipment.objects.count() == 1
