"""Product type definitions: what a schema calls valid is accepted, what it requires is missed by name."""

import json
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from amazon_simulator.world.product_types import OWN, REQUIREMENTS, product_type_names
from tests.simulator.shop import GB, ITEMS, SELLER, Shop

TYPES = "/definitions/2020-09-01/productTypes"
CATALOGUE = "/catalog/2022-04-01/items"
RESTRICTIONS = "/listings/2021-08-01/restrictions"
QUERY = {"marketplaceIds": GB}
WRITTEN_OUT = (
    "merchant_suggested_asin",
    "purchasable_offer",
    "fulfillment_availability",
    "merchant_shipping_group",
    "country_of_origin",
)
ODD: tuple[Any, ...] = ("", "odd", "GB", 0, 1, -1, 2.5, 7.0, True, None, [], ["led"], {}, {"value": 1})


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop().signed_in()


def definition(shop: Shop, name: str, **query: Any) -> dict[str, Any]:
    answer = shop.call("GET", f"{TYPES}/{name}", query_string={**QUERY, "sellerId": SELLER, **query})
    assert answer.status_code == 200, answer.text
    return answer.json


def linked(shop: Shop, shown: dict[str, Any], name: str = "schema") -> dict[str, Any]:
    return shop.client.get(shown[name]["link"]["resource"].removeprefix("http://localhost")).json


def schema(shop: Shop, name: str, **query: Any) -> dict[str, Any]:
    return linked(shop, definition(shop, name, **query))


def sample(schema: dict[str, Any]) -> Any:
    """One value of everything that is named."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {name: sample(each) for name, each in schema["properties"].items()}
    if schema["type"] == "array":
        return [sample(schema["items"])]
    return {"string": "GB", "integer": 3, "number": 2.5, "boolean": True}[schema["type"]]


def submission(shop: Shop, schema: dict[str, Any]) -> dict[str, Any]:
    asin = shop.product()["asin"]
    return sample(schema) | {"merchant_suggested_asin": [{"value": asin, "marketplace_id": GB}]}


def put(shop: Shop, name: str, requirements: str, attributes: Any, **query: Any) -> dict[str, Any]:
    body = {"productType": name, "requirements": requirements, "attributes": attributes}
    answer = shop.call("PUT", f"{ITEMS}/{name}", query_string=QUERY | query, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json


def preview(shop: Shop, name: str, requirements: str, attributes: Any) -> dict[str, Any]:
    return put(shop, name, requirements, attributes, mode="VALIDATION_PREVIEW")


def names(shop: Shop) -> list[str]:
    return ["PRODUCT", *sorted(product_type_names(shop.app.desk.world.state))]


def blamed(answer: dict[str, Any]) -> list[list[str]]:
    assert answer["status"] == "INVALID"
    return [issue["attributeNames"] for issue in answer["issues"]]


@pytest.mark.parametrize("requirements", REQUIREMENTS)
def test_of_every_type_the_valid_is_accepted_and_the_missing_is_named(shop: Shop, requirements: str) -> None:
    seen = names(shop)
    assert len(seen) > 50
    for name in seen:
        given = schema(shop, name, requirements=requirements)
        validator = Draft201909Validator(given)
        whole = submission(shop, given)
        least = {each: whole[each] for each in given["required"]}
        for fine in (whole, least):
            validator.validate(fine)
            assert preview(shop, name, requirements, fine)["status"] == "VALID", name
            assert put(shop, name, requirements, fine)["status"] == "ACCEPTED", name
        for each in given["required"]:
            without = {other: value for other, value in least.items() if other != each}
            assert not validator.is_valid(without)
            assert blamed(preview(shop, name, requirements, without)) == [[each]]
            assert blamed(put(shop, name, requirements, without)) == [[each]]


@pytest.mark.parametrize("name", OWN)
def test_an_odd_value_is_judged_alike_by_the_schema_and_by_a_submission(shop: Shop, name: str) -> None:
    given = schema(shop, name)
    validator = Draft201909Validator(given)
    whole = submission(shop, given)
    common = set(whole) - set(WRITTEN_OUT) if name == "RUG" else set()
    refused = 0
    for attribute in sorted({*OWN[name], *common}):
        value = whole[attribute][0]
        for field, odd in ((field, odd) for field in value if field != "marketplace_id" for odd in ODD):
            changed = {**whole, attribute: [{**value, field: odd}]}
            answer = preview(shop, name, "LISTING", changed)
            is_valid = validator.is_valid(changed)
            assert (answer["status"] == "VALID") == is_valid, (attribute, field, odd)
            if not is_valid:
                refused += 1
                assert blamed(answer) == [[attribute]]
    assert refused > 30


def test_a_type_has_attributes_of_its_own_that_others_refuse(shop: Shop) -> None:
    kettle, lamp = schema(shop, "KETTLE"), schema(shop, "LAMP")
    assert {"wattage", "base_type"} <= kettle["properties"].keys() - lamp["properties"].keys()
    assert "wattage" in definition(shop, "KETTLE")["propertyGroups"]["product_details"]["propertyNames"]
    foreign = submission(shop, lamp) | {"wattage": [{"value": 60, "unit": "watts"}]}
    assert not Draft201909Validator(lamp).is_valid(foreign)
    answer = preview(shop, "LAMP", "LISTING", foreign)
    assert blamed(answer) == [["wattage"]]
    assert answer["issues"][0]["code"] == "90000900"


def test_every_schema_keeps_to_the_meta_schema(shop: Shop) -> None:
    shown = definition(shop, "RUG")
    meta, given = linked(shop, shown, "metaSchema"), linked(shop, shown)
    assert given["$schema"] == meta["$id"]
    Draft201909Validator.check_schema(meta)
    judge = Draft201909Validator(meta)
    for name in names(shop):
        judge.validate(schema(shop, name))
    properties = given["properties"]
    assert properties["rug_form_type"]["replacedBy"] == "item_shape"
    assert (properties["rug_form_type"]["hidden"], properties["condition_type"]["editable"]) == (True, False)
    assert properties["bullet_point"]["maxUniqueItems"] == 10


BAD_WORDS = {"editable": "yes", "hidden": 1, "selectors": "value", "maxUniqueItems": 0, "replacedBy": []}


@pytest.mark.parametrize(("word", "value"), BAD_WORDS.items())
def test_the_meta_schema_refuses_a_word_used_wrongly_deep_inside(shop: Shop, word: str, value: Any) -> None:
    shown = definition(shop, "RUG")
    given = json.loads(json.dumps(linked(shop, shown)))
    given["properties"]["brand"][word] = value
    assert not Draft201909Validator(linked(shop, shown, "metaSchema")).is_valid(given)


def test_requirements_that_are_not_enforced_are_not_required(shop: Shop) -> None:
    loose = schema(shop, "LAMP", requirementsEnforced="NOT_ENFORCED")
    assert loose["required"] == []
    assert loose["properties"] == schema(shop, "LAMP")["properties"]


def test_the_locale_that_is_asked_for_is_named(shop: Shop) -> None:
    found = [definition(shop, "RUG", locale=each)["locale"] for each in ("", "DEFAULT", "fr_FR")]
    assert found == ["en_GB", "en_GB", "fr_FR"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"{TYPES}/RUG", {"locale": "xx"}),
        (f"{TYPES}/RUG", {"parentageLevel": "UNCLE"}),
        (f"{TYPES}/RUG", {"productTypeVersion": "older"}),
        (f"{TYPES}/RUG", {"requirementsEnforced": "PERHAPS"}),
        (TYPES, {"searchLocale": "xx"}),
        (TYPES, {"keywords": "rug", "itemName": "rug"}),
        (ITEMS, {"issueLocale": "xx"}),
        (RESTRICTIONS, {"asin": "B000000000", "sellerId": SELLER, "reasonLocale": "xx"}),
        (CATALOGUE, {"keywords": "rug", "keywordsLocale": "xx"}),
    ],
)
def test_a_parameter_with_a_value_that_amazon_does_not_know_is_refused(
    shop: Shop, path: str, query: dict[str, str]
) -> None:
    answer = shop.call("GET", path, query_string=QUERY | query)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "InvalidInput")


def test_parameters_that_change_nothing_here_are_taken(shop: Shop) -> None:
    for query in ({"parentageLevel": "CHILD"}, {"productTypeVersion": "RELEASE_CANDIDATE"}):
        assert definition(shop, "RUG", **query)["productType"] == "RUG"
    for path, name in ((TYPES, "searchLocale"), (ITEMS, "issueLocale")):
        assert shop.call("GET", path, query_string=QUERY | {name: "de_DE"}).status_code == 200


def test_the_catalogue_is_searched_within_a_classification(shop: Shop) -> None:
    query = {**QUERY, "keywords": "rug", "pageSize": "20"}
    found = shop.call("GET", CATALOGUE, query_string=query).json
    kinds = found["refinements"]["classifications"]
    assert len(kinds) > 1
    wanted = {**query, "classificationIds": kinds[0]["classificationId"]}
    within = shop.call("GET", CATALOGUE, query_string=wanted).json
    assert within["numberOfResults"] == kinds[0]["numberOfResults"] < found["numberOfResults"]


def test_a_template_made_or_taken_away_in_seller_central_changes_the_sellers_own_schema() -> None:
    shop = Shop().signed_in()
    address = f"/simulator/sellers/{SELLER}"
    templates = [{"id": "9f-2", "name": "Heavy and Bulky"}, {"id": "a1-7", "name": "Express"}]
    answer = shop.client.patch(address, json={"templates": templates})
    assert answer.status_code == 200, answer.text
    properties = schema(shop, "PRODUCT")["properties"]
    value = properties["merchant_shipping_group"]["items"]["properties"]["value"]
    assert (value["enum"], value["enumNames"]) == (["9f-2", "a1-7"], ["Heavy and Bulky", "Express"])
    refused = shop.client.patch(address, json={"templates": [templates[0], templates[0]]})
    assert (refused.status_code, shop.client.patch(address, json={"is_suspended": False}).status_code) == (
        400,
        200,
    )
    assert "enum" not in json.dumps(
        schema(shop, "PRODUCT", sellerId="")["properties"]["merchant_shipping_group"]["items"]["properties"][
            "value"
        ]
    )
