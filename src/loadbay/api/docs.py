"""The page at /api/v1/docs: the description of the API for people, drawn on the server.

Rule: it shows what `openapi.json` says and nothing else; no script and no file from elsewhere is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from json import dumps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loadbay.api.application import api
from loadbay.api.problems import MEANINGS


@dataclass(frozen=True)
class Described:
    """One call as the page shows it."""

    id: str
    method: str
    address: str
    summary: str
    more: str
    scope: str
    parameters: list[dict[str, Any]]
    body: str
    answer: str
    status: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    schema = api.get_openapi_schema()
    groups: dict[str, list[Described]] = {}
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            described = _described(address, method, operation, schema)
            groups.setdefault(operation["tags"][0], []).append(described)
    context = {"schema": schema, "groups": groups.items(), "problems": MEANINGS.items()}
    return render(request, "api/docs.html", context)


def _described(address: str, method: str, operation: dict[str, Any], schema: dict[str, Any]) -> Described:
    status, answer = next((str(code), one) for code, one in operation["responses"].items() if int(code) < 300)
    return Described(
        id=operation["operationId"],
        method=method.upper(),
        address=address,
        summary=operation["summary"],
        more=operation.get("description", "").partition("\n\nScope:")[0].partition("\n")[2].strip(),
        scope=operation.get("x-scope", ""),
        parameters=operation.get("parameters", []),
        body=_example_of(operation.get("requestBody", {}), schema),
        answer=_example_of(answer, schema),
        status=status,
    )


def _example_of(part: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a body may look like, from the examples in its schema."""
    content = part.get("content", {})
    if "application/json" not in content:
        return ", ".join(content)
    return dumps(_example(content["application/json"]["schema"], schema), indent=2, ensure_ascii=False)


def _example(node: dict[str, Any], schema: dict[str, Any], *, depth: int = 0) -> Any:
    if node.get("examples"):
        return node["examples"][0]
    if "$ref" in node:
        return _example(schema["components"]["schemas"][node["$ref"].rpartition("/")[2]], schema, depth=depth)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in node:
            return _example(node[several][0], schema, depth=depth)
    if "enum" in node or "const" in node:
        return node.get("const", node.get("enum", [None])[0])
    return _example_of_kind(node, schema, depth=depth)


def _example_of_kind(node: dict[str, Any], schema: dict[str, Any], *, depth: int) -> Any:
    kind = node.get("type")
    if kind == "object":
        parts = node.get("properties", {})
        return {name: _example(part, schema, depth=depth + 1) for name, part in parts.items()}
    if kind == "array":
        return [_example(node["items"], schema, depth=depth + 1)] if node.get("items") else []
    return {"string": "", "integer": 1, "number": 1.0, "boolean": False}.get(str(kind))
