"""Sales Channels > Connections: the seller accounts, their keys, and whether each feature works.

Rule: a secret goes in and is never shown again; the test changes nothing at Amazon and names each wrong
thing in words.
"""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loadbay import wiring
from loadbay.channels import checks, queries, services
from loadbay.channels.marketplaces import REGION_ENDPOINTS, TOKEN_ENDPOINT
from loadbay.core.clock import SystemClock
from loadbay.orders.queries import polls
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import form_page, refusals_in, said
from loadbay.web.refusals import asks_for_part

SECRET_LASTS = timedelta(days=180)
_REGIONS = {"eu": "Europe", "na": "North America", "fe": "Far East"}
_FIELDS = {
    "already_there": "name",
    "no name": "name",
    "region": "region",
    "seller id": "seller_id",
    "client id": "client_id",
    "client secret": "client_secret",
    "refresh token": "refresh_token",
    "token endpoint": "token_endpoint",
    "endpoint": "endpoint",
}


def _secret(label: str, *, required: bool = True) -> forms.CharField:
    box = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=4000, widget=box, required=required)


class ConnectionForm(forms.Form):
    name = forms.CharField(max_length=60, help_text="Your own word for it, such as shop-uk.")
    region = forms.ChoiceField(choices=[(code, _REGIONS[code]) for code in REGION_ENDPOINTS], initial="eu")
    seller_id = forms.CharField(label="Seller ID", max_length=40, help_text="The merchant token.")
    client_id = forms.CharField(label="LWA client ID", max_length=200)
    client_secret = _secret("LWA client secret")
    refresh_token = _secret("Refresh token")
    endpoint = forms.CharField(
        label="Endpoint",
        max_length=200,
        required=False,
        help_text="Leave empty for Amazon's own; the simulator has another.",
    )
    token_endpoint = forms.CharField(
        label="Token endpoint", max_length=200, required=False, help_text=f"Leave empty for {TOKEN_ENDPOINT}."
    )


class SecretsForm(forms.Form):
    client_secret = _secret("New client secret", required=False)
    refresh_token = _secret("New refresh token", required=False)

    def clean(self) -> dict[str, str]:
        given = super().clean() or {}
        if not any(given.values()) and not self.errors:
            raise forms.ValidationError("Both boxes are empty. Paste the new secret, the new token, or both.")
        return given


@needs(Right.SEE_OFFICE)
@require_safe
def connections(request: HttpRequest) -> HttpResponse:
    return render(request, "office/connections.html", {"connections": queries.connections()})


@needs(Right.CHANGE_CONNECTIONS)
@sensitive_post_parameters("client_secret", "refresh_token")
@require_http_methods(["GET", "HEAD", "POST"])
def new_connection(request: HttpRequest) -> HttpResponse:
    form = ConnectionForm(request.POST or None)
    if form.is_valid():
        name = keep_connection(request, form)
        if name:
            return redirect("connection", name=name)
    return form_page(request, "office/connection_new.html", {"form": form})


def keep_connection(request: HttpRequest, form: ConnectionForm) -> str:
    """Store it and say so; what is refused stands in the form, and no name comes back."""
    with refusals_in(form, fields=_FIELDS):
        made = services.add_connection(services.NewConnection(**form.cleaned_data))
        said(request, f"Connection {made.name} is stored. Test it now.")
        return made.name
    return ""


@needs(Right.SEE_OFFICE)
@require_safe
def connection(request: HttpRequest, name: str) -> HttpResponse:
    return _card(request, name, SecretsForm())


@needs(Right.CHANGE_CONNECTIONS)
@sensitive_post_parameters("client_secret", "refresh_token")
@require_POST
def change_secrets(request: HttpRequest, name: str) -> HttpResponse:
    form = SecretsForm(request.POST)
    if form.is_valid():
        with refusals_in(form, fields=_FIELDS):
            services.change_secrets(name, now=SystemClock().now(), **form.cleaned_data)
            said(request, f"{name} has its new keys and goes on. Test it now.")
            return redirect("connection", name=name)
    return _card(request, name, form)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def test_connection(request: HttpRequest, name: str) -> HttpResponse:
    """Try every feature. A test that passes lets a stopped connection go on."""
    card = queries.connection(name)
    findings = checks.test_connection(
        wiring.account_desk(queries.connection_row(card.id)), target=checks.target_of(card)
    )
    works = all(finding.works for finding in findings)
    if works:
        services.resume_connection(card.id)
    context = {"findings": findings, "works": works, "connection": card}
    if asks_for_part(request):
        return render(request, "office/connection_findings.html", context)
    return _card(request, name, SecretsForm(), **context)


def _card(request: HttpRequest, name: str, form: SecretsForm, **more: object) -> HttpResponse:
    card = queries.connection(name)
    context = {
        "connection": card,
        "region": _REGIONS.get(card.region, card.region),
        "expires_on": card.secret_set_at + SECRET_LASTS,
        "form": form,
        "polls": [poll for poll in polls() if poll.connection_id == card.id],
        "channels": queries.channels(connection_id=card.id),
        **more,
    }
    return form_page(request, "office/connection.html", context)
