"""Reads the JSON of a request strictly: what is odd is refused in words instead of being guessed at.

Rule: no key twice, no NaN, nothing nested without end, no sign that a database cannot store.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.parser import Parser

_DEEPEST = 20
_LONGEST_NUMBER = 18


class StrictParser(Parser):
    """JSON as RFC 8259 has it, and no deeper than anybody needs."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return _checked(json.loads(request.body.decode(), **_STRICT))
        except HttpError:
            raise
        except UnicodeDecodeError:
            raise HttpError(400, "The body is no UTF-8 text.") from None
        except RecursionError:
            raise HttpError(400, "The body is nested too deeply to be read.") from None
        except ValueError as error:
            raise HttpError(400, f"The body is no JSON: {str(error)[:200]}.") from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise HttpError(400, f"The body names {twice[:60]!r} twice. Name each field once.")
    return found


def _no_number(text: str) -> NoReturn:
    raise HttpError(400, f"The body holds {text}, which is no number of JSON.")


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _LONGEST_NUMBER:
        raise HttpError(400, f"The body holds a number of {len(text)} digits. None has so many.")
    return int(text)


_STRICT: dict[str, Any] = {
    "object_pairs_hook": _pairs,
    "parse_constant": _no_number,
    "parse_int": _whole,
}


def _checked(value: Any, *, depth: int = 0) -> Any:
    """The value itself, once every text in it can be stored."""
    if depth > _DEEPEST:
        raise HttpError(400, "The body is nested too deeply to be read.")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise HttpError(400, "The body holds a sign that cannot be stored (NUL or half a pair).")
    elif isinstance(value, list):
        for entry in value:
            _checked(entry, depth=depth + 1)
    elif isinstance(value, dict):
        for key, entry in value.items():
            _checked(key, depth=depth + 1)
            _checked(entry, depth=depth + 1)
    return value
