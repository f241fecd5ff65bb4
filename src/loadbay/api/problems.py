"""How the API says no: one shape and the right status, whatever the reason.

Rule: the kind of a refusal or trouble decides the status; a program reads `code`, a person the sentence.
"""

from __future__ import annotations

import json
import logging
import math
import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import Field, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from loadbay.core.errors import Misconfigured, NotFound, Refusal, Rejected, Retryable, Trouble, WrongInput
from loadbay.people.token_rules import FAILURE_WINDOW, ScopeMissing, TokenRefused, TooManyFailures

log = logging.getLogger("loadbay.api")
_SOON = timedelta(seconds=30)
# Refusals of something given in the call; every other one is about the state in which the shop is.
_OF_THE_INPUT = frozenset(
    "sheet_not_usable sheet_has_faults number_not_usable numbers_differ units_not_usable same_room"
    " reason_missing room_not_usable bundle_not_possible count_differs key_used_otherwise"
    " definitions_not_usable matrix_contradicts matrix_line_not_usable action_not_usable wrong_rule"
    " wrong_period".split()
)
_STATUS: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (TokenRefused, HTTPStatus.UNAUTHORIZED),
    (ScopeMissing, HTTPStatus.FORBIDDEN),
    (TooManyFailures, HTTPStatus.TOO_MANY_REQUESTS),
    (NotFound, HTTPStatus.NOT_FOUND),
    (WrongInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Refusal, HTTPStatus.CONFLICT),
    (Rejected, HTTPStatus.CONFLICT),
    (Retryable, HTTPStatus.SERVICE_UNAVAILABLE),
    (Misconfigured, HTTPStatus.SERVICE_UNAVAILABLE),
    (Trouble, HTTPStatus.SERVICE_UNAVAILABLE),
)
MEANINGS = {
    400: "The request cannot be read: no JSON, or no text that can be stored.",
    401: "The API token is missing, unknown, expired or revoked.",
    403: "The API token has not the scope that this needs.",
    404: "What the address or the body names is not here.",
    409: "The state in which the thing is does not allow this, or Amazon or a printer declined it.",
    413: "The body is too large.",
    422: "A value cannot be used; `field` names it.",
    429: "Too many wrong API tokens came from this address.",
    500: "A fault in Loadbay. Nothing of this call was saved.",
    503: "Amazon, a printer or the database does not answer, or a connection is stopped. Try again later.",
}


# Refusals that name their field themselves do it in one of these.
_SAYS_WHERE = ("column", "setting", "field")


class WhyNot(Schema):
    """Why a call was not done."""

    code: str = Field(description="Stable; refusals are listed in the manual.", examples=["not_enough_stock"])
    sentence: str = Field(description="What happened, to which thing, and what to do now.")
    field: str = Field(description="The field that cannot be used, or empty.", examples=["units"])
    subject: str = Field(description="The thing that the call named, or empty.", examples=["RUG-02"])


class Problem(Schema):
    """The one shape of every answer that is not a success."""

    error: WhyNot


def problem(request: HttpRequest, status: int, code: str, sentence: str, *, field: str = "") -> HttpResponse:
    """The answer that says no; `subject` is what the address names."""
    error = {"code": code, "sentence": sentence, "field": field, "subject": _subject(request)}
    text = json.dumps({"error": error}, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type="application/json")


def status_of(fault: Exception) -> HTTPStatus:
    if isinstance(fault, Refusal) and fault.code in _OF_THE_INPUT:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return next(status for kind, status in _STATUS if isinstance(fault, kind))


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = status_of(refusal)
    answer = problem(request, status, refusal.code, refusal.sentence, field=_field_of(request, refusal))
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Bearer realm="loadbay"'
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = str(int(FAILURE_WINDOW.total_seconds()))
    return answer


def troubled(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    status = status_of(trouble)
    answer = problem(request, status, trouble.kind, trouble.sentence)
    if isinstance(trouble, Retryable):
        answer["Retry-After"] = str(math.ceil((trouble.after or _SOON).total_seconds()))
    return answer


def not_authenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return refused(request, TokenRefused("Send an API token: Authorization: Bearer lb_… (Administration)."))


def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first value that does not fit, by the name that the caller gave it."""
    first = error.errors[0]
    place = [str(part) for part in first.get("loc", ()) if part not in {"body", "query", "path", "header"}]
    path = ".".join(place[1:] if len(place) > 1 and place[0] == "given" else place)
    path = "" if path == "given" else path
    words = re.sub(r"\s+", " ", str(first.get("msg", "")))[:300]
    sentence = f"{path or 'The body'} cannot be used: {words}."
    return problem(request, 422, WrongInput.code, sentence, field=path)


def not_readable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """ninja puts a sentence of its own around what the reader said."""
    said = error.__cause__ if isinstance(error.__cause__, HttpError) else error
    return problem(request, error.status_code, "not_readable", str(said))


def nothing_there(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    sentence = "There is no such call. All of them are described at /api/v1/docs."
    return problem(request, 404, NotFound.code, sentence)


@csrf_exempt
def no_such_call(request: HttpRequest, rest: str = "") -> HttpResponse:
    return nothing_there(request)


def database_gone(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("the database does not answer", exc_info=error)
    answer = problem(request, 503, "database", "The database does not answer. Try again in half a minute.")
    answer["Retry-After"] = "30"
    return answer


def fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our own fault: its trace goes to the log, and never out."""
    log.error("a call of the API failed", exc_info=error)
    sentence = "A fault in Loadbay. Nothing of this call was saved; tell your administrator the time."
    return problem(request, 500, "fault", sentence)


HANDLERS: dict[type[Exception], Any] = {
    Refusal: refused,
    Trouble: troubled,
    AuthenticationError: not_authenticated,
    ValidationError: not_valid,
    HttpError: not_readable,
    Http404: nothing_there,
    OperationalError: database_gone,
    InterfaceError: database_gone,
    Exception: fault,
}


def _subject(request: HttpRequest) -> str:
    found = request.resolver_match
    named = [str(value) for key, value in found.kwargs.items() if key != "rest"] if found else []
    return named[-1][:200] if named else ""


def _field_of(request: HttpRequest, refusal: Refusal) -> str:
    """The name of the given field that the sentence is about, where it says one."""
    if status_of(refusal) not in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
        return ""
    given = getattr(request, "api_fields", ())
    said = [getattr(refusal, name, "") for name in _SAYS_WHERE]
    if any(said):
        return str(next(filter(None, said)))
    sentence, code = refusal.sentence.lower(), refusal.code
    named = [name for name in given if name.rstrip("s") in code.split("_") or name in code]
    named += [name for name in given if re.search(rf"\b{re.escape(name.replace('_', ' '))}\b", sentence)]
    return named[0] if named else ""
