"""A movement and a stock sender at once: whichever is first, Amazon ends with the last figure."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import connection, transaction

from loadbay.hosting.waiting import until
from loadbay.listings import senders
from loadbay.listings.models import StockFigure
from loadbay.listings.ports import StockVerdict
from loadbay.listings.services import sending
from loadbay.listings.services.sending import Figure
from loadbay.stock import services as stock
from tests.services import racing
from tests.services.goods import Amazon, a_channel, a_linked_listing, a_product, figure
from tests.services.racing import at_once

own_database = racing.own_database


@pytest.fixture
def amazon(own_database) -> Amazon:
    """One product, linked, 5 on hand, told once."""
    amazon = Amazon()
    a_channel()
    a_product("RUG", on_hand=5, price="10")
    a_linked_listing("RUG", amazon=amazon)
    tell(amazon)
    return amazon


def tell(amazon: Amazon) -> senders.doors.Sent:
    channel_id = StockFigure.objects.values_list("listing__channel_id", flat=True).first()
    return senders.send_stock(channel_id, desk=amazon.stock, clock=amazon.clock)


def test_a_figure_that_is_changing_is_left_for_the_next_look_and_nothing_waits(amazon):
    has_moved, has_looked = Event(), Event()

    def move() -> None:
        with transaction.atomic():
            stock.goods_in(sku="RUG", room="SHOP", units=2)
            has_moved.set()
            assert has_looked.wait(20)

    def look() -> senders.doors.Sent:
        assert has_moved.wait(20)
        report = tell(amazon)
        has_looked.set()
        return report

    answers = at_once(move, look)
    assert answers == [None, senders.doors.Sent()]
    tell(amazon)
    assert amazon.told("RUG") == [5, 7]


def test_movements_from_everywhere_end_in_the_right_figure(amazon):
    def bring() -> None:
        for _ in range(10):
            stock.goods_in(sku="RUG", room="SHOP", units=1)

    def send() -> None:
        for _ in range(10):
            tell(amazon)

    assert at_once(bring, bring, send) == [None, None, None]
    tell(amazon)
    assert amazon.told("RUG")[-1] == 25
    assert not figure("RUG").is_dirty


def test_goods_that_move_while_amazons_answers_are_recorded_are_no_deadlock(amazon):
    a_product("LAMP", on_hand=5, price="10")
    a_linked_listing("LAMP", amazon=amazon)
    tell(amazon)
    has_moved = Event()

    def move() -> None:
        with transaction.atomic():
            stock.goods_in(sku="RUG", room="SHOP", units=2)
            has_moved.set()
            assert until(somebody_waits_for_a_row, seconds=20)
            stock.goods_in(sku="LAMP", room="SHOP", units=2)

    def record() -> None:
        assert has_moved.wait(20)
        sending.record_accepted([an_answer("LAMP"), an_answer("RUG")], now=amazon.clock.now())

    assert at_once(move, record) == [None, None]
    assert figure("RUG").is_dirty
    assert figure("LAMP").is_dirty


def an_answer(sku: str) -> tuple[Figure, StockVerdict]:
    """Amazon took 5 of it."""
    row = figure(sku)
    sent = Figure(row.pk, sku, row.location, 5, row.sequence, is_urgent=False, had_trouble=False)
    return sent, StockVerdict(sku, row.location, accepted=True, sellable=5, reserved=0)


def somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0
