"""Sales: the list, and one sale with its lines, its buyer as far as known, and what happened.

Rule: buyer data is shown only to those with the right to see it, and each view of it is noted; where a field
is empty the page says why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from loadbay.channels import queries as channels
from loadbay.journal.queries import timeline
from loadbay.journal.services import note
from loadbay.orders import queries
from loadbay.orders.order_queries import OrderFilter
from loadbay.orders.rule_queries import flags_of_shipment
from loadbay.orders.rules import CONFIRMABLE, REJECTABLE_WHEN_UNSAID, REJECTIONS
from loadbay.orders.services import amending
from loadbay.orders.services.acting import WORDS
from loadbay.orders.services.answering import want_confirmation, want_rejection
from loadbay.orders.services.crediting import credits_of
from loadbay.orders.shortages import shortages_of
from loadbay.people.rules import Right, may
from loadbay.web.access import needs
from loadbay.web.forms import did, offer
from loadbay.web.words import PROGRAMMES, STATES

_REASONS = {"OUT_OF_STOCK": "Out of stock", "CUSTOMER_REQUESTED": "The customer asked for it"}
_FIELD_NAMES = {
    "name": "Name",
    "address": "Address",
    "postal_code": "Postcode",
    "country": "Country",
    "phone": "Telephone",
    "email": "E-mail",
    "payment_method": "Payment method",
}


class SaleFilterForm(forms.Form):
    text = forms.CharField(label="Sale, order or shipment number", required=False, max_length=100)
    order_status = forms.ChoiceField(
        label="Order status",
        required=False,
        choices=[("", "Any"), *((code, code) for code in STATES["sale"])],
    )
    implied_status = forms.ChoiceField(
        label="Implied status",
        required=False,
        choices=[("", "Any"), *((code, code) for code in STATES["implied"])],
    )
    channel = forms.ChoiceField(label="Sales channel", required=False)
    archived = forms.ChoiceField(
        label="Archived", required=False, choices=[("", "No"), ("yes", "Only"), ("any", "Too")]
    )
    programme = forms.ChoiceField(
        label="Programme", required=False, choices=[("", "Any"), *PROGRAMMES.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, code) for code in channels.channel_codes()]
        offer(self, "channel", [("", "Any"), *codes])


@needs(Right.SEE_OFFICE)
@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    form = SaleFilterForm(request.GET)
    page = None
    if form.is_valid():
        after = request.GET.get("after", "")
        wanted = queries.SaleFilter(**form.cleaned_data)
        page = queries.sales(wanted, after=after if after.isdecimal() and len(after) < 19 else None)
    context = {
        "form": form,
        "page": page,
        "is_filtered": any(form.data.get(name) for name in form.fields),
        "waiting": queries.waiting_shipments(limit=20),
        "filter": urlencode(_as_orders(form).as_dict()),
        "acts": [(act.value, words) for act, words in WORDS.items()],
    }
    return render(request, "office/sales.html", context, status=200 if page else 422)


def _as_orders(form: SaleFilterForm) -> OrderFilter:
    """The same filter, over channel orders whose sale is built."""
    given = form.cleaned_data
    return OrderFilter.of({**given, "numbers": given.get("text", ""), "state": "built"})


@needs(Right.SEE_OFFICE)
@never_cache
@require_safe
def sale(request: HttpRequest, number: str) -> HttpResponse:
    card = queries.sale(number)
    context = {
        "card": card,
        "flags": flags_of_shipment(card.row.shipment_id),
        "shortages": shortages_of(card.row.shipment_id) if card.row.held_because else (),
        "waits_for_answer": amending.is_held(card.row.held_because),
        "credits": credits_of(card.row.number),
        "can_confirm": card.row.channel_status in CONFIRMABLE,
        "can_decline": card.row.channel_status in REJECTABLE_WHEN_UNSAID,
        "reasons": [(code, _REASONS.get(code, code)) for code in REJECTIONS],
        "buyer": _buyer(request, card) if may(request.user.role, Right.SEE_BUYERS) else None,
        "timeline": timeline(
            f"sale:{card.row.number}",
            f"shipment:{card.row.shipment_id}",
            f"field_call:{card.row.field_call}",
            limit=80,
        ),
    }
    return render(request, "office/sale.html", context)


@needs(Right.DECIDE_TASKS)
@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Promise Amazon to ship, where the channel leaves that to a person or Amazon declined it once."""
    card = queries.sale(number)
    sentence = f"{card.row.number} is to be confirmed; Amazon is told at once."
    return _done(request, number, lambda: want_confirmation(card.row.shipment_id), sentence)


@needs(Right.DECIDE_TASKS)
@require_POST
def ship_anyway(request: HttpRequest, number: str) -> HttpResponse:
    """A person answers: the buyer's wish, or what Amazon changed, does not stop it."""
    card = queries.sale(number)
    sentence = f"{card.row.number} is shipped anyway; the bench takes it again."
    return _done(request, number, lambda: amending.ship_anyway(card.row.shipment_id), sentence)


@needs(Right.DECIDE_TASKS)
@require_POST
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """Decline the whole shipment, as long as Amazon allows it; it counts against the cancellation rate."""
    card, reason = queries.sale(number), request.POST.get("reason", "")
    sentence = f"{card.row.number} is to be declined; Amazon cancels it, and then it is cancelled here."
    return _done(request, number, lambda: want_rejection(card.row.shipment_id, reason=reason), sentence)


def _done(
    request: HttpRequest, number: str, act: Callable[[], object], sentence: str
) -> HttpResponseRedirect:
    did(request, act, sentence)
    return redirect("sale", number=number)


def _buyer(request: HttpRequest, card: queries.SaleCard) -> list[tuple[str, str, str]]:
    """(label, value, why it is empty) of every buyer field; seeing a value is noted with who saw it."""
    fields = queries.buyer(card.row.number)
    if any(field.value for field in fields) and request.method == "GET":
        note(f"sale:{card.row.number}", "Buyer details were looked at.", what="buyer_seen")
    return [(_FIELD_NAMES.get(field.name, field.name), field.value, field.why_empty) for field in fields]
