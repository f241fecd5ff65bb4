"""Sales > Channel orders: all that was staged, with or without a sale, and actions on one or all that fit.

Rule: an action is confirmed with its count before it is done; what is much runs as long work that is watched.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from loadbay.channels import queries as channels
from loadbay.core.errors import Refusal
from loadbay.dispatch.call_queries import field_calls_of_sales
from loadbay.jobs import order_acts
from loadbay.orders import history, order_queries
from loadbay.orders.order_queries import OrderFilter
from loadbay.orders.services.acting import ASKS_AMAZON, WORDS, Act, Acted
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import STOP, DayInput, offer, said
from loadbay.web.words import STATES

MOST_CHOSEN = 200
_SHOWN = 10
_ACTS = [(act.value, words) for act, words in WORDS.items()]


class OrderFilterForm(forms.Form):
    numbers = forms.CharField(label="Order, shipment or sale numbers", required=False, max_length=2000)
    channel = forms.ChoiceField(label="Sales channel", required=False)
    state = forms.ChoiceField(
        label="Here",
        required=False,
        choices=[("", "Any"), *((code, look.words) for code, look in STATES["building"].items())],
    )
    implied_status = forms.ChoiceField(
        label="Implied status",
        required=False,
        choices=[("", "Any"), *((code, code) for code in STATES["implied"])],
    )
    archived = forms.ChoiceField(
        label="Archived", required=False, choices=[("", "No"), ("yes", "Only"), ("any", "Too")]
    )
    flagged = forms.ChoiceField(
        label="Flagged by a rule", required=False, choices=[("", "Any"), ("yes", "Yes")]
    )
    before = forms.DateField(label="Created before", required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, code) for code in channels.channel_codes()]
        offer(self, "channel", [("", "Any"), *codes])

    def wanted(self) -> OrderFilter:
        return OrderFilter.of({name: _plain(value) for name, value in self.cleaned_data.items()})


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@needs(Right.SEE_OFFICE)
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    form, page, wanted = OrderFilterForm(request.GET), None, OrderFilter()
    if form.is_valid():
        after = request.GET.get("after", "")
        wanted = form.wanted()
        page = order_queries.orders(wanted, after=after if after.isdecimal() and len(after) < 19 else None)
    context = {
        "form": form,
        "page": page,
        "filter": urlencode(wanted.as_dict()),
        "is_filtered": any(form.data.get(name) for name in form.fields),
        "acts": _ACTS,
    }
    return render(request, "office/orders.html", context, status=200 if page else 422)


@needs(Right.DECIDE_TASKS)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """How many orders the action concerns, and which are the first of them; nothing is done yet."""
    wanted = _chosen(request)
    act = _act(request)
    if act is None or wanted is None:
        said(request, "Choose orders, or all that fit the filter, and what to do with them.", tone=STOP)
        return _back(request)
    context = {
        "act": act.value,
        "words": WORDS[act],
        "count": order_queries.count(wanted),
        "first": order_queries.orders(wanted, size=_SHOWN).rows,
        "filter": urlencode(wanted.as_dict()),
        "needs_reason": act is Act.IGNORE,
        "asks_amazon": act in ASKS_AMAZON,
        "back": _back_address(request),
    }
    return render(request, "office/orders_confirm.html", context)


@needs(Right.DECIDE_TASKS)
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Do what was confirmed: at once for few, else as long work."""
    wanted, chosen = _filter(request), _act(request)
    if chosen is None:
        return _back(request)
    try:
        begun = order_acts.begin(chosen, wanted, reason=request.POST.get("reason", "")[:200])
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)
        return _back(request)
    if begun.work_id is not None:
        return redirect("work", number=begun.work_id)
    if begun.acted is not None:
        _say(request, chosen, begun.acted)
    return _back(request)


def _say(request: HttpRequest, chosen: Act, acted: Acted) -> None:
    if acted.done:
        what = "1 order" if acted.done == 1 else f"{acted.done} orders"
        said(request, f"{WORDS[chosen]}: done for {what}.")
    for sentence in acted.passed_over[:_SHOWN]:
        said(request, sentence, tone=STOP)


def _chosen(request: HttpRequest) -> OrderFilter | None:
    """All that fit the filter, or those that were ticked, archived ones too."""
    if request.POST.get("all"):
        return _filter(request)
    named = list(dict.fromkeys(request.POST.getlist("shipment")))[:MOST_CHOSEN]
    return OrderFilter(numbers=" ".join(named), archived="any") if named else None


def _filter(request: HttpRequest) -> OrderFilter:
    return OrderFilter.of(QueryDict(request.POST.get("filter", "")[:5000]).dict())


def _act(request: HttpRequest) -> Act | None:
    asked = request.POST.get("act", "")
    return Act(asked) if asked in {act.value for act in Act} else None


def _back_address(request: HttpRequest) -> str:
    """The page the action was begun on: the list of sales, an order, or the channel orders."""
    asked = request.POST.get("back", "")
    if asked.startswith("order:"):
        return asked[:80]
    return asked if asked in {"sales", "orders"} else "orders"


def _back(request: HttpRequest) -> HttpResponseRedirect:
    asked = _back_address(request)
    if asked.startswith("order:"):
        return HttpResponseRedirect(reverse("order", args=[asked.removeprefix("order:").replace("/", "")]))
    return redirect(asked)


@needs(Right.SEE_OFFICE)
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One channel order: its shipments, sales and field calls, and everything that happened to them."""
    card = history.order_of(number)
    calls = field_calls_of_sales([row.sale for row in card.shipments if row.sale])
    subjects = [*card.subjects, *(f"field_call:{call}" for call in calls.values())]
    context = {
        "card": card,
        "rows": [(row, calls.get(row.sale, "")) for row in card.shipments],
        "steps": history.steps(subjects),
        "acts": _ACTS,
        "filter": urlencode(
            OrderFilter(numbers=" ".join(row.shipment_id for row in card.shipments), archived="any").as_dict()
        ),
    }
    return render(request, "office/order.html", context)
