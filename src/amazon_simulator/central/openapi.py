"""The description of the control API as OpenAPI 3.1, read from the routes and the signatures of their views.

The rule: nothing is written down here that the route table, a Struct or a shape in `rows` says already; only
the words of paths and refusals are.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from werkzeug.wrappers import Response

from amazon_simulator.central.rows import Refusal
from amazon_simulator.central.wire import JSON, STATUS, Control
from amazon_simulator.http.desk import Desk
from amazon_simulator.world.refusal import Kind

Routes = Mapping[tuple[str, str], Control]
PLACE = "/simulator/openapi.json"
TITLE = "Control API of the Amazon simulator"
ABOUT = (
    "What people, buyers and carriers do to the pretend Amazon, what goes wrong, and everything it knows. "
    "No token is needed. A refusal changes nothing. What is not described here is answered by 404 or 405 in "
    "Amazon's shape, with `errors`."
)
REFUSED = {
    Kind.INVALID: "The body, a value in it or the query is not what this takes; the message names it.",
    Kind.FORBIDDEN: "This may not be done; the message says why.",
    Kind.UNKNOWN: "Something that was named is not known; the message names it.",
    Kind.REPEATED: "It is there already; the message names it.",
    Kind.NOT_NOW: "It is there already, or its state does not allow this now; the message says why.",
}
IN_PATHS = {
    "asin": "The ASIN of an item in the catalogue.",
    "basket_id": "The number of a basket.",
    "client_id": "The client id of a program.",
    "hold_id": "The number of a hold.",
    "location_id": "The id of a location.",
    "order_id": "Amazon's number of an order.",
    "parcel_id": "The package's id, as the seller named it.",
    "return_id": "Amazon's id of a return.",
    "seller_id": "The id of a selling account.",
    "shipment_id": "Amazon's id of a shipment.",
    "sku": "The seller's SKU; a slash in it may stay as it is.",
}
_PART = re.compile(r"<(?:path:)?(\w+)>")
_REFERENCE = "#/components/schemas/{name}"


def document(routes: Routes) -> dict[str, Any]:
    schemas = _Schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), control in routes.items():
        spelled = _PART.sub(r"{\1}", path)
        paths.setdefault(spelled, {})[method.lower()] = _operation(method, path, control, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "description": ABOUT, "version": "1"},
        "servers": [{"url": "/", "description": "The simulator that answers this."}],
        "paths": paths,
        "components": {"schemas": schemas.components},
    }


class _Schemas:
    """The schema of every type that a route names, with those they are made of."""

    def __init__(self, routes: Routes) -> None:
        named = dict.fromkeys([Refusal, *_types(routes)])
        found, components = msgspec.json.schema_components(named, ref_template=_REFERENCE)
        self._of = dict(zip(map(repr, named), found, strict=True))
        self.components = components

    def of(self, kind: Any) -> dict[str, Any]:
        return self._of[repr(kind)]

    def component(self, kind: Any) -> dict[str, Any]:
        """Of a Struct, what the reference to it stands for."""
        return self.components[self.of(kind)["$ref"].rpartition("/")[2]]


def _types(routes: Routes) -> Iterator[Any]:
    for control in routes.values():
        yield from (each for each in (control.wanted, control.asked, control.gives) if _is_json(each))


def _is_json(kind: Any) -> bool:
    return kind is not None and kind is not Response


def _operation(method: str, path: str, control: Control, schemas: _Schemas) -> dict[str, Any]:
    done = "Made." if control.status == 201 else "As it is." if method == "GET" else "Done."
    described = {
        "operationId": control.name,
        "tags": [path.split("/")[2].partition(".")[0]],
        "summary": control.words,
        "parameters": [*_parts(path), *_questions(control, schemas)],
        "responses": {
            str(control.status): {"description": done, "content": _content(control, schemas)},
            **_refusals(control, schemas),
        },
    }
    if control.wanted is not None:
        described["requestBody"] = {
            "required": bool(schemas.component(control.wanted)["required"]),
            "content": {JSON: {"schema": schemas.of(control.wanted)}},
        }
    return described


def _parts(path: str) -> Iterator[dict[str, Any]]:
    for name in _PART.findall(path):
        kind = {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "description": IN_PATHS[name], "schema": kind}


def _questions(control: Control, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    if control.asked is None:
        return
    for name, schema in schemas.component(control.asked)["properties"].items():
        words = schema["description"]
        yield {"name": name, "in": "query", "required": False, "description": words, "schema": schema}


def _content(control: Control, schemas: _Schemas) -> dict[str, Any]:
    return {control.file: {}} if control.file else {JSON: {"schema": schemas.of(control.gives)}}


def _refusals(control: Control, schemas: _Schemas) -> dict[str, Any]:
    content = {JSON: {"schema": schemas.of(Refusal)}}
    kinds = sorted(control.refuses, key=lambda kind: STATUS[kind])
    return {str(STATUS[kind]): {"description": REFUSED[kind], "content": content} for kind in kinds}


def published(routes: Routes) -> Routes:
    """These routes and the description of them all, itself included; made when it is first asked for."""

    @cache
    def made() -> bytes:
        return msgspec.json.encode(document(all_routes))

    def openapi(desk: Desk) -> Response:
        return Response(made(), content_type=JSON)

    all_routes = {**routes, ("GET", PLACE): Control(openapi, "This description.", refuses=(), file=JSON)}
    return all_routes
