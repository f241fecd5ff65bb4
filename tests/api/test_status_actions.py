"""Actions on entering an implied status, and letting go what they hold, by a program."""

from __future__ import annotations

import pytest

from loadbay.orders.models import Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import building, staging
from tests.api.programs import Program
from tests.builders import a_shipment

pytestmark = pytest.mark.django_db
HERE = "/channels/UK/status-actions"


def test_a_program_adds_an_action_and_lets_go_what_it_held(api: Program, shop):
    hook = {"implied_status": "Error", "kind": "webhook", "url": "https://erp.example/hook"}
    made = api.post(HERE, {**hook, "secret": "a secret of the shop"})
    assert (api.status, made["implied"], made["kind"], made["url"]) == (
        *(201, "Error", "webhook"),
        "https://erp.example/hook",
    )
    assert b"a secret" not in api.answer.content
    api.post(HERE, hook)
    assert api.error()["code"] == "action_not_usable"
    held = api.post(HERE, {"implied_status": "In Progress", "kind": "hold"})
    assert api.get(HERE) == {"actions": [made, held]}
    seen = a_shipment("1").seen
    staging.stage_page(shop.connection, ShipmentPage((seen,), (), None))
    building.build_staged(shop.connection)
    assert api.post("/shipments/let-go", {"names": ["SHP-1"]}) == {"let_go": 1}
    assert Shipment.objects.get().hold == "let_go"
    api.post("/shipments/let-go", {"names": ["SHP-1"]})
    assert api.error()["code"] == "not_held"
    assert api.ask("delete", f"{HERE}/{made['id']}") == made
    assert api.get(HERE) == {"actions": [held]}
