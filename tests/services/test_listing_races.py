"""A movement and a stock sender at once: whichever is first, Amazon ends with the last figure."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import transaction

from loadbay.listings import senders
from loadbay.listings.models import StockFigure
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
