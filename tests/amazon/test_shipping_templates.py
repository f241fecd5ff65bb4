"""People choose a shipping template by its name; Amazon is sent the value that stands beside it."""

from typing import Any

import httpx2
import pytest

from loadbay.amazon.adapter import AmazonCatalogueDesk, TemplateValues
from loadbay.amazon.translate.listings import shipping_templates
from loadbay.core.errors import Misconfigured, Retryable, Trouble
from loadbay.listings.ports import OfferedTemplate
from tests.amazon.double import Double


def schema(value: Any) -> dict[str, Any]:
    return {"properties": {"merchant_shipping_group": {"items": {"properties": {"value": value}}}}}


NAMED = {"enum": ["legacy-template-id", "9f-2"], "enumNames": ["Migrated Template", "Heavy and Bulky"]}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (NAMED, {"Migrated Template": "legacy-template-id", "Heavy and Bulky": "9f-2"}),
        (
            {"anyOf": [{"type": "string"}, NAMED]},
            {"Migrated Template": "legacy-template-id", "Heavy and Bulky": "9f-2"},
        ),
        ({"enum": ["Standard"]}, {"Standard": "Standard"}),
        ({"enum": ["a", "b"], "enumNames": ["one name too few"]}, {"a": "a", "b": "b"}),
        ({"type": "string"}, {}),
        ("nonsense", {}),
    ],
)
def test_templates_are_read_with_the_value_to_send(value: Any, found: dict[str, str]):
    assert shipping_templates(schema(value)) == found


def test_a_product_type_without_templates_has_none():
    assert shipping_templates({"properties": {}}) == {}


DEFINITION = {"schema": {"link": {"resource": "https://b.s3.amazonaws.com/schema", "verb": "GET"}}}


def test_many_listings_of_one_kind_read_the_templates_once():
    double = Double().answering(DEFINITION, schema(NAMED), DEFINITION, schema(NAMED))
    value = TemplateValues().through(AmazonCatalogueDesk(double.caller))
    assert {value("MUG", "Heavy and Bulky") for _ in range(50)} == {"9f-2"}
    assert value("MUG", "Migrated Template") == "legacy-template-id"
    assert len(double.requests) == 2
    double.clock.advance(11 * 60)
    assert value("MUG", "Heavy and Bulky") == "9f-2"
    assert len(double.requests) == 4


def test_a_template_made_just_now_is_looked_up_at_once():
    newer = {"enum": ["9f-2", "a1-7"], "enumNames": ["Heavy and Bulky", "Express"]}
    double = Double().answering(DEFINITION, schema(NAMED), DEFINITION, schema(newer))
    value = TemplateValues().through(AmazonCatalogueDesk(double.caller))
    assert (value("MUG", "Heavy and Bulky"), value("MUG", "Express")) == ("9f-2", "a1-7")


def test_where_amazon_describes_no_such_product_the_name_is_sent():
    double = Double().answering((404, {"errors": [{"code": "NOT_FOUND", "message": "no such type"}]}))
    assert TemplateValues().through(AmazonCatalogueDesk(double.caller))("MUG", "Express") == "Express"


def test_all_templates_of_the_seller_are_asked_for_with_his_id_and_no_product():
    double = Double().answering(DEFINITION, schema(NAMED))
    assert AmazonCatalogueDesk(double.caller).offered_templates() == (
        OfferedTemplate("legacy-template-id", "Migrated Template"),
        OfferedTemplate("9f-2", "Heavy and Bulky"),
    )
    asked = double.requests[0].url
    assert asked.path.endswith("/definitions/2020-09-01/productTypes/PRODUCT")
    assert asked.params["sellerId"] == double.account.seller_id


def test_one_id_is_one_template_and_a_seller_may_have_none():
    twice = {"enum": ["a", "a"], "enumNames": ["First", "Second"]}
    offered = [
        AmazonCatalogueDesk(Double().answering(DEFINITION, schema(value)).caller).offered_templates()
        for value in (twice, {"enum": []})
    ]
    assert offered == [(OfferedTemplate("a", "Second"),), ()]


HTML = httpx2.Response(200, content=b"<html><body>Service unavailable</body></html>")


@pytest.mark.parametrize(
    "answer",
    [
        HTML,
        {},
        [],
        None,
        {"properties": {}},
        {"properties": {"merchant_shipping_group": {"items": []}}},
        schema({"type": "string"}),
        schema({"enum": "Standard"}),
        schema({"enum": ["a", None]}),
        schema({"enum": ["a"], "enumNames": [7]}),
        schema({"enum": [""]}),
        schema({"enum": ["torn\0"]}),
        schema({"enum": ["x" * 101]}),
    ],
)
def test_what_is_no_list_of_templates_is_trouble_and_never_an_empty_list(answer: Any):
    desk = AmazonCatalogueDesk(Double().answering(DEFINITION, answer).caller)
    with pytest.raises(Retryable):
        desk.offered_templates()


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (HTML, Trouble),
        ({"productType": "PRODUCT"}, Trouble),
        ((403, {"errors": [{"code": "Unauthorized", "message": "no role"}]}), Misconfigured),
    ],
)
def test_an_answer_without_a_definition_is_trouble(answer: Any, trouble: type[Trouble]):
    with pytest.raises(trouble):
        AmazonCatalogueDesk(Double().answering(answer).caller).offered_templates()
