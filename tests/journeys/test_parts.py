"""A part now, the rest later, with the real adapter against the simulator: read, packed, told, read again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from loadbay.core.clock import SystemClock
from loadbay.core.ids import AmazonOrderId, Sku
from loadbay.dispatch import confirming
from loadbay.dispatch.models import FieldCall
from loadbay.dispatch.services import completing
from loadbay.orders import order_readers
from loadbay.orders.models import Sale, Shipment
from tests.builders import FINISH, Shop, tasks
from tests.contracts.stages import SimulatorStage, a_simulator
from tests.services.goods import a_product, an_order_channel


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


@pytest.fixture
def stage() -> Iterator[SimulatorStage]:
    with a_simulator() as running:
        found = SimulatorStage(running)
        found.linked_sku = Sku("RUG")
        listing = {"sku": "RUG", "asin": found.free_asin, "price": "20.00", "quantity": 100}
        running.post("/simulator/listings/seed", {"listings": [listing], "converted": True})
        yield found


def test_a_part_goes_now_and_the_rest_later_and_amazon_counts_both(shop: Shop, stage: SimulatorStage):
    clock = SystemClock()
    an_order_channel("mfn", beside=shop.channel)
    shop.set_channel(order_start_at=clock.now() - timedelta(days=1))
    a_product(stage.linked_sku, on_hand=9)
    order = stage.place_ordinary(units=3)

    def reads() -> None:
        order_readers.read_orders(shop.connection, source=stage.order_source, clock=clock)
        shop.builds()

    def tells() -> None:
        deps = confirming.ConfirmDeps(desk=stage.confirmation_desk, clock=clock)
        for pk in completing.due_to_tell(shop.connection, now=clock.now()):
            assert confirming.confirm_shipped(pk, deps) is None

    reads()
    first = FieldCall.objects.get(sale__shipment__shipment_id=order).number
    for code in (first, stage.linked_sku, "LB-PART", "LB-PART", "JD0001"):
        shop.scans(code)
    rest = FieldCall.objects.get(sale__shipment__shipment_id=order, part=0).number
    shop.completes(first)
    tells()
    assert shown(stage, order) == ("PARTIALLY_SHIPPED", 1, ["JD0001"])
    reads()
    assert (Shipment.objects.get().status, Sale.objects.get().order_status) == (
        "PARTIALLY_SHIPPED",
        "Released",
    )
    assert tasks() == []
    for code in (rest, stage.linked_sku, stage.linked_sku, FINISH, "JD0002"):
        shop.scans(code)
    shop.completes(rest)
    tells()
    assert shown(stage, order) == ("SHIPPED", 3, ["JD0001", "JD0002"])
    reads()
    assert (Shipment.objects.get().status, Sale.objects.get().order_status, tasks()) == (
        "SHIPPED",
        "Posted",
        [],
    )


def shown(stage: SimulatorStage, order: AmazonOrderId) -> tuple[str, int, list[str]]:
    """The order's status at Amazon, its units that count as shipped, its tracking numbers."""
    seen = stage.confirmation_desk.look(order)
    shipped = sum(line.shipped_units for line in seen.lines)
    return seen.status, shipped, sorted(package.tracking_id for package in seen.packages)
