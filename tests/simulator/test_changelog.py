"""The lists of changes stay right while they are swept."""

from amazon_simulator.world.lifecycle import Status
from tests.simulator.shop import PLACE, Shop


def test_the_overview_counts_right_however_often_shipments_moved() -> None:
    shop = Shop(is_judged=False).signed_in()
    shop.linked("MUG", quantity=5000)
    shop.control("POST", "bulk/shipments", {"count": 2100, "skus": ["MUG"]})
    world = shop.app.desk.world
    with world.look() as memory:
        for shipment in list(memory.state.shipments.values())[:2050]:
            memory.move(shipment, Status.CONFIRMED, now=world.now())
        counts = {status: memory.shipments.count((PLACE, status)) for status in ("ACCEPTED", "CONFIRMED")}
        walked = list(memory.shipments.walk([(PLACE, "ACCEPTED")], since=None, beyond=0))
    assert counts == {"ACCEPTED": 50, "CONFIRMED": 2050}
    assert len(walked) == 50
