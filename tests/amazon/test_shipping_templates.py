"""People choose a shipping template by its name; Amazon is sent the value that stands beside it."""

from typing import Any

import pytest

from loadbay.amazon.translate.listings import shipping_templates


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
