"""Light, dark, or as the device has it: kept in a cookie, so it works before signing in too.

Rule: the server writes the choice into the page, so nothing flickers and no script is needed.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from loadbay.web.access import open_to_all

COOKIE = "loadbay_theme"
THEMES = ("auto", "light", "dark")
_A_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


@open_to_all
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = HttpResponseRedirect(back if safe else "/")
    chosen = request.POST.get("theme", "auto")
    response.set_cookie(
        COOKIE,
        chosen if chosen in THEMES else "auto",
        max_age=_A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return response
