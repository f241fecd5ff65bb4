"""What a bench is called: kept in a cookie of its device, else named after the person who signed in.

Rule: two devices with the same name are one bench to the packing rules, so each should have its own; the
printer called like the bench prints its labels.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from loadbay.dispatch.bench_rules import STATION_LIMIT
from loadbay.people.rules import Right
from loadbay.web.access import needs

COOKIE = "loadbay_station"
_TEN_YEARS = 3650 * 24 * 3600


class StationForm(forms.Form):
    name = forms.RegexField(
        regex=r"^[\w .@+-]+$",
        label="Name of this bench",
        max_length=STATION_LIMIT,
        error_messages={"invalid": "Use letters, digits, blanks and . @ + - _ only."},
        help_text="One name per device, such as Bench 1. Its labels come out of the printer of that name, "
        "else of the default printer.",
    )


def station_of(request: HttpRequest) -> str:
    named = request.COOKIES.get(COOKIE, "")[:STATION_LIMIT].strip()
    return named if named.isprintable() and named else request.user.get_username()[:STATION_LIMIT]


@needs(Right.PACK)
@require_http_methods(["GET", "HEAD", "POST"])
def choose_station(request: HttpRequest) -> HttpResponse:
    form = StationForm(request.POST or None, initial={"name": station_of(request)})
    if form.is_valid():
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
        response = redirect(back if safe else "bench")
        response.set_cookie(
            COOKIE,
            form.cleaned_data["name"].strip(),
            max_age=_TEN_YEARS,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
        return response
    return render(request, "bench/station.html", {"form": form}, status=422 if form.is_bound else 200)
