"""Every request of the adapter agrees with Amazon's models and with the request models of Amazon's SDK."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from loadbay.amazon.adapter import (
    AmazonAccountDesk,
    AmazonCatalogueDesk,
    AmazonConfirmationDesk,
    AmazonLabelDesk,
    AmazonListingDesk,
    AmazonOrderSource,
    AmazonShipmentDesk,
    AmazonShipmentSource,
    AmazonStockDesk,
)
from loadbay.amazon.caller import Caller
from loadbay.channels.ports import Feature
from loadbay.core.errors import Trouble
from loadbay.core.ids import AmazonOrderId, Asin, LocationId, MarketplaceId, PackageId, ShipmentId, Sku
from loadbay.core.money import Money
from loadbay.dispatch.ports import PackageToMake, PackedLine, ShippedParcel
from loadbay.listings.ports import ListingChange, ListingToSubmit, OwnShipping, StockToTell
from loadbay.orders.ports import Box
from tests.amazon import published, sdk
from tests.amazon.double import Double

SHIPMENT, PACKAGE, SKU = ShipmentId("SHP/1"), PackageId("PKG-1"), Sku("RUG 02/Größe+L&x")
PRICE = Money(Decimal("12.90"), "GBP")
SINCE = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC)
A_PACKAGE = PackageToMake(
    PACKAGE,
    Box(400, 305, 200, 2),
    (PackedLine("1", 2, ("SN1", "SN2"), "GB", PRICE), PackedLine("2", 1)),
    hazmat_labels=("UN3480",),
)
LISTING = ListingToSubmit(
    sku=SKU,
    asin=Asin("B0CEXAMPLE"),
    product_type="RUG",
    condition="New",
    price=PRICE,
    quantity=0,
    country_of_origin="GB",
    shipping_template="Standard delivery",
    handling_days=2,
)


A_PARCEL = ShippedParcel("12301", "Other", "Our van", "Next Day", "JD0001", SINCE, (("17", 2),))


@dataclass(frozen=True)
class Case:
    operation: str
    act: Callable[[Caller], object]
    body: Any = None


def page(caller: Caller, **changes: Any) -> object:
    asked = {
        "status": "ACCEPTED",
        "updated_after": SINCE,
        "updated_before": None,
        "location_id": None,
        "token": None,
    }
    return AmazonShipmentSource(caller).shipments(**(asked | changes))


def probe(feature: Feature) -> Callable[[Caller], object]:
    return lambda caller: AmazonAccountDesk(caller).probe(
        feature, marketplace_id="A1F83G8C2ARO7P", location_id="LBAY"
    )


OFFER = [
    {
        "marketplace_id": "A1F83G8C2ARO7P",
        "currency": "GBP",
        "audience": "ALL",
        "our_price": [{"schedule": [{"value_with_tax": 12.9}]}],
    }
]


def one(value: str) -> list[dict[str, str]]:
    return [{"value": value, "marketplace_id": "A1F83G8C2ARO7P"}]


A_PACKAGE_SENT = {
    "id": "PKG-1",
    "dimensions": {
        "length": {"value": "40", "dimensionUnit": "CM"},
        "width": {"value": "30.5", "dimensionUnit": "CM"},
        "height": {"value": "20", "dimensionUnit": "CM"},
    },
    "weight": {"value": "5", "weightUnit": "G"},
    "packageLineItems": [
        {
            "packageLineItemId": "1",
            "quantity": 2,
            "serialNumbers": ["SN1", "SN2"],
            "countryOfOrigin": "GB",
            "itemValue": {"value": "12.90", "currencyCode": "GBP"},
        },
        {"packageLineItemId": "2", "quantity": 1},
    ],
    "hazmatLabels": ["UN3480"],
}

PUT = {
    "productType": "RUG",
    "requirements": "LISTING_OFFER_ONLY",
    "attributes": {
        "merchant_suggested_asin": one("B0CEXAMPLE"),
        "condition_type": one("new_new"),
        "purchasable_offer": OFFER,
        "fulfillment_availability": [
            {
                "fulfillment_channel_code": "DEFAULT",
                "quantity": 0,
                "marketplace_id": "A1F83G8C2ARO7P",
                "lead_time_to_ship_max_days": 2,
            }
        ],
        "merchant_shipping_group": one("Standard delivery"),
        "country_of_origin": one("GB"),
    },
}
CHANGE = ListingChange(
    SKU,
    "RUG",
    country_of_origin="PT",
    shipping_template="Heavy goods",
    own_shipping=OwnShipping(quantity=0, handling_days=3),
)
PATCH = {
    "productType": "RUG",
    "patches": [
        {"op": "replace", "path": "/attributes/country_of_origin", "value": one("PT")},
        {"op": "replace", "path": "/attributes/merchant_shipping_group", "value": one("Heavy goods")},
        {
            "op": "replace",
            "path": "/attributes/fulfillment_availability",
            "value": [
                {
                    "fulfillment_channel_code": "DEFAULT",
                    "quantity": 0,
                    "marketplace_id": "A1F83G8C2ARO7P",
                    "lead_time_to_ship_max_days": 3,
                }
            ],
        },
    ],
}
TWENTY = [Sku(f"S{n}") for n in range(20)]
ATTRIBUTES = {"marketplaceId": "A1F83G8C2ARO7P", "channelName": "FBA"}
URI = "locationId=LBAY&skuId=RUG%2002%2FGr%C3%B6%C3%9Fe%2BL%26x"
CASES = {
    "a page of shipments": Case("getShipments", page),
    "the next page of cancelled ones at a place, up to a moment": Case(
        "getShipments",
        lambda caller: page(
            caller,
            status="CANCELLED",
            updated_before=SINCE + timedelta(hours=1),
            location_id=LocationId("LBAY"),
            token="a/b+c==",
        ),
    ),
    "one shipment": Case("getShipment", lambda caller: AmazonShipmentSource(caller).shipment(SHIPMENT)),
    "a look from the bench": Case("getShipment", lambda caller: AmazonLabelDesk(caller).look(SHIPMENT)),
    "confirm": Case("processShipment", lambda caller: AmazonShipmentDesk(caller).confirm(SHIPMENT)),
    "reject": Case(
        "processShipment",
        lambda caller: AmazonShipmentDesk(caller).reject(
            SHIPMENT, line_ids=("1", "2"), reason="OUT_OF_STOCK"
        ),
        {
            "lineItems": [
                {"lineItem": {"id": "1", "quantity": 0}, "reason": "OUT_OF_STOCK"},
                {"lineItem": {"id": "2", "quantity": 0}, "reason": "OUT_OF_STOCK"},
            ]
        },
    ),
    "packages": Case(
        "createPackages",
        lambda caller: AmazonLabelDesk(caller).create_packages(SHIPMENT, [A_PACKAGE]),
        {
            "packages": [A_PACKAGE_SENT],
        },
    ),
    "a package told anew": Case(
        "updatePackage",
        lambda caller: AmazonLabelDesk(caller).update_package(SHIPMENT, A_PACKAGE),
        A_PACKAGE_SENT,
    ),
    "options": Case(
        "retrieveShippingOptions",
        lambda caller: AmazonLabelDesk(caller).shipping_options(SHIPMENT, package_id=PACKAGE),
    ),
    "labels": Case(
        "generateShipLabels",
        lambda caller: AmazonLabelDesk(caller).make_labels(SHIPMENT, [PACKAGE], option_id="OPT-1"),
        {"packageIds": ["PKG-1"]},
    ),
    "labels again": Case(
        "generateShipLabels",
        lambda caller: AmazonLabelDesk(caller).remake_labels(SHIPMENT, [PACKAGE]),
        {"packageIds": ["PKG-1"]},
    ),
    "shipped": Case(
        "updatePackageStatus",
        lambda caller: AmazonLabelDesk(caller).tell_shipped(SHIPMENT, PackageId("PKG/1")),
        {"status": "SHIPPED"},
    ),
    "stock": Case(
        "batchInventory",
        lambda caller: AmazonStockDesk(caller).tell(
            [StockToTell(SKU, LocationId("LBAY"), 7, 1_772_442_000_123)]
        ),
        {
            "requests": [
                {
                    "uri": f"/inventory/update?{URI}",
                    "body": {
                        "marketplaceAttributes": ATTRIBUTES,
                        "quantity": 7,
                        "clientSequenceNumber": 1_772_442_000_123,
                    },
                    "method": "POST",
                }
            ]
        },
    ),
    "stock read back": Case(
        "batchInventory",
        lambda caller: AmazonStockDesk(caller).fetch([(LocationId("LBAY"), SKU)]),
        {
            "requests": [
                {
                    "uri": f"/inventory/fetch?{URI}",
                    "body": {"marketplaceAttributes": ATTRIBUTES},
                    "method": "POST",
                }
            ]
        },
    ),
    "submission": Case("putListingsItem", lambda caller: AmazonListingDesk(caller).submit(LISTING), PUT),
    "preview": Case("putListingsItem", lambda caller: AmazonListingDesk(caller).preview(LISTING), PUT),
    "price": Case(
        "patchListingsItem",
        lambda caller: AmazonListingDesk(caller).tell_price(SKU, price=PRICE, product_type="RUG"),
        {
            "productType": "RUG",
            "patches": [{"op": "replace", "path": "/attributes/purchasable_offer", "value": OFFER}],
        },
    ),
    "origin, template and own shipping corrected": Case(
        "patchListingsItem", lambda caller: AmazonListingDesk(caller).change(CHANGE), PATCH
    ),
    "preview of a correction": Case(
        "patchListingsItem", lambda caller: AmazonListingDesk(caller).preview_change(CHANGE), PATCH
    ),
    "an origin corrected alone": Case(
        "patchListingsItem",
        lambda caller: AmazonListingDesk(caller).change(ListingChange(SKU, "", country_of_origin="PT")),
        {
            "productType": "PRODUCT",
            "patches": [
                {"op": "replace", "path": "/attributes/country_of_origin", "value": one("PT")},
            ],
        },
    ),
    "many listings": Case(
        "searchListingsItems", lambda caller: AmazonListingDesk(caller).find([SKU, *TWENTY[1:]])
    ),
    "taken off": Case("deleteListingsItem", lambda caller: AmazonListingDesk(caller).delete(SKU)),
    "a listing": Case("getListingsItem", lambda caller: AmazonListingDesk(caller).read(SKU)),
    "an ASIN": Case(
        "getCatalogItem",
        lambda caller: AmazonCatalogueDesk(caller).check_asin(Asin("B0CEXAMPLE"), condition="New"),
    ),
    "templates": Case(
        "getDefinitionsProductType", lambda caller: AmazonCatalogueDesk(caller).templates("RUG")
    ),
    "shipped orders": Case(
        "searchOrders",
        lambda caller: AmazonOrderSource(caller).shipped_orders(updated_after=SINCE, token="a/b=="),
    ),
    "a merchant's parcel left": Case(
        "confirmShipment",
        lambda caller: AmazonConfirmationDesk(caller).confirm_shipped(
            AmazonOrderId("203-1234567-7654321"), A_PARCEL, marketplace_id=MarketplaceId("A1F83G8C2ARO7P")
        ),
        {
            "marketplaceId": "A1F83G8C2ARO7P",
            "packageDetail": {
                "packageReferenceId": "12301",
                "carrierCode": "Other",
                "carrierName": "Our van",
                "shippingMethod": "Next Day",
                "trackingNumber": "JD0001",
                "shipDate": "2026-03-02T09:00:00.123Z",
                "orderItems": [{"orderItemId": "17", "quantity": 2}],
            },
        },
    ),
    "changed orders": Case(
        "searchOrders",
        lambda caller: AmazonOrderSource(caller).orders(
            updated_after=SINCE,
            fulfilled_by=("AMAZON", "MERCHANT"),
            marketplace_ids=("A1F83G8C2ARO7P", "A1PA6795UKMFR9"),
            token="a/b==",
        ),
    ),
    "a whole order": Case(
        "getOrder",
        lambda caller: AmazonOrderSource(caller).whole_order(AmazonOrderId("203-1234567-7654321")),
    ),
    "one order": Case(
        "getOrder", lambda caller: AmazonOrderSource(caller).order(AmazonOrderId("203-1234567-7654321"))
    ),
    "marketplaces": Case(
        "getMarketplaceParticipations", lambda caller: AmazonAccountDesk(caller).marketplaces()
    ),
    "probe catalogue": Case("getCatalogItem", probe(Feature.CATALOGUE)),
    "probe listings": Case("searchListingsItems", probe(Feature.LISTINGS)),
    "probe shipments": Case("getShipments", probe(Feature.SHIPMENTS)),
    "probe orders": Case("getOrder", probe(Feature.ORDERS)),
    "probe stock": Case(
        "batchInventory",
        probe(Feature.STOCK),
        {
            "requests": [
                {
                    "uri": "/inventory/fetch?locationId=LBAY&skuId=loadbay-connection-test",
                    "body": {"marketplaceAttributes": ATTRIBUTES},
                    "method": "POST",
                }
            ]
        },
    ),
}


def sent(case: Case) -> Double:
    """The request of a case; what its answer means does not matter here."""
    double = Double().answering((404, {"errors": [{"code": "NotFound", "message": "none"}]}))
    try:
        case.act(double.caller)
    except Trouble:
        pass
    assert len(double.requests) == 1
    return double


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_request_says_exactly_this(case: Case):
    double = sent(case)
    body = json.loads(double.last.content) if double.last.content else None
    assert (double.exchanges[-1].operation, body) == (case.operation, case.body)
    assert double.last.headers["x-amz-access-token"] == "Atza|1"
    assert double.last.headers["user-agent"].startswith("Loadbay/")
    assert double.last.headers.get("content-type") == ("application/json" if case.body else None)


@pytest.mark.skipif(not published.IS_THERE, reason=f"Amazon's models are not in {published.FOLDER}")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_amazons_models_have_nothing_against_a_request(case: Case):
    request = sent(case).last
    url = f"{request.url.scheme}://{request.url.host}{request.url.raw_path.decode()}"
    found = published.complaints(case.operation, method=request.method, url=url, body=request.content)
    assert found == []


@pytest.mark.parametrize(
    "case", [c for c in CASES.values() if c.body], ids=[n for n, c in CASES.items() if c.body]
)
def test_amazons_sdk_understands_a_body_whole(case: Case):
    verdict = sdk.judged(case.operation, sent(case).last.content)
    assert verdict.understood == verdict.sent


@pytest.mark.skipif(not published.IS_THERE, reason=f"Amazon's models are not in {published.FOLDER}")
def test_the_judge_of_requests_does_complain():
    wrong = published.complaints(
        "createPackages",
        method="POST",
        url="https://x/externalFulfillment/2024-09-11/shipments/S/packages?status=SHIPPED",
        body=b'{"packages": [{"id": "P", "colour": "red"}]}',
    )
    assert "status is not a parameter" in wrong
    assert "colour is not in the model" in wrong
    assert "'weight' is a required property" in wrong


def test_a_search_names_the_skus_one_marketplace_and_the_language():
    query = dict(sent(CASES["many listings"]).last.url.params)
    assert query["identifiers"].split(",") == [SKU, *TWENTY[1:]]
    assert (query["identifiersType"], query["pageSize"]) == ("SKU", "20")
    assert (query["marketplaceIds"], query["issueLocale"]) == ("A1F83G8C2ARO7P", "en_GB")


def test_a_preview_of_a_change_is_one():
    assert dict(sent(CASES["preview of a correction"]).last.url.params)["mode"] == "VALIDATION_PREVIEW"
    assert "mode" not in dict(sent(CASES["an origin corrected alone"]).last.url.params)


def test_names_are_one_segment_of_the_address_whatever_they_hold():
    target = sent(CASES["a listing"]).last.url.raw_path.decode()
    assert target.startswith("/listings/2021-08-01/items/A2DEMOSELLER/RUG%2002%2FGr%C3%B6%C3%9Fe%2BL%26x?")


@pytest.mark.parametrize("sku", ["", ".", ".."])
def test_a_name_that_would_change_the_address_is_never_sent(sku: str):
    double = Double()
    with pytest.raises(Trouble, match="cannot be sent to Amazon as sku"):
        AmazonListingDesk(double.caller).read(Sku(sku))
    assert double.requests == []


def test_more_than_a_batch_or_fifty_labels_is_refused_before_sending():
    double = Double()
    figures = [StockToTell(Sku(f"S{n}"), LocationId("LBAY"), 1, 1) for n in range(11)]
    with pytest.raises(Trouble, match="11 stock figures"):
        AmazonStockDesk(double.caller).tell(figures)
    with pytest.raises(Trouble, match="not 51"):
        AmazonLabelDesk(double.caller).make_labels(SHIPMENT, [PackageId(str(n)) for n in range(51)])
    assert (double.requests, AmazonStockDesk(double.caller).tell([])) == ([], ())
