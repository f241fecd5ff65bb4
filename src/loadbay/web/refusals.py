"""Pages and fragments that say no: not allowed, not found, refused, trouble outside, our own fault.

Rule: what happened, to which thing, what to do now; never a trace. A fragment that htmx asked for gets
the sentence alone, so that it lands beside the form; everything else gets a whole page.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loadbay.core.errors import NotFound, Refusal, Trouble
from loadbay.people.rules import Right, roles_with


@dataclass(frozen=True)
class No:
    """What a page that says no shows."""

    status: int
    headline: str
    sentence: str
    tone: str = "stop"


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if isinstance(refusal, NotFound):
        return _say(request, No(404, "Not found", refusal.sentence, "note"))
    return _say(request, No(422, "That was refused", refusal.sentence))


def troubled(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    return _say(request, No(502, "Trouble outside Loadbay", trouble.sentence))


def not_allowed(request: HttpRequest, right: Right) -> HttpResponse:
    who = " or ".join(roles_with(right))
    return _say(request, No(403, "Not with your role", f"This needs the role {who}. Ask an administrator."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _say(
        request,
        No(404, "There is no such page", "The address may be old or mistyped. Go on from the menu.", "note"),
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _say(request, No(403, "Not allowed", "You may not do this. Ask an administrator."))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's check against forged forms failed: an old tab, or cookies switched off."""
    return _say(
        request,
        No(
            403,
            "This page is too old",
            "Nothing was changed. Go back, load the page again, and repeat. Cookies must be allowed.",
        ),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _say(
        request,
        No(400, "That request cannot be read", "Nothing was changed. Load the page again and repeat."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors, so that it works when everything else does not."""
    no = No(
        500,
        "A fault in Loadbay",
        "Nothing of this step was saved. Try again; if it happens again, tell your administrator the time.",
    )
    return render(None, "errors/fault.html", {"no": no}, status=no.status)  # type: ignore[arg-type]


def asks_for_part(request: HttpRequest) -> bool:
    """Whether a part of the page asked in the background, and not the browser for a whole page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted


def _say(request: HttpRequest, no: No) -> HttpResponse:
    if asks_for_part(request):
        return render(request, "parts/no.html", {"no": no}, status=no.status)
    return render(request, "errors/no.html", {"no": no}, status=no.status)
