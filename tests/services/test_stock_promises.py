"""Promises: always written, covered or not, through their stages to the sale movement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadbay.catalogue.models import Product
from loadbay.inbox.queries import open_tasks
from loadbay.stock import rules, services
from loadbay.stock.models import Reservation, StockRoom
from tests.services.goods import a_product, a_room, a_sale, events, movements, on_hand, promised

pytestmark = pytest.mark.django_db


def test_a_sale_that_goods_cover_is_promised_in_full():
    product_id = a_product("RUG", on_hand=5)
    answer = services.reserve([a_sale("shipment:1", "RUG", units=2)])["shipment:1"]
    room = StockRoom.objects.get().pk
    assert answer.is_covered
    assert answer.rows == (rules.ReservedRow(product_id, room, 2, "RUG"),)
    assert promised("RUG") == {"open": 2}
    assert on_hand("RUG") == 5


def test_a_sale_of_what_is_not_there_is_promised_too_and_says_what_is_missing():
    product_id = a_product("RUG", on_hand=1)
    answer = services.reserve([a_sale("shipment:1", "RUG", units=3)])["shipment:1"]
    assert not answer.is_covered
    assert answer.missing == ((product_id, 2),)
    assert promised("RUG") == {"open": 3}


def test_a_unit_is_never_promised_to_two_sales():
    a_product("RUG", on_hand=3)
    answers = services.reserve([a_sale(f"shipment:{n}", "RUG", units=2) for n in (1, 2)])
    assert [answers[f"shipment:{n}"].is_covered for n in (1, 2)] == [True, False]
    assert not services.reserve([a_sale("shipment:3", "RUG")])["shipment:3"].is_covered


def test_two_lines_of_one_sale_are_one_promise_per_product():
    a_product("RUG", on_hand=5)
    a_product("LAMP", on_hand=5)
    lines = [a_sale("shipment:1", "RUG"), a_sale("shipment:1", "RUG", units=2), a_sale("shipment:1", "LAMP")]
    answer = services.reserve(lines)["shipment:1"]
    assert sorted(row.units for row in answer.rows) == [1, 3]
    assert Reservation.objects.get(product__sku="RUG").sold_units == 3


def test_reserving_twice_promises_once_and_tells_whether_it_is_covered_now():
    a_product("RUG", on_hand=1)
    sale = a_sale("shipment:1", "RUG", units=2)
    assert not services.reserve([sale])["shipment:1"].is_covered
    services.goods_in(sku="RUG", room="SHOP", units=1)
    assert services.reserve([sale])["shipment:1"].is_covered
    assert promised("RUG") == {"open": 2}


def test_reserving_again_may_choose_other_rooms():
    product_id = a_product("RUG", on_hand=1)
    attic = a_room("ATTIC")
    sale = a_sale("shipment:1", "RUG", units=2)
    services.reserve([sale])
    services.goods_in(sku="RUG", room="ATTIC", units=2)
    again = services.reserve_again([replace(sale, room_ids=(*sale.room_ids, attic))])["shipment:1"]
    assert again.is_covered
    assert again.rows == (rules.ReservedRow(product_id, attic, 2, "RUG"),)


def test_a_bundle_promises_its_contents_and_counts_as_one_sold():
    cup, pot = a_product("CUP", on_hand=8), a_product("POT", on_hand=2)
    sale = replace(a_sale("shipment:1", "CUP"), sold_as="TEA", items=((cup, 4), (pot, 1)))
    assert services.reserve([sale])["shipment:1"].is_covered
    rows = Reservation.objects.order_by("id").values_list("product__sku", "units", "sold_as", "sold_units")
    assert list(rows) == [("CUP", 4, "TEA", 1), ("POT", 1, "TEA", 0)]


def test_without_a_room_nothing_can_be_promised():
    a_product("RUG", on_hand=1)
    with pytest.raises(rules.RoomUnknown, match="no stock room to be promised from"):
        services.reserve([replace(a_sale("shipment:1", "RUG"), room_ids=())])
    assert promised("RUG") == {}


def test_a_promise_goes_through_its_stages_to_the_sale_movement():
    product_id = a_product("RUG", on_hand=5)
    services.reserve([a_sale("shipment:1", "RUG", units=2)])
    services.move_stage(["shipment:1"], to="labelled")
    assert promised("RUG") == {"labelled": 2}
    services.hand_over(["shipment:1"], reference="FC-1")
    assert promised("RUG") == {}
    assert movements("RUG") == [("goods_in", "SHOP", 5), ("sale", "SHOP", -2)]
    assert on_hand("RUG") == 3
    told = [(event["reason"], event["lowered"]) for event in events("stock.changed")]
    assert told == [("goods_in", False), ("reserve", True), ("labelled", True), ("hand_over", True)]
    assert all(event["product_ids"] == [product_id] for event in events("stock.changed"))


def test_handing_over_twice_moves_the_goods_once():
    a_product("RUG", on_hand=5)
    services.reserve([a_sale("shipment:1", "RUG", units=2)])
    services.hand_over(["shipment:1"], reference="FC-1")
    services.hand_over(["shipment:1"], reference="FC-1")
    assert on_hand("RUG") == 3


def test_goods_on_the_lorry_leave_the_ledger_even_if_they_were_never_counted():
    a_product("RUG", on_hand=1)
    services.reserve([a_sale("shipment:1", "RUG", units=3)])
    services.hand_over(["shipment:1"], reference="FC-1")
    assert on_hand("RUG") == -2
    (task,) = open_tasks()
    assert (task.kind, task.matter, task.subjects) == ("stock_below_zero", "RUG in SHOP", ("product:RUG",))


def test_a_cancelled_sale_releases_its_goods():
    a_product("RUG", on_hand=1)
    services.reserve([a_sale("shipment:1", "RUG")])
    services.release(["shipment:1"])
    assert promised("RUG") == {}
    assert services.reserve([a_sale("shipment:2", "RUG")])["shipment:2"].is_covered


def test_goods_of_a_cancelled_parcel_are_not_free_until_they_are_put_back():
    a_product("RUG", on_hand=1)
    services.reserve([a_sale("shipment:1", "RUG")])
    services.move_stage(["shipment:1"], to="labelled")
    services.move_stage(["shipment:1"], to="put_back")
    assert not services.reserve([a_sale("shipment:2", "RUG")])["shipment:2"].is_covered
    services.put_back("shipment:1")
    assert services.reserve([a_sale("shipment:2", "RUG")])["shipment:2"].is_covered


def test_what_changes_nothing_is_not_told():
    a_product("RUG", on_hand=1)
    before = len(events("stock.changed"))
    services.release(["shipment:9"])
    services.move_stage(["shipment:9"], to="labelled")
    services.hand_over([], reference="")
    assert services.reserve([]) == {}
    assert len(events("stock.changed")) == before


def test_five_hundred_sales_are_promised_with_a_handful_of_statements(django_assert_max_num_queries):
    for n in range(20):
        a_product(f"RUG-{n}", on_hand=40)
    ids = dict(Product.objects.values_list("sku", "pk"))
    sale = a_sale("shipment:0", "RUG-0")
    sales = [
        replace(sale, holder=f"shipment:{n}", sold_as=f"RUG-{n % 20}", items=((ids[f"RUG-{n % 20}"], 1),))
        for n in range(500)
    ]
    with django_assert_max_num_queries(12):
        answers = services.reserve(sales)
    assert len(answers) == 500
    assert all(answer.is_covered for answer in answers.values())
    assert Reservation.objects.count() == 500
