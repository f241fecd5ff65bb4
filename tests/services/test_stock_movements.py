"""Goods in, disposal, transfer: the ledger and the level always agree, and a refusal changes nothing."""

from __future__ import annotations

import pytest

from loadbay.catalogue.rules import ProductUnknown
from loadbay.stock import queries, rules, services
from loadbay.stock.models import Level, Movement, StockRoom
from tests.services.goods import a_bundle, a_product, a_room, a_sale, events, movements, on_hand

pytestmark = pytest.mark.django_db


def test_goods_that_come_in_are_on_hand():
    a_product("RUG")
    moved = services.goods_in(sku="RUG", room="shop", units=7, reference="DN-4711")
    assert moved.rooms == (rules.RoomChange("SHOP", before=0, after=7, uncovered=0),)
    assert on_hand("RUG") == 7
    assert movements("RUG") == [("goods_in", "SHOP", 7)]
    assert Movement.objects.get().reference == "DN-4711"


def test_disposed_goods_are_gone_with_their_reason():
    a_product("RUG", on_hand=7)
    moved = services.dispose(sku="RUG", room="SHOP", units=2, reason="torn")
    assert (moved.rooms[0].before, moved.rooms[0].after) == (7, 5)
    assert Movement.objects.get(kind="disposal").reason == "torn"


def test_a_transfer_moves_goods_and_loses_none():
    a_product("RUG", on_hand=7)
    a_room("ATTIC")
    services.transfer(sku="RUG", source="SHOP", target="ATTIC", units=3)
    assert (on_hand("RUG", "SHOP"), on_hand("RUG", "ATTIC")) == (4, 3)
    assert movements("RUG")[1:] == [("transfer", "SHOP", -3), ("transfer", "ATTIC", 3)]


def test_every_movement_is_told_once_with_its_direction():
    product_id = a_product("RUG", on_hand=5)
    a_room("ATTIC")
    services.dispose(sku="RUG", room="SHOP", units=1, reason="torn")
    services.transfer(sku="RUG", source="SHOP", target="ATTIC", units=1)
    told = [(event["product_ids"], event["lowered"], event["reason"]) for event in events("stock.changed")]
    assert told == [
        ([product_id], False, "goods_in"),
        ([product_id], True, "disposal"),
        ([product_id], True, "transfer"),
    ]


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda: services.dispose(sku="RUG", room="SHOP", units=6, reason="torn"), rules.NotEnoughStock),
        (lambda: services.dispose(sku="RUG", room="SHOP", units=1, reason=" "), rules.ReasonMissing),
        (lambda: services.goods_in(sku="RUG", room="SHOP", units=0), rules.UnitsNotUsable),
        (lambda: services.goods_in(sku="RUG", room="SHOP", units=-3), rules.UnitsNotUsable),
        (lambda: services.goods_in(sku="RUG", room="SHOP", units=10**12), rules.UnitsNotUsable),
        (lambda: services.goods_in(sku="RUG", room="NOWHERE", units=1), rules.RoomUnknown),
        (lambda: services.goods_in(sku="NOTHING", room="SHOP", units=1), ProductUnknown),
        (lambda: services.goods_in(sku="SET", room="SHOP", units=1), rules.BundleHasNoStock),
        (lambda: services.transfer(sku="RUG", source="SHOP", target="shop", units=1), rules.SameRoom),
        (lambda: services.transfer(sku="RUG", source="SHOP", target="ATTIC", units=6), rules.NotEnoughStock),
    ],
)
def test_a_refused_movement_changes_nothing(act, refusal):
    a_product("RUG", on_hand=5)
    a_room("ATTIC")
    a_bundle("SET", contents={"RUG": 1})
    before = (
        movements("RUG"),
        list(Level.objects.values_list("on_hand", flat=True)),
        events("stock.changed"),
    )
    with pytest.raises(refusal) as refused:
        act()
    assert refused.value.code == refusal.code
    assert refused.value.sentence.endswith(".")
    assert before == (
        movements("RUG"),
        list(Level.objects.values_list("on_hand", flat=True)),
        events("stock.changed"),
    )


def test_a_room_that_allows_it_may_go_below_zero():
    a_product("RUG")
    StockRoom.objects.filter(code="SHOP").update(allows_negative=True)
    assert services.dispose(sku="RUG", room="SHOP", units=2, reason="torn").rooms[0].after == -2


def test_promised_goods_may_go_but_the_answer_says_whose_promise_breaks():
    a_product("RUG", on_hand=5)
    services.reserve([a_sale("shipment:1", "RUG", units=4)])
    moved = services.dispose(sku="RUG", room="SHOP", units=3, reason="flood")
    assert moved.uncovered == 2
    assert on_hand("RUG") == 2


def test_a_delivery_comes_in_whole_or_not_at_all():
    a_product("RUG")
    a_product("LAMP")
    good = [services.Delivery("RUG", "SHOP", 3), services.Delivery("LAMP", "SHOP", 2)]
    assert services.goods_in_many(good, reference="DN-1") == 5
    with pytest.raises(rules.UnitsNotUsable):
        services.goods_in_many([services.Delivery("RUG", "SHOP", 3), services.Delivery("LAMP", "SHOP", 0)])
    assert (on_hand("RUG"), on_hand("LAMP")) == (3, 2)


@pytest.mark.parametrize("code", ["", "a room", "R" * 21, "=SHOP"])
def test_a_room_needs_a_code_that_can_be_typed(code):
    with pytest.raises(rules.RoomNotUsable):
        services.add_room(code=code)
    assert not StockRoom.objects.exists()


def test_a_room_is_made_once():
    services.add_room(code="shop", name="Shop floor")
    with pytest.raises(rules.RoomNotUsable, match="SHOP exists already"):
        services.add_room(code="SHOP")
    assert queries.rooms() == (("SHOP", "Shop floor"),)


def test_the_card_shows_each_room_and_what_of_it_is_promised():
    a_product("RUG", on_hand=9)
    services.reserve([a_sale("shipment:1", "RUG", units=2), a_sale("shipment:2", "RUG", units=1)])
    services.move_stage(["shipment:2"], to="labelled")
    card = queries.show("RUG")
    assert (card.on_hand, card.promised, card.free) == (9, 3, 6)
    assert card.rooms[0].position == queries.Position(on_hand=9, open=2, labelled=1)


def test_a_bundles_card_names_what_limits_it():
    a_product("CUP", on_hand=9)
    a_product("POT", on_hand=5)
    a_bundle("TEA", contents={"CUP": 4, "POT": 1})
    card = queries.show("TEA")
    assert card.free == 2
    assert [(part.sku, part.free, part.bundles) for part in card.contents] == [("CUP", 9, 2), ("POT", 5, 5)]


def test_levels_are_always_the_sum_of_their_movements():
    a_product("RUG", on_hand=9)
    services.dispose(sku="RUG", room="SHOP", units=2, reason="torn")
    services.reserve([a_sale("shipment:1", "RUG", units=3)])
    services.hand_over(["shipment:1"], reference="FC-1")
    assert on_hand("RUG") == 4
    assert queries.ledger_differences() == ()
    Level.objects.update(on_hand=5)
    assert queries.ledger_differences() == (("RUG", "SHOP", 5, 4),)
    Level.objects.all().delete()
    assert queries.ledger_differences() == (("RUG", "SHOP", 0, 4),)


def test_the_enquiry_goes_page_by_page():
    a_product("LAMP", on_hand=2)
    a_product("RUG", on_hand=3)
    first = queries.enquiry(limit=1)
    assert [(row.sku, row.on_hand, row.free) for row in first] == [("LAMP", 2, 2)]
    assert [row.sku for row in queries.enquiry(after_sku="LAMP")] == ["RUG"]
