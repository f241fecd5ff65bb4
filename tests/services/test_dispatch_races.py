"""The bench, a movement and a page from Amazon at once: nobody waits for ever, nothing is overlooked."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.jobs import tasks
from loadbay.orders.models import Shipment
from loadbay.stock import ledger
from loadbay.stock import services as stock
from loadbay.stock.models import StockRoom
from tests.builders import Shop, a_field_call
from tests.services import racing
from tests.services.goods import a_product, a_serialised
from tests.services.racing import at_once

own_database = racing.own_database


@pytest.mark.usefixtures("own_database")
def test_a_disposal_does_not_wait_for_a_page_that_holds_the_shipment_which_loses():
    """It held the level, and the page, which had the shipment, would have waited for what it held."""
    shop = Shop()
    a_product("RUG", on_hand=2)
    first, second = a_field_call(shop), a_field_call(shop)
    page_has_it, is_disposed = Event(), Event()

    def page() -> bool:
        with transaction.atomic():
            Shipment.objects.select_for_update().get(shipment_id=second.shipment_id)
            page_has_it.set()
            return is_disposed.wait(10)

    def dispose() -> None:
        page_has_it.wait(10)
        stock.dispose(sku="RUG", room="SHOP", units=2, reason="torn")
        is_disposed.set()

    assert at_once(page, dispose) == [True, None]
    assert [first.shipment.is_short, second.shipment.is_short] == [True, False]
    (job,) = ProcrastinateJob.objects.filter(task_name="loadbay.jobs.tasks.uncover")
    tasks.uncover.func(**job.args)
    assert [first.shipment.is_short, second.shipment.is_short] == [True, True]


@pytest.mark.usefixtures("own_database")
def test_a_scan_carries_a_promise_into_another_room_only_after_who_is_promising_there():
    """The bench locked the item alone, so a sale could be promised the item just then."""
    shop = Shop(rooms=("SHOP", "BACK"))
    product = a_serialised("SAW", "SN-1")
    stock.goods_in(sku="SAW", room="BACK", units=1, numbers=["SN-2"])
    back = StockRoom.objects.get(code="BACK").pk
    call = a_field_call(shop, "SAW").on_the_bench()
    is_promising, is_scanned = Event(), Event()

    def promise() -> bool:
        with transaction.atomic():
            ledger.lock_levels([(product, back)])
            is_promising.set()
            return is_scanned.wait(1)

    def scan() -> str:
        is_promising.wait(10)
        answer = shop.scans("SN-2")
        is_scanned.set()
        return answer.outcome.value

    assert at_once(promise, scan) == [False, "all_packed"]
    assert ledger.promised_units([(product, back)]) == {(product, back): 1}
    assert call.row.state == "packing"
