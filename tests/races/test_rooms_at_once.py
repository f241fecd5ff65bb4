"""A room is taken from a channel while sales are built or covered from it: no field call is left there."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from django.db import transaction

from loadbay.channels.models import ChannelRoom
from loadbay.channels.setting_rules import RoomInUse
from loadbay.orders.services import building, covering
from loadbay.stock import services as stock
from tests.builders import Shop, a_field_call, call_for, picks
from tests.services.goods import a_product, a_room
from tests.services.racing import at_once
from tests.services.settings_shop import change

PATIENCE, WAITS = 15, 1
BOTH = {"SHOP": "LBAY", "LOFT": "LBAY"}
MOVED = {"LOFT": "LBAY", "SHOP": "LTWO"}


@pytest.fixture
def sold(shop: Shop) -> str:
    """A shipment to be built, its goods in SHOP, which LOFT stands beside."""
    a_room("LOFT")
    a_product("RUG", on_hand=5)
    stock.goods_in(sku="RUG", room="LOFT", units=5)
    change(shop, rooms=BOTH)
    shipment_id = shop.buys()
    shop.reads("ACCEPTED")
    return shipment_id


def rooms_of(shipment_id: str) -> set[str]:
    return {room for _, _, room in picks(call_for(shipment_id).number)}


def feeding() -> set[str]:
    return set(ChannelRoom.objects.filter(location="LBAY").values_list("room__code", flat=True))


def meets_a_change(shop: Shop, work: Callable[[], object], **rooms: str) -> list[object]:
    """Somebody changes the rooms while the work is not committed; [the change got through, its answer]."""
    is_done, is_changed = Event(), Event()

    def first() -> bool:
        with transaction.atomic():
            work()
            is_done.set()
            return is_changed.wait(WAITS)

    def second() -> object:
        is_done.wait(PATIENCE)
        answer = change(shop, rooms=rooms)
        is_changed.set()
        return answer

    return at_once(first, second)


def test_without_the_lock_a_sale_would_be_picked_from_a_room_that_is_gone(shop: Shop, sold: str):
    def build_without_lock() -> None:
        rows = building._first(building._staged(shop.connection).select_for_update(), limit=1)
        building._build(shop.connection, rows)

    assert meets_a_change(shop, build_without_lock, LOFT="LBAY") == [True, ("rooms",)]
    assert (rooms_of(sold), feeding()) == ({"SHOP"}, {"LOFT"})


@pytest.mark.parametrize("rooms", [{"LOFT": "LBAY"}, MOVED])
def test_who_takes_a_room_away_waits_for_the_sales_that_are_being_built_from_it(
    shop: Shop, sold: str, rooms: dict[str, str]
):
    went_through, answer = meets_a_change(shop, lambda: building.build_staged(shop.connection), **rooms)
    assert (went_through, type(answer)) == (False, RoomInUse)
    assert "is to be picked from stock room SHOP" in str(answer)
    assert (rooms_of(sold), feeding()) == ({"SHOP"}, {"SHOP", "LOFT"})


def test_who_takes_a_location_away_waits_for_a_sale_that_is_built_out_of_its_turn(shop: Shop, sold: str):
    went_through, answer = meets_a_change(
        shop, lambda: building.build_one(shop.connection, sold), SHOP="LTWO", LOFT="LTWO"
    )
    assert (went_through, type(answer)) == (False, RoomInUse)
    assert "is still to leave from LBAY" in str(answer)


def test_who_takes_a_room_away_waits_for_sales_that_are_covered_from_it(shop: Shop):
    a_room("LOFT")
    a_product("RUG", on_hand=1)
    change(shop, rooms={"LOFT": "LBAY", "SHOP": "LBAY"})
    short = a_field_call(shop, "RUG", 2)
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    went_through, answer = meets_a_change(shop, lambda: covering.cover_short(shop.connection), LOFT="LBAY")
    assert (went_through, type(answer)) == (False, RoomInUse)
    assert rooms_of(short.shipment_id) == {"SHOP"}


def test_a_sale_that_is_built_while_a_room_is_taken_away_is_picked_from_the_others(shop: Shop, sold: str):
    is_changed, is_built = Event(), Event()

    def take_away() -> bool:
        with transaction.atomic():
            change(shop, rooms={"LOFT": "LBAY"})
            is_changed.set()
            return is_built.wait(WAITS)

    def build() -> None:
        is_changed.wait(PATIENCE)
        shop.builds()
        is_built.set()

    assert at_once(take_away, build) == [False, None]
    assert (rooms_of(sold), feeding()) == ({"LOFT"}, {"LOFT"})


def test_a_change_that_takes_no_room_away_waits_for_nobody(shop: Shop, sold: str):
    a_room("CELLAR")
    build = lambda: building.build_staged(shop.connection)  # noqa: E731
    assert meets_a_change(shop, build, **BOTH, CELLAR="LBAY") == [True, ("rooms",)]
    assert rooms_of(sold) == {"SHOP"}
