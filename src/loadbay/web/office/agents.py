"""Sales Channels > Shipping agents: who carries parcels, as our books know them, and their services.

Rule: a code stays for good, because sales and definitions name it; names can be changed.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from loadbay.parties import queries, services
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import did, form_page, refusals_in, said

_FIELDS = {"agent_code_taken": "code", "cannot be a code": "code", "name": "name"}
_QUIET = {"autocomplete": "off", "spellcheck": "false"}


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=10, widget=forms.TextInput(attrs=_QUIET), help_text="Up to 10 characters, as books allow."
    )
    name = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class NameForm(forms.Form):
    name = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))


@needs(Right.CHANGE_CHANNELS)
@require_http_methods(["GET", "HEAD", "POST"])
def agents(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form, fields=_FIELDS):
            code = services.add_agent(**form.cleaned_data)
            said(request, f"Shipping agent {code} is there.")
            return redirect("agents")
    return form_page(request, "office/agents.html", {"form": form, "agents": queries.agent_cards()})


@needs(Right.CHANGE_CHANNELS)
@require_http_methods(["GET", "HEAD", "POST"])
def agent(request: HttpRequest, agent: str) -> HttpResponse:
    """An agent's services; a POST adds one."""
    card = queries.agent_card(agent)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form, fields=_FIELDS):
            code = services.add_service(card.code, **form.cleaned_data)
            said(request, f"{card.code} has the service {code}.")
            return redirect("agent", agent=card.code)
    context = {"form": form, "agent": card, "name": NameForm(initial={"name": card.name}, prefix="agent")}
    return form_page(request, "office/agent.html", context)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def rename(request: HttpRequest, agent: str) -> HttpResponse:
    """Another name for the agent, or for one of its services."""
    service, name = request.POST.get("service", ""), request.POST.get("agent-name", "")
    if service:
        did(
            request,
            lambda: services.rename_service(agent, service, name),
            f"Service {service} is called {name.strip()}.",
        )
    else:
        did(request, lambda: services.rename_agent(agent, name), f"{agent} is called {name.strip()}.")
    return redirect("agent", agent=agent)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def remove_service(request: HttpRequest, agent: str) -> HttpResponse:
    service = request.POST.get("service", "")
    did(request, lambda: services.remove_service(agent, service), f"Service {service} of {agent} is removed.")
    return redirect("agent", agent=agent)
