"""The life of a shipment: the table is walked whole, each operation in each status, over HTTP."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from amazon_simulator.world.lifecycle import DONE_ALREADY, NEXT, Programme, Status, Step, advance
from amazon_simulator.world.refusal import Kind, Refused
from tests.simulator.shop import Shop, package

REACHED = {
    "ACCEPTED": [],
    "CONFIRMED": ["confirm"],
    "PACKAGE_CREATED": ["confirm", "pack"],
    "PICKUP_SLOT_RETRIEVED": ["confirm", "pack", "options"],
    "INVOICE_GENERATED": ["confirm", "pack", "invoice"],
    "SHIPLABEL_GENERATED": ["confirm", "pack", "label"],
    "SHIPPED": ["confirm", "pack", "label", "tell"],
    "DELIVERED": ["confirm", "pack", "label", "tell", "deliver"],
    "CANCELLED": ["confirm", "pack", "cancel"],
}
# operation: {status: the status after it}; everything else is refused
ALLOWED = {
    "confirm": {"ACCEPTED": "CONFIRMED"},
    "reject": dict.fromkeys(
        ["ACCEPTED", "CONFIRMED", "PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED"], "CANCELLED"
    ),
    "pack": {"CONFIRMED": "PACKAGE_CREATED"},
    "repack": dict.fromkeys(
        ["PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED", "INVOICE_GENERATED", "SHIPLABEL_GENERATED"],
        "PACKAGE_CREATED",
    ),
    "options": {
        "PACKAGE_CREATED": "PICKUP_SLOT_RETRIEVED",
        "PICKUP_SLOT_RETRIEVED": "PICKUP_SLOT_RETRIEVED",
        "INVOICE_GENERATED": "INVOICE_GENERATED",
    },
    "invoice": dict.fromkeys(["PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED"], "INVOICE_GENERATED"),
    "label": dict.fromkeys(
        ["PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED", "INVOICE_GENERATED"], "SHIPLABEL_GENERATED"
    ),
    "relabel": {"SHIPLABEL_GENERATED": "SHIPLABEL_GENERATED"},
    "tell": {"SHIPLABEL_GENERATED": "SHIPPED"},
}
REPEATED = {
    ("confirm", "CONFIRMED"),
    ("reject", "CANCELLED"),
    ("pack", "PACKAGE_CREATED"),
    ("invoice", "INVOICE_GENERATED"),
    ("label", "SHIPLABEL_GENERATED"),
    ("tell", "SHIPPED"),
}


def step(shop: Shop, name: str, shipment_id: str) -> TestResponse:
    steps: dict[str, Callable[[], TestResponse]] = {
        "confirm": lambda: shop.confirm(shipment_id),
        "reject": lambda: shop.reject(shipment_id),
        "pack": lambda: shop.pack(shipment_id),
        "repack": lambda: shop.repack(shipment_id, package()),
        "options": lambda: shop.options(shipment_id),
        "invoice": lambda: shop.call(
            "POST", f"/externalFulfillment/2024-09-11/shipments/{shipment_id}/invoice"
        ),
        "label": lambda: shop.label(shipment_id),
        "relabel": lambda: shop.label(shipment_id, again=True),
        "tell": lambda: shop.tell(shipment_id),
        "deliver": lambda: shop.client.post(
            f"/simulator/shipments/{shipment_id}/scan", json={"delivered": True}
        ),
        "cancel": lambda: shop.client.post(
            f"/simulator/orders/{shop.shipment(shipment_id)['order_id']}/cancel", json={}
        ),
    }
    return steps[name]()


@pytest.fixture
def ready(shop: Shop) -> Shop:
    shop.linked("MUG")
    shop.control("PATCH", "switches", {"options_status": "PICKUP_SLOT_RETRIEVED"})
    return shop


@pytest.mark.parametrize("status", REACHED)
@pytest.mark.parametrize("operation", ALLOWED)
def test_an_operation_is_allowed_or_refused_by_status(ready: Shop, operation: str, status: str) -> None:
    shipment_id = ready.sold("MUG", invoice=True)
    for name in REACHED[status]:
        assert step(ready, name, shipment_id).status_code < 300
    before = ready.shipment(shipment_id)
    assert before["status"] == status
    answer = step(ready, operation, shipment_id)
    after = ready.shipment(shipment_id)
    if status in ALLOWED[operation]:
        assert answer.status_code < 300, answer.text
        assert after["status"] == ALLOWED[operation][status]
    else:
        assert answer.status_code == (409 if (operation, status) in REPEATED else 422), answer.text
        assert after == before


@pytest.mark.parametrize("programme", Programme)
def test_every_pair_outside_the_table_is_refused(programme: Programme) -> None:
    for status in Status:
        for each in Step:
            if (status, each) in NEXT[programme]:
                assert advance(programme, status, each) == NEXT[programme][status, each]
                continue
            with pytest.raises(Refused) as refused:
                advance(programme, status, each)
            is_repeated = DONE_ALREADY.get(each) == status
            assert refused.value.kind == (Kind.REPEATED if is_repeated else Kind.NOT_NOW)


def test_a_shipment_of_nobody_is_not_found(shop: Shop) -> None:
    assert shop.confirm("NOSUCHONE").status_code == 404
    assert shop.label("NOSUCHONE").status_code == 404


def test_confirming_twice_takes_effect_once(ready: Shop) -> None:
    shipment_id = ready.sold("MUG")
    assert ready.confirm(shipment_id).status_code == 204
    again = ready.confirm(shipment_id)
    assert (again.status_code, again.json["errors"][0]["code"]) == (409, "DuplicateRequest")
    assert ready.shipment(shipment_id)["times_confirmed"] == 1


def test_each_parcel_is_shipped_once_and_the_last_one_ships_the_shipment(ready: Shop) -> None:
    shipment_id = ready.sold("MUG", 2)
    ready.confirm(shipment_id)
    ready.pack(shipment_id, package("P1"), package("P2"))
    ready.label(shipment_id, "P1", "P2")
    assert ready.tell(shipment_id, "P1").status_code == 204
    assert ready.shipment(shipment_id)["status"] == "SHIPLABEL_GENERATED"
    assert ready.tell(shipment_id, "P1").status_code == 409
    assert ready.tell(shipment_id, "P2").status_code == 204
    row = ready.shipment(shipment_id)
    assert row["status"] == "SHIPPED"
    assert [each["told_shipped"] for each in row["packages"]] == [1, 1]


def test_the_carriers_scan_ships_what_the_shop_forgot(ready: Shop) -> None:
    shipment_id = ready.until("SHIPLABEL_GENERATED")
    assert ready.control("POST", "lorry", {"location": "LBAY"}) == {"shipment_ids": [shipment_id]}
    row = ready.shipment(shipment_id)
    assert (row["status"], row["sub_status"]) == ("SHIPPED", "PICKED_UP")
    assert row["packages"][0]["told_shipped"] == 0
    assert row["packages"][0]["shipped_by"] == "carrier"
    assert ready.tell(shipment_id).status_code == 409


def test_a_repacked_parcel_loses_its_label_until_it_is_labelled_again(ready: Shop) -> None:
    shipment_id = ready.until("SHIPLABEL_GENERATED")
    assert ready.stock("MUG")["reserved"] == 0
    assert ready.repack(shipment_id, package()).status_code == 204
    assert ready.stock("MUG")["reserved"] == 1
    assert ready.tell(shipment_id).status_code == 422
    assert ready.label(shipment_id).status_code == 200
    assert ready.tell(shipment_id).status_code == 204


def test_a_parcel_that_left_cannot_be_cancelled(ready: Shop) -> None:
    shipment_id = ready.sold("MUG", 2)
    ready.confirm(shipment_id)
    ready.pack(shipment_id, package("P1"), package("P2"))
    ready.label(shipment_id, "P1", "P2")
    ready.tell(shipment_id, "P1")
    order_id = ready.shipment(shipment_id)["order_id"]
    assert ready.refused("POST", f"orders/{order_id}/cancel", {}) == (409, "not_now")
    assert ready.shipment(shipment_id)["status"] == "SHIPLABEL_GENERATED"


BAD_PACKAGES = {
    "units missing": [package(units={"1": 1})],
    "too many units": [package(units={"1": 3})],
    "unknown line": [package(units={"1": 2, "9": 1})],
    "twice the same id": [package("P1"), package("P1")],
    "no id": [package(" ", units={"1": 2})],
    "weight as a number": [package(units={"1": 2}) | {"weight": {"value": 1.2, "weightUnit": "KG"}}],
    "too light": [package(units={"1": 2}) | {"weight": {"value": "4", "weightUnit": "G"}}],
    "a strange unit": [package(units={"1": 2}) | {"weight": {"value": "4", "weightUnit": "STONE"}}],
    "not a number": [package(units={"1": 2}) | {"weight": {"value": "heavy", "weightUnit": "KG"}}],
    "serial numbers unasked": [
        package()
        | {"packageLineItems": [{"packageLineItemId": "1", "quantity": 2, "serialNumbers": ["A", "B"]}]}
    ],
}


@pytest.mark.parametrize("packages", BAD_PACKAGES.values(), ids=BAD_PACKAGES.keys())
def test_packages_that_do_not_fit_the_shipment_are_refused(ready: Shop, packages: list[dict]) -> None:
    shipment_id = ready.sold("MUG", 2)
    ready.confirm(shipment_id)
    answer = ready.pack(shipment_id, *packages)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "InvalidInput")
    assert ready.shipment(shipment_id)["status"] == "CONFIRMED"


def test_what_amazon_requires_of_a_line_must_be_given(ready: Shop) -> None:
    shipment_id = ready.sold("MUG", serial_numbers=True, hazmat_label=True)
    ready.confirm(shipment_id)
    assert ready.pack(shipment_id).status_code == 400
    lines = [{"packageLineItemId": "1", "quantity": 1, "serialNumbers": ["S-1"]}]
    good = package(hazmatLabels=["LIMITED_QUANTITY"]) | {"packageLineItems": lines}
    assert ready.pack(shipment_id, good).status_code == 204
