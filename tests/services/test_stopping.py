"""Amazon cancels: wherever the field call is, it stops, and its goods are let go or wait to be put back."""

from __future__ import annotations

import pytest

from loadbay.core.errors import NotFound
from loadbay.dispatch.models import Label, Parcel, PrintJob
from loadbay.dispatch.services.printers import NewPrinter, add_printer, start_print
from loadbay.dispatch.services.stopping import NothingToPutBack, put_back, stop_field_calls
from loadbay.inbox.models import Task
from loadbay.inbox.services import close
from tests.builders import Shop, a_field_call, tasks, unknown
from tests.services.goods import a_product, events, movements, on_hand, promised


@pytest.mark.parametrize("state", ["to_pack", "on_the_bench"])
def test_before_it_is_packed_its_stock_is_free_at_once(shop: Shop, state: str):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2)
    if state != "to_pack":
        getattr(call, state)()
    call.cancelled()
    assert (call.row.state, call.sale.order_status) == ("cancelled", "Cancelled")
    assert call.shipment.implied_status == "Cancelled"
    assert (promised("RUG"), on_hand("RUG"), tasks()) == ({}, 5, [])


@pytest.mark.parametrize("state", ["packed", "labelled"])
def test_once_packed_its_stock_is_free_only_when_put_back(shop: Shop, state: str):
    a_product("RUG", on_hand=5)
    call = getattr(a_field_call(shop, "RUG", 2), state)().cancelled()
    assert (call.row.state, call.sale.order_status) == ("cancelled", "Cancelled")
    assert promised("RUG") == {"put_back": 2}
    assert tasks() == [("put_back", call.number)]
    put_back(call.number)
    assert (promised("RUG"), on_hand("RUG"), tasks()) == ({}, 5, [])
    assert movements("RUG") == [("goods_in", "SHOP", 5)]


def test_putting_back_twice_or_what_was_never_packed_is_refused(shop: Shop):
    a_product("RUG", on_hand=5)
    packed = a_field_call(shop).labelled().cancelled()
    fresh = a_field_call(shop)
    put_back(packed.number.lower())
    for number in (packed.number, fresh.number):
        with pytest.raises(NothingToPutBack) as refusal:
            put_back(number)
        assert refusal.value.code == "nothing_to_put_back"
    with pytest.raises(NotFound):
        put_back("FC-404")
    assert promised("RUG") == {"open": 1}


def test_goods_can_be_put_back_after_somebody_closed_the_task(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled().cancelled()
    close(Task.objects.get(kind="put_back").pk)
    put_back(call.number)
    assert promised("RUG") == {}


def test_its_label_is_void_leaves_the_consignment_and_is_not_printed(shop: Shop, tmp_path):
    add_printer(NewPrinter(name="Bench 1", kind="folder", address=str(tmp_path)))
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled().cancelled()
    assert list(Label.objects.values_list("is_void", flat=True)) == [True]
    assert list(Parcel.objects.values_list("consignment", flat=True)) == [None]
    assert start_print(PrintJob.objects.get().pk, now=shop.clock.now()) is None
    assert PrintJob.objects.get().state == "failed"
    assert call.row.label_wanted == ""


def test_stopping_twice_changes_nothing(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled().cancelled()
    stop_field_calls([call.sale.pk], now=shop.clock.now())
    shop.reads("CANCELLED")
    assert len(events("dispatch.field_calls_cancelled")) == 1
    assert Task.objects.get().times == 1
    assert promised("RUG") == {"put_back": 1}


def test_a_cancelled_shipment_never_comes_back_to_life(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).cancelled()
    shop.clock.advance(600)
    shop.marketplace.move(call.shipment_id, "CONFIRMED")
    shop.reads("CONFIRMED")
    assert (call.shipment.status, call.row.state) == ("CANCELLED", "cancelled")


def test_cancelled_before_its_sale_was_built_it_makes_no_sale(shop: Shop):
    a_product("RUG", on_hand=5)
    shipment = shop.buys()
    shop.reads()
    shop.marketplace.move(shipment, "CANCELLED")
    shop.reads("CANCELLED")
    shop.builds()
    assert events("orders.sales_built") == []
    assert promised("RUG") == {}


def test_cancelled_while_it_waited_for_a_product_nothing_waits_any_more(shop: Shop):
    shipment = shop.buys("NEW")
    shop.imports()
    assert tasks() == [unknown(shop, "NEW")]
    shop.marketplace.move(shipment, "CANCELLED")
    shop.reads("CANCELLED")
    a_product("NEW", on_hand=5)
    shop.builds()
    assert events("orders.sales_built") == []


def test_cancelled_while_short_its_task_is_closed(shop: Shop):
    a_product("RUG")
    call = a_field_call(shop)
    assert tasks() == [("short_stock", call.shipment_id)]
    call.cancelled()
    assert (tasks(), call.shipment.is_short, promised("RUG")) == ([], False, {})


def test_a_cancellation_frees_goods_for_a_sale_that_was_short(shop: Shop):
    a_product("RUG", on_hand=1)
    first, second = a_field_call(shop), a_field_call(shop)
    assert second.shipment.is_short
    first.cancelled()
    shop.covers()
    assert not second.shipment.is_short
    assert second.shipment.promise == "wanted"
