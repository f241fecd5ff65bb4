"""Orders with as much of the buyer as Amazon shows, and the seller's marketplaces."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from loadbay.amazon.adapter import AmazonAccountDesk, AmazonOrderSource
from loadbay.channels.ports import Feature, SeenMarketplace
from loadbay.core.errors import Misconfigured, Retryable
from loadbay.core.ids import AmazonOrderId
from loadbay.core.money import Money
from loadbay.orders.ports import OrderPage, SeenAddress
from tests.amazon.double import ENDPOINT, Double, an_account, refusal
from tests.amazon.samples import an_order


def read(answer: Any) -> OrderPage:
    source = AmazonOrderSource(Double().answering(answer).caller)
    return source.shipped_orders(updated_after=datetime(2026, 3, 1, tzinfo=UTC), token=None)


def test_a_shipped_order_shows_its_buyer_address_and_payment():
    page = read({"orders": [an_order()], "lastUpdatedBefore": "2026-03-02T16:00:00Z"})
    (seen,) = page.orders
    assert (seen.status, seen.fulfilled_by, seen.buyer_name) == ("SHIPPED", "AMAZON", "Wilhelmina Hartwell")
    assert seen.address == SeenAddress(
        name="Wilhelmina Hartwell",
        lines=("7 Quarry Rise",),
        city="Matlock",
        postal_code="DE4 3NS",
        country="GB",
    )
    assert (seen.payment_methods, seen.total) == (("Standard",), Money(Decimal("27.50"), "GBP"))
    assert seen.latest_delivery_at == datetime(2026, 3, 5, 22, 59, 59, tzinfo=UTC)
    assert (page.next_token, page.updated_before) == (None, datetime(2026, 3, 2, 16, tzinfo=UTC))


@pytest.mark.parametrize("hidden", ["buyer", "recipient", "payment", "proceeds", "fulfillment"])
@pytest.mark.parametrize("shown", [None, "absent"])
def test_what_a_role_hides_is_empty_and_no_error(hidden: str, shown: str | None):
    order = an_order(**{hidden: None})
    if shown == "absent":
        del order[hidden]
    page = read({"orders": [order]})
    assert (len(page.orders), page.spoiled) == (1, ())


def test_one_poisonous_order_never_hides_the_rest():
    page = read(
        {
            "orders": [an_order("1-1", lastUpdatedTime="then"), 7, an_order("1-2")],
            "pagination": {"nextToken": "n"},
        }
    )
    assert [order.order_id for order in page.orders] == ["1-2"]
    assert [entry.identity for entry in page.spoiled] == ["1-1", ""]
    assert page.next_token == "n"


@pytest.mark.parametrize("answer", [{}, {"orders": None}, [], "orders"])
def test_what_is_no_page_of_orders_is_never_an_empty_page(answer: Any):
    with pytest.raises(Retryable):
        read(answer)


def test_one_order_is_read_by_its_number():
    source = AmazonOrderSource(Double().answering({"order": an_order()}).caller)
    assert source.order(AmazonOrderId("203-1234567-7654321")).order_id == "203-1234567-7654321"


def test_a_connection_of_several_marketplaces_asks_for_all_of_them():
    double = Double(account=an_account(marketplace_id="")).answering({"orders": []})
    source = AmazonOrderSource(double.caller)
    source.shipped_orders(updated_after=datetime(2026, 3, 1, tzinfo=UTC), token=None)
    assert "marketplaceIds" not in str(double.last.url)


def test_marketplaces_are_told_as_amazon_says():
    marketplace = {
        "id": "A1F83G8C2ARO7P",
        "name": "Amazon.co.uk",
        "countryCode": "GB",
        "defaultCurrencyCode": "GBP",
        "defaultLanguageCode": "en_GB",
        "domainName": "www.amazon.co.uk",
    }
    entry = {
        "marketplace": marketplace,
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
        "storeName": "Demo",
    }
    desk = AmazonAccountDesk(Double().answering({"payload": [entry]}).caller)
    assert desk.marketplaces() == (
        SeenMarketplace(
            marketplace_id="A1F83G8C2ARO7P",
            country="GB",
            name="Amazon.co.uk",
            currency="GBP",
            language="en_GB",
            is_participating=True,
            is_suspended=False,
        ),
    )


@pytest.mark.parametrize("feature", [Feature.CATALOGUE, Feature.ORDERS])
def test_a_probe_answered_with_no_such_thing_has_worked(feature: Feature):
    double = Double().answering(refusal(404, "NotFound", "none"))
    AmazonAccountDesk(double.caller).probe(feature, marketplace_id="A1F83G8C2ARO7P", location_id="LBAY")
    assert len(double.requests) == 1


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("feature", [f for f in Feature if f is not Feature.SIGN_IN])
def test_a_web_page_at_the_endpoint_is_a_wrong_address_and_no_working_feature(feature: Feature, status: int):
    page = httpx2.Response(status, headers={"content-type": "text/html"}, text="<html>Hello</html>")
    double = Double().answering(page)
    with pytest.raises(Misconfigured, match="is not Amazon.*Check the connection's endpoint") as caught:
        AmazonAccountDesk(double.caller).probe(feature, marketplace_id="A1F83G8C2ARO7P", location_id="LBAY")
    assert caught.value.fault == "endpoint"
    assert ENDPOINT in caught.value.sentence


@pytest.mark.parametrize("feature", [f for f in Feature if f is not Feature.SIGN_IN])
def test_a_gateways_page_while_amazon_is_down_says_nothing_against_the_endpoint(feature: Feature):
    page = httpx2.Response(503, headers={"content-type": "text/html"}, text="<html>Down</html>")
    with pytest.raises(Retryable):
        AmazonAccountDesk(Double().answering(page).caller).probe(
            feature, marketplace_id="A1F83G8C2ARO7P", location_id="LBAY"
        )


@pytest.mark.parametrize("feature", [f for f in Feature if f is not Feature.SIGN_IN])
def test_a_probe_without_the_role_names_it(feature: Feature):
    double = Double().answering(
        refusal(403, "Unauthorized", "denied", "The application is missing the role 'X'.")
    )
    with pytest.raises(Misconfigured) as caught:
        AmazonAccountDesk(double.caller).probe(feature, marketplace_id="A1F83G8C2ARO7P", location_id="LBAY")
    assert caught.value.fault == "role"
