"""Orders that the merchant ships (MFN): window by window, pending ones keep goods, released ones are sold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loadbay.channels.models import MatrixLine, SalesChannel
from loadbay.core.errors import Retryable
from loadbay.core.ids import Sku
from loadbay.dispatch.models import FieldCall
from loadbay.dispatch.queries import field_call
from loadbay.inbox.models import Task
from loadbay.orders import order_readers
from loadbay.orders.models import BuyerDetails, ChannelOrder, Poll, Sale, Shipment, SpoiledEntry
from loadbay.orders.order_rules import Action, condition
from loadbay.orders.ports import Spoiled, WholeOrderPage
from loadbay.orders.services import acting, rule_changes
from loadbay.orders.services.acting import Act
from loadbay.orders.services.rule_changes import WantedRule
from loadbay.stock import services as stock
from loadbay.stock.models import Reservation
from tests.builders import Shop, picks, tasks
from tests.services.goods import a_bundle, a_product, an_order_channel, on_hand, promised

RUG, LAMP = Sku("RUG"), Sku("LAMP")


@pytest.fixture
def mfn(shop: Shop) -> SalesChannel:
    return an_order_channel("mfn", beside=shop.channel)


def states() -> dict[str, tuple[str, str, str]]:
    rows = Shipment.objects.order_by("shipment_id")
    return {row.shipment_id: (row.status, row.building, row.implied_status) for row in rows}


def test_a_released_order_becomes_a_sale_and_a_field_call_with_its_buyer(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 2})
    shop.imports_orders()
    sale = Sale.objects.select_related("customer", "shipment").get()
    assert (sale.shipment.shipment_id, sale.shipment.channel_id) == (number, mfn.pk)
    assert (sale.order_status, sale.external_document) == ("Released", number)
    assert (sale.net_total, sale.tax_total, sale.currency) == (Decimal(20), Decimal(0), "GBP")
    assert (sale.customer.code, sale.payment_method) == (mfn.placeholder_customer.code, "CreditCard")
    assert BuyerDetails.objects.get(order=sale.shipment.order).name == "Wilhelmina Hartwell"
    assert sale.field_calls.get().agent.code == "CARRIER"
    assert list(picks(sale.field_calls.get().number).values()) == [2]
    assert states() == {number: ("UNSHIPPED", "built", "In Progress")}
    assert (promised("RUG"), on_hand("RUG"), tasks()) == ({"open": 2}, 5, [])


def test_a_soft_bundle_sold_as_mfn_takes_its_contents(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    a_bundle("RUG-MFN", contents={"RUG": 1})
    number = shop.ordinary.place({Sku("RUG-MFN"): 2})
    shop.imports_orders()
    sale = Sale.objects.get()
    assert states() == {number: ("UNSHIPPED", "built", "In Progress")}
    assert [line.sku for line in field_call(sale.field_calls.get().number).lines] == ["RUG"]
    assert (promised("RUG"), on_hand("RUG"), tasks()) == ({"open": 2}, 5, [])


def test_a_shipping_method_that_nobody_mapped_holds_its_order_alone(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 1})
    shop.ordinary.change(number, ship_method="NEXT_DAY")
    other = shop.ordinary.place({RUG: 1})
    shop.imports_orders()
    assert {name: row[1] for name, row in states().items()} == {number: "waiting", other: "built"}


def test_a_pending_order_keeps_its_goods_without_buyer_and_without_sale(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 2}, status="PENDING")
    shop.imports_orders()
    assert states() == {number: ("PENDING", "waiting", "Waiting")}
    assert (promised("RUG"), Sale.objects.count(), tasks()) == ({"open": 2}, 0, [])
    assert BuyerDetails.objects.get().name is None
    shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert states() == {number: ("UNSHIPPED", "built", "In Progress")}
    assert Sale.objects.get().net_total == Decimal(20)
    assert promised("RUG") == {"open": 2}


def test_a_pending_order_that_shrinks_keeps_no_more_than_it_needs(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 3}, status="PENDING")
    shop.imports_orders()
    shop.ordinary.resize(number, {RUG: 1})
    shop.imports_orders()
    assert promised("RUG") == {"open": 1}
    shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert (promised("RUG"), Sale.objects.get().net_total) == ({"open": 1}, Decimal(10))


def test_a_pending_order_that_is_cancelled_lets_its_goods_go(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 3}, status="PENDING")
    shop.imports_orders()
    shop.ordinary.move(number, "CANCELLED")
    shop.imports_orders()
    assert states() == {number: ("CANCELLED", "ignored", "Cancelled")}
    assert (promised("RUG"), Sale.objects.count()) == ({}, 0)


def test_an_unknown_sku_of_a_pending_order_is_told_before_it_is_released(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    shop.ordinary.place({RUG: 1, LAMP: 1}, status="PENDING")
    shop.imports_orders()
    assert promised("RUG") == {"open": 1}
    assert tasks() == [("unmapped_item", f"{mfn.pk}:item:LAMP")]


def test_a_cancelled_order_stops_its_field_call_and_frees_its_goods(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 1})
    shop.imports_orders()
    shop.ordinary.move(number, "CANCELLED")
    shop.imports_orders()
    assert (Sale.objects.get().order_status, FieldCall.objects.get().state) == ("Cancelled", "cancelled")
    assert promised("RUG") == {}


def test_what_is_short_is_released_once_its_goods_come(shop: Shop, mfn: SalesChannel):
    a_product("RUG")
    shop.ordinary.place({RUG: 1})
    shop.imports_orders()
    assert Sale.objects.get().order_status == "Open"
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    assert shop.covers() == 1
    assert Sale.objects.get().order_status == "Released"


def test_seen_again_nothing_changes(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    shop.ordinary.place({RUG: 1})
    shop.imports_orders()
    again = shop.reads_orders()
    assert (again.new, again.changed, again.set_aside) == (0, 0, 0)
    shop.builds()
    assert (Sale.objects.count(), ChannelOrder.objects.count()) == (1, 1)


def test_a_window_that_fails_on_its_third_page_stays_open_and_loses_nothing(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=50)
    numbers = {shop.ordinary.place({RUG: 1}) for _ in range(8)}
    shop.orders.page_size = 3
    failing = _FailsOnPage(shop.orders, 3)
    with pytest.raises(Retryable):
        order_readers.read_orders(shop.connection, source=failing, clock=shop.clock)
    poll = Poll.objects.get(question="orders")
    assert (poll.done_until, poll.trouble) == (None, "Amazon is down.")
    assert Shipment.objects.count() == 6
    shop.imports_orders()
    assert set(states()) == numbers
    assert Poll.objects.get(question="orders").done_until is not None


def test_a_poisonous_order_is_set_aside_and_the_others_go_on(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 1})
    good = shop.orders.whole_order(number)
    bad = Spoiled("026-0000000-0000099", "an order without items", b'{"orderId": "026-0000000-0000099"}')
    page = WholeOrderPage((good,), (bad,), None, shop.clock.now())
    order_readers.read_orders(shop.connection, source=_Pages([page]), clock=shop.clock)
    shop.builds()
    assert Sale.objects.count() == 1
    assert SpoiledEntry.objects.get().identity == "026-0000000-0000099"
    assert Task.objects.get(kind="shipment_set_aside").closed_at is None


def test_an_order_that_was_set_aside_is_imported_again(shop: Shop, mfn: SalesChannel):
    from loadbay.orders.services import importing  # noqa: PLC0415

    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 1})
    bad = Spoiled(number, "an order without items", b"{}")
    page = WholeOrderPage((), (bad,), None, shop.clock.now())
    order_readers.read_orders(shop.connection, source=_Pages([page]), clock=shop.clock)
    (item,) = importing.to_import(number)
    order_readers.import_again(item, source=shop.orders, now=shop.clock.now())
    shop.builds()
    assert Sale.objects.get().shipment.shipment_id == number
    assert tasks("shipment_set_aside") == []


def test_the_next_window_overlaps_the_one_before(shop: Shop, mfn: SalesChannel):
    page = WholeOrderPage((), (), None, shop.clock.now())
    source = _Pages([page, page])
    order_readers.read_orders(shop.connection, source=source, clock=shop.clock)
    order_readers.read_orders(shop.connection, source=source, clock=shop.clock)
    first, second = source.asked
    assert first == shop.channel.order_start_at - timedelta(days=30, minutes=5)
    assert second == shop.clock.now() - timedelta(minutes=5)


def test_orders_shipped_or_cancelled_before_the_start_are_left_out(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    before = shop.clock.now() - timedelta(days=3)
    number = shop.ordinary.place({RUG: 1})
    shop.ordinary.change(number, status="SHIPPED", created_at=before)
    shop.imports_orders()
    assert states() == {number: ("SHIPPED", "ignored", "Ignored")}
    assert tasks() == []


def test_an_order_shipped_without_us_is_a_task(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 1}, status="SHIPPED")
    shop.imports_orders()
    assert tasks() == [("shipment_stopped", number)]
    assert Sale.objects.count() == 0


def test_a_line_that_was_unknown_while_the_order_was_pending_is_promised_and_picked(
    shop: Shop, mfn: SalesChannel
):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 1, LAMP: 2}, status="PENDING")
    shop.imports_orders()
    a_product("LAMP", on_hand=5)
    shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert (promised("RUG"), promised("LAMP")) == ({"open": 1}, {"open": 2})
    assert sorted(picks(FieldCall.objects.get().number).values()) == [1, 2]


def test_another_mix_of_as_many_units_is_promised_anew(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    a_product("LAMP", on_hand=5)
    number = shop.ordinary.place({RUG: 2, LAMP: 1}, status="PENDING")
    shop.imports_orders()
    first, second = shop.marketplace.ordinary[number].shipment.lines
    shop.ordinary.change(number, lines=(replace(first, units=1), replace(second, units=2)))
    shop.imports_orders()
    assert (promised("RUG"), promised("LAMP")) == ({"open": 1}, {"open": 2})
    shop.ordinary.resize(number, {RUG: 1, LAMP: 2})
    shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert (promised("RUG"), promised("LAMP")) == ({"open": 1}, {"open": 2})
    assert sorted(picks(FieldCall.objects.get().number).values()) == [1, 2]


def test_what_a_pending_order_keeps_goes_to_no_older_order_when_both_are_released(
    shop: Shop, mfn: SalesChannel
):
    a_product("RUG")
    older = shop.ordinary.place({RUG: 1}, status="PENDING")
    shop.imports_orders()
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    Reservation.objects.all().delete()
    newer = shop.ordinary.place({RUG: 1}, status="PENDING")
    shop.imports_orders()
    for number in (older, newer):
        shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert dict(Shipment.objects.values_list("shipment_id", "is_short")) == {older: True, newer: False}


def test_a_pending_order_that_the_matrix_ignores_lets_its_goods_go(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 3}, status="PENDING")
    shop.imports_orders()
    MatrixLine.objects.filter(channel=mfn, channel_status="UNSHIPPED").update(implied_status="Ignored")
    shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert (states()[number][1:], promised("RUG")) == (("ignored", "Ignored"), {})


def test_what_a_person_ignored_stays_ignored_when_amazon_changes_it(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 1}, status="PENDING")
    shop.imports_orders()
    acting.act_on(Act.IGNORE, [Shipment.objects.get().pk], reason="Sold by telephone")
    shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert states() == {number: ("UNSHIPPED", "ignored", "Ignored")}
    assert (Sale.objects.count(), promised("RUG")) == (0, {})


def test_a_changed_order_that_does_not_fit_is_set_aside_and_the_others_go_on(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    bad, good = (shop.ordinary.place({RUG: 1}, status="PENDING") for _ in range(2))
    shop.imports_orders()
    (line,) = shop.marketplace.ordinary[bad].shipment.lines
    shop.ordinary.change(bad, status="UNSHIPPED", lines=(replace(line, line_id="9" * 61),))
    shop.ordinary.move(good, "UNSHIPPED")
    for _ in range(2):
        shop.imports_orders()
        assert states()[bad] == ("PENDING", "waiting", "Waiting")
        assert states()[good] == ("UNSHIPPED", "built", "In Progress")
        assert [kind for kind, _ in tasks()] == ["shipment_set_aside"]
    shop.ordinary.change(bad, lines=(line,))
    shop.imports_orders()
    assert states()[bad] == ("UNSHIPPED", "built", "In Progress")
    assert tasks() == []


def test_tasks_of_an_order_that_changed_are_closed(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    lines = MatrixLine.objects.filter(channel=mfn, channel_status="UNSHIPPED")
    lines.update(implied_status="Error")
    stopped, gap = (shop.ordinary.place({RUG: 1}) for _ in range(2))
    shop.ordinary.move(gap, "ON_HOLD")
    shop.imports_orders()
    assert sorted(kind for kind, _ in tasks()) == ["matrix_gap", "shipment_stopped"]
    lines.update(implied_status="Ready")
    for number in (stopped, gap):
        shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert (Sale.objects.count(), tasks()) == (2, [])


def test_a_rules_task_counts_no_order_that_was_cancelled_down(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    big = (condition("units", "at-least", "3"),)
    rule_changes.add_rule(WantedRule(mfn.code, "Big", Action.HOLD, big, "Call them first."))
    number = shop.ordinary.place({RUG: 3})
    shop.imports_orders()
    assert [kind for kind, _ in tasks()] == ["order_rule_holds"]
    shop.ordinary.resize(number, {RUG: 1})
    shop.imports_orders()
    assert (Sale.objects.count(), tasks()) == (1, [])


def test_orders_are_stored_with_their_buyers_or_not_at_all(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=5)
    order = shop.orders.whole_order(shop.ordinary.place({RUG: 1}))
    unreadable = replace(order, buyer=replace(order.buyer, address=_Unreadable()))
    page = WholeOrderPage((unreadable,), (), None, shop.clock.now())
    with pytest.raises(AttributeError):
        order_readers.read_orders(shop.connection, source=_Pages([page]), clock=shop.clock)
    assert Shipment.objects.count() == 0


class _Unreadable:
    """An address that breaks whoever keeps it."""


class _FailsOnPage:
    def __init__(self, source: object, page: int) -> None:
        self.source, self.page, self.asked = source, page, 0

    def orders(self, **asked: object) -> WholeOrderPage:
        self.asked += 1
        if self.asked == self.page:
            raise Retryable("Amazon is down.")
        return self.source.orders(**asked)


class _Pages:
    def __init__(self, pages: list[WholeOrderPage]) -> None:
        self.pages, self.asked = pages, []

    def orders(self, *, updated_after, **_: object) -> WholeOrderPage:
        self.asked.append(updated_after)
        return self.pages[len(self.asked) - 1]


def test_building_costs_the_same_statements_however_many_buyers_are_shown(shop: Shop, mfn: SalesChannel):
    a_product("RUG", on_hand=50)
    shop.ordinary.place({RUG: 1})
    shop.imports_orders()
    counts = []
    for orders in (1, 20):
        for _ in range(orders):
            shop.ordinary.place({RUG: 1})
        shop.clock.advance(300)
        shop.reads_orders()
        with CaptureQueriesContext(connection) as asked:
            shop.builds()
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Sale.objects.filter(payment_method="CreditCard").count() == 22
