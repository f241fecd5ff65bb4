"""The control API is described as OpenAPI 3.1: all of it, in words, and as it answers."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from amazon_simulator.central.openapi import PLACE
from amazon_simulator.http.app import ADDRESSES
from tests.simulator.description import Described, check, described
from tests.simulator.shop import Shop

OPERATIONS = [
    (method, path, operation)
    for path, operations in described()["paths"].items()
    for method, operation in operations.items()
]
NAMES = [operation["operationId"] for _, _, operation in OPERATIONS]
# Where Amazon's own short-lived links lead; a program gets the address from an answer.
LINKS = "/simulator/documents/{path}"


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == "$ref")
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_route_is_described_and_nothing_else() -> None:
    routes = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in ADDRESSES.iter_rules()
        if rule.rule.startswith("/simulator/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert len(routes) > 60
    assert {(method, path) for method, path, _ in OPERATIONS} == routes - {("get", LINKS)}


def test_it_is_served_where_the_manual_says(shop: Shop) -> None:
    answer = shop.client.get(PLACE)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json == described()


def test_the_document_is_openapi(shop: Shop) -> None:
    whole = described()
    assert whole["openapi"] == "3.1.0"
    assert set(whole) == {"openapi", "info", "servers", "paths", "components"}
    assert all(whole["info"][name] for name in ("title", "version", "description"))
    assert [name for name, times in Counter(NAMES).items() if times > 1] == []
    schemas = whole["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    known = {f"#/components/schemas/{name}" for name in schemas}
    assert set(references(whole)) <= known


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_every_operation_says_what_it_takes_and_answers(method: str, path: str, operation: dict) -> None:
    assert set(operation) <= {"operationId", "tags", "summary", "parameters", "responses", "requestBody"}
    assert operation["summary"].endswith(".")
    in_path = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
    assert in_path == re.findall(r"\{(\w+)\}", path)
    for parameter in operation["parameters"]:
        assert parameter["description"].endswith(".")
        assert parameter["required"] is (parameter["in"] == "path")
        Draft202012Validator.check_schema(parameter["schema"])
    statuses = list(operation["responses"])
    assert statuses == sorted(statuses)
    assert statuses[0] in ("200", "201")
    assert set(statuses[1:]) <= {"400", "404", "409"}
    assert ("404" in statuses) or not in_path
    assert ("400" in statuses) or "requestBody" not in operation
    for response in operation["responses"].values():
        assert response["description"]
        assert response["content"]
    assert method != "get" or "requestBody" not in operation


def test_a_client_that_follows_it_is_understood(shop: Shop) -> None:
    """The judge that holds every other test's controls against the description is no yes-man."""
    judge = shop.client.application
    assert isinstance(judge, Described)
    shop.linked("MUG")
    order = shop.control("POST", "orders", {"lines": [{"sku": "MUG", "quantity": 1}]})["orders"][0]
    shop.inspect(f"orders/{order['order_id']}")
    assert {"seed_listings", "place_orders", "order"} <= judge.seen
    reference = {"$ref": "#/components/schemas/PlacedOrders"}
    check({"orders": [order]}, reference)
    for wrong in ({"orders": [{**order, "more": 1}]}, {"orders": [{"order_id": order["order_id"]}]}, {}):
        with pytest.raises(ValidationError):
            check(wrong, reference)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("shipments?limit=many", "Expected `int`, got `str` - at `$.limit`"),
        ("shipments?limit=-1", "Expected `int` >= 0 - at `$.limit`"),
        ("orders?stauts=PENDING", "Object contains unknown field `stauts`"),
    ],
)
def test_a_query_that_is_not_described_is_refused_by_name(shop: Shop, path: str, words: str) -> None:
    answer = shop.client.get(f"/simulator/inspect/{path}")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "invalid")
    assert words in answer.json["error"]["message"]


def test_the_manual_lists_every_control() -> None:
    page = (Path(__file__).parents[2] / "docs" / "manual" / "controls.md").read_text()
    told = re.findall(r"^\| `(\w+) (\S+)` \| (.+?) \|(?: `(\w+)`)?.*\| ([\d, ]*) \|$", page, re.MULTILINE)
    rows = [
        (
            method.upper(),
            path.removeprefix("/simulator/"),
            operation["summary"],
            _body(operation),
            _no(operation),
        )
        for method, path, operation in OPERATIONS
    ]
    assert told == rows


def _body(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {"content": {"application/json": {"schema": {"$ref": ""}}}})[
        "content"
    ]
    return content["application/json"]["schema"]["$ref"].rpartition("/")[2]


def _no(operation: dict[str, Any]) -> str:
    return ", ".join(status for status in operation["responses"] if status >= "400")
