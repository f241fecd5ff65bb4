"""Two people move the same goods at once: one does it, the other is told."""

from __future__ import annotations

from threading import Barrier

import pytest
from django.db import transaction

from loadbay.stock import ledger, queries, services
from loadbay.stock.intake import SheetImportedAlready, import_products
from loadbay.stock.item_rules import NumbersDiffer, NumberTaken
from loadbay.stock.items import serialise
from loadbay.stock.ledger import Step
from loadbay.stock.models import StockRoom
from loadbay.stock.rules import NotEnoughStock
from tests.services import racing
from tests.services.goods import a_product, a_sale, a_serialised, items, on_hand
from tests.services.racing import at_once

own_database = racing.own_database


@pytest.mark.usefixtures("own_database")
def test_without_the_lock_two_disposals_would_take_the_same_goods():
    product_id = a_product("RUG", on_hand=3)
    room_id = StockRoom.objects.get().pk
    both_have_looked = Barrier(2)

    def dispose_without_lock() -> None:
        with transaction.atomic():
            there = queries.positions([product_id])[product_id, room_id].on_hand
            both_have_looked.wait(10)
            if there >= 2:
                ledger.move([Step(product_id, room_id, -2, "disposal")])

    assert at_once(dispose_without_lock, dispose_without_lock) == [None, None]
    assert on_hand("RUG") == -1


@pytest.mark.usefixtures("own_database")
def test_of_two_disposals_at_once_one_is_refused():
    a_product("RUG", on_hand=3)
    dispose = lambda: services.dispose(sku="RUG", room="SHOP", units=2, reason="torn")  # noqa: E731
    answers = at_once(dispose, dispose)
    assert sorted(type(answer).__name__ for answer in answers) == ["Moved", "NotEnoughStock"]
    assert next(a for a in answers if isinstance(a, NotEnoughStock)).code == "not_enough_stock"
    assert on_hand("RUG") == 1
    assert queries.ledger_differences() == ()


@pytest.mark.usefixtures("own_database")
def test_the_last_unit_is_promised_as_covered_to_one_of_two_sales():
    a_product("RUG", on_hand=1)
    answers = at_once(
        lambda: services.reserve([a_sale("shipment:1", "RUG")])["shipment:1"].is_covered,
        lambda: services.reserve([a_sale("shipment:2", "RUG")])["shipment:2"].is_covered,
    )
    assert sorted(answers) == [False, True]


@pytest.mark.usefixtures("own_database")
def test_transfers_in_both_directions_never_wait_for_each_other_for_ever():
    a_product("RUG", on_hand=50)
    services.add_room(code="ATTIC")
    services.goods_in(sku="RUG", room="ATTIC", units=50)

    def carry(source: str, target: str) -> None:
        for _ in range(10):
            services.transfer(sku="RUG", source=source, target=target, units=1)

    assert at_once(lambda: carry("SHOP", "ATTIC"), lambda: carry("ATTIC", "SHOP")) == [None, None]
    assert (on_hand("RUG", "SHOP"), on_hand("RUG", "ATTIC")) == (50, 50)


@pytest.mark.usefixtures("own_database")
def test_a_file_sent_twice_at_once_books_its_goods_once():
    services.add_room(code="SHOP")
    file = b"sku,name,quantity,room\nRUG,Rug,4,SHOP\nLAMP,Lamp,2,SHOP\n"

    def send() -> object:
        return import_products(file, apply=True)

    answers = at_once(send, send, send)
    assert [type(answer) for answer in answers].count(SheetImportedAlready) == 2
    assert (on_hand("RUG"), on_hand("LAMP")) == (4, 2)


@pytest.mark.usefixtures("own_database")
def test_of_two_people_booking_in_one_number_at_once_one_is_refused_by_name():
    a_serialised("SAW")
    services.add_room(code="ATTIC")

    def book(room: str, *numbers: str) -> object:
        return services.goods_in(sku="SAW", room=room, units=len(numbers), numbers=numbers)

    answers = at_once(lambda: book("SHOP", "SN-1", "SN-2"), lambda: book("ATTIC", "SN-2", "SN-3"))
    assert sorted(type(answer).__name__ for answer in answers) == ["Moved", "NumberTaken"]
    refused = next(answer for answer in answers if isinstance(answer, NumberTaken))
    assert refused.sentence.startswith("SN-2 of SAW is in ")
    assert on_hand("SAW", "SHOP") + on_hand("SAW", "ATTIC") == len(items("SAW")) == 2


@pytest.mark.usefixtures("own_database")
def test_goods_without_numbers_and_a_product_becoming_serialised_at_once_end_in_one_of_two_truths():
    for place in range(4):
        sku = f"SAW-{place}"
        a_product(sku)
        moved, made = at_once(
            lambda sku=sku: services.goods_in(sku=sku, room="SHOP", units=1),
            lambda sku=sku: serialise(sku, numbers={}),
        )
        if isinstance(moved, NumbersDiffer):
            assert (made, on_hand(sku)) == (0, 0)
        else:
            assert (type(made), on_hand(sku)) == (NumbersDiffer, 1)
