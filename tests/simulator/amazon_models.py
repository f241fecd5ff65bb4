"""Amazon's published models as a judge: every request and answer that passes is validated.

`Judged` wraps the simulator's application. The models are not part of this repository; their folder is
LOADBAY_SPAPI_MODELS. Where it is missing, tests that need it are skipped with that reason, and the others,
which are judged only beside what they assert, say once per run that nothing was.
"""

import json
import os
import re
import warnings
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema

ROOT = Path(__file__).parents[2]
FILES = (
    "application_2023-11-30",
    "catalogItems_2022-04-01",
    "definitionsProductTypes_2020-09-01",
    "externalFulfillmentInventory_2024-09-11",
    "externalFulfillmentReturns_2024-09-11",
    "externalFulfillmentShipments_2024-09-11",
    "fbaInventory",
    "listingsItems_2021-08-01",
    "listingsRestrictions_2021-08-01",
    "ordersV0",
    "orders_2026-01-01",
    "sellers",
    "tokens_2021-03-01",
)
ABSENT = "Amazon's models are not here; set LOADBAY_SPAPI_MODELS to their folder."
METHODS = ("get", "put", "post", "patch", "delete")
# The model of restrictions calls a bare array its error list, while Amazon answers with the usual envelope.
ERRORS_OUTSIDE_THE_MODEL = ("getListingsRestrictions",)


def folder() -> Path:
    given = os.environ.get("LOADBAY_SPAPI_MODELS")
    return Path(given) if given else ROOT / ".." / "shared" / "spapi" / "models"


def are_here() -> bool:
    return all((folder() / f"{name}.json").exists() for name in FILES)


@cache
def say_that_nothing_is_judged() -> None:
    warnings.warn(f"No call of these tests is held against a model. {ABSENT}", stacklevel=2)


class Known(NamedTuple):
    """An operation of a model; Amazon gives two of them the name getOrder, so the path belongs to it."""

    method: str
    path: str
    pattern: re.Pattern[str]
    operation: dict[str, Any]
    definitions: dict[str, Any]

    @property
    def title(self) -> str:
        return f"{self.method} {self.path}"


@cache
def operations() -> list[Known]:
    found = []
    for name in FILES:
        model = json.loads((folder() / f"{name}.json").read_text())
        for path, methods in model["paths"].items():
            pattern = re.compile("^" + re.sub(r"\\\{\w+\\\}", "([^/]+|.+)", re.escape(path)) + "$")
            for method, operation in methods.items():
                if method in METHODS:
                    found.append(Known(method.upper(), path, pattern, operation, model["definitions"]))
    return sorted(found, key=lambda each: -len(each.pattern.pattern.replace("([^/]+|.+)", "")))


def _find(method: str, path: str) -> Known | None:
    for known in operations():
        if known.method == method and known.pattern.match(path):
            return known
    return None


def check(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> None:
    jsonschema.Draft4Validator({**schema, "definitions": definitions}).validate(value)


class Judged:
    """The application, with each call held against its model; keeps what it judged, and what did its work."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.judged: dict[str, set[int]] = {}
        self.fulfilled: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        found = _find(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if found is None:
            return self.app(environ, start_response)
        operation, definitions = found.operation, found.definitions
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(sent)
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            said.append((int(status.split()[0]), headers))
            start_response(status, headers)

        body = b"".join(self.app(environ, start))
        self._judge_answer(operation, definitions, said[0][0], body)
        if said[0][0] < 400:
            self._judge_request(operation, definitions, environ, sent)
        if said[0][0] < 300:
            self.fulfilled.add(found.title)
        return [body]

    def _judge_request(self, operation: Any, definitions: Any, environ: Any, sent: bytes) -> None:
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "body" and (sent or parameter.get("required")):
                check(json.loads(sent), parameter["schema"], definitions)
            elif parameter["in"] == "query" and parameter.get("required"):
                assert f"{parameter['name']}=" in environ["QUERY_STRING"], parameter["name"]

    def _judge_answer(self, operation: Any, definitions: Any, status: int, body: bytes) -> None:
        name = operation["operationId"]
        self.judged.setdefault(name, set()).add(status)
        response = operation["responses"].get(str(status))
        if status == 401 or (status >= 400 and name in ERRORS_OUTSIDE_THE_MODEL):
            return
        assert response is not None, f"{name}: the model knows no {status}"
        if "schema" in response:
            check(json.loads(body), response["schema"], definitions)
        else:
            assert body == b"", f"{name}: the model has no body for {status}"
