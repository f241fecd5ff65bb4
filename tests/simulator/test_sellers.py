"""Several sellers and programs in one world: marketplaces, currencies, regions, nothing of each other's."""

import csv
from typing import Any

import pytest

from amazon_simulator.world.marketplaces import MARKETPLACES
from tests.simulator import amazon_models
from tests.simulator.orders import V0, buy, listed
from tests.simulator.sellers import AMERICAN, SECOND, sellers, sign_in
from tests.simulator.shop import GB, ORDERS, PLACE, SELLER, Shop

SINCE = "createdAfter=2026-09-01T00:00:00Z"
PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"


@pytest.fixture
def world(shop: Shop) -> Shop:
    sellers(shop)
    return shop


def second(shop: Shop) -> Shop:
    return sign_in(shop, "second-client", "Atzr|second")


def test_marketplaces_have_the_ids_currencies_and_languages_of_the_published_table() -> None:
    path = amazon_models.folder().parent / "reference" / "marketplaces.csv"
    if not path.exists():
        pytest.skip("The table of marketplaces is not here; set LOADBAY_SPAPI_MODELS to the models' folder.")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = {row["marketplace_id"]: row for row in csv.DictReader(lines)}
    assert {each.country for each in MARKETPLACES.values()} == {"GB", "DE", "FR", "IT", "ES", "US"}
    for market in MARKETPLACES.values():
        row = rows[market.id]
        own = (market.country, market.currency, market.language, market.domain, market.region)
        columns = ("country_code", "currency", "default_locale", "store_domain_name", "region")
        assert own == tuple(row[name] for name in columns)
        assert (market.name, market.amazon_channel) == (row["name"], row["fba_channel_code"])


def test_a_seller_takes_part_in_several_marketplaces(world: Shop) -> None:
    payload = second(world).call("GET", PARTICIPATIONS).json["payload"]
    rows = {row["marketplace"]["countryCode"]: row["marketplace"] for row in payload}
    assert list(rows) == ["GB", "DE", "FR", "IT", "ES"]
    assert rows["DE"] == {
        "id": "A1PA6795UKMFR9",
        "name": "Amazon.de",
        "countryCode": "DE",
        "defaultCurrencyCode": "EUR",
        "defaultLanguageCode": "de_DE",
        "domainName": "www.amazon.de",
    }


@pytest.mark.parametrize("country", ["GB", "DE", "FR", "IT", "ES", "US"])
def test_an_order_is_in_its_marketplaces_currency_and_country(world: Shop, country: str) -> None:
    owner = AMERICAN if country == "US" else SECOND
    market = next(each for each in MARKETPLACES.values() if each.country == country)
    listed(world, "MUG", seller=owner, marketplace=country)
    order_id = buy(world, "MUG", seller=owner, marketplace=country)
    sign_in(world, "second-client", "Atzr|us" if country == "US" else "Atzr|second")
    prefix = f"/{market.region}"
    query = {"includedData": "PROCEEDS,RECIPIENT,TAX"}
    order = world.call("GET", f"{prefix}{ORDERS}/{order_id}", query_string=query).json["order"]
    total = {"amount": "12.96" if country == "US" else "12.00", "currencyCode": market.currency}
    assert order["proceeds"]["grandTotal"] == total
    assert order["salesChannel"]["marketplaceId"] == market.id
    assert order["recipient"]["deliveryAddress"]["countryCode"] == country
    item = world.call("GET", f"{prefix}{V0}/{order_id}/orderItems").json["payload"]["OrderItems"][0]
    rates = {"GB": "2.00", "DE": "1.92", "FR": "2.00", "IT": "2.16", "ES": "2.08", "US": "0.96"}
    assert item["ItemTax"] == {"CurrencyCode": market.currency, "Amount": rates[country]}


def test_in_america_tax_comes_on_top_and_amazon_collects_it(world: Shop) -> None:
    listed(world, "MUG", seller=AMERICAN, marketplace="US")
    order_id = buy(world, "MUG", seller=AMERICAN, marketplace="US")
    sign_in(world, "second-client", "Atzr|us")
    query = {"includedData": "PROCEEDS,TAX"}
    item = world.call("GET", f"/na{ORDERS}/{order_id}", query_string=query).json["order"]["orderItems"][0]
    amounts = {each["type"]: each["subtotal"]["amount"] for each in item["proceeds"]["breakdowns"]}
    assert amounts == {"ITEM": "12.00", "TAX": "0.96"}
    assert item["tax"]["taxCollections"][0]["model"] == "MARKETPLACE_FACILITATOR"


@pytest.mark.parametrize(("country", "is_named"), [("DE", True), ("US", False)])
def test_amazons_own_orders_name_their_buyer_except_in_america(
    world: Shop, country: str, is_named: bool
) -> None:
    owner, region = (AMERICAN, "/na") if country == "US" else (SECOND, "/eu")
    listed(world, "BOX", fba=True, seller=owner, marketplace=country)
    order_id = buy(world, "BOX", by="amazon", seller=owner, marketplace=country, ship_seconds=0)
    sign_in(world, "second-client", "Atzr|us" if country == "US" else "Atzr|second")
    path = f"{region}{ORDERS}/{order_id}?includedData=BUYER,RECIPIENT"
    order = world.call("GET", path).json["order"]
    assert ("buyer" in order) == is_named
    assert "phone" not in order["recipient"]["deliveryAddress"]


def test_a_seller_sees_nothing_of_anothers(world: Shop) -> None:
    listed(world, "MUG")
    listed(world, "MUG", seller=SECOND)
    own = buy(world, "MUG")
    theirs = buy(world, "MUG", seller=SECOND)
    found = world.call("GET", f"{ORDERS}?{SINCE}").json["orders"]
    assert [each["orderId"] for each in found] == [own]
    for path in (f"{ORDERS}/{theirs}", f"{V0}/{theirs}", f"{V0}/{theirs}/address"):
        assert world.call("GET", path).status_code == 404
    second(world)
    found = world.call("GET", f"{ORDERS}?{SINCE}").json["orders"]
    assert [each["orderId"] for each in found] == [theirs]


def test_two_sellers_have_the_same_sku_each_for_himself(world: Shop) -> None:
    listed(world, "MUG", price="12.00")
    listed(world, "MUG", price="15.00", seller=SECOND)
    prices = {}
    for client, refresh, seller in (
        ("demo-client", "Atzr|demo", SELLER),
        ("second-client", "Atzr|second", SECOND),
    ):
        sign_in(world, client, refresh)
        path = f"/listings/2021-08-01/items/{seller}/MUG?marketplaceIds={GB}&includedData=offers"
        prices[seller] = world.call("GET", path).json["offers"][0]["price"]["amount"]
    assert prices == {SELLER: "12.00", SECOND: "15.00"}
    path = f"/listings/2021-08-01/items/{SECOND}/MUG?marketplaceIds={GB}"
    assert world.call("DELETE", path).status_code == 200
    world.control("POST", "listings/appear", {})
    assert world.inspect("listings/MUG")["price"] == "12.0"


def test_one_seller_is_suspended_and_the_other_sells_on(world: Shop) -> None:
    world.control("PATCH", f"sellers/{SECOND}", {"is_suspended": True})
    assert second(world).call("GET", PARTICIPATIONS).status_code == 403
    assert sign_in(world, "demo-client", "Atzr|demo").call("GET", PARTICIPATIONS).status_code == 200


def test_the_allow_list_is_each_merchants_own(world: Shop) -> None:
    world.control("PATCH", f"sellers/{SECOND}", {"may_use_external_fulfillment": False})
    path = "/externalFulfillment/2024-09-11/shipments?status=ACCEPTED"
    answer = second(world).call("GET", path)
    assert answer.status_code == 403
    assert "allow-list" in answer.json["errors"][0]["details"]
    assert sign_in(world, "demo-client", "Atzr|demo").call("GET", path).status_code == 200


def test_a_revoked_program_is_out_while_the_other_stays(world: Shop) -> None:
    world.control("PATCH", "applications/second-client", {"revoke": ["Atzr|first"]})
    form = {"grant_type": "refresh_token", "refresh_token": "Atzr|first", "client_id": "second-client"}
    answer = world.client.post("/auth/o2/token", data={**form, "client_secret": "second-secret"})
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")
    assert world.call("GET", PARTICIPATIONS).status_code == 200


def test_a_refresh_token_belongs_to_its_program(world: Shop) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "Atzr|demo", "client_id": "second-client"}
    answer = world.client.post("/auth/o2/token", data={**form, "client_secret": "second-secret"})
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")


BAD: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "an id that is there": ({"id": SELLER, "marketplaces": ["GB"]}, (409, "repeated")),
    "no marketplace": ({"id": "A9"}, (400, "invalid")),
    "an unknown marketplace": ({"id": "A9", "marketplaces": ["XX"]}, (404, "unknown")),
    "a marketplace of another region": ({"id": "A9", "marketplaces": ["US"]}, (400, "invalid")),
}


@pytest.mark.parametrize(("body", "refused"), BAD.values(), ids=BAD.keys())
def test_a_seller_that_is_not_right_is_refused(shop: Shop, body: dict, refused: tuple[int, str]) -> None:
    assert shop.refused("POST", "sellers", body) == refused
    assert len(shop.inspect("sellers")) == 1


def test_a_program_is_registered_once_and_for_known_sellers(shop: Shop) -> None:
    wanted: dict[str, Any] = {"client_id": "demo-client", "client_secret": "x"}
    assert shop.refused("POST", "applications", wanted) == (409, "repeated")
    wanted = {"client_id": "new", "client_secret": "x", "authorise": {"Atzr|x": "A9"}}
    assert shop.refused("POST", "applications", wanted) == (404, "unknown")
    assert [each["client_id"] for each in shop.inspect("applications")] == ["demo-client"]


def test_an_order_of_an_unknown_seller_or_marketplace_is_refused(world: Shop) -> None:
    wanted = {"lines": [{"sku": "MUG", "quantity": 1}], "fulfilled_by": "merchant"}
    assert world.refused("POST", "orders", {**wanted, "seller": "A9"}) == (404, "unknown")
    assert world.refused("POST", "orders", {**wanted, "marketplace": "DE"}) == (404, "unknown")


def test_an_order_goes_to_the_location_of_its_programme(world: Shop) -> None:
    world.linked("RUG")
    wanted = {"lines": [{"sku": "RUG", "quantity": 1}]}
    placed = world.control("POST", "orders", {**wanted, "fulfilled_by": "smartconnect"})["orders"][0]
    assert world.shipment(placed["shipment_ids"][0])["location"] == PLACE
    assert world.refused("POST", "orders", {**wanted, "fulfilled_by": "easy_ship"}) == (409, "not_now")
    assert world.refused("POST", "orders", {**wanted, "marketplace": "DE"}) == (409, "not_now")
