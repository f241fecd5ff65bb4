"""The simulator's own description of its control API as a judge: every control a test uses must fit it.

`Described` wraps the application like its neighbour `amazon_models.Judged`; a field that the description does
not know, a status it does not name and a refusal without words are failures.
"""

import json
import re
from functools import cache
from io import BytesIO
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from amazon_simulator.central.openapi import document
from amazon_simulator.central.routes import CONTROL_ROUTES

HERE = "urn:description"
PLAIN_JSON = "application/json"


@cache
def described() -> dict[str, Any]:
    return document(CONTROL_ROUTES)


@cache
def _strict() -> Registry:
    """The description, where an object has no other fields than those it names."""
    whole = json.loads(json.dumps(described()))
    for schema in whole["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return Registry().with_resource(HERE, DRAFT202012.create_resource(whole))


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema.replace('"#/', f'"{HERE}#/')), registry=_strict())


def check(value: Any, schema: dict[str, Any]) -> None:
    _validator(json.dumps(schema)).validate(value)


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    found = [
        (re.compile(re.sub(r"\\\{\w+\\\}", "([^/]+|.+)", re.escape(path))), operations)
        for path, operations in described()["paths"].items()
    ]
    return sorted(found, key=lambda each: -len(each[0].pattern.replace("([^/]+|.+)", "")))


def operation(method: str, path: str) -> dict[str, Any] | None:
    for pattern, operations in _patterns():
        if pattern.fullmatch(path) and method.lower() in operations:
            return operations[method.lower()]
    return None


class Described:
    """The application, with each control that is called held against the description."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.seen: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        found = operation(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if found is None:
            return self.app(environ, start_response)
        self.seen.add(found["operationId"])
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(sent)
        status: list[int] = []

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            status.append(int(line.split()[0]))
            start_response(line, headers)

        body = b"".join(self.app(environ, start))
        _judge_answer(found, status[0], body)
        if status[0] < 400:
            _judge_request(found, sent, environ["QUERY_STRING"])
        return [body]


def _judge_answer(operation: dict[str, Any], status: int, body: bytes) -> None:
    assert str(status) in operation["responses"], f"{operation['operationId']}: {status} is not described"
    content = operation["responses"][str(status)]["content"]
    if "schema" in content.get(PLAIN_JSON, {}):
        check(json.loads(body), content[PLAIN_JSON]["schema"])


def _judge_request(operation: dict[str, Any], sent: bytes, query: str) -> None:
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]
        check(json.loads(sent or b"{}"), content[PLAIN_JSON]["schema"])
    named = {each["name"] for each in operation["parameters"] if each["in"] == "query"}
    asked = {part.partition("=")[0] for part in query.split("&") if part}
    if named:
        assert asked <= named, operation["operationId"]
