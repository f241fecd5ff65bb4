"""A call can be held before or after its effect, and fail in every way the wire knows."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx2
import pytest

from tests.simulator.shop import SECRETS, SHIPMENTS


class Wire:
    """One running simulator with one shipment that waits to be confirmed."""

    def __init__(self, url: str) -> None:
        self.client = httpx2.Client(base_url=url, timeout=30)
        token = self.client.post("/auth/o2/token", data=SECRETS).json()["access_token"]
        self.headers = {"x-amz-access-token": token}
        item = self.client.get("/simulator/inspect/catalogue?limit=1").json()[0]
        rows = [{"sku": "MUG", "asin": item["asin"], "price": "5.00", "quantity": 9}]
        self.control("listings/seed", {"listings": rows})
        order = self.control("orders", {"lines": [{"sku": "MUG", "quantity": 1}]})["orders"][0]
        self.shipment_id = order["shipment_ids"][0]

    def control(self, path: str, body: Any) -> Any:
        answer = self.client.post(f"/simulator/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def confirm(self) -> httpx2.Response:
        path = f"{SHIPMENTS}/{self.shipment_id}?operation=CONFIRM"
        return self.client.post(path, headers=self.headers)

    def read(self) -> httpx2.Response:
        return self.client.get(f"{SHIPMENTS}/{self.shipment_id}", headers=self.headers)

    def confirmed(self) -> int:
        row = self.client.get(f"/simulator/inspect/shipments/{self.shipment_id}").json()
        return row["times_confirmed"]

    def wait_until_answered(self, operation: str) -> None:
        for _ in range(500):
            if operation in self.client.get("/simulator/inspect/calls").json()["operations"]:
                return
            Event().wait(0.01)
        raise AssertionError("The call never ended.")

    def wait_until_reached(self, hold_id: str) -> None:
        for _ in range(500):
            rows = self.client.get("/simulator/holds").json()
            if next(row for row in rows if row["id"] == hold_id)["reached"]:
                return
            Event().wait(0.01)
        raise AssertionError("The hold was never reached.")


@pytest.fixture
def wire(url: str) -> Wire:
    return Wire(url)


@pytest.fixture
def aside() -> Iterator[Callable[..., Future[Any]]]:
    with ThreadPoolExecutor(4) as pool:
        yield pool.submit


@pytest.mark.parametrize(("moment", "effect"), [("before", 0), ("after", 1)])
def test_a_call_is_held_before_or_after_its_effect(wire: Wire, aside: Any, moment: str, effect: int) -> None:
    hold = {"operation": "processShipment", "nth": 1, "moment": moment}
    hold_id = wire.control("holds", hold)["id"]
    held = aside(wire.confirm)
    wire.wait_until_reached(hold_id)
    assert wire.confirmed() == effect
    assert not held.done()
    assert wire.read().status_code == 200
    wire.control(f"holds/{hold_id}/release", {})
    assert held.result(timeout=10).status_code == 204
    assert wire.confirmed() == 1


def test_the_nth_call_is_the_one_that_is_held(wire: Wire, aside: Any) -> None:
    hold_id = wire.control("holds", {"operation": "getShipment", "nth": 3, "moment": "after"})["id"]
    assert [wire.read().status_code for _ in range(2)] == [200, 200]
    held = aside(wire.read)
    wire.wait_until_reached(hold_id)
    assert wire.client.delete("/simulator/holds").json() == []
    assert held.result(timeout=10).status_code == 200
    assert wire.client.get("/simulator/holds").json() == []


@pytest.mark.parametrize(("moment", "effect"), [("before", 0), ("after", 1)])
def test_the_call_of_a_client_that_died_meanwhile_has_its_effect_only_if_it_had_it(
    wire: Wire, moment: str, effect: int
) -> None:
    hold_id = wire.control("holds", {"operation": "processShipment", "nth": 1, "moment": moment})["id"]
    impatient = httpx2.Client(base_url=str(wire.client.base_url), timeout=0.3)
    with pytest.raises(httpx2.ReadTimeout):
        impatient.post(f"{SHIPMENTS}/{wire.shipment_id}?operation=CONFIRM", headers=wire.headers)
    impatient.close()
    wire.control(f"holds/{hold_id}/release", {})
    wire.wait_until_answered("processShipment")
    assert wire.confirmed() == effect


def test_tokens_and_documents_can_be_held_too(wire: Wire, aside: Any) -> None:
    hold_id = wire.control("holds", {"operation": "token", "nth": 1, "moment": "before"})["id"]
    held = aside(lambda: wire.client.post("/auth/o2/token", data=SECRETS))
    wire.wait_until_reached(hold_id)
    wire.control(f"holds/{hold_id}/release", {})
    assert held.result(timeout=10).status_code == 200


def fault(wire: Wire, kind: str, **more: Any) -> None:
    wire.control("faults", {"operation": "processShipment", "kind": kind, **more})


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [
        ("429", 429, "application/json"),
        ("409", 409, "application/json"),
        ("500", 500, "application/json"),
        ("503", 503, "application/json"),
        ("html_503", 503, "text/html"),
    ],
)
def test_a_refused_call_has_no_effect(wire: Wire, kind: str, status: int, content_type: str) -> None:
    fault(wire, kind)
    answer = wire.confirm()
    assert (answer.status_code, answer.headers["content-type"]) == (status, content_type)
    assert wire.confirmed() == 0
    assert wire.confirm().status_code == 204


def test_a_fault_hits_as_many_calls_as_it_says(wire: Wire) -> None:
    fault(wire, "empty_500", times=2)
    first, second = wire.confirm(), wire.confirm()
    assert [(each.status_code, each.content) for each in (first, second)] == [(500, b"")] * 2
    assert wire.confirm().status_code == 204
    assert wire.client.get("/simulator/faults").json() == []


@pytest.mark.parametrize(("kind", "effect"), [("cut_before", 0), ("cut_after", 1)])
def test_a_connection_is_cut_without_an_answer(wire: Wire, kind: str, effect: int) -> None:
    fault(wire, kind)
    with pytest.raises(httpx2.RemoteProtocolError):
        wire.confirm()
    assert wire.confirmed() == effect
    last = wire.client.get("/simulator/inspect/calls").json()["last"][0]
    assert (last["operation"], last["status"]) == ("processShipment", 0)


def test_a_torn_answer_is_no_json(wire: Wire) -> None:
    wire.control("faults", {"operation": "getShipment", "kind": "torn_json"})
    answer = wire.read()
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert wire.read().json()["id"] == wire.shipment_id


def test_a_slow_answer_holds_up_nobody_else(wire: Wire, aside: Any) -> None:
    fault(wire, "delay", seconds=0.5)
    slow = aside(wire.confirm)
    assert wire.read().status_code == 200
    assert not slow.done()
    assert slow.result(timeout=10).status_code == 204


def test_an_operation_that_does_not_exist_can_be_neither_held_nor_hurt(wire: Wire) -> None:
    for path, body in (
        ("holds", {"operation": "nope", "moment": "after"}),
        ("faults", {"operation": "nope", "kind": "500"}),
        ("faults", {"operation": "getShipment", "kind": "earthquake"}),
        ("holds", {"operation": "getShipment", "moment": "during"}),
        ("holds", {"operation": "getShipment", "moment": "after", "nth": 0}),
    ):
        assert wire.client.post(f"/simulator/{path}", json=body).status_code in (400, 404)
