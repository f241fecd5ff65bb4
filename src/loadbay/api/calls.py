"""How a call of the API is declared and answered: its scope, its shape, its status, done once or twice.

Rule: a call returns a frozen row, a `Page` of them or a finished file; what JSON it becomes is told in
`core/plain.py`. A call that adds something takes an Idempotency-Key (`people/answers.py`).
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import BaseModel

from loadbay.api.access import ApiToken, known_of
from loadbay.api.door import LARGEST_FILE
from loadbay.api.shapes import shape
from loadbay.core.clock import SystemClock
from loadbay.core.errors import WrongInput
from loadbay.core.plain import plain
from loadbay.people.answers import once

_KEY_PARAMETER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Any text of your own, such as a UUID. The same call with the same key, within two days, "
    "gets the first answer again (with `Idempotency-Replayed: true`) and is not done twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


@dataclass(frozen=True)
class Page:
    """Some rows, and the key after which the next page begins."""

    name: str
    rows: Sequence[Any]
    after: str | None = None


@dataclass(frozen=True)
class Call:
    """What is declared of a call beside its function."""

    scope: str
    answers: Any
    status: int = 200
    adds: bool = False
    asks_first: bool = False
    """It asks the outside first and returns what is to be done after, so that no transaction is open then."""
    only_asks: bool = False
    """It has a body but changes nothing, so a scope to read is enough."""
    takes: dict[str, Any] | None = None
    """Its body, where that is no JSON."""
    file_types: tuple[str, ...] = ()


def call(router: Router, method: str, path: str, *, declared: Call) -> Callable[[Any], Any]:
    """Put a function on its router."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        answered = _answering(function, declared)
        register_at = getattr(router, method.lower())
        register_at(
            path,
            auth=ApiToken(declared.scope),
            response={declared.status: _schema(declared.answers)},
            summary=_summary(function),
            description=inspect.getdoc(function),
            operation_id=f"{function.__module__.rpartition('.')[2]}_{function.__name__.strip('_')}",
            openapi_extra=_extra(declared),
        )(answered)
        return function

    return register


def page(name: str, rows: Sequence[Any], *, limit: int, key: str) -> Page:
    """A page of rows of which one more than `limit` was asked for; `key` is the attribute paged by."""
    shown = rows[:limit]
    return Page(name, shown, str(getattr(shown[-1], key)) if len(rows) > limit else None)


def number_key(after: str) -> int | None:
    """A row id from the key of a page, if one is given. Raises `WrongInput` for what is none."""
    if not after:
        return None
    if not after.isascii() or not after.isdecimal() or len(after) > 18:
        raise WrongInput(f"after {after[:40]!r} is no key of a page. Take that of the page before.")
    return int(after)


def file_answer(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def as_json(value: Any) -> str:
    if isinstance(value, Page):
        return as_json({value.name: value.rows, "after": value.after})
    return json.dumps(plain(value), ensure_ascii=False)


def _answering(function: Callable[..., Any], declared: Call) -> Callable[..., HttpResponse]:
    @wraps(function)
    def answered(request: HttpRequest, **given: Any) -> HttpResponse:
        request.api_fields = _fields(given)  # type: ignore[attr-defined]
        if declared.takes:
            request.api_file = request.read(LARGEST_FILE + 1)  # type: ignore[attr-defined]
        key = request.headers.get("Idempotency-Key") if declared.adds else None
        if key is not None:
            act = _act(function, declared, request, given)
            return _answered_once(request, key, lambda: as_json(act()), declared.status)
        found = _act(function, declared, request, given)()
        return found if isinstance(found, HttpResponse) else _json(as_json(found), declared.status)

    # ninja reads the types of a call from its signature; those of the function are evaluated where it stands.
    answered.__signature__ = inspect.signature(function, eval_str=True)  # type: ignore[attr-defined]
    return answered


def _act(
    function: Callable[..., Any], declared: Call, request: HttpRequest, given: dict[str, Any]
) -> Callable[[], Any]:
    """What is to be done; where the outside is asked first, that was done before this returns."""
    if declared.asks_first:
        return function(request, **given)  # type: ignore[no-any-return]
    return partial(function, request, **given)


def _answered_once(request: HttpRequest, key: str, act: Callable[[], str], status: int) -> HttpResponse:
    asked = f"{request.method} {request.get_full_path()}\n".encode() + _body(request)
    kept = once(
        known_of(request).id,
        key,
        fingerprint=sha256(asked).hexdigest(),
        now=SystemClock().now(),
        act=lambda: (status, act()),
    )
    answer = _json(kept.body, kept.status)
    if kept.is_again:
        answer["Idempotency-Replayed"] = "true"
    return answer


def _body(request: HttpRequest) -> bytes:
    """The body once more; a file is read from the stream and kept with the request."""
    return request.api_file if hasattr(request, "api_file") else request.body  # type: ignore[no-any-return]


def file_of(request: HttpRequest) -> bytes:
    """The body of a call that takes a file."""
    return request.api_file  # type: ignore[attr-defined,no-any-return]


def _json(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="application/json")


def _fields(given: dict[str, Any]) -> tuple[str, ...]:
    body = [value for value in given.values() if isinstance(value, BaseModel)]
    return (*(name for one in body for name in type(one).model_fields), *given)


def _schema(answers: Any) -> Any:
    if answers is None or (isinstance(answers, type) and issubclass(answers, Schema)):
        return answers
    return list[shape(answers[0])] if isinstance(answers, list) else shape(answers)  # type: ignore[misc]


def _summary(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or function.__name__).split("\n")[0].rstrip(".")


def _extra(declared: Call) -> dict[str, Any]:
    extra: dict[str, Any] = {"x-scope": declared.scope}
    if declared.only_asks:
        extra["x-changes-nothing"] = True
    if declared.adds:
        extra["parameters"] = [_KEY_PARAMETER]
    if declared.takes:
        extra["requestBody"] = declared.takes
    if declared.file_types:
        binary = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in declared.file_types}
        extra["responses"] = {declared.status: {"content": binary}}
    return extra
