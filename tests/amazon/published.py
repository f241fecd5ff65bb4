"""Amazon's published API models, and what a request must be to agree with them.

Found in LOADBAY_SPAPI_MODELS (default ../shared/spapi/models beside the checkout); the tests that need them
say so when they are not there.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema

CHECKOUT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("LOADBAY_SPAPI_MODELS", CHECKOUT.parent / "shared" / "spapi" / "models"))
IS_THERE = FOLDER.is_dir() and any(FOLDER.glob("*.json"))


@dataclass(frozen=True)
class Operation:
    """One operation of one model."""

    name: str
    method: str
    path: str
    parameters: tuple[dict[str, Any], ...]
    definitions: dict[str, Any]


@lru_cache(maxsize=1)
def operations() -> dict[str, list[Operation]]:
    """Every operation of every model; a name may stand in several versions."""
    found: dict[str, list[Operation]] = {}
    for file in sorted(FOLDER.glob("*.json")):
        model = json.loads(file.read_text())
        for path, entry in model.get("paths", {}).items():
            shared = entry.get("parameters", [])
            for method, operation in entry.items():
                if not isinstance(operation, dict) or "operationId" not in operation:
                    continue
                parameters = tuple(
                    _resolved(parameter, model) for parameter in [*shared, *operation.get("parameters", [])]
                )
                found.setdefault(operation["operationId"], []).append(
                    Operation(operation["operationId"], method, path, parameters, model["definitions"])
                )
    return found


def complaints(name: str, *, method: str, url: str, body: bytes) -> list[str]:
    """What Amazon's model says against the request; empty when it agrees."""
    parts = urlsplit(url)
    fitting = [
        operation
        for operation in operations().get(name, [])
        if operation.method == method.lower() and re.fullmatch(_pattern(operation.path), parts.path)
    ]
    if not fitting:
        return [f"no operation {name} is {method} {parts.path}"]
    (operation,) = fitting
    return [*_query(operation, parse_qs(parts.query, keep_blank_values=True)), *_body(operation, body)]


def _query(operation: Operation, sent: dict[str, list[str]]) -> list[str]:
    known = {p["name"]: p for p in operation.parameters if p["in"] == "query"}
    wrong = [f"{name} is not a parameter" for name in sent if name not in known]
    wrong += [f"{name} is missing" for name, p in known.items() if p.get("required") and name not in sent]
    for name, values in sent.items():
        if name in known:
            if len(values) != 1:
                wrong.append(f"{name} is given {len(values)} times")
            wrong += [f"{name}: {error}" for error in _value(known[name], values[0], operation)]
    return wrong


def _value(parameter: dict[str, Any], text: str, operation: Operation) -> list[str]:
    schema = {k: v for k, v in parameter.items() if k not in {"in", "name", "required", "description"}}
    value: Any = text
    if parameter.get("type") == "array":
        value = text.split(",")
    elif parameter.get("type") == "integer":
        value = int(text)
    return [error.message for error in _validator(schema, operation).iter_errors(value)]


def _body(operation: Operation, body: bytes) -> list[str]:
    expected = [p for p in operation.parameters if p["in"] == "body"]
    if not body:
        return ["a body is missing" for p in expected if p.get("required")]
    if not expected:
        return ["a body was sent, none is known"]
    value, schema = json.loads(body), expected[0]["schema"]
    errors = [error.message for error in _validator(schema, operation).iter_errors(value)]
    return errors + _unknown(value, schema, operation.definitions)


def _unknown(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> list[str]:
    """Fields that the model does not know, at any depth."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        return [wrong for entry in value for wrong in _unknown(entry, schema.get("items", {}), definitions)]
    if not isinstance(value, dict) or schema.get("additionalProperties"):
        return []
    properties = schema.get("properties", {})
    wrong = [f"{name} is not in the model" for name in value if name not in properties]
    return wrong + [
        found
        for name, entry in value.items()
        if name in properties
        for found in _unknown(entry, properties[name], definitions)
    ]


def _validator(schema: dict[str, Any], operation: Operation) -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator({**schema, "definitions": operation.definitions})


def _pattern(path: str) -> str:
    return re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(path))


def _resolved(parameter: dict[str, Any], model: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in parameter:
        return model["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
    return parameter
