"""Changed stock rooms, pickup times, collection days and holidays: what follows for goods and lorries."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from loadbay.channels import queries
from loadbay.channels.models import ChannelRoom, PickupTime
from loadbay.channels.setting_rules import RoomInUse
from loadbay.dispatch.models import FieldCall
from loadbay.jobs import rounds
from loadbay.journal.queries import timeline
from loadbay.listings.models import Listing, StockFigure
from loadbay.orders.models import Shipment
from loadbay.orders.queries import sale
from loadbay.parties.services import ensure_agent
from loadbay.stock import services as stock
from tests.builders import Shop, a_field_call, tasks
from tests.services.goods import a_product, a_room
from tests.services.settings_shop import a_selling_shop, change, forget_jobs, jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_queue(db: None):
    forget_jobs()


# --- stock rooms ---


def test_a_room_that_feeds_a_channel_from_now_on_is_told_and_covers_what_was_short(shop: Shop):
    a_selling_shop(shop, on_hand=1)
    a_room("LOFT")
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    a_product("LAMP", on_hand=4, room="LOFT")
    stock.goods_in(sku="RUG", room="LOFT", units=6)
    short = a_field_call(shop, "RUG", 5)
    assert short.shipment.is_short
    forget_jobs()
    change(shop, rooms={"SHOP": "LBAY", "LOFT": "LBAY"})
    assert {"send_stock", "build_sales", "read_shipments"} <= jobs()
    assert shop.covers() == 1
    shop.sends_stock()
    assert shop.told("RUG")[-1] == 8


def test_the_order_of_rooms_decides_where_goods_are_promised(shop: Shop):
    a_product("RUG", on_hand=5)
    a_room("LOFT")
    stock.goods_in(sku="RUG", room="LOFT", units=5)
    change(shop, rooms={"LOFT": "LBAY", "SHOP": "LBAY"})
    assert list(ChannelRoom.objects.values_list("room__code", flat=True)) == ["LOFT", "SHOP"]
    call = a_field_call(shop)
    assert call.row.lines.get().room.code == "LOFT"


def test_a_new_location_is_collected_like_the_first_unless_it_has_times_of_its_own(shop: Shop):
    a_room("LOFT")
    change(shop, pickups={"LBAY": ("11:00", "16:00")})
    change(shop, rooms={"SHOP": "LBAY", "LOFT": "LTWO"})
    assert queries.pickups(shop.channel.pk, "LTWO") == (time(11), time(16))
    change(shop, pickups={"LTWO": ("09:00",)})
    assert queries.pickups(shop.channel.pk, "LTWO") == (time(9),)
    assert queries.pickups(shop.channel.pk, "LBAY") == (time(11), time(16))
    change(shop, rooms={"SHOP": "LBAY"})
    assert set(PickupTime.objects.values_list("location", flat=True)) == {"LBAY"}


def test_a_location_with_field_calls_that_have_not_left_stays(shop: Shop):
    a_product("RUG", on_hand=5)
    a_room("LOFT")
    call = a_field_call(shop)
    for rooms in ({"LOFT": "LTWO"}, {"SHOP": "LTWO"}):
        with pytest.raises(RoomInUse, match=f"{call.number} is still to leave from LBAY") as refusal:
            change(shop, rooms=rooms)
        assert (refusal.value.setting, refusal.value.part) == ("rooms", "LBAY")
    assert queries.channel("UK").locations == ("LBAY",)
    assert timeline("channel:UK") == []
    call.completed()
    assert change(shop, rooms={"LOFT": "LTWO"}) == ("rooms", "pickups")


def test_a_room_that_field_calls_are_picked_from_stays(shop: Shop):
    a_product("RUG", on_hand=5)
    a_room("LOFT")
    change(shop, rooms={"SHOP": "LBAY", "LOFT": "LBAY"})
    calls = [a_field_call(shop) for _ in range(2)]
    with pytest.raises(
        RoomInUse, match=f"{calls[0].number} and 1 more are to be picked from stock room SHOP"
    ):
        change(shop, rooms={"LOFT": "LBAY"})
    assert change(shop, rooms={"SHOP": "LBAY"}) == ("rooms",)


def test_a_location_that_amazon_still_sells_from_stays_until_it_was_told_nothing(shop: Shop):
    a_selling_shop(shop)
    a_room("LOFT")
    with pytest.raises(RoomInUse, match="Amazon still sells RUG from LBAY"):
        change(shop, rooms={"LOFT": "LTWO"})
    stock.transfer(sku="RUG", source="SHOP", target="LOFT", units=10)
    with pytest.raises(RoomInUse, match="Amazon still sells RUG"):
        change(shop, rooms={"LOFT": "LTWO"})
    shop.sends_stock()
    change(shop, rooms={"LOFT": "LTWO"})
    assert list(StockFigure.objects.values_list("location", flat=True)) == ["LTWO"]


@pytest.mark.parametrize("state", ["delisted", "awaiting_conversion"])
def test_a_location_is_given_up_though_a_listing_told_there_was_taken_off_or_unlinked(shop: Shop, state: str):
    a_selling_shop(shop)
    a_room("LOFT")
    Listing.objects.update(state=state, linked_because="")
    StockFigure.objects.update(acknowledged_quantity=None)
    change(shop, rooms={"LOFT": "LTWO"})
    assert not StockFigure.objects.filter(location="LBAY").exists()


def test_a_location_with_a_shipment_that_is_no_sale_yet_stays(shop: Shop):
    a_room("LOFT")
    shipment_id = shop.buys("UNKNOWN")
    shop.reads("ACCEPTED")
    shop.builds()
    with pytest.raises(RoomInUse, match=f"Shipment {shipment_id} waits at LBAY"):
        change(shop, rooms={"LOFT": "LTWO"})


def test_a_shipment_without_a_room_goes_on_once_its_location_has_one(shop: Shop):
    a_product("RUG", on_hand=5)
    a_room("LOFT")
    shop.buys()
    shop.reads("ACCEPTED")
    ChannelRoom.objects.update(location="LTWO")
    shop.builds()
    assert tasks() == [("location_without_room", f"{shop.channel.pk}:LBAY")]
    change(shop, rooms={"SHOP": "LTWO", "LOFT": "LBAY"})
    assert (Shipment.objects.get().building, tasks()) == ("staged", [])


def test_news_of_a_shipment_of_a_place_given_up_since_is_still_followed(shop: Shop):
    a_product("RUG", on_hand=5)
    a_room("LOFT")
    call = a_field_call(shop).shipped()
    change(shop, rooms={"LOFT": "LTWO"})
    shop.marketplace.move(call.shipment_id, "DELIVERED")
    shop.reads("DELIVERED")
    assert (call.shipment.status, tasks()) == ("DELIVERED", [])


# --- the lorry ---


def when(call) -> tuple[str, str]:
    """Collection moment (UTC) and date of a field call."""
    row = FieldCall.objects.get(number=call.number)
    return f"{row.collection_at:%d %H:%M}", row.collection_date.isoformat()


def test_other_pickup_times_give_what_has_no_label_another_lorry(shop: Shop):
    a_product("RUG", on_hand=5)
    change(shop, pickups={"LBAY": ("16:00",)})
    to_pack, packing, labelled = a_field_call(shop), a_field_call(shop), a_field_call(shop)
    labelled.labelled()
    packing.on_the_bench()
    usual = when(labelled)
    at = shop.clock.now() + timedelta(hours=2)
    change(shop, pickups={"LBAY": (f"{at:%H:%M}",)})
    assert when(to_pack) == when(packing) == (f"{at:%d %H:%M}", at.date().isoformat())
    assert when(labelled) == usual
    assert timeline(f"field_call:{to_pack.number}")[0].text.startswith("Its lorry comes on ")


def test_a_holiday_sends_what_has_no_label_with_another_days_lorry_and_back(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    usual = when(call)
    day = call.row.collection_date
    change(shop, holidays=(day,))
    assert call.row.collection_date > day
    later = a_field_call(shop)
    assert when(later) == when(call)
    change(shop, holidays=())
    assert when(call) == when(later) == usual


def test_other_collection_days_and_another_time_zone_move_the_lorry(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    usual = call.row.collection_at
    others = "".join(str(day) for day in range(1, 8) if day != usual.isoweekday())
    change(shop, collection_weekdays=others)
    assert call.row.collection_at.isoweekday() != usual.isoweekday()
    change(shop, collection_weekdays="1-7")
    assert call.row.collection_at == usual
    change(shop, time_zone="Europe/Berlin")
    assert call.row.collection_at == usual - timedelta(hours=1)


def test_another_agent_carries_what_has_no_label(shop: Shop):
    ensure_agent("DPD", "DPD")
    a_product("RUG", on_hand=5)
    labelled, open_call = a_field_call(shop).labelled(), a_field_call(shop)
    change(shop, shipping_agent="DPD")
    later = a_field_call(shop)
    assert [one.row.agent.code for one in (labelled, open_call, later)] == ["AMZSMART", "DPD", "DPD"]


def test_a_lorry_that_may_still_be_at_the_door_keeps_what_it_was_to_take(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    shop.clock.moment = call.row.collection_at + timedelta(minutes=10)
    usual = when(call)
    change(shop, collection_weekdays="1-6", holidays=(call.row.collection_date + timedelta(days=9),))
    assert when(call) == usual
    late = call.row.collection_at + timedelta(minutes=40)
    change(shop, pickups={"LBAY": (f"{late:%H:%M}",)})
    assert call.row.collection_at == late


def test_what_a_change_just_missed_is_planned_anew_by_the_clock(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    usual = call.row.collection_at
    FieldCall.objects.update(collection_at=usual + timedelta(minutes=7))  # as an older time would have it
    assert rounds.roll_over() == 0
    assert call.row.collection_at == usual


def test_a_sale_shows_the_dimensions_of_its_channel(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    assert sale(call.sale.number).dimensions == ("", "")
    change(shop, dimension_1="SALES", dimension_2="ONLINE")
    assert sale(call.sale.number).dimensions == ("SALES", "ONLINE")
