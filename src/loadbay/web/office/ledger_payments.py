"""Payments by hand on a document of the ledger: registering what came, giving back, reversing an error.

Rule: only documents whose money the shop collects; a refused form keeps what was typed and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal
from loadbay.erp.ledger import queries
from loadbay.erp.ledger.payment_queries import payment as payment_card
from loadbay.erp.ledger.payment_rules import (
    LONGEST_REASON,
    LONGEST_REFERENCE,
    PaymentNotPossible,
    WantedPayment,
)
from loadbay.erp.ledger.queries import DocumentCard
from loadbay.erp.ledger.services import paying
from loadbay.journal.queries import timeline
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import DayInput, form_page, offer, said
from loadbay.web.zone import today


class PaymentForm(forms.Form):
    """Money that came or went back; everything but the amount is the same for both."""

    amount = forms.CharField(max_length=30)
    on = forms.DateField(label="Day", widget=DayInput())
    account = forms.ChoiceField(help_text="Where the money is.")
    reference = forms.CharField(
        max_length=LONGEST_REFERENCE,
        help_text="The number of the bank entry or of the receipt. No names: it stays for good.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = queries.payment_accounts()
        offer(self, "account", [(row.number, f"{row.number} {row.name}") for row in rows])

    def wanted(self) -> WantedPayment:
        return WantedPayment(**self.cleaned_data)


class ReversalForm(forms.Form):
    """Why a payment is taken back, and on which day."""

    reason = forms.CharField(
        max_length=LONGEST_REASON, help_text="Stands on the reversal, such as: booked on the wrong document."
    )
    on = forms.DateField(label="Day", widget=DayInput())


@needs(Right.SEE_OFFICE)
@require_safe
def document(request: HttpRequest, number: str) -> HttpResponse:
    """The document whole, and below what is outstanding a form for what came."""
    return _document(request, queries.document(number), None)


@needs(Right.KEEP_LEDGER)
@require_POST
def pay(request: HttpRequest, number: str) -> HttpResponse:
    return _registered(request, number, paying.register_payment)


@needs(Right.KEEP_LEDGER)
@require_POST
def refund(request: HttpRequest, number: str) -> HttpResponse:
    return _registered(request, number, paying.register_refund)


def _registered(request: HttpRequest, number: str, register: Callable[..., str]) -> HttpResponse:
    card = queries.document(number)
    form = PaymentForm(request.POST)
    if form.is_valid():
        with _refusals_in(form):
            made = register(card.row.number, form.wanted(), now=_now())
            said(request, f"{made} is registered on {card.row.number}.")
            return redirect("ledger-document", number=card.row.number)
    return _document(request, queries.document(number), form)


@needs(Right.KEEP_LEDGER)
@require_http_methods(["GET", "HEAD", "POST"])
def reverse(request: HttpRequest, number: str) -> HttpResponse:
    """A payment that was registered in error is taken back by an entry the other way round."""
    card = payment_card(number)
    form = ReversalForm(request.POST or None, initial={"on": today()})
    if form.is_valid():
        with _refusals_in(form):
            made = paying.reverse_payment(
                card.payment.number,
                reason=form.cleaned_data["reason"],
                on=form.cleaned_data["on"],
                now=_now(),
            )
            said(request, f"{card.payment.number} is reversed with {made}.")
            return redirect("ledger-document", number=card.document)
    return form_page(request, "office/ledger_payment.html", {"card": card, "form": form})


def _document(request: HttpRequest, card: DocumentCard, form: PaymentForm | None) -> HttpResponse:
    owed = card.row.outstanding
    status = 422 if form is not None else 200
    if form is None and owed is not None and owed.amount:
        form = PaymentForm(initial={"on": today(), "amount": str(abs(owed.amount))})
    context = {
        "card": card,
        "form": form,
        "over": queries.over_paid(card.row),
        "timeline": timeline(f"document:{card.row.number}", f"sale:{card.row.sale}", limit=40),
    }
    return render(request, "office/ledger_document.html", context, status=status)


@contextmanager
def _refusals_in(form: forms.Form) -> Iterator[None]:
    """Each refusal beside the field that it names."""
    try:
        yield
    except PaymentNotPossible as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)


def _now() -> datetime:
    return SystemClock().now()
