"""A credit on a posted sale, and handing a sale over to the books again.

Rule: whole or by lines, always with a reason; the form bears a key, so that a press too many credits once.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from loadbay.orders import queries
from loadbay.orders.erp_rules import LONGEST_REASON, Creditable
from loadbay.orders.services.crediting import credit_sale, creditable, credits_of
from loadbay.orders.services.documents import hand_over_again
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import did, form_page, refusals_in, said


class CreditForm(forms.Form):
    """Units to credit of each line; nothing is left out in silence: a line without units keeps them."""

    reason = forms.CharField(
        max_length=LONGEST_REASON, help_text="Stands on the credit, such as: came back damaged."
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: tuple[Creditable, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"line-{line.line_id}"] = forms.IntegerField(
                label=f"Units of {line.description} to credit",
                min_value=0,
                max_value=line.left,
                initial=line.left,
                required=False,
            )

    @property
    def rows(self) -> list[tuple[Creditable, forms.BoundField]]:
        return [(line, self[f"line-{line.line_id}"]) for line in self.lines]

    def units(self) -> dict[int, int]:
        return {line.line_id: self.cleaned_data[f"line-{line.line_id}"] or 0 for line in self.lines}


@needs(Right.KEEP_LEDGER)
@require_http_methods(["GET", "HEAD", "POST"])
def credit(request: HttpRequest, number: str) -> HttpResponse:
    card = queries.sale(number)
    lines = creditable(card.row.number)
    form = CreditForm(request.POST or None, lines=lines, initial={"key": uuid4().hex})
    if form.is_valid():
        with refusals_in(form, fields={"reason": "reason"}):
            made = credit_sale(
                card.row.number,
                reason=form.cleaned_data["reason"],
                units=form.units(),
                key=form.cleaned_data["key"],
            )
            said(request, f"{made.number}: {made.amount} credited. The books follow within seconds.")
            return redirect("sale", number=card.row.number)
    context = {"card": card, "form": form, "credits": credits_of(card.row.number)}
    return form_page(request, "office/sale_credit.html", context)


@needs(Right.KEEP_LEDGER)
@require_POST
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """After what the books named was mended."""
    did(request, lambda: hand_over_again(number), f"{number} is handed over again within seconds.")
    return redirect("sale", number=number)
