"""Serialised items at the bench: a number is a stock number, and each wrong one is answered in words."""

from __future__ import annotations

import pytest

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_product
from loadbay.dispatch.bench_queries import bench
from loadbay.dispatch.bench_rules import Outcome, Tone
from loadbay.dispatch.models import ParcelLine
from loadbay.dispatch.packages import packages_to_make
from loadbay.dispatch.services.serials import PackedWithoutNumbers, serialise
from loadbay.dispatch.services.stopping import put_back
from loadbay.orders.ports import Requirement
from loadbay.stock import services as stock
from loadbay.stock.item_ledger import timeline_of
from loadbay.stock.models import Reservation, SerialisedItem
from loadbay.stock.queries import ledger_differences
from tests.builders import FINISH, LEAVE, NEXT, CallBuilder, Shop, a_field_call
from tests.services.goods import a_bundle, a_product, a_serialised, items, movements, on_hand, promised


def serials(call: CallBuilder) -> dict[str, list[str]]:
    """package id → numbers in it."""
    rows = ParcelLine.objects.filter(parcel__field_call__number=call.number)
    return dict(rows.values_list("parcel__package_id", "serials"))


def promised_in(sku: str) -> dict[str, tuple[int, int]]:
    """Room → (units promised there, units sold that they stand for)."""
    rows = Reservation.objects.filter(product__sku=sku)
    return {
        room: (units, sold) for room, units, sold in rows.values_list("room__code", "units", "sold_units")
    }


def test_the_number_of_an_item_is_a_stock_number(shop: Shop):
    a_serialised("SAW", "SN-1", "SN-2", "SN-3")
    call = a_field_call(shop, "SAW", 2).on_the_bench()
    answers = [shop.scans(code) for code in ("SN-2", NEXT, "SN-3", FINISH)]
    assert [answer.outcome for answer in answers] == [
        Outcome.COUNTED,
        Outcome.NEXT_PARCEL,
        Outcome.ALL_PACKED,
        Outcome.FINISHED,
    ]
    assert answers[0].tone is Tone.OK
    assert serials(call) == {"PKG-1": ["SN-2"], "PKG-2": ["SN-3"]}
    assert items("SAW") == {
        "SN-1": ("in_stock", "SHOP"),
        "SN-2": ("packed", "SHOP"),
        "SN-3": ("packed", "SHOP"),
    }
    assert SerialisedItem.objects.get(number="SN-3").parcel == "PKG-2"
    assert on_hand("SAW") == 3


def test_after_a_serialised_products_code_its_number_is_asked_for(shop: Shop):
    a_serialised("SAW", "SN-1")
    call = a_field_call(shop, "SAW").on_the_bench()
    assert shop.scans("SAW").outcome is Outcome.SERIAL_WANTED
    again = shop.scans("SAW")
    assert (again.outcome, again.tone) == (Outcome.SERIAL_WANTED, Tone.STOP)
    assert shop.scans("SN-1").outcome is Outcome.ALL_PACKED
    assert serials(call) == {"PKG-1": ["SN-1"]}
    assert call.row.serial_for_id is None


def test_a_number_nobody_booked_in_is_a_hard_stop_that_says_what_to_do(shop: Shop):
    a_serialised("SAW", "SN-1")
    a_field_call(shop, "SAW").on_the_bench()
    alone = shop.scans("SN-9")
    assert (alone.outcome, alone.tone) == (Outcome.UNKNOWN_CODE, Tone.STOP)
    assert alone.sentence == (
        "SN-9 is no product, barcode, serial number or field call here. If it is the serial number of SAW, "
        "the item was never booked in: book it in at Goods In, or take another."
    )
    shop.scans("SAW")
    asked = shop.scans("SN-9")
    assert (asked.outcome, asked.tone) == (Outcome.ITEM_UNKNOWN, Tone.STOP)
    assert asked.sentence == (
        "SN-9 was never booked in. Scan the serial number again, take another SAW, "
        "or have this one booked in at Goods In."
    )
    assert shop.scans("SN-1").outcome is Outcome.ALL_PACKED


def test_an_item_that_lies_in_another_parcel_is_not_packed_twice(shop: Shop):
    a_serialised("SAW", "SN-1", "SN-2")
    first = a_field_call(shop, "SAW").on_the_bench()
    second = a_field_call(shop, "SAW").on_the_bench(station="Bench 2")
    shop.scans("SN-1")
    answer = shop.scans("SN-1", station="Bench 2")
    assert (answer.outcome, answer.tone) == (Outcome.ITEM_ELSEWHERE, Tone.STOP)
    assert answer.sentence == (
        f"SN-1 is in {first.number}, parcel PKG-1. Look there before you pack this one; "
        "else take another SAW."
    )
    assert serials(second) == {}


def test_an_item_is_not_counted_twice_in_one_call(shop: Shop):
    a_serialised("SAW", "SN-1", "SN-2")
    call = a_field_call(shop, "SAW", 2).on_the_bench()
    shop.scans("SN-1")
    assert shop.scans("SN-1").outcome is Outcome.SERIAL_TWICE
    shop.scans("SAW")
    assert shop.scans("SN-1").outcome is Outcome.SERIAL_TWICE
    assert shop.scans("SN-2").outcome is Outcome.ALL_PACKED
    assert serials(call) == {"PKG-1": ["SN-1", "SN-2"]}


def test_one_too_many_and_one_of_another_product_count_nothing(shop: Shop):
    a_serialised("SAW", "SN-1", "SN-2")
    a_serialised("DRILL", "DR-1")
    call = a_field_call(shop, "SAW").on_the_bench()
    wrong = shop.scans("DR-1")
    assert (wrong.outcome, wrong.tone) == (Outcome.WRONG_ITEM, Tone.STOP)
    assert wrong.sentence == (
        f"DRILL DR-1 does not belong in {call.number}. Put it back and take the right one."
    )
    shop.scans("SAW")
    other = shop.scans("DR-1")
    assert (other.outcome, other.tone) == (Outcome.SERIAL_WANTED, Tone.STOP)
    assert other.sentence == (
        "DR-1 is the number of an item of DRILL. Scan the serial number on this very SAW."
    )
    shop.scans("SN-1")
    assert shop.scans("SN-2").outcome is Outcome.TOO_MANY
    assert items("DRILL") == {"DR-1": ("in_stock", "SHOP")}
    assert serials(call) == {"PKG-1": ["SN-1"]}


def test_a_number_of_two_products_asks_for_the_products_code_first(shop: Shop):
    a_serialised("SAW", "0001")
    a_serialised("DRILL", "0001")
    call = a_field_call(shop, "SAW").on_the_bench()
    answer = shop.scans("0001")
    assert (answer.outcome, answer.tone) == (Outcome.ITEM_AMBIGUOUS, Tone.STOP)
    assert answer.sentence == (
        "0001 is the number of an item of DRILL and of SAW. Scan the product's barcode first, then 0001."
    )
    shop.scans("SAW")
    assert shop.scans("0001").outcome is Outcome.ALL_PACKED
    assert (serials(call), items("DRILL")) == ({"PKG-1": ["0001"]}, {"0001": ("in_stock", "SHOP")})


def test_what_left_or_was_disposed_of_is_named_with_where_it_went(shop: Shop):
    a_serialised("SAW", "SN-1", "SN-2", "SN-3")
    stock.dispose(sku="SAW", room="SHOP", units=1, reason="dropped", numbers=["SN-2"])
    left = a_field_call(shop, "SAW").on_the_bench()
    shop.scans("SN-1")
    shop.scans(FINISH)
    shop.makes_labels_until_settled(left.number)
    shop.completes(left.number)
    a_field_call(shop, "SAW").on_the_bench()
    answers = [shop.scans("SN-1"), shop.scans("SN-2")]
    assert {(answer.outcome, answer.tone) for answer in answers} == {(Outcome.ITEM_GONE, Tone.STOP)}
    assert answers[0].sentence == (
        f"SN-1 left with {left.number}. Take another SAW; "
        "if this one came back, it is booked in at Goods In first."
    )
    assert answers[1].sentence.startswith("SN-2 was disposed of (dropped). Take another SAW;")


def test_an_item_from_another_room_of_the_channel_counts_with_a_note_and_its_promise_follows(clock, db):
    shop = Shop(rooms=("MAIN", "SHOP"), clock=clock)
    a_serialised("SAW", "M-1", "M-2", room="MAIN")
    stock.goods_in(sku="SAW", room="SHOP", units=1, numbers=["S-1"])
    call = a_field_call(shop, "SAW", 2).on_the_bench()
    assert promised_in("SAW") == {"MAIN": (2, 2)}
    answer = shop.scans("S-1")
    assert (answer.outcome, answer.tone) == (Outcome.COUNTED, Tone.NOTE)
    assert answer.sentence == ("S-1 is on hand in SHOP, the pick list says MAIN. 1 more to scan.")
    assert promised_in("SAW") == {"MAIN": (1, 2), "SHOP": (1, 0)}
    assert shop.scans("M-1").tone is Tone.OK
    shop.scans(FINISH)
    shop.makes_labels_until_settled(call.number)
    shop.completes(call.number)
    assert (on_hand("SAW", "MAIN"), on_hand("SAW", "SHOP"), promised("SAW")) == (1, 0, {})
    assert items("SAW") == {"M-1": ("gone", ""), "M-2": ("in_stock", "MAIN"), "S-1": ("gone", "")}
    assert sorted(movements("SAW")[2:]) == [("sale", "MAIN", -1), ("sale", "SHOP", -1)]
    assert ledger_differences() == ()


def test_a_promise_that_followed_an_item_goes_back_with_the_next_packing(clock, db):
    shop = Shop(rooms=("MAIN", "SHOP"), clock=clock)
    a_serialised("SAW", "M-1", room="MAIN")
    stock.goods_in(sku="SAW", room="SHOP", units=1, numbers=["S-1"])
    call = a_field_call(shop, "SAW").on_the_bench()
    shop.scans("S-1")
    assert promised_in("SAW") == {"SHOP": (1, 1)}
    shop.scans(LEAVE)
    shop.scans(call.number)
    assert shop.scans("M-1").tone is Tone.OK
    assert promised_in("SAW") == {"MAIN": (1, 1)}


def test_an_item_of_a_room_that_does_not_feed_the_channel_is_a_stop(shop: Shop):
    a_serialised("SAW", "SN-1")
    stock.add_room(code="ATTIC")
    stock.goods_in(sku="SAW", room="ATTIC", units=1, numbers=["A-1"])
    call = a_field_call(shop, "SAW").on_the_bench()
    answer = shop.scans("A-1")
    assert (answer.outcome, answer.tone, answer.headline) == (
        Outcome.ITEM_OUT_OF_REACH,
        Tone.STOP,
        "It belongs to ATTIC",
    )
    assert (serials(call), items("SAW")["A-1"]) == ({}, ("in_stock", "ATTIC"))


def test_completing_takes_the_items_and_says_with_what_they_left(shop: Shop):
    a_serialised("SAW", "SN-1", "SN-2")
    call = a_field_call(shop, "SAW").on_the_bench()
    shop.scans("SN-2")
    shop.scans(FINISH)
    shop.makes_labels_until_settled(call.number)
    assert (items("SAW")["SN-2"], on_hand("SAW")) == (("packed", "SHOP"), 2)
    shop.completes(call.number)
    gone = SerialisedItem.objects.get(number="SN-2")
    assert (gone.state, gone.reference, gone.parcel, on_hand("SAW")) == ("gone", call.number, "PKG-1", 1)
    assert what_happened(gone) == ["booked_in", "packed", "gone"]


def what_happened(item: SerialisedItem) -> list[str]:
    from loadbay.journal.queries import timeline  # noqa: PLC0415

    return [line.what for line in reversed(timeline(timeline_of(item.pk)))]


def test_put_back_at_the_bench_frees_the_items(shop: Shop):
    a_serialised("SAW", "SN-1")
    a_field_call(shop, "SAW").on_the_bench()
    shop.scans("SN-1")
    shop.scans(LEAVE)
    assert items("SAW") == {"SN-1": ("in_stock", "SHOP")}
    other = a_field_call(shop, "SAW")
    assert other.row.state == "to_pack"


def test_a_cancellation_before_the_label_frees_the_items_at_once(shop: Shop):
    a_serialised("SAW", "SN-1")
    call = a_field_call(shop, "SAW").on_the_bench()
    shop.scans("SN-1")
    call.cancelled()
    assert (items("SAW"), promised("SAW")) == ({"SN-1": ("in_stock", "SHOP")}, {})


def test_a_cancelled_packed_parcel_keeps_its_items_until_they_are_put_back(shop: Shop):
    a_serialised("SAW", "SN-1")
    call = a_field_call(shop, "SAW").on_the_bench()
    shop.scans("SN-1")
    shop.scans(FINISH)
    call.cancelled()
    assert items("SAW") == {"SN-1": ("packed", "SHOP")}
    put_back(call.number)
    assert (items("SAW"), on_hand("SAW"), promised("SAW")) == ({"SN-1": ("in_stock", "SHOP")}, 1, {})


def test_serialised_components_of_a_bundle_are_packed_by_their_numbers(shop: Shop):
    a_serialised("CELL", "C-1", "C-2", "C-3")
    a_product("LAMP", on_hand=2)
    a_bundle("KIT", contents={"CELL": 2, "LAMP": 1})
    call = a_field_call(shop, "KIT").on_the_bench()
    outcomes = [shop.scans(code).outcome for code in ("C-1", "LAMP", "C-3", FINISH)]
    assert outcomes == [Outcome.COUNTED, Outcome.COUNTED, Outcome.ALL_PACKED, Outcome.FINISHED]
    shop.makes_labels_until_settled(call.number)
    shop.completes(call.number)
    assert items("CELL") == {"C-1": ("gone", ""), "C-2": ("in_stock", "SHOP"), "C-3": ("gone", "")}
    assert (on_hand("CELL"), on_hand("LAMP"), ledger_differences()) == (1, 1, ())


def a_kit(shop: Shop) -> CallBuilder:
    """A bundle of two cells, a drill and a lamp, sold once and on the bench."""
    a_serialised("CELL", "C-1", "C-2")
    a_serialised("DRILL", "D-1", "D-2")
    a_product("LAMP", on_hand=2)
    a_bundle("KIT", contents={"CELL": 2, "DRILL": 1, "LAMP": 1})
    return a_field_call(shop, "KIT").on_the_bench()


def test_the_items_of_a_bundle_count_in_any_order_by_their_numbers_alone(shop: Shop):
    a_kit(shop)
    answers = [shop.scans(code) for code in ("C-2", "D-1", "LAMP", "C-1")]
    assert [(answer.outcome, answer.tone) for answer in answers] == [
        *((Outcome.COUNTED, Tone.OK),) * 3,
        (Outcome.ALL_PACKED, Tone.OK),
    ]


def test_the_number_of_another_wanted_item_counts_and_the_one_asked_for_is_still_wanted(shop: Shop):
    call = a_kit(shop)
    shop.scans("CELL")
    beside = shop.scans("D-2")
    assert (beside.outcome, beside.tone) == (Outcome.COUNTED, Tone.NOTE)
    assert beside.sentence == (
        "D-2 is an item of DRILL and is in. The serial number of CELL is still wanted. 3 more to scan."
    )
    assert bench("Bench 1").waits_for_serial == "CELL"
    assert shop.scans("D-1").outcome is Outcome.SERIAL_WANTED  # one drill is enough
    assert shop.scans("C-1").outcome is Outcome.COUNTED
    assert bench("Bench 1").waits_for_serial == ""
    assert [shop.scans(code).outcome for code in ("C-2", "LAMP")] == [Outcome.COUNTED, Outcome.ALL_PACKED]
    assert call.row.serial_for_id is None
    assert items("DRILL") == {"D-1": ("in_stock", "SHOP"), "D-2": ("packed", "SHOP")}


def test_an_item_is_not_taken_for_the_number_that_amazon_wants_of_something_else(shop: Shop):
    a_serialised("DRILL", "D-1")
    a_product("LAMP", on_hand=1)
    shipment = shop.buys("LAMP", DRILL=1)
    shop.requires(shipment, serials=Requirement.REQUIRED)
    shop.imports()
    call = shop.call(shipment).on_the_bench()
    assert shop.scans("LAMP").outcome is Outcome.SERIAL_WANTED
    beside = shop.scans("D-1")
    assert (beside.outcome, beside.tone) == (Outcome.COUNTED, Tone.NOTE)
    assert shop.scans("L-77").outcome is Outcome.ALL_PACKED
    (package,) = packages_to_make(call.row.pk)
    assert sorted(line.serials for line in package.lines) == [("D-1",), ("L-77",)]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Requirement.REQUIRED, ("SN-1",)),
        (Requirement.OPTIONAL, ()),
        (Requirement.DISALLOWED, ()),
    ],
)
def test_amazon_is_told_a_number_only_where_it_requires_one(shop: Shop, wanted: Requirement, told):
    a_serialised("SAW", "SN-1")
    shipment = shop.buys("SAW")
    shop.requires(shipment, serials=wanted)
    shop.imports()
    call = shop.call(shipment).on_the_bench()
    assert shop.scans("SN-1").outcome is Outcome.ALL_PACKED
    (package,) = packages_to_make(call.row.pk)
    assert [line.serials for line in package.lines] == [told]


def test_a_barcode_that_came_to_equal_a_number_does_not_hide_the_item(shop: Shop):
    a_serialised("SAW", "12345")
    create_product(ProductFields(sku="OTHER", name="Other", barcodes=("12345",)))
    a_field_call(shop, "SAW").on_the_bench()
    assert shop.scans("12345").outcome is Outcome.WRONG_ITEM
    shop.scans("SAW")
    assert shop.scans("12345").outcome is Outcome.ALL_PACKED


def test_a_product_becomes_serialised_only_when_no_open_parcel_holds_one_without_its_number(shop: Shop):
    a_product("SAW", on_hand=2)
    call = a_field_call(shop, "SAW").packed()
    with pytest.raises(PackedWithoutNumbers, match=f"SAW lies in {call.number} without its number"):
        serialise("SAW", numbers={"SHOP": ["SN-1", "SN-2"]})
    shop.makes_labels_until_settled(call.number)
    shop.completes(call.number)
    assert serialise("SAW", numbers={"SHOP": ["SN-2"]}) == 1
    other = a_field_call(shop, "SAW").on_the_bench()
    assert shop.scans("SN-2").outcome is Outcome.ALL_PACKED
    assert serials(other) == {"PKG-1": ["SN-2"]}


def test_a_call_on_the_bench_asks_for_numbers_as_soon_as_its_product_is_serialised(shop: Shop):
    a_product("SAW", on_hand=1)
    a_field_call(shop, "SAW").on_the_bench()
    serialise("SAW", numbers={"SHOP": ["SN-1"]})
    assert shop.scans("SAW").outcome is Outcome.SERIAL_WANTED
    assert shop.scans("SN-1").outcome is Outcome.ALL_PACKED
