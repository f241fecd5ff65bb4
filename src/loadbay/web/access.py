"""Who may see a page. Every view carries exactly one guard: `needs(Right.X)` or `open_to_all`.

Rule: what a role may do stands in `people/rules.py` and nowhere else. The guard also tells the areas below
who is acting, shows times in the shop's own zone, and turns a refusal into a page (`refusals.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from loadbay.core.actor import acting_as
from loadbay.core.errors import Refusal, Trouble
from loadbay.people.rules import Right, may
from loadbay.web.refusals import asks_for_part, not_allowed, refused, troubled
from loadbay.web.zone import shop_zone

View = Callable[..., HttpResponseBase]


def needs(right: Right) -> Callable[[View], View]:
    """Only for people whose role has the right; others are told in words whom to ask."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if not may(request.user.role, right):
                return not_allowed(request, right)
            return _acting(view, request, *args, **kwargs)

        guarded.guard = right  # type: ignore[attr-defined]
        return guarded

    return guard


def signed_in(view: View) -> View:
    """For everybody who has signed in, whatever the role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return _acting(view, request, *args, **kwargs)

    guarded.guard = "signed in"  # type: ignore[attr-defined]
    return guarded


def open_to_all(view: View) -> View:
    """For pages that must work before anybody has signed in."""
    view.guard = "open"  # type: ignore[attr-defined]
    return view


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Come back to this page afterwards. A fragment asked for in the background sends the whole page."""
    back = request.get_full_path() if request.method == "GET" and not asks_for_part(request) else "/"
    address = f"{reverse('sign-in')}?{urlencode({'next': back})}"
    if asks_for_part(request):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def _acting(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
    with acting_as(request.user.get_username()), timezone.override(shop_zone()):
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return refused(request, refusal)
        except Trouble as trouble:
            return troubled(request, trouble)
