"""Administration > API tokens: what programs sign in with, what each may do, what it was used for.

Rule: the secret stands on one page, once, right after it was made; afterwards nobody can be shown it.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loadbay.core.clock import SystemClock
from loadbay.people import token_queries as queries
from loadbay.people import tokens as services
from loadbay.people.rules import Right
from loadbay.people.token_rules import AREAS, READ, WRITE
from loadbay.web.access import needs
from loadbay.web.forms import Barcode, did, form_page, refusals_in

_VERBS = {READ: "read", WRITE: "read and change"}
_CHOICES = [
    (f"{area}:{verb}", f"{words}: {_VERBS[verb]}") for area, (words, verbs) in AREAS.items() for verb in verbs
]
_LIVES = [("30", "30 days"), ("90", "90 days"), ("365", "One year"), ("", "Until it is revoked")]


class NewTokenForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        widget=Barcode(),
        help_text="After the program that uses it, such as web-shop. It stands in every timeline.",
    )
    days = forms.TypedChoiceField(
        label="Works for", choices=_LIVES, coerce=int, empty_value=None, required=False, initial="365"
    )
    scopes = forms.MultipleChoiceField(label="It may", choices=_CHOICES, widget=forms.CheckboxSelectMultiple)


@needs(Right.CHANGE_TOKENS)
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("search", "").strip()[:100]
    context = {"tokens": queries.tokens(search), "search": search, "now": SystemClock().now()}
    return render(request, "office/tokens.html", context)


@needs(Right.CHANGE_TOKENS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    form = NewTokenForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_in(form, fields={"token_name_taken": "name", "token name": "name", "scope": "scopes"}):
            made = services.add_token(
                given["name"], scopes=given["scopes"], days=given["days"], now=SystemClock().now()
            )
            return render(request, "office/token_made.html", {"made": made, "token": made.token})
    return form_page(request, "office/token_new.html", {"form": form})


@needs(Right.CHANGE_TOKENS)
@require_safe
def token(request: HttpRequest, name: str) -> HttpResponse:
    card = queries.token(name)
    context = {"token": card, "uses": queries.uses(card.name), "now": SystemClock().now()}
    return render(request, "office/token.html", context)


@needs(Right.CHANGE_TOKENS)
@require_POST
def revoke(request: HttpRequest, name: str) -> HttpResponse:
    now = SystemClock().now()
    did(request, lambda: services.revoke_token(name, now=now), f"The API token {name} works no longer.")
    return redirect("tokens")
