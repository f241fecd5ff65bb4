"""The JSON schema of a product type and the meta-schema it is written in, both of our own wording.

The attributes come from `world.product_types`; a seller's schema lists the templates of that seller.
"""

from collections.abc import Mapping
from typing import Any

from amazon_simulator.world.attribute_shapes import Field, Kind, Shape
from amazon_simulator.world.listing_rules import CHANNELS
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.product_types import asked, display_name, required
from amazon_simulator.world.state import Seller

DRAFT = "https://json-schema.org/draft/2019-09/schema"
META_ID = "urn:amazon-simulator:product-type-meta-schema:v1"
_VOCABULARIES = ("core", "applicator", "validation", "meta-data", "format", "content")
_TEXTS = {"type": "array", "items": {"type": "string"}}
META_SCHEMA: dict[str, Any] = {
    "$schema": DRAFT,
    "$id": META_ID,
    "$vocabulary": {
        **{f"https://json-schema.org/draft/2019-09/vocab/{name}": True for name in _VOCABULARIES[:4]},
        **{f"https://json-schema.org/draft/2019-09/vocab/{name}": False for name in _VOCABULARIES[4:]},
        "urn:amazon-simulator:product-type-vocabulary:v1": False,
    },
    "$recursiveAnchor": True,
    "title": "What a schema of a product type may say beyond JSON schema",
    "allOf": [{"$ref": DRAFT}],
    "properties": {
        "editable": {"type": "boolean", "default": True, "description": "May it change once it is listed?"},
        "hidden": {"type": "boolean", "default": False, "description": "Not to be shown in a form."},
        "selectors": {**_TEXTS, "uniqueItems": True, "description": "The fields that tell values apart."},
        "minUniqueItems": {"type": "integer", "minimum": 0, "description": "Fewest values per selectors."},
        "maxUniqueItems": {"type": "integer", "minimum": 1, "description": "Most values per selectors."},
        "replacedBy": {"type": "string", "description": "The attribute that stands for this one now."},
        "enumNames": {**_TEXTS, "description": "For people, one for each value of enum."},
    },
}
_TYPES = {Kind.TEXT: "string", Kind.WHOLE: "integer", Kind.NUMBER: "number", Kind.FLAG: "boolean"}


def schema(seller: Seller | None, *, market: str, requirements: str, enforced: bool, name: str) -> Any:
    shown = asked(name, requirements)
    properties = {each: _attribute(each, shape, market, seller) for each, shape in shown.items()}
    needed = required(name, requirements) if enforced else ()
    return {
        "$schema": META_ID,
        "$id": f"urn:amazon-simulator:product-type:{name}:{requirements}:{market}",
        "title": display_name(name),
        "type": "object",
        "required": list(needed),
        "properties": properties,
        "additionalProperties": False,
    }


def _attribute(name: str, shape: Shape, market: str, seller: Seller | None) -> dict[str, Any]:
    items = _written_out(name, market, seller) or _value(shape.fields)
    items["properties"]["marketplace_id"] = {"type": "string", "enum": [market]}
    shown: dict[str, Any] = {
        "title": shape.title,
        "type": "array",
        "minItems": 1,
        "minUniqueItems": 1,
        "maxUniqueItems": shape.most,
        "selectors": list(shape.selectors),
        "editable": shape.is_editable,
        "hidden": shape.is_hidden,
        "items": items,
    }
    return shown | ({"replacedBy": shape.replaced_by} if shape.replaced_by else {})


def _value(fields: Mapping[str, Field]) -> dict[str, Any]:
    needed = [name for name, field in fields.items() if field.is_required]
    return _object({name: _field(field) for name, field in fields.items()}, *needed)


def _object(properties: dict[str, Any], *needed: str) -> dict[str, Any]:
    return {"type": "object", "required": list(needed), "properties": properties}


def _field(field: Field) -> dict[str, Any]:
    if field.kind == Kind.MEASURE:
        unit = {"type": "string", "enum": list(field.choices)}
        return _object({"value": {"type": "number", "minimum": field.least}, "unit": unit}, "value", "unit")
    shown: dict[str, Any] = {"type": _TYPES[field.kind]}
    if field.choices:
        shown |= {"enum": list(field.choices), "enumNames": [display_name(each) for each in field.choices]}
    elif field.kind == Kind.TEXT:
        shown["minLength"] = 1
    elif field.kind in (Kind.WHOLE, Kind.NUMBER):
        shown["minimum"] = field.least
    return shown


def _written_out(name: str, market: str, seller: Seller | None) -> dict[str, Any]:
    if name == "purchasable_offer":
        return _offer(MARKETPLACES[market].currency)
    if name == "fulfillment_availability":
        return _availability()
    if name == "country_of_origin":
        return _object({"value": {"type": "string", "pattern": "^[A-Z]{2}$"}}, "value")
    if name == "merchant_shipping_group" and seller is not None:
        names = [each.name for each in seller.templates]
        value = {"type": "string", "enum": [each.id for each in seller.templates], "enumNames": names}
        return _object({"value": value}, "value")
    return {}


def _offer(currency: str) -> dict[str, Any]:
    point = _object({"value_with_tax": {"type": "number", "exclusiveMinimum": 0}}, "value_with_tax")
    price = _object({"schedule": {"type": "array", "minItems": 1, "items": point}}, "schedule")
    return _object(
        {
            "currency": {"type": "string", "enum": [currency]},
            "audience": {"type": "string", "enum": ["ALL", "B2B"]},
            "our_price": {"type": "array", "minItems": 1, "items": price},
        },
        "our_price",
    )


def _availability() -> dict[str, Any]:
    """Amazon counts what it ships itself: a quantity goes with the merchant's own channel only."""
    own = {"properties": {"fulfillment_channel_code": {"const": "DEFAULT"}}}
    return {
        **_object(
            {
                "fulfillment_channel_code": {"type": "string", "enum": list(CHANNELS)},
                "quantity": {"type": "integer", "minimum": 0},
                "lead_time_to_ship_max_days": {"type": "integer", "minimum": 0},
            },
            "fulfillment_channel_code",
        ),
        "if": own,
        "else": {"not": {"required": ["quantity"]}},
    }
