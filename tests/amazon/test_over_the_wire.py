"""The adapter against a real socket that fails: what is lost is never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from loadbay.core.errors import Misconfigured, Retryable, Trouble, Unclear
from loadbay.core.ids import PackageId, ShipmentId
from loadbay.testing.contracts.stage import one_package, recently
from tests.contracts.stages import Simulator, SimulatorStage, a_simulator

P1 = PackageId("P1")


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with a_simulator() as simulator:
        yield simulator


@pytest.fixture
def stage(running: Simulator) -> Iterator[SimulatorStage]:
    yield SimulatorStage(running)
    running.control.delete("/simulator/faults")


def fault(stage: SimulatorStage, operation: str, kind: str, **more: Any) -> None:
    stage.simulator.post("/simulator/faults", {"operation": operation, "kind": kind, "times": 1, **more})


def confirming(stage: SimulatorStage, shipment_id: ShipmentId) -> Trouble:
    with pytest.raises(Trouble) as caught:
        stage.shipment_desk.confirm(shipment_id)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "trouble", "happened"),
    [
        ("cut_before", Unclear, False),
        ("cut_after", Unclear, True),
        ("500", Unclear, False),
        ("503", Unclear, False),
        ("html_503", Unclear, False),
        ("empty_500", Unclear, False),
        ("429", Retryable, False),
    ],
)
def test_a_promise_whose_answer_is_lost_is_unclear_and_a_look_tells(
    stage: SimulatorStage, kind: str, trouble: type, *, happened: bool
):
    shipment_id = stage.place_order()
    fault(stage, "processShipment", kind)
    assert type(confirming(stage, shipment_id)) is trouble
    seen = stage.shipment_source.shipment(shipment_id)
    assert seen.status == ("CONFIRMED" if happened else "ACCEPTED")


@pytest.mark.parametrize(
    "kind", ["cut_before", "cut_after", "500", "503", "html_503", "empty_500", "torn_json", "429"]
)
def test_a_page_that_fails_is_trouble_and_the_next_one_is_whole(stage: SimulatorStage, kind: str):
    shipment_id = stage.place_order()
    asked = {
        "status": "ACCEPTED",
        "updated_after": recently(stage),
        "updated_before": None,
        "location_id": None,
        "token": None,
    }
    fault(stage, "getShipments", kind)
    with pytest.raises(Retryable):
        stage.shipment_source.shipments(**asked)
    assert shipment_id in {seen.shipment_id for seen in stage.shipment_source.shipments(**asked).shipments}


def test_labels_made_without_an_answer_are_there_to_be_made_again(stage: SimulatorStage):
    shipment_id = stage.place_order()
    stage.shipment_desk.confirm(shipment_id)
    stage.label_desk.create_packages(shipment_id, [one_package(stage.label_desk.look(shipment_id))])
    stage.label_desk.shipping_options(shipment_id, package_id=P1)
    fault(stage, "generateShipLabels", "cut_after")
    with pytest.raises(Unclear):
        stage.label_desk.make_labels(shipment_id, [P1])
    assert stage.label_desk.look(shipment_id).status == "SHIPLABEL_GENERATED"
    (label,) = stage.label_desk.remake_labels(shipment_id, [P1])
    assert stage.label_desk.fetch_label(label.url).content


@pytest.mark.parametrize("form", ["PNG", "ZPL", "PDF"])
def test_every_kind_of_label_is_fetched(stage: SimulatorStage, form: str):
    stage.simulator.control.patch("/simulator/locations/LBAY", json={"label_format": form})
    shipment_id = stage.place_order()
    stage.shipment_desk.confirm(shipment_id)
    stage.label_desk.create_packages(shipment_id, [one_package(stage.label_desk.look(shipment_id))])
    stage.label_desk.shipping_options(shipment_id, package_id=P1)
    (label,) = stage.label_desk.make_labels(shipment_id, [P1])
    assert stage.label_desk.fetch_label(label.url).format.name == form
    stage.simulator.control.patch("/simulator/locations/LBAY", json={"label_format": "PNG"})


def test_an_expired_token_is_renewed_without_anybody_noticing(stage: SimulatorStage):
    shipment_id = stage.place_order()
    stage.shipment_source.shipment(shipment_id)
    stage.simulator.post("/simulator/clock", {"advance_seconds": 3700})
    assert stage.shipment_source.shipment(shipment_id).shipment_id == shipment_id


def test_a_sign_in_that_fails_leaves_a_write_unsent(running: Simulator):
    stage = SimulatorStage(running)
    shipment_id = stage.place_order()
    fault(stage, "token", "503")
    assert type(confirming(stage, shipment_id)) is Retryable
    stage.shipment_desk.confirm(shipment_id)


def test_nobody_at_the_endpoint_is_told_as_such(running: Simulator):
    stage = SimulatorStage(running, address="http://127.0.0.1:9")
    with pytest.raises(Retryable, match="sign-in did not answer"):
        stage.account_desk.marketplaces()


@pytest.mark.parametrize(
    ("change", "fault_named"),
    [({"client_secret": "wrong"}, "secret"), ({"refresh_token": "Atzr|other"}, "refresh_token")],
)
def test_wrong_secrets_are_named(running: Simulator, change: dict[str, str], fault_named: str):
    with pytest.raises(Misconfigured) as caught:
        SimulatorStage(running, **change).account_desk.marketplaces()
    assert caught.value.fault == fault_named
