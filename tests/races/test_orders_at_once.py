"""Two workers, two polls, two looks at once: one does it, and nothing is done twice."""

from __future__ import annotations

from threading import Barrier, Event, Timer

from django.db import transaction

from loadbay.core.locks import one_more
from loadbay.dispatch.models import FieldCall
from loadbay.orders import readers, senders
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import answering, building, implying, staging
from loadbay.orders.services.cancelling import cancel_sales
from loadbay.orders.services.first_seen import NOBODY
from loadbay.stock import services as stock
from loadbay.stock.queries import ledger_differences
from loadbay.testing.fakes import FakeShipmentDesk
from tests.builders import Shop, a_field_call, a_shipment
from tests.services.goods import a_product, promised
from tests.services.racing import at_once

PATIENCE = 15


def staged(shop: Shop, count: int) -> ShipmentPage:
    page = ShipmentPage(tuple(a_shipment(str(number)).seen for number in range(count)), (), None)
    staging.stage_page(shop.connection, page)
    return page


# --- the status of a sale ---


def test_what_amazon_accepts_while_the_sale_is_cancelled_is_judged_without_the_sale(shop: Shop):
    a_product("RUG", on_hand=5)
    shipment = a_field_call(shop).shipment
    sales = Sale.objects.filter(shipment=shipment)
    is_locked, is_asked = Event(), Event()

    def cancel() -> None:
        with transaction.atomic():
            implying.lock_shipments_of(sales)
            is_locked.set()
            is_asked.wait(PATIENCE)
            sales.update(order_status=Sale.OrderStatus.CANCELLED)

    def accept() -> None:
        is_locked.wait(PATIENCE)
        Timer(0.5, is_asked.set).start()  # by then it waits for the lock
        answering.accepted(shipment.pk, status="SHIPPED")

    assert at_once(cancel, accept) == [None, None]
    assert Shipment.objects.get().implied_status == "Error"


# --- building ---


def test_without_the_lock_two_workers_would_build_the_same_batch(shop: Shop):
    a_product("RUG", on_hand=50)
    staged(shop, 3)
    both_have_read = Barrier(2)

    def build_without_lock() -> None:
        with transaction.atomic():
            rows = building._first(building._staged(shop.connection), limit=3)
            both_have_read.wait(PATIENCE)
            building._build(shop.connection, rows)

    answers = at_once(build_without_lock, build_without_lock)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "NoneType"]


def test_two_workers_build_a_batch_once(shop: Shop):
    a_product("RUG", on_hand=50)
    staged(shop, 20)
    build = lambda: building.build_staged(shop.connection, limit=15)  # noqa: E731
    answers = at_once(build, build, build)
    assert sum(answers) == 20
    assert (Sale.objects.count(), FieldCall.objects.count()) == (20, 20)
    assert promised("RUG") == {"open": 20}


# --- staging ---


def test_without_the_lock_two_polls_would_both_insert_it(shop: Shop):
    seen = a_shipment().seen
    both_have_looked = Barrier(2)

    def stage_without_lock() -> int:
        with transaction.atomic():
            known = staging._known(shop.connection, [seen])
            both_have_looked.wait(PATIENCE)
            assert known == {}
            places = {staging.place_of(seen): shop.channel.pk}
            return len(staging._write(shop.connection, [seen], places, NOBODY))

    answers = at_once(stage_without_lock, stage_without_lock)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "int"]


def test_two_polls_at_once_store_a_shipment_once(shop: Shop):
    a_product("RUG", on_hand=50)
    for _ in range(5):
        shop.buys()
    read = lambda: readers.read_shipments(  # noqa: E731
        shop.connection, status="ACCEPTED", source=shop.source, clock=shop.clock
    )
    answers = at_once(read, read, read)
    assert sum(answer.new for answer in answers) == 5
    assert Shipment.objects.count() == 5


def test_one_look_at_cancellations_serves_everybody_who_wants_one(shop: Shop):
    know = shop.know_cancellations
    assert at_once(know, know, know, know) == [None, None, None, None]
    assert shop.asked("shipments") == 1


# --- answering ---


class Meeting(FakeShipmentDesk):
    """Both answerers stand at Amazon's desk before either asks; alone, one goes on after a moment."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop.marketplace)
        self.first, self.second = Event(), Event()

    def confirm(self, shipment_id) -> None:
        if self.first.is_set():
            self.second.set()
        self.first.set()
        self.second.wait(0.5)
        super().confirm(shipment_id)


def test_without_the_lock_two_senders_would_both_confirm(shop: Shop):
    a_product("RUG", on_hand=5)
    shop.buys()
    shop.reads()
    shop.builds()
    desk = Meeting(shop)
    (due,) = answering.due_answers(shop.connection, now=shop.clock.now(), limit=5)
    answer = lambda: senders._answer(due, desk=desk, source=shop.source, clock=shop.clock)  # noqa: E731
    at_once(answer, answer)
    assert shop.asked("confirm") == 2


def test_two_senders_at_once_confirm_once(shop: Shop):
    a_product("RUG", on_hand=5)
    sold = shop.buys()
    shop.reads()
    shop.builds()
    shop.answers = Meeting(shop)
    at_once(shop.confirms, shop.confirms)
    assert (shop.asked("confirm"), shop.status(sold)) == (1, "CONFIRMED")
    assert Shipment.objects.get().promise == "confirmed"


# --- stock ---


def test_goods_that_come_while_sales_are_cancelled_and_covered_never_stand_still(shop: Shop):
    """Goods in, a cancellation that frees stock, and covering lock in one order, so nobody is turned away."""
    a_product("RUG", on_hand=2)
    a_product("LAMP", on_hand=2)
    short = [a_field_call(shop, "RUG", 2, LAMP=2) for _ in range(4)]
    for _ in range(5):
        answers = at_once(
            lambda: stock.goods_in(sku="RUG", room="SHOP", units=1).units,
            lambda: stock.goods_in(sku="LAMP", room="SHOP", units=1).units,
            lambda: shop.covers() >= 0,
            lambda: shop.covers() >= 0,
        )
        assert answers == [1, 1, True, True]
    while shop.covers():
        pass
    assert [call.shipment.is_short for call in short] == [False, False, False, True]
    answers = at_once(
        lambda: cancel_sales([short[0].shipment.pk]),
        lambda: shop.covers() >= 0,
        lambda: stock.goods_in(sku="RUG", room="SHOP", units=1).units,
    )
    assert answers == [None, True, 1]
    shop.covers()
    assert not short[3].shipment.is_short
    assert ledger_differences() == ()


# --- one in its turn ---


def test_of_three_who_want_the_same_one_works_one_waits_and_one_is_not_needed(shop: Shop):
    """The one who waits starts after everything that was committed until then, so nothing is overlooked."""
    working, third_has_gone, done = Event(), Event(), []

    def first() -> None:
        with one_more("trial") as is_ours:
            working.set()
            third_has_gone.wait(PATIENCE)
            done.append(("first", is_ours))

    def later(name: str) -> None:
        working.wait(PATIENCE)
        with one_more("trial") as is_ours:
            done.append((name, is_ours))
        third_has_gone.set()

    at_once(first, lambda: later("second"), lambda: later("third"))
    assert sorted(is_ours for _, is_ours in done) == [False, True, True]
    assert [is_ours for _, is_ours in done] == [False, True, True]
    assert done[1] == ("first", True)
