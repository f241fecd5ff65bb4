"""Actions on one channel order or all that fit a filter: what each does, passes over, and can be undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay import wiring
from loadbay.channels.models import SalesChannel
from loadbay.core.errors import Rejected, Retryable
from loadbay.core.ids import ShipmentId, Sku
from loadbay.jobs import order_acts, works
from loadbay.journal.models import TimelineEntry
from loadbay.orders import history, order_queries, queries, work_queries
from loadbay.orders.models import Sale, Shipment, Work
from loadbay.orders.order_queries import OrderFilter
from loadbay.orders.order_rules import Action, condition
from loadbay.orders.services import rule_changes, working
from loadbay.orders.services.acting import Act, NothingSelected, ReasonNeeded
from loadbay.orders.services.rule_changes import WantedRule
from tests.builders import Shop, tasks
from tests.services.goods import a_product, an_order_channel, promised


@pytest.fixture(autouse=True)
def amazon(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    a_product("RUG", on_hand=1000)
    monkeypatch.setattr(wiring, "shipment_source", lambda connection: shop.source)
    monkeypatch.setattr(wiring, "order_source", lambda connection: shop.orders)


def named(*numbers: str) -> OrderFilter:
    return OrderFilter(numbers=" ".join(numbers), archived="any")


def state(number: str) -> tuple[str, str, str]:
    row = Shipment.objects.get(shipment_id=number)
    return row.building, row.implied_status, row.ignored_because


def done(shop: Shop, act: Act, wanted: OrderFilter, reason: str = "") -> work_queries.WorkCard:
    begun = order_acts.begin(act, wanted, reason=reason)
    assert begun.work_id is not None
    return works.do_here(begun.work_id, clock=shop.clock, told=lambda card: None)


def test_an_ignored_order_has_no_sale_its_tasks_close_and_it_can_be_undone(shop):
    waits = shop.buys("SOFA")
    shop.imports()
    assert [kind for kind, _ in tasks()] == ["unmapped_item"]
    acted = order_acts.begin(Act.IGNORE, named(waits), reason="A test of Amazon's").acted
    assert acted is not None
    assert acted.done == 1
    assert state(waits)[:2] == ("ignored", "Ignored")
    assert state(waits)[2].endswith(": A test of Amazon's")
    assert (tasks(), Sale.objects.count()) == ([], 0)
    a_product("SOFA", on_hand=3)
    order_acts.begin(Act.UNIGNORE, named(waits))
    shop.builds()
    assert Sale.objects.get().shipment.shipment_id == waits
    words = TimelineEntry.objects.filter(subject=f"shipment:{waits}", what="acted").order_by("id")
    assert [row.text for row in words] == [
        f"Ignored by {words[0].actor}: A test of Amazon's",
        "Ignored no more.",
    ]


def test_ignoring_needs_a_reason_and_an_order_without_sale(shop):
    sold = shop.buys("RUG")
    shop.imports()
    with pytest.raises(ReasonNeeded):
        order_acts.begin(Act.IGNORE, named(sold), reason="  ")
    acted = order_acts.begin(Act.IGNORE, named(sold), reason="No").acted
    number = Sale.objects.get().number
    assert acted is not None
    assert (acted.done, acted.passed_over) == (
        0,
        (f"{sold} has its sale {number}; decline or cancel that instead.",),
    )
    assert state(sold)[0] == "built"


def test_a_pending_order_that_is_ignored_lets_its_goods_go(shop):
    an_order_channel("mfn", beside=shop.channel)
    number = shop.ordinary.place({Sku("RUG"): 2}, status="PENDING")
    shop.imports_orders()
    assert promised("RUG") == {"open": 2}
    order_acts.begin(Act.IGNORE, named(number), reason="Never shipped")
    assert promised("RUG") == {}


def test_what_a_rule_ignored_is_not_ignored_by_it_again(shop):
    rule_changes.add_rule(
        WantedRule("UK", "Few", Action.IGNORE, (condition("units", "at-most", "1"),), "too small")
    )
    small = shop.buys("RUG")
    shop.imports()
    assert state(small)[0] == "ignored"
    order_acts.begin(Act.UNIGNORE, named(small))
    shop.builds()
    assert state(small)[0] == "built"


def test_what_the_matrix_ignored_is_not_for_a_person_to_undo(shop):
    gone = shop.buys("RUG")
    shop.reads("ACCEPTED")
    shop.marketplace.move(gone, "CANCELLED")
    shop.reads("CANCELLED")
    acted = order_acts.begin(Act.UNIGNORE, named(gone)).acted
    assert acted is not None
    assert acted.passed_over == (f"{gone} was not ignored by a person or a rule.",)


def test_an_archived_order_leaves_the_lists_and_is_found_by_its_number(shop):
    first, second = shop.buys("RUG"), shop.buys("RUG")
    shop.imports()
    order_acts.begin(Act.ARCHIVE, named(first))
    sale = Sale.objects.get(shipment__shipment_id=first).number
    listed = [row.shipment_id for row in queries.sales(queries.SaleFilter()).rows]
    assert listed == [second]
    assert [row.shipment_id for row in order_queries.orders(OrderFilter()).rows] == [second]
    assert [row.number for row in queries.sales(queries.SaleFilter(text=first)).rows] == [sale]
    assert [row.is_archived for row in order_queries.orders(OrderFilter(archived="yes")).rows] == [True]
    again = order_acts.begin(Act.ARCHIVE, named(first)).acted
    assert again is not None
    assert again.passed_over == (f"{first} is archived already.",)
    order_acts.begin(Act.UNARCHIVE, named(first))
    assert len(queries.sales(queries.SaleFilter()).rows) == 2


def test_updating_the_status_asks_amazon_and_what_follows_follows(shop):
    sold = shop.buys("RUG")
    shop.imports()
    shop.marketplace.move(sold, "CANCELLED")
    acted = order_acts.begin(Act.UPDATE_STATUS, named(sold)).acted
    assert acted is not None
    assert acted.done == 1
    assert (Sale.objects.get().order_status, promised("RUG")) == ("Cancelled", {})


def test_importing_again_takes_in_what_waits_and_passes_over_what_is_sold(shop):
    sold, waits = shop.buys("RUG"), shop.buys("RUG")
    shop.reads("ACCEPTED")
    Shipment.objects.filter(shipment_id=waits).update(building="waiting", is_balanced=False)
    shop.builds()
    card = done(shop, Act.IMPORT_AGAIN, OrderFilter())
    assert (card.done, card.failed) == (1, 1)
    assert card.told == (f"{sold} has its sale {Sale.objects.first().number}; importing changes nothing.",)
    assert Sale.objects.count() == 2


def test_trouble_with_one_order_is_told_and_the_others_go_on(shop):
    numbers = [shop.buys("RUG") for _ in range(3)]
    shop.imports()
    shop.fails("shipment", Rejected("Amazon knows none of this name.", reason="404"))
    shop.fails("shipment", Retryable("busy"))
    card = done(shop, Act.UPDATE_STATUS, OrderFilter())
    assert (card.state, card.total, card.done, card.failed) == ("done", 3, 2, 1)
    assert card.told == (f"{numbers[0]}: Amazon knows none of this name.",)


def test_an_amazon_that_stays_away_ends_each_order_after_some_tries(shop):
    shop.buys("RUG")
    shop.buys("RUG")
    shop.imports()
    for _ in range(20):
        shop.fails("shipment", Retryable("down"))
    card = done(shop, Act.UPDATE_STATUS, OrderFilter())
    assert (card.done, card.failed, shop.asked("shipment")) == (0, 2, 8)


def test_a_long_list_is_a_job_in_steps_whose_count_is_that_of_its_beginning(shop, monkeypatch):
    monkeypatch.setattr(order_acts, "QUICK", 3)
    monkeypatch.setattr(order_acts, "AT_ONCE", 2)
    for _ in range(5):
        shop.buys("RUG")
    shop.imports()
    begun = order_acts.begin(Act.ARCHIVE, OrderFilter(state="built"))
    late = shop.buys("RUG")
    shop.imports()
    (job,) = ProcrastinateJob.objects.filter(task_name="loadbay.jobs.tasks.do_work")
    assert job.args == {"work_id": begun.work_id}
    card = works.do_here(begun.work_id, clock=shop.clock, told=lambda card: None)
    assert (card.title, card.state, card.total, card.done) == ("Archive: 5 orders", "done", 5, 5)
    assert [row.shipment_id for row in order_queries.orders(OrderFilter()).rows] == [late]


def test_a_cancelled_one_stops_and_what_is_done_stays_done(shop, monkeypatch):
    monkeypatch.setattr(order_acts, "QUICK", 1)
    monkeypatch.setattr(order_acts, "AT_ONCE", 2)
    for _ in range(5):
        shop.buys("RUG")
    shop.imports()
    begun = order_acts.begin(Act.ARCHIVE, OrderFilter())
    taken = working.take_up(begun.work_id)
    works.STEPS["act"](taken)
    working.cancel_work(begun.work_id)
    works.carry_on(begun.work_id)
    assert Work.objects.get().state == "cancelled"
    assert Shipment.objects.filter(archived_at__isnull=False).count() == 2


def test_nothing_selected_is_refused(shop):
    for wanted in (named("SHP-0"), OrderFilter(channel="UK", state="waiting")):
        with pytest.raises(NothingSelected):
            order_acts.begin(Act.ARCHIVE, wanted)
    assert not Work.objects.exists()


def test_every_part_of_the_filter_narrows(shop):
    sold = shop.buys("RUG")
    waits = shop.buys("SOFA")
    shop.imports()
    number = Sale.objects.get().number
    order = history.order_of(sold).order_id

    def found(**wanted: str) -> list[str]:
        return [row.shipment_id for row in order_queries.orders(OrderFilter(**wanted)).rows]

    assert found(channel="uk") == [waits, sold]
    assert found(channel="DE") == []
    assert found(state="waiting") == [waits]
    assert found(order_status="Released") == found(implied_status="In Progress") == [sold]
    assert found(numbers=f"{number.lower()}, {waits}") == [waits, sold]
    assert found(numbers=order) == [sold]
    assert found(flagged="yes") == found(before=shop.clock.now().date().isoformat()) == []


def test_a_day_begins_where_the_shop_is_whoever_asks(shop):
    SalesChannel.objects.update(time_zone="Europe/Berlin")
    shop.buys("RUG")
    shop.imports()

    def found(minute: int) -> list[int]:
        Shipment.objects.update(
            created_at=datetime(2026, 3, 1, 22, 59, tzinfo=UTC) + timedelta(minutes=minute)
        )
        counts = []
        for zone in ("Europe/Berlin", "UTC", "Asia/Tokyo"):  # a browser's, a worker's, anybody's
            with timezone.override(zone):
                counts.append(order_queries.count(OrderFilter(before="2026-03-02")))
        return counts

    assert (found(0), found(1)) == ([1, 1, 1], [0, 0, 0])


def test_the_history_of_an_order_has_all_of_its_parts_and_the_exchanges_behind_them(shop):
    sold = shop.buys("RUG")
    shop.imports()
    card = history.order_of(Sale.objects.get().number)
    assert [row.shipment_id for row in card.shipments] == [sold]
    assert history.order_of(card.order_id) == card
    told = [(step.subject, step.text) for step in history.steps(card.subjects)]
    assert told[-2:] == [
        (Sale.objects.get().number, f"Built from shipment {sold}."),
        (sold, "Amazon created the shipment (ACCEPTED)."),
    ]
    seen = shop.marketplace.shipments[ShipmentId(sold)]
    shop.marketplace.shipments[ShipmentId("SHP-B")] = replace(seen, shipment_id=ShipmentId("SHP-B"))
    shop.reads()
    assert len(history.order_of(card.order_id).shipments) == 2
