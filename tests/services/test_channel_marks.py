"""A changed setting of a large channel: the queue marks its listings step by step, and overlooks none."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import connection, transaction

from loadbay.channels.queries import channel
from loadbay.inbox.queries import open_tasks
from loadbay.jobs import rounds, schedule, tasks
from loadbay.jobs.alerting import OVERDUE, raise_alerts
from loadbay.jobs.syncing import ShopPlan
from loadbay.listings.models import ChannelMark, Listing, StockFigure
from loadbay.listings.services import channel_marks, set_stock_cap
from loadbay.listings.services.channel_marks import What, mark_next, to_mark
from loadbay.listings.services.marking import mark_for_setting, mark_prices_of_listings
from tests.builders import Shop
from tests.services import racing
from tests.services.goods import HERE, a_linked_listing, a_product, a_room
from tests.services.racing import at_once
from tests.services.settings_shop import change, forget_jobs, jobs

own_database = racing.own_database
STEP, STEPS = 60, 3


# With a step as it is shipped, these tests would do little but fill tables.
@pytest.fixture(autouse=True)
def _a_step_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_marks, "STEP", STEP)


@pytest.fixture
def large(shop: Shop) -> Shop:
    return a_large_shop(shop)


def a_large_shop(shop: Shop) -> Shop:
    """Listings for three steps; of ten, seven are linked, one suppressed after it, two not linked yet."""
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG")
    own = {"sku": "'RUG-' || n", "state": _STATE, "linked_because": _WHY, "price_dirty": "false"}
    columns = [field.column for field in Listing._meta.fields if field.column != "id"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO listings_listing ({', '.join(columns)})"
            f" SELECT {', '.join(own.get(column, column) for column in columns)}"
            " FROM listings_listing, generate_series(1, %s) n",
            [STEP * STEPS - 11],
        )
        cursor.execute(_FIGURES, [HERE])
    forget_jobs()
    return shop


_STATE = """CASE WHEN n %% 10 < 7 THEN 'linked' WHEN n %% 10 = 7 THEN 'suppressed'
    ELSE 'awaiting_conversion' END"""
_WHY = "CASE WHEN n %% 10 <= 7 THEN 'mary said so.' ELSE '' END"
_FIGURES = """
    INSERT INTO listings_stockfigure
        (listing_id, location, is_dirty, urgency, sequence, in_flight, refusal, stale_refusals, tries)
    SELECT id, %s, id %% 3 = 0, 1 + id %% 5, 0, false, '', 0, 0 FROM listings_listing
    WHERE state = 'linked' AND sku <> 'RUG'
"""


def figures() -> list[tuple[int, str, bool, int]]:
    rows = StockFigure.objects.order_by("listing_id", "location")
    return list(rows.values_list("listing_id", "location", "is_dirty", "urgency"))


def marked() -> int:
    return StockFigure.objects.filter(is_dirty=True).count()


def told() -> int:
    """Listings of which Amazon is told."""
    return Listing.objects.filter(state__in=["linked", "suppressed"]).count()


def rest() -> None:
    """Amazon was told everything."""
    StockFigure.objects.update(is_dirty=False)
    Listing.objects.update(price_dirty=False)


def do(shop: Shop) -> None:
    """The job, as often as it goes to the end of the line."""
    tasks.mark_listings.func(channel_id=shop.channel.pk)
    while to_mark(shop.channel.pk):
        tasks.mark_listings.func(channel_id=shop.channel.pk)


@pytest.mark.django_db
def test_the_job_is_written_with_the_change_of_a_large_channel_and_goes_with_it(large: Shop):
    before = figures()
    with transaction.atomic():
        change(large, reservation_ends="shipped")
        assert jobs() == {"mark_listings", "send_stock"}
        assert to_mark(large.channel.pk) == [What.STOCK]
        transaction.set_rollback(True)
    assert (jobs(), to_mark(large.channel.pk)) == (set(), [])
    change(large, price_category="Retail")
    assert "mark_listings" in jobs()
    assert to_mark(large.channel.pk) == [What.PRICES]
    assert figures() == before


@pytest.mark.django_db
def test_step_by_step_the_same_is_marked_as_all_at_once(large: Shop):
    a_room("LOFT")
    with transaction.atomic():
        change(large, rooms={"SHOP": HERE, "LOFT": "LTWO"})
        mark_for_setting(Listing.objects.values_list("pk", flat=True))
        mark_prices_of_listings(Listing.objects.values_list("pk", flat=True))
        expected = figures(), set(Listing.objects.filter(price_dirty=True).values_list("pk", flat=True))
        transaction.set_rollback(True)
    change(large, rooms={"SHOP": HERE, "LOFT": "LTWO"}, price_category="Retail")
    assert len(list(rounds.mark_listings(large.channel.pk))) == 2 * STEPS
    assert figures() == expected[0]
    assert set(Listing.objects.filter(price_dirty=True).values_list("pk", flat=True)) == expected[1]
    assert (marked(), len(expected[1])) == (2 * told(), told())
    assert ChannelMark.objects.count() == 0


@pytest.mark.django_db
def test_a_killed_job_goes_on_where_it_stopped(large: Shop):
    rest()
    change(large, reservation_ends="shipped")
    assert next(rounds.mark_listings(large.channel.pk)) == What.STOCK
    first = marked()
    rest()
    do(large)
    assert marked() == told() - first
    assert 0 < first < STEP
    assert ChannelMark.objects.count() == 0


@pytest.mark.django_db
def test_a_job_marks_some_steps_has_them_sent_and_goes_to_the_end_of_the_line(large: Shop, monkeypatch):
    monkeypatch.setattr(tasks, "STEPS_AT_ONCE", 1)
    change(large, reservation_ends="shipped")
    forget_jobs()
    tasks.mark_listings.func(channel_id=large.channel.pk)
    assert jobs() == {"send_stock", "mark_listings"}
    assert 0 < ChannelMark.objects.get().after
    do(large)
    assert to_mark(large.channel.pk) == []


@pytest.mark.django_db
def test_on_schedule_the_marked_stock_is_looked_at_at_once_and_prices_wait(large: Shop):
    change(large, send_mode="on_schedule", reservation_ends="shipped", price_category="Retail")
    forget_jobs()
    do(large)
    assert jobs() == {"send_stock"}


@pytest.mark.django_db
def test_stock_that_is_noted_meanwhile_goes_ahead_of_prices(large: Shop):
    change(large, price_category="Retail")
    steps = rounds.mark_listings(large.channel.pk)
    assert next(steps) == What.PRICES
    change(large, reservation_ends="shipped")
    assert list(steps) == [What.STOCK] * STEPS + [What.PRICES] * (STEPS - 1)


@pytest.mark.django_db
def test_a_stock_cap_of_the_shop_is_set_at_once_however_many_listings_it_caps(large: Shop):
    rest()
    set_stock_cap(0, valid_from=large.clock.now().date())
    assert (jobs(), marked()) == ({"mark_listings", "send_stock"}, 0)
    do(large)
    assert marked() == told()
    assert set(StockFigure.objects.values_list("urgency", flat=True)) == {StockFigure.Urgency.SETTING}


@pytest.mark.django_db
def test_doing_it_twice_or_in_vain_changes_nothing(large: Shop):
    change(large, reservation_ends="shipped")
    do(large)
    once = figures()
    do(large)
    mark_next(large.channel.pk, What.STOCK)
    assert figures() == once


@pytest.mark.django_db
def test_another_change_meanwhile_has_everything_marked_anew(large: Shop):
    change(large, reservation_ends="shipped")
    next(rounds.mark_listings(large.channel.pk))
    rest()
    change(large, reservation_ends="label")
    assert ChannelMark.objects.get().after == 0
    do(large)
    assert marked() == told()


@pytest.mark.django_db
def test_a_lost_job_is_found_by_the_next_look_and_by_sync(large: Shop):
    change(large, reservation_ends="shipped")
    forget_jobs()
    schedule.send_what_is_due(0)
    assert "mark_listings" in jobs()
    (step,) = [step for step in ShopPlan([channel("UK")]).steps() if step.name == "mark listings"]
    assert step.lock == f"mark:{large.channel.pk}"
    step.work()
    assert to_mark(large.channel.pk) == []


@pytest.mark.django_db
def test_a_channel_that_is_not_marked_in_ten_minutes_raises_an_alert(large: Shop):
    change(large, reservation_ends="shipped")
    for _ in range(12):
        raise_alerts(now=large.clock.now())
        large.clock.advance(60)
    (alert,) = [task for task in open_tasks(kind=OVERDUE) if task.matter == "sales channels to mark"]
    assert ": UK." in alert.sentence
    do(large)
    raise_alerts(now=large.clock.now())
    assert [task for task in open_tasks(kind=OVERDUE) if task.matter == "sales channels to mark"] == []


@pytest.mark.usefixtures("own_database")
def test_a_change_that_meets_a_step_under_way_has_everything_marked_anew():
    shop = a_large_shop(Shop())
    change(shop, reservation_ends="shipped")
    is_marked, is_changed = Event(), Event()

    def step() -> bool:
        with transaction.atomic():
            mark_next(shop.channel.pk, What.STOCK)
            is_marked.set()
            return is_changed.wait(1)

    def turn_back() -> None:
        is_marked.wait(10)
        change(shop, reservation_ends="label")
        is_changed.set()

    assert at_once(step, turn_back) == [False, None]
    assert ChannelMark.objects.get().after == 0


@pytest.mark.usefixtures("own_database")
def test_a_step_that_meets_a_change_does_not_pass_over_what_it_marked_before_it():
    shop = a_large_shop(Shop())
    change(shop, reservation_ends="shipped")
    mark_next(shop.channel.pk, What.STOCK)
    is_changed, is_marked = Event(), Event()

    def turn_back() -> bool:
        with transaction.atomic():
            change(shop, reservation_ends="label")
            is_changed.set()
            return is_marked.wait(1)

    def step() -> None:
        is_changed.wait(10)
        mark_next(shop.channel.pk, What.STOCK)
        is_marked.set()

    assert at_once(turn_back, step) == [False, None]
    assert ChannelMark.objects.get().after == 0
