"""A held call that is let go as lost never happens; without that it does, whether its answer is heard or not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx2
import pytest

from tests.simulator.shop import SECRETS, SHIPMENTS


def a_shipment(client: httpx2.Client) -> str:
    item = client.get("/simulator/inspect/catalogue?limit=1").json()[0]
    rows = [{"sku": "MUG", "asin": item["asin"], "price": "5.00", "quantity": 9}]
    client.post("/simulator/listings/seed", json={"listings": rows})
    placed = client.post("/simulator/orders", json={"lines": [{"sku": "MUG", "quantity": 1}]}).json()
    return placed["orders"][0]["shipment_ids"][0]


def wait_until_reached(client: httpx2.Client) -> None:
    for _ in range(500):
        if client.get("/simulator/holds").json()[0]["reached"]:
            return
        Event().wait(0.01)
    raise AssertionError("The hold was never reached.")


@pytest.mark.parametrize(
    ("moment", "lost", "confirmed"), [("before", True, 0), ("before", False, 1), ("after", False, 1)]
)
def test_a_call_lost_before_its_effect_never_happens(
    start: Callable[..., Any], moment: str, lost: bool, confirmed: int
) -> None:
    with start("--plans", "off").client() as client, ThreadPoolExecutor(1) as aside:
        token = client.post("/auth/o2/token", data=SECRETS).json()["access_token"]
        shipment_id = a_shipment(client)
        wanted = {"operation": "processShipment", "nth": 1, "moment": moment}
        hold_id = client.post("/simulator/holds", json=wanted).json()["id"]
        path, headers = f"{SHIPMENTS}/{shipment_id}?operation=CONFIRM", {"x-amz-access-token": token}
        held = aside.submit(lambda: client.post(path, headers=headers))
        wait_until_reached(client)
        client.post(f"/simulator/holds/{hold_id}/release", json={"lost": lost})
        if lost:
            with pytest.raises(httpx2.RemoteProtocolError):
                held.result(timeout=10)
        else:
            assert held.result(timeout=10).status_code == 204
        shown = client.get(f"/simulator/inspect/shipments/{shipment_id}").json()
        assert shown["times_confirmed"] == confirmed
