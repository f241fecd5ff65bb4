"""The adapter against a simulator that answers as roughly as it can: nothing is lost, nothing misread."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from loadbay.core.ids import PackageId, ShipmentId
from loadbay.dispatch.ports import MadeLabel, PackageToMake, PackedLine, PaperFormat
from loadbay.orders.ports import Box, ChargeKind, SeenShipment
from tests.contracts.stages import SimulatorStage, a_simulator


def everything(stage: SimulatorStage) -> dict[str, SeenShipment]:
    """All accepted shipments, page by page; no entry may be spoiled."""
    found: dict[str, SeenShipment] = {}
    token: str | None = None
    while True:
        asked: dict[str, Any] = {"status": "ACCEPTED", "updated_before": None, "location_id": None}
        since = datetime(2026, 1, 1, tzinfo=UTC)
        page = stage.shipment_source.shipments(**asked, updated_after=since, token=token)
        assert page.spoiled == ()
        found |= {seen.shipment_id: seen for seen in page.shipments}
        token = page.next_token
        if token is None:
            return found


def labelled(stage: SimulatorStage, *, count: int) -> list[tuple[ShipmentId, MadeLabel]]:
    """So many shipments, packed and labelled through the adapter."""
    made = []
    for _ in range(count):
        shipment_id = stage.place_order()
        stage.label_desk.confirm(shipment_id)
        box = Box(length_mm=200, width_mm=200, height_mm=200, weight_g=900)
        package = PackageToMake(PackageId("P1"), box, (PackedLine("1", 1),))
        stage.label_desk.create_packages(shipment_id, [package])
        (label,) = stage.label_desk.make_labels(shipment_id, [PackageId("P1")])
        made.append((shipment_id, label))
    return made


@pytest.mark.parametrize("level", ["mild", "wild"])
def test_every_label_is_made_and_its_bytes_are_amazons_however_roughly_it_answers(level: str):
    with a_simulator() as simulator:
        stage = SimulatorStage(simulator)
        simulator.control.patch("/simulator/switches", json={"roughness": level})
        for shipment_id, label in labelled(stage, count=30):
            (row,) = simulator.control.get(f"/simulator/inspect/shipments/{shipment_id}").json()["packages"]
            path = f"/simulator/inspect/shipments/{shipment_id}/labels/P1"
            assert (label.is_made, label.tracking_id) == (True, row["tracking_id"])
            file = stage.label_desk.fetch_label(label.url)
            assert (file.format, file.content) == (PaperFormat.PNG, simulator.control.get(path).content)


@pytest.mark.parametrize("level", ["mild", "wild"])
def test_a_label_that_failed_is_none_however_roughly_amazon_says_so(level: str):
    with a_simulator() as simulator:
        stage = SimulatorStage(simulator)
        simulator.control.patch("/simulator/switches", json={"roughness": level})
        item = [{"sku": stage.linked_sku, "quantity": 1}]
        order = simulator.post("/simulator/orders", {"lines": item, "failing_labels": 1})["orders"][0]
        (shipment_id,) = order["shipment_ids"]
        simulator.post(f"/simulator/shipments/{shipment_id}/fulfil", {"until": "PACKAGE_CREATED"})
        package_id = stage.label_desk.look(shipment_id).packages[0].package_id
        (label,) = stage.label_desk.make_labels(shipment_id, [package_id])
        assert (label.is_made, label.url) == (False, "")


def test_gift_is_the_wrapping_whatever_amazon_calls_it():
    with a_simulator() as simulator:
        stage = SimulatorStage(simulator)
        for _ in range(30):
            line = {"sku": stage.linked_sku, "quantity": 1}
            simulator.post("/simulator/orders", {"lines": [line], "gift": True})
        smooth = everything(stage)
        simulator.control.patch("/simulator/switches", json={"roughness": "wild"})
        rough = everything(stage)
        wraps = [charge for seen in rough.values() for line in seen.lines for charge in line.charges]
        assert sum(charge.kind is ChargeKind.GIFT_WRAP for charge in wraps) == 30
        assert {key: decisive(seen) for key, seen in rough.items()} == {
            key: decisive(seen) for key, seen in smooth.items()
        }


def decisive(seen: SeenShipment) -> Any:
    lines = [(line.line_id, line.sku, line.units, line.charges) for line in seen.lines]
    return seen.order_id, seen.location_id, seen.status, seen.channel_name, seen.currency, seen.units, lines


@pytest.mark.parametrize("level", ["mild", "wild"])
def test_no_shipment_is_lost_or_misread_however_roughly_amazon_writes(level: str):
    with a_simulator() as simulator:
        stage = SimulatorStage(simulator)
        for units in range(1, 41):
            stage.place_order(units=units)
        smooth = everything(stage)
        simulator.control.patch("/simulator/switches", json={"roughness": level})
        rough = everything(stage)
        assert rough.keys() == smooth.keys()
        assert len(rough) == 40
        for shipment_id, seen in rough.items():
            assert decisive(seen) == decisive(smooth[shipment_id])
            assert abs((seen.updated_at - smooth[shipment_id].updated_at).total_seconds()) < 1
            assert stage.shipment_source.shipment(seen.shipment_id).lines == seen.lines
