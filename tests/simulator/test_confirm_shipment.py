"""confirmShipment: packages of an ordinary order, in parts, told again, and each of its refusals."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.orders import V0, buy, confirm, items, listed, package, row, status
from tests.simulator.shop import PLACE, Shop


@pytest.fixture
def selling(shop: Shop) -> Shop:
    listed(shop, "MUG", "CUP", quantity=50)
    listed(shop, "BOX", fba=True)
    return shop


def test_a_confirmed_package_ships_the_order_and_is_shown(selling: Shop) -> None:
    order_id = buy(selling, "MUG")
    assert confirm(selling, order_id).status_code == 204
    shown = selling.order(order_id)
    assert shown["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert shown["packages"] == [
        {
            "packageReferenceId": "1",
            "createdTime": "2026-09-14T09:00:00.000Z",
            "packageStatus": {"status": "SHIPPED"},
            "carrier": "Royal Mail",
            "shipTime": "2026-09-14T09:00:00.000Z",
            "shippingService": "Tracked 48",
            "trackingNumber": "RM123456789GB",
            "packageItems": [{"orderItemId": items(selling, order_id)[0], "quantity": 1}],
        }
    ]


def test_an_order_ships_in_two_packages(selling: Shop) -> None:
    order_id = buy(selling, lines=[{"sku": "MUG", "quantity": 2}, {"sku": "CUP", "quantity": 1}])
    mug, cup = items(selling, order_id)
    one = [{"orderItemId": mug, "quantity": 1}]
    assert confirm(selling, order_id, orderItems=one).status_code == 204
    assert status(selling, order_id) == "PARTIALLY_SHIPPED"
    left = [{"orderItemId": mug, "quantity": 1}, {"orderItemId": cup, "quantity": 1}]
    assert confirm(selling, order_id, packageReferenceId="2", orderItems=left).status_code == 204
    assert status(selling, order_id) == "SHIPPED"
    assert len(selling.order(order_id)["packages"]) == 2


def test_telling_a_package_again_changes_its_tracking_and_adds_nothing(selling: Shop) -> None:
    order_id = buy(selling, "MUG")
    confirm(selling, order_id)
    assert confirm(selling, order_id, trackingNumber="NEW1", carrierCode="Evri").status_code == 204
    (box,) = row(selling, order_id)["packages"]
    assert (box["tracking_id"], box["carrier"], box["times_told"]) == ("NEW1", "Evri", 2)
    assert status(selling, order_id) == "SHIPPED"


def test_a_carrier_that_amazon_does_not_know_goes_by_its_name(selling: Shop) -> None:
    order_id = buy(selling, "MUG")
    assert confirm(selling, order_id, carrierCode="Other", carrierName="Van of ours").status_code == 204
    assert selling.order(order_id)["packages"][0]["carrier"] == "Van of ours"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "the number of a package as a number": (
        {"packageReferenceId": 1},
        "The input is not valid. Please check the fields with invalid type "
        "[packageDetail.packageReferenceId].",
    ),
    "a package number with letters": (
        {"packageReferenceId": "P1"},
        "PackageReferenceId: is invalid, must be a positive numeric value.",
    ),
    "package number nought": (
        {"packageReferenceId": "0"},
        "PackageReferenceId: is invalid, must be a positive numeric value.",
    ),
    "no carrier": ({"carrierCode": ""}, "CarrierCode is required."),
    "another carrier without its name": (
        {"carrierCode": "Other"},
        "CarrierName is required when CarrierCode is Other.",
    ),
    "no tracking number": ({"trackingNumber": ""}, "TrackingNumber is required."),
    "no item": ({"orderItems": []}, "OrderItems: at least one item of the order must be given."),
    "an unknown item": (
        {"orderItems": [{"orderItemId": "17", "quantity": 1}]},
        "OrderItemId 17 is invalid, please obtain the value through getOrderItems.",
    ),
    "a date without its zone": (
        {"shipDate": "2026-09-14T09:00:00"},
        "ShipDate must be an ISO 8601 moment with a time zone.",
    ),
    "a date of another form": (
        {"shipDate": "02/21/2022"},
        "The input is not valid. Please check the fields with invalid type [packageDetail.shipDate].",
    ),
    "another marketplace": (
        {"marketplaceId": "A1PA6795UKMFR9"},
        "MarketplaceId: the order {order} was not placed in 'A1PA6795UKMFR9'.",
    ),
}


@pytest.mark.parametrize(("change", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_a_confirmation_that_is_not_right_is_refused(selling: Shop, change: dict, text: str) -> None:
    order_id = buy(selling, "MUG")
    answer = confirm(selling, order_id, **change)
    error = answer.json["errors"][0]
    assert (answer.status_code, error["code"]) == (400, "InvalidInput")
    assert error["message"] == text.format(order=order_id)
    assert status(selling, order_id) == "UNSHIPPED"


def refused(shop: Shop, order_id: str, **more: Any) -> str:
    answer = confirm(shop, order_id, **more)
    assert answer.status_code == 400, answer.text
    return answer.json["errors"][0]["message"]


def test_more_units_than_were_ordered_are_refused(selling: Shop) -> None:
    order_id = buy(selling, "MUG")
    item = items(selling, order_id)[0]
    too_many = [{"orderItemId": item, "quantity": 2}]
    assert refused(selling, order_id, orderItems=too_many).endswith("1 left to ship.")
    none = [{"orderItemId": item, "quantity": 0}]
    assert refused(selling, order_id, orderItems=none).endswith("is invalid.")
    twice = [{"orderItemId": item, "quantity": 1}] * 2
    assert "named twice" in refused(selling, order_id, orderItems=twice)


def test_a_new_package_of_a_fulfilled_order_is_not_found(selling: Shop) -> None:
    order_id = buy(selling, "MUG")
    confirm(selling, order_id)
    assert refused(selling, order_id, packageReferenceId="2").startswith("PackageToUpdateNotFound")


def test_a_confirmed_package_keeps_its_items(selling: Shop) -> None:
    order_id = buy(selling, lines=[{"sku": "MUG", "quantity": 2}])
    item = items(selling, order_id)[0]
    confirm(selling, order_id, orderItems=[{"orderItemId": item, "quantity": 1}])
    assert "keeps its items" in refused(selling, order_id)


def test_an_order_that_is_pending_or_cancelled_is_not_confirmed(selling: Shop) -> None:
    pending = buy(selling, "MUG", pending_seconds=600)
    assert "PENDING" in refused(selling, pending)
    cancelled = buy(selling, "MUG")
    selling.control("POST", f"orders/{cancelled}/cancel", {})
    assert "CANCELLED" in refused(selling, cancelled)


def test_an_order_of_amazons_is_not_confirmed(selling: Shop) -> None:
    assert "fulfilled by Amazon" in refused(selling, buy(selling, "BOX", by="amazon"))


def test_an_order_of_external_fulfillment_is_not_confirmed(selling: Shop) -> None:
    selling.linked("RUG")
    order_id = selling.shipment(selling.sold("RUG", location=PLACE))["order_id"]
    body = package(selling, buy(selling, "MUG"))
    answer = selling.call("POST", f"{V0}/{order_id}/shipmentConfirmation", json=body)
    assert (answer.status_code, "Amazon" in answer.text) == (400, True)


def test_an_order_of_nobody_is_not_confirmed(selling: Shop) -> None:
    body = package(selling, buy(selling, "MUG"))
    path = f"{V0}/203-0000000-0000000/shipmentConfirmation"
    assert selling.call("POST", path, json=body).status_code == 404


def test_cash_on_delivery_is_of_japan(selling: Shop) -> None:
    order_id = buy(selling, "MUG")
    body = {**package(selling, order_id), "codCollectionMethod": "DirectPayment"}
    answer = selling.call("POST", f"{V0}/{order_id}/shipmentConfirmation", json=body)
    assert answer.status_code == 400


Told = list[tuple[int, int, int]]
TOLD = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 1), st.integers(1, 3)), max_size=12)


@settings(max_examples=30, deadline=None)
@given(told=TOLD)
def test_however_packages_are_told_no_unit_ships_twice(told: Told) -> None:
    shop = Shop(is_judged=False).signed_in()
    listed(shop, "MUG", "CUP")
    order_id = buy(shop, lines=[{"sku": "MUG", "quantity": 3}, {"sku": "CUP", "quantity": 2}])
    known = items(shop, order_id)
    for reference, which, units in told:
        wanted = [{"orderItemId": known[which], "quantity": units}]
        answer = confirm(shop, order_id, packageReferenceId=str(reference), orderItems=wanted)
        assert answer.status_code in (204, 400)
        shown = row(shop, order_id)
        packed = {line["item"]: 0 for line in shown["lines"]}
        for box in shown["packages"]:
            for item, count in box["units"].items():
                packed[item] += count
        assert [line["shipped"] for line in shown["lines"]] == list(packed.values())
        assert all(line["shipped"] <= line["quantity"] for line in shown["lines"])
        left = sum(line["quantity"] - line["shipped"] for line in shown["lines"])
        states = {0: "SHIPPED", 5: "UNSHIPPED"}
        assert shown["status"] == states.get(left, "PARTIALLY_SHIPPED")
