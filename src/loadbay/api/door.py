"""The middleware in front of /api/v1: size limit, who acts, no caching, and the count of each token's calls.

Rule: what is wrong with a request before any call is chosen is said here, in the same shape as later.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from loadbay.api import problems
from loadbay.catalogue.sheet import MOST_BYTES
from loadbay.core.actor import acting_as
from loadbay.core.clock import SystemClock
from loadbay.people.tokens import note_use

ROOT = "/api/v1"
LARGEST_BODY = 1_000_000
LARGEST_FILE = MOST_BYTES
_TAKE_FILES = ("/import", "/definitions/diff", "/definitions/apply")


class Door:
    """Everything under /api/v1 comes through here; other pages pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (request.path == ROOT or request.path.startswith(f"{ROOT}/")):
            return self._next(request)
        with ExitStack() as acting:
            acting.enter_context(acting_as("api"))
            request.api_acting = acting  # type: ignore[attr-defined]
            answer = _unreadable(request) or _in_our_shape(request, self._next(request))
        answer.headers.setdefault("Cache-Control", "no-store")
        _count(request, answer)
        return answer


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    if "\x00" in request.path or any("\x00" in text for _, texts in request.GET.lists() for text in texts):
        return problems.problem(request, 400, "not_readable", "The address holds a NUL sign. Leave it out.")
    largest = LARGEST_FILE if request.path.endswith(_TAKE_FILES) else LARGEST_BODY
    if _length(request) > largest:
        sentence = f"The body has more than {largest:,} bytes. Send it in several calls."
        return problems.problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", sentence)
    return None


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _in_our_shape(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """What Django says itself, before or beside every call, in the shape of the API."""
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if answer.status_code == HTTPStatus.NOT_FOUND and is_page:
        return problems.nothing_there(request)
    if answer.status_code == HTTPStatus.BAD_REQUEST and is_page:
        return problems.problem(request, 400, "not_readable", "The request cannot be read.")
    if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return answer
    allowed = ", ".join(sorted(answer.get("Allow", "").split(", ")))
    sentence = f"{request.method} is not possible here. What is: {allowed}."
    ours = problems.problem(request, HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", sentence)
    ours["Allow"] = allowed
    return ours


def _count(request: HttpRequest, answer: HttpResponse) -> None:
    """A database that is gone does not take the answer with it."""
    known, match = getattr(request, "api_known", None), request.resolver_match
    if known is None or match is None:
        return
    try:
        note_use(
            known,
            method=request.method or "",
            route=match.route,
            status=answer.status_code,
            now=SystemClock().now(),
        )
    except DatabaseError as error:
        problems.log.error("the use of %s was not counted", known.token.actor, exc_info=error)
