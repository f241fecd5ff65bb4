"""Settings about what Amazon is told and asked: its reservation, our schedule, prices, days for buyers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loadbay.catalogue.services import set_price
from loadbay.channels.models import SalesChannel
from loadbay.core.errors import Unclear
from loadbay.jobs import schedule
from loadbay.listings import senders
from loadbay.listings.models import Listing, StockFigure
from loadbay.listings.services import sending
from loadbay.orders.models import BuyerDetails
from loadbay.orders.services import buyers
from loadbay.stock import services as stock
from loadbay.testing.fakes import FakeListingDesk
from tests.builders import Shop, a_field_call
from tests.services.goods import a_product
from tests.services.settings_shop import a_selling_shop, change, forget_jobs, jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_queue(db: None):
    forget_jobs()


# --- when Amazon's reservation ends ---


def test_changing_when_the_reservation_ends_tells_labelled_units_anew(shop: Shop):
    a_selling_shop(shop)
    call = a_field_call(shop, "RUG", 2).labelled()
    shop.sends_stock()
    assert shop.told("RUG") == [10, 8]
    forget_jobs()
    change(shop, reservation_ends="shipped")
    assert jobs() == {"send_stock"}
    shop.sends_stock()
    assert shop.told("RUG") == [10, 8, 10]
    change(shop, reservation_ends="label")
    assert StockFigure.objects.get().urgency == StockFigure.Urgency.SETTING
    shop.sends_stock()
    assert shop.told("RUG") == [10, 8, 10, 8]
    assert call.row.state == "labelled"


# --- days to wait for buyers ---


def given_up(shop: Shop, *, after_days: int) -> str:
    shop.clock.advance(after_days * 86_400 + 60)
    buyers.close_unseen(now=shop.clock.now())
    return BuyerDetails.objects.get().state


def test_a_buyer_is_awaited_as_long_as_the_channel_says(shop: Shop):
    a_product("RUG", on_hand=5)
    change(shop, buyer_details_days=10)
    a_field_call(shop).shipped()
    shop.reads("SHIPPED")
    assert given_up(shop, after_days=8) == "awaited"
    assert given_up(shop, after_days=2) == "closed"


def test_waiting_longer_takes_up_again_what_was_given_up_within_the_new_time(shop: Shop):
    a_product("RUG", on_hand=5)
    change(shop, buyer_details_days=2)
    a_field_call(shop).shipped()
    shop.reads("SHIPPED")
    assert given_up(shop, after_days=3) == "closed"
    forget_jobs()
    change(shop, buyer_details_days=3)
    assert BuyerDetails.objects.get().state == "closed"
    change(shop, buyer_details_days=20)
    assert BuyerDetails.objects.get().state == "awaited"
    assert jobs() == {"find_buyers"}
    change(shop, buyer_details_days=1)
    assert given_up(shop, after_days=0) == "closed"


# --- send mode ---


def test_on_schedule_more_goods_wait_for_their_turn_and_at_once_they_do_not(shop: Shop):
    a_selling_shop(shop)
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    assert jobs() == {"send_stock"}
    shop.sends_stock()
    change(shop, send_mode="on_schedule")
    forget_jobs()
    stock.goods_in(sku="RUG", room="SHOP", units=5)
    assert jobs() == set()
    shop.sends_stock()
    assert shop.told("RUG") == [10, 11]
    take_turn(shop)
    assert shop.told("RUG") == [10, 11, 16]


def take_turn(shop: Shop) -> None:
    """What the schedule does for a channel."""
    sending.take_turn(shop.channel.pk)
    shop.sends_stock()


def test_on_schedule_a_figure_that_was_put_off_once_does_not_keep_the_sender_running(shop: Shop):
    a_selling_shop(shop)
    change(shop, send_mode="on_schedule")
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    shop.sends_stock()
    past = shop.clock.now() - timedelta(minutes=1)
    StockFigure.objects.update(urgency=StockFigure.Urgency.NORMAL, next_try_at=past, tries=1)
    desk = shop.stock
    report = senders.send_stock(shop.channel.pk, desk=desk, clock=shop.clock)
    assert (report.told, report.due_at) == (0, None)
    assert StockFigure.objects.get().urgency == StockFigure.Urgency.FOR_THE_SCHEDULE
    take_turn(shop)
    assert shop.told("RUG") == [10, 11]


def test_the_schedules_turn_is_not_of_watching_channels_of_those_at_once_and_of_what_is_delisted(shop: Shop):
    a_selling_shop(shop)
    waits = {"is_dirty": True, "urgency": StockFigure.Urgency.FOR_THE_SCHEDULE}
    StockFigure.objects.update(**waits)
    for mode, is_watching, state in (
        ("at_once", False, "linked"),
        ("on_schedule", True, "linked"),
        ("on_schedule", False, "delisted"),
    ):
        SalesChannel.objects.update(send_mode=mode, is_watching=is_watching)
        Listing.objects.update(state=state)
        sending.take_turn(shop.channel.pk)
        assert StockFigure.objects.get().urgency == StockFigure.Urgency.FOR_THE_SCHEDULE
    Listing.objects.update(state="linked")
    sending.take_turn(shop.channel.pk)
    assert StockFigure.objects.get().urgency == StockFigure.Urgency.ITS_TURN


def test_on_schedule_zero_and_lowered_figures_go_at_once(shop: Shop):
    a_selling_shop(shop)
    change(shop, send_mode="on_schedule")
    forget_jobs()
    stock.dispose(sku="RUG", room="SHOP", units=3, reason="broken")
    assert jobs() == {"send_stock"}
    shop.sends_stock()
    assert shop.told("RUG") == [10, 7]
    a_field_call(shop, "RUG", 7).labelled()
    shop.sends_stock()
    assert shop.told("RUG") == [10, 7, 0]


def test_on_schedule_a_raised_figure_that_is_lowered_again_goes_as_what_it_is_then(shop: Shop):
    a_selling_shop(shop)
    change(shop, send_mode="on_schedule")
    stock.goods_in(sku="RUG", room="SHOP", units=5)
    shop.sends_stock()
    stock.dispose(sku="RUG", room="SHOP", units=2, reason="broken")
    shop.sends_stock()
    assert shop.told("RUG") == [10]  # 13 lie there, more than Amazon shows: nothing can be oversold
    stock.dispose(sku="RUG", room="SHOP", units=5, reason="broken")
    shop.sends_stock()
    assert shop.told("RUG") == [10, 8]


def test_on_schedule_what_amazon_may_have_missed_does_not_wait(shop: Shop):
    a_selling_shop(shop)
    change(shop, send_mode="on_schedule")
    stock.dispose(sku="RUG", room="SHOP", units=3, reason="broken")
    shop.fails("tell", Unclear("lost"))
    with pytest.raises(Unclear):
        shop.sends_stock()
    shop.sends_stock()
    assert shop.told("RUG")[-1] == 7
    assert not StockFigure.objects.get().is_dirty


def test_on_schedule_prices_wait_and_back_at_once_everything_goes(shop: Shop):
    a_selling_shop(shop)
    change(shop, send_mode="on_schedule")
    forget_jobs()
    set_price(sku="RUG", category="Amazon", amount="12.00", currency="GBP")
    assert jobs() == set()
    assert Listing.objects.get().price_dirty
    stock.goods_in(sku="RUG", room="SHOP", units=5)
    shop.sends_stock()
    change(shop, send_mode="at_once")
    assert jobs() == {"send_stock", "send_prices"}
    shop.sends_stock()
    assert shop.told("RUG") == [10, 15]
    forget_jobs()
    set_price(sku="RUG", category="Amazon", amount="13.00", currency="GBP")
    assert jobs() == {"send_prices"}


def test_the_schedule_takes_the_turn_of_channels_that_send_on_schedule_alone(shop: Shop):
    a_selling_shop(shop)
    schedule.send_on_schedule(0)
    assert jobs() == set()
    schedule.send_what_is_due(0)
    assert {"send_stock", "send_prices"} <= jobs()
    change(shop, send_mode="on_schedule")
    forget_jobs()
    schedule.send_what_is_due(0)
    assert "send_stock" in jobs()
    assert "send_prices" not in jobs()
    schedule.send_on_schedule(0)
    assert {"send_stock", "send_prices"} <= jobs()


# --- prices ---


def test_another_price_category_gives_other_prices(shop: Shop):
    a_selling_shop(shop)
    day, desk = shop.clock.now().date(), FakeListingDesk(shop.marketplace)
    for category, amount in (("Amazon", "10.00"), ("Retail", "15.00")):
        set_price(sku="RUG", category=category, amount=amount, currency="GBP", valid_from=day)
    senders.send_prices(shop.channel.pk, desk=desk, clock=shop.clock)
    assert Listing.objects.get().price_amount == 10
    forget_jobs()
    change(shop, price_category="Retail")
    assert jobs() == {"send_prices"}
    senders.send_prices(shop.channel.pk, desk=desk, clock=shop.clock)
    assert Listing.objects.get().price_amount == 15
