"""Listings, catalogue, restrictions and templates in our words."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from loadbay.amazon.adapter import AmazonCatalogueDesk, AmazonListingDesk
from loadbay.amazon.translate.listings import condition_type, listing, put_request
from loadbay.core.errors import Rejected, Retryable
from loadbay.core.ids import Asin, Sku
from loadbay.core.money import Money
from loadbay.listings.ports import ListingChange, ListingIssue, ListingToSubmit
from tests.amazon.double import Double, refusal

ISSUE = {
    "code": 90220,
    "message": "'Country' is required",
    "severity": "error",
    "attributeNames": ["country_of_origin"],
}
SEEN_ISSUE = ListingIssue("90220", "'Country' is required", "ERROR", ("country_of_origin",))
LISTING = ListingToSubmit(
    sku=Sku("RUG-02"),
    asin=Asin("B0CEXAMPLE"),
    product_type="",
    condition="New",
    price=Money(Decimal("12.9"), "GBP"),
    quantity=0,
    country_of_origin="",
    shipping_template="",
)


def desk(*answers: Any) -> AmazonListingDesk:
    return AmazonListingDesk(Double().answering(*answers).caller)


def test_accepted_means_queued_and_issues_come_along():
    answer = desk({"sku": "RUG-02", "status": "ACCEPTED", "submissionId": "f1", "issues": [ISSUE]}).submit(
        LISTING
    )
    assert (answer.accepted, answer.submission_id, answer.issues) == (True, "f1", (SEEN_ISSUE,))


def test_a_200_may_be_a_no():
    answer = desk({"sku": "RUG-02", "status": "INVALID", "submissionId": "f1", "issues": [ISSUE]}).submit(
        LISTING
    )
    assert (answer.accepted, answer.issues) == (False, (SEEN_ISSUE,))


def test_a_preview_without_issues_is_clean_and_an_invalid_one_is_never_silent():
    assert desk({"status": "VALID", "submissionId": "f"}).preview(LISTING) == ()
    (issue,) = desk({"status": "INVALID", "submissionId": "f", "issues": []}).preview(LISTING)
    assert issue.severity == "ERROR"


def test_what_the_shop_does_not_know_is_not_sent():
    attributes = put_request(LISTING, marketplace_id="A1F83G8C2ARO7P").attributes
    assert set(attributes) == {
        "merchant_suggested_asin",
        "condition_type",
        "purchasable_offer",
        "fulfillment_availability",
    }
    assert "lead_time_to_ship_max_days" not in attributes["fulfillment_availability"][0]
    assert put_request(LISTING, marketplace_id="M").product_type == "PRODUCT"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("New", "new_new"),
        ("new_new", "new_new"),
        ("Used - Like  New", "used_like_new"),
        ("club_club", "club_club"),
    ],
)
def test_conditions_are_amazons_words(written: str, sent: str):
    assert condition_type(written) == sent


def test_an_unknown_condition_is_refused_before_sending():
    double = Double()
    with pytest.raises(Rejected, match="no condition 'Shiny'"):
        AmazonListingDesk(double.caller).submit(replace(LISTING, condition="Shiny"))
    assert double.requests == []


def test_a_listing_is_read_for_our_marketplace_and_the_consumers_price():
    seen = desk(
        {
            "sku": "RUG-02",
            "summaries": [
                {"marketplaceId": "OTHER", "asin": "B0OTHER", "status": []},
                {
                    "marketplaceId": "A1F83G8C2ARO7P",
                    "asin": "B0CEXAMPLE",
                    "productType": "RUG",
                    "status": ["BUYABLE"],
                },
            ],
            "offers": [
                {
                    "marketplaceId": "A1F83G8C2ARO7P",
                    "offerType": "B2B",
                    "price": {"currencyCode": "GBP", "amount": 9},
                },
                {
                    "marketplaceId": "A1F83G8C2ARO7P",
                    "offerType": "B2C",
                    "price": {"currencyCode": "GBP", "amount": "12.90"},
                },
            ],
            "issues": [ISSUE],
            "fulfillmentAvailability": [{"fulfillmentChannelCode": "AMAZON_EU"}],
        }
    ).read(Sku("RUG-02"))
    assert seen is not None
    assert (seen.asin, seen.product_type, seen.is_buyable) == ("B0CEXAMPLE", "RUG", True)
    assert (seen.channel_codes, seen.price, seen.issues) == (
        ("AMAZON_EU",),
        Money(Decimal("12.90"), "GBP"),
        (SEEN_ISSUE,),
    )


def test_a_bare_listing_is_read_too():
    seen = desk({"sku": "RUG-02"}).read(Sku("RUG-02"))
    assert seen is not None
    assert (seen.asin, seen.is_buyable, seen.channel_codes, seen.price) == ("", False, (), None)


def test_one_listing_that_cannot_be_read_hides_no_other():
    found = desk({"numberOfResults": 2, "items": [{"sku": "LAMP", "summaries": "?"}, {"sku": "RUG-02"}]})
    assert [seen.sku for seen in found.find([Sku("LAMP"), Sku("RUG-02")])] == ["RUG-02"]


def test_a_template_is_changed_by_the_value_that_amazon_wants():
    double = Double().answering({"status": "ACCEPTED", "submissionId": "f"})
    desk = AmazonListingDesk(double.caller, template_value=lambda kind, name: f"{kind}:{name}:id")
    desk.change(ListingChange(Sku("RUG-02"), "RUG", shipping_template="Heavy goods"))
    (patch,) = json.loads(double.last.content)["patches"]
    assert patch["value"][0]["value"] == "RUG:Heavy goods:id"


ITEM = {
    "asin": "B0CEXAMPLE",
    "summaries": [{"marketplaceId": "A1F83G8C2ARO7P", "itemName": "Wool rug", "brand": "Fellside"}],
    "productTypes": [{"marketplaceId": "A1F83G8C2ARO7P", "productType": "RUG"}],
    "identifiers": [
        {
            "marketplaceId": "A1F83G8C2ARO7P",
            "identifiers": [
                {"identifierType": "EAN", "identifier": "5012345678900"},
                {"identifierType": "SKU", "identifier": "X"},
            ],
        }
    ],
    "images": [
        {
            "marketplaceId": "A1F83G8C2ARO7P",
            "images": [
                {"variant": "PT01", "link": "https://m.media-amazon.com/2.jpg"},
                {"variant": "MAIN", "link": "https://m.media-amazon.com/1.jpg"},
            ],
        }
    ],
    "dimensions": [
        {
            "marketplaceId": "A1F83G8C2ARO7P",
            "package": {
                "length": {"unit": "inches", "value": 10},
                "width": {"unit": "centimeters", "value": "12.34"},
                "height": {"unit": "parsecs", "value": 1},
                "weight": {"unit": "pounds", "value": 1},
            },
        }
    ],
    "attributes": {
        "country_of_origin": [{"value": "gb", "marketplace_id": "A1F83G8C2ARO7P"}],
        "supplier_declared_dg_hz_regulation": [{"value": "ghs", "marketplace_id": "A1F83G8C2ARO7P"}],
    },
}


def checked(*answers: Any) -> Any:
    return AmazonCatalogueDesk(Double().answering(*answers).caller).check_asin(
        Asin("B0CEXAMPLE"), condition="New"
    )


def test_check_asin_shows_what_the_catalogue_holds():
    seen = checked(ITEM, {"restrictions": []})
    assert (seen.title, seen.brand, seen.product_type, seen.country_of_origin) == (
        "Wool rug",
        "Fellside",
        "RUG",
        "GB",
    )
    assert (seen.length_mm, seen.width_mm, seen.height_mm, seen.weight_g) == (254, 124, None, 454)
    assert (seen.barcodes, seen.image_url) == (("5012345678900",), "https://m.media-amazon.com/1.jpg")
    assert (seen.hazmat, seen.restrictions) == ("ghs", ())


def test_restrictions_of_our_condition_are_told_in_amazons_words():
    restrictions = [
        {
            "conditionType": "new_new",
            "reasons": [{"reasonCode": "APPROVAL_REQUIRED", "message": "Ask first."}],
        },
        {"conditionType": "used_good", "reasons": [{"message": "Never used."}]},
        {},
    ]
    seen = checked(ITEM, {"restrictions": restrictions})
    assert seen.restrictions == ("APPROVAL_REQUIRED: Ask first.", "Amazon gives no reason.")


def test_an_asin_that_does_not_exist_is_none_and_a_malformed_one_is_refused():
    assert checked(refusal(404, "NOT_FOUND", "none")) is None
    with pytest.raises(Rejected):
        checked(refusal(400, "InvalidInput", "not an ASIN"))


def definition(url: str = "https://b.s3.amazonaws.com/schema?X-Amz-Signature=s") -> dict[str, Any]:
    return {"schema": {"link": {"resource": url, "verb": "GET"}, "checksum": "c"}}


def schema(value: Any) -> dict[str, Any]:
    return {"properties": {"merchant_shipping_group": {"items": {"properties": {"value": value}}}}}


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({"enum": ["id-1", "id-2"], "enumNames": ["Standard", "Heavy"]}, ("Standard", "Heavy")),
        ({"enum": ["Standard"]}, ("Standard",)),
        ({"anyOf": [{"type": "string"}, {"enum": ["id-1"], "enumNames": ["Standard"]}]}, ("Standard",)),
        ({"type": "string"}, ()),
    ],
)
def test_templates_are_those_the_sellers_own_definition_names(value: Any, names: tuple[str, ...]):
    seen = AmazonCatalogueDesk(Double().answering(definition(), schema(value)).caller).templates("RUG")
    assert (seen.templates, bool(seen.warnings)) == (names, not names)


def test_a_schema_from_elsewhere_or_torn_is_trouble():
    double = Double().answering(definition("https://evil.example/schema"))
    with pytest.raises(Rejected):
        AmazonCatalogueDesk(double.caller).templates("RUG")
    double = Double().answering(definition(), httpx2.Response(200, content=b'{"properties": {'))
    with pytest.raises(Retryable):
        AmazonCatalogueDesk(double.caller).templates("RUG")


@pytest.mark.parametrize(
    ("actions", "suppressed"),
    [
        (["LISTING_SUPPRESSED"], True),
        (["SEARCH_SUPPRESSED", "LISTING_SUPPRESSED"], True),
        (["ATTRIBUTE_SUPPRESSED"], False),
        ([], False),
    ],
)
def test_a_listing_that_amazon_took_from_sale_is_seen_as_suppressed(actions: list[str], suppressed: bool):
    issue = {"code": "1", "severity": "ERROR", "enforcements": {"actions": [{"action": a} for a in actions]}}
    body = json.dumps({"sku": "RUG-02", "summaries": [], "issues": [issue]}).encode()
    assert listing(body, marketplace_id="A1F83G8C2ARO7P").is_suppressed is suppressed
