"""People choose a shipping template by its name; Amazon is sent the value that stands beside it."""

from typing import Any

import pytest

from loadbay.amazon.adapter import AmazonCatalogueDesk, TemplateValues
from loadbay.amazon.translate.listings import shipping_templates
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
