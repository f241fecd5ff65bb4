"""Serialised items in, carried and out: each refusal names the number and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.models import Product
from loadbay.catalogue.rules import BundleNotPossible
from loadbay.catalogue.services import create_bundle, create_product, update_product
from loadbay.core.errors import Refusal
from loadbay.inbox.services import open_task
from loadbay.journal.queries import timeline
from loadbay.stock import item_queries, item_rules, rules, services
from loadbay.stock.item_ledger import timeline_of
from loadbay.stock.items import change_product, serialise
from loadbay.stock.models import Level, SerialisedItem, StockRoom
from loadbay.stock.queries import ledger_differences
from tests.builders import tasks
from tests.services.goods import a_bundle, a_product, a_room, a_sale, a_serialised, items, movements, on_hand

pytestmark = pytest.mark.django_db


def test_items_come_in_with_their_numbers_and_are_on_hand():
    a_serialised("SAW")
    moved = services.goods_in(
        sku="SAW", room="SHOP", units=2, reference="DN-7", numbers=[" SN-1 ", "", "SN-2"]
    )
    assert (moved.units, on_hand("SAW")) == (2, 2)
    assert items("SAW") == {"SN-1": ("in_stock", "SHOP"), "SN-2": ("in_stock", "SHOP")}
    (line,) = timeline(timeline_of(SerialisedItem.objects.get(number="SN-1").pk))
    assert (line.what, line.text) == ("booked_in", "Booked into SHOP (DN-7).")


def test_items_are_carried_and_disposed_of_by_number():
    a_serialised("SAW", "SN-1", "SN-2", "SN-3")
    a_room("ATTIC")
    services.transfer(sku="SAW", source="SHOP", target="ATTIC", units=2, numbers=["SN-3", "SN-1"])
    services.dispose(sku="SAW", room="ATTIC", units=1, reason="dropped", numbers=["SN-3"])
    assert items("SAW") == {
        "SN-1": ("in_stock", "ATTIC"),
        "SN-2": ("in_stock", "SHOP"),
        "SN-3": ("disposed", ""),
    }
    assert (on_hand("SAW", "SHOP"), on_hand("SAW", "ATTIC")) == (1, 1)
    assert item_queries.item("SAW", number="SN-3").reason == "dropped"


def test_an_item_that_left_comes_back_as_the_same_item_and_shows_it():
    a_serialised("SAW", "SN-1")
    services.dispose(sku="SAW", room="SHOP", units=1, reason="lost", numbers=["SN-1"])
    services.goods_in(sku="SAW", room="SHOP", units=1, numbers=["SN-1"])
    found = item_queries.item("SAW", number="SN-1")
    assert (found.state, found.room, SerialisedItem.objects.count()) == ("in_stock", "SHOP", 1)
    assert [line.what for line in timeline(timeline_of(found.id))] == ["booked_in", "disposed", "booked_in"]
    SerialisedItem.objects.update(state="gone", holder="shipment:1", reference="FC-000001", room=None)
    Level.objects.update(on_hand=0)
    services.goods_in(sku="SAW", room="SHOP", units=1, numbers=["SN-1"])
    assert item_queries.item("SAW", number="SN-1").state == "returned"


REFUSED = [
    (
        lambda: services.goods_in(sku="SAW", room="SHOP", units=2, numbers=["SN-8"]),
        "numbers_differ",
        "1 number was given for 2 units of SAW, the last was SN-8.",
    ),
    (
        lambda: services.goods_in(sku="SAW", room="SHOP", units=2),
        "numbers_differ",
        "SAW is serialised. Scan the serial number of each of its 2 items.",
    ),
    (
        lambda: services.goods_in(sku="SAW", room="SHOP", units=2, numbers=["SN-8", "SN-8"]),
        "number_taken",
        "SN-8 was given twice.",
    ),
    (
        lambda: services.goods_in(sku="SAW", room="ATTIC", units=1, numbers=["SN-1"]),
        "number_taken",
        "SN-1 of SAW is in SHOP already.",
    ),
    (
        lambda: services.goods_in(sku="SAW", room="SHOP", units=1, numbers=["RUG"]),
        "number_taken",
        "RUG is a code of the product RUG",
    ),
    (
        lambda: services.goods_in(sku="SAW", room="SHOP", units=1, numbers=["5012345678900"]),
        "number_taken",
        "5012345678900 is a code of the product MUG",
    ),
    (
        lambda: services.goods_in(sku="SAW", room="SHOP", units=1, numbers=["fc-000123"]),
        "number_not_usable",
        "fc-000123 is a code of the bench's own",
    ),
    (
        lambda: services.goods_in(sku="SAW", room="SHOP", units=1, numbers=["LB-FINISH"]),
        "number_not_usable",
        "LB-FINISH is a code of the bench's own",
    ),
    (
        lambda: services.goods_in(sku="SAW", room="SHOP", units=1, numbers=["SN 8"]),
        "number_not_usable",
        "'SN 8' cannot be a serial number.",
    ),
    (
        lambda: services.goods_in(sku="RUG", room="SHOP", units=1, numbers=["SN-8"]),
        "not_serialised",
        "RUG is not serialised, so SN-8 cannot be kept.",
    ),
    (
        lambda: services.goods_in_many([services.Delivery("SAW", "SHOP", 1)]),
        "numbers_differ",
        "SAW is serialised. Scan its serial number.",
    ),
    (
        lambda: services.dispose(sku="SAW", room="SHOP", units=1, reason="torn"),
        "numbers_differ",
        "SAW is serialised.",
    ),
    (
        lambda: services.dispose(sku="SAW", room="SHOP", units=1, reason="torn", numbers=["SN-9"]),
        "number_not_here",
        "No SAW has the number SN-9.",
    ),
    (
        lambda: services.dispose(sku="SAW", room="SHOP", units=1, reason="torn", numbers=["OLD-1"]),
        "number_not_here",
        "OLD-1 of SAW was disposed of (broken).",
    ),
    (
        lambda: services.transfer(sku="SAW", source="ATTIC", target="SHOP", units=1, numbers=["SN-1"]),
        "not_enough_stock",
        "1 units of SAW cannot leave ATTIC",
    ),
    (
        lambda: services.transfer(sku="SAW", source="SHOP", target="ATTIC", units=1, numbers=["DR-1"]),
        "number_not_here",
        "No SAW has the number DR-1.",
    ),
]


@pytest.mark.parametrize(("act", "code", "sentence"), REFUSED)
def test_a_refused_movement_names_the_number_and_changes_nothing(act, code, sentence):
    a_product("RUG", on_hand=1)
    create_product(ProductFields(sku="MUG", name="Mug", barcodes=("5012345678900",)))
    a_serialised("SAW", "SN-1", "OLD-1")
    a_serialised("DRILL", "DR-1")
    a_room("ATTIC")
    services.dispose(sku="SAW", room="SHOP", units=1, reason="broken", numbers=["OLD-1"])
    before = (items("SAW"), items("DRILL"), movements("SAW"), movements("RUG"), on_hand("SAW"))
    with pytest.raises(Refusal) as refused:
        act()
    assert refused.value.code == code
    assert refused.value.sentence.startswith(sentence)
    assert before == (items("SAW"), items("DRILL"), movements("SAW"), movements("RUG"), on_hand("SAW"))


def test_an_item_in_another_room_is_named_with_its_room():
    a_serialised("SAW", "SN-1", "SN-2")
    a_room("ATTIC")
    services.transfer(sku="SAW", source="SHOP", target="ATTIC", units=1, numbers=["SN-1"])
    with pytest.raises(item_rules.NumberNotHere, match="SN-1 of SAW is in ATTIC, not in SHOP."):
        services.dispose(sku="SAW", room="SHOP", units=1, reason="torn", numbers=["SN-1"])


def test_two_products_may_bear_the_same_number_and_it_alone_means_neither():
    a_serialised("SAW", "0001")
    a_serialised("DRILL", "0001", "0002")
    assert item_queries.sku_of("0002") == "DRILL"
    with pytest.raises(item_rules.NumberAmbiguous, match="an item of DRILL and of SAW"):
        item_queries.sku_of("0001")
    assert item_queries.skus_called("0001") == ("DRILL", "SAW")


# --- which products are serialised ---


def test_a_product_with_goods_becomes_serialised_with_the_number_of_every_unit():
    a_product("SAW", on_hand=2)
    a_room("ATTIC")
    services.goods_in(sku="SAW", room="ATTIC", units=1)
    services.reserve([a_sale("shipment:1", "SAW")])
    open_task(kind="numbers_unknown", matter="SAW", cause="stock", sentence="Count.")
    assert serialise("SAW", numbers={"shop": ["SN-1", "SN-2"], "ATTIC": ["SN-3"]}) == 3
    assert Product.objects.get(sku="SAW").is_serialised
    assert items("SAW") == {
        "SN-1": ("in_stock", "SHOP"),
        "SN-2": ("in_stock", "SHOP"),
        "SN-3": ("in_stock", "ATTIC"),
    }
    assert (movements("SAW"), tasks()) == ([("goods_in", "SHOP", 2), ("goods_in", "ATTIC", 1)], [])


def test_a_product_with_more_than_a_thousand_units_becomes_serialised_at_once():
    a_product("SAW", on_hand=1200)
    numbers = [f"SN-{place}" for place in range(1200)]
    assert serialise("SAW", numbers={"SHOP": numbers}) == 1200
    assert (len(items("SAW")), on_hand("SAW")) == (1200, 1200)


def test_a_movement_of_more_than_a_thousand_items_says_how_to_book_them():
    a_serialised("SAW")
    numbers = [f"SN-{place}" for place in range(1001)]
    with pytest.raises(item_rules.NumbersDiffer) as refused:
        services.goods_in(sku="SAW", room="SHOP", units=1001, numbers=numbers)
    assert refused.value.sentence == (
        "1001 numbers of SAW are more than one movement may hold. Book them in parts of 1000."
    )
    assert (items("SAW"), on_hand("SAW")) == ({}, 0)


def test_a_number_in_two_lines_of_a_delivery_is_refused_and_nothing_is_booked_in():
    a_serialised("SAW")
    line = services.Delivery("SAW", "SHOP", 1, ("SN-1",))
    with pytest.raises(item_rules.NumberTaken, match="SN-1 was given twice"):
        services.goods_in_many([line, line])
    assert (items("SAW"), on_hand("SAW")) == ({}, 0)


@pytest.mark.parametrize(
    ("numbers", "refusal", "words"),
    [
        ({}, item_rules.NumbersDiffer, "2 units of SAW are on hand in SHOP; 0 numbers were given"),
        ({"SHOP": ["SN-1"]}, item_rules.NumbersDiffer, "2 units of SAW are on hand in SHOP; 1 number was"),
        ({"SHOP": ["SN-1", "SN-2"], "ATTIC": ["SN-3"]}, item_rules.NumbersDiffer, "0 units .* in ATTIC; 1"),
        ({"SHOP": ["SN-1", "SN-1"]}, item_rules.NumberTaken, "SN-1 was given twice"),
        ({"MOON": ["SN-1"]}, rules.RoomUnknown, "There is no stock room 'MOON'"),
    ],
)
def test_a_product_is_not_serialised_by_halves(numbers, refusal, words):
    a_product("SAW", on_hand=2)
    a_room("ATTIC")
    with pytest.raises(refusal, match=words):
        serialise("SAW", numbers=numbers)
    assert (items("SAW"), Product.objects.get(sku="SAW").is_serialised) == ({}, False)


def fields_of(sku: str, *, is_serialised: bool) -> ProductFields:
    return ProductFields(sku=sku, name="Saw", is_serialised=is_serialised)


def test_while_none_lies_there_the_product_form_says_whether_units_have_numbers():
    a_product("SAW")
    change_product(fields_of("SAW", is_serialised=True))
    assert Product.objects.get(sku="SAW").is_serialised
    change_product(fields_of("SAW", is_serialised=False))
    assert not Product.objects.get(sku="SAW").is_serialised


def test_with_goods_on_hand_or_promised_the_product_form_refuses_and_says_what_to_do():
    a_product("RUG", on_hand=1)
    a_product("LAMP")
    a_serialised("SAW", "SN-1")
    services.reserve([a_sale("shipment:1", "LAMP")])
    for sku, wanted, words in (
        ("RUG", True, "RUG has 1 units on hand and 0 promised. Serialise it on its Stock tab"),
        ("LAMP", True, "LAMP has 0 units on hand and 1 promised. Serialise it on its Stock tab"),
        ("SAW", False, "SAW has 1 units on hand and 0 promised. Dispose of its items, change it"),
    ):
        with pytest.raises(item_rules.SerialisedWithStock, match=words):
            change_product(fields_of(sku, is_serialised=wanted))
        assert Product.objects.get(sku=sku).is_serialised is not wanted
    change_product(fields_of("SAW", is_serialised=True))
    assert Product.objects.get(sku="SAW").name == "Saw"


def test_a_soft_bundle_has_no_items_of_its_own():
    a_product("SAW")
    with pytest.raises(BundleNotPossible, match="KIT is a soft bundle, so no unit of it has a number"):
        create_bundle(fields_of("KIT", is_serialised=True), contents={"SAW": 1})
    a_bundle("SET", contents={"SAW": 1})
    with pytest.raises(BundleNotPossible):
        update_product(fields_of("SET", is_serialised=True))
    with pytest.raises(rules.BundleHasNoStock):
        serialise("SET", numbers={})


# --- the database holds it too ---


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Level.objects.filter(product__sku="SAW").update(on_hand=5),
        lambda: SerialisedItem.objects.filter(number="SN-1").delete(),
        lambda: SerialisedItem.objects.filter(number="SN-1").update(state="disposed", room=None),
        lambda: Product.objects.filter(sku="SAW").update(is_serialised=False),
        lambda: Product.objects.filter(sku="RUG").update(is_serialised=True),
        lambda: _an_item("RUG", room="SHOP"),
        lambda: _an_item("SAW", room="ATTIC"),
        lambda: SerialisedItem.objects.filter(number="SN-1").update(room=a_room("ATTIC")),
        lambda: SerialisedItem.objects.update(product=Product.objects.get(sku="RUG")),
        lambda: Level.objects.create(product=Product.objects.get(sku="SAW"), room_id=a_room("X"), on_hand=1),
    ],
)
def test_the_database_refuses_items_that_are_not_what_is_on_hand(wrong):
    a_product("RUG", on_hand=1)
    a_serialised("SAW", "SN-1", "SN-2")
    with pytest.raises(IntegrityError, match="items with a number"):
        _at_the_end_of_a_transaction(wrong)


def _an_item(sku: str, *, room: str) -> None:
    product = Product.objects.get(sku=sku)
    SerialisedItem.objects.create(product=product, number="SN-9", state="in_stock", room_id=a_room(room))


def test_what_is_wrong_in_between_and_right_at_the_end_is_kept():
    a_serialised("SAW", "SN-1", "SN-2")
    shelf = StockRoom.objects.get(code="SHOP")

    def changes() -> None:
        SerialisedItem.objects.filter(number="SN-1").delete()
        Level.objects.filter(product__sku="SAW").update(on_hand=1)
        SerialisedItem.objects.filter(number="SN-2").update(room=a_room("ATTIC"))
        SerialisedItem.objects.filter(number="SN-2").update(room=shelf)

    _at_the_end_of_a_transaction(changes)
    assert _numbered("SAW") == {"SHOP": 1, "ATTIC": 0}


def test_items_that_lie_there_are_not_counted_again_for_each_one_that_comes():
    a_serialised("SAW", *(f"OLD-{place}" for place in range(300)))
    connection.check_constraints()
    services.goods_in(sku="SAW", room="SHOP", units=200, numbers=[f"SN-{place}" for place in range(200)])
    before = _looks_at_items()
    connection.check_constraints()
    assert (_looks_at_items(), _numbered("SAW")) == (before, {"SHOP": 500})


def _looks_at_items() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_scan + idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'stock_serialiseditem'"
        )
        return cursor.fetchone()[0]


def _numbered(sku: str) -> dict[str, int]:
    rows = Level.objects.filter(product__sku=sku).order_by("room__id")
    return dict(rows.values_list("room__code", "numbered"))


def _at_the_end_of_a_transaction(change: Callable[[], object]) -> None:
    with transaction.atomic():
        change()
        connection.check_constraints()


@pytest.mark.parametrize(
    "columns",
    [
        {"number": ""},
        {"number": "SN-2"},
        {"room": None},
        {"state": "packed"},
        {"state": "gone", "room": None},
        {"holder": "shipment:1"},
    ],
)
def test_the_database_refuses_an_item_that_cannot_be(columns):
    a_serialised("SAW", "SN-1", "SN-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        SerialisedItem.objects.filter(number="SN-1").update(**columns)
    assert ledger_differences() == ()
