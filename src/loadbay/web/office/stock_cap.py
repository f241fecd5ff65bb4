"""Stock > Global stock cap: no buyer on any Amazon listing type is shown more than this, with dates.

Rule: it is a setting of the shop; every change goes to Amazon by itself where it changes a number.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from loadbay.listings.figures import global_cap
from loadbay.listings.services import set_stock_cap
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import DayInput, form_page, refusals_in, said
from loadbay.web.zone import today


class StockCapForm(forms.Form):
    units = forms.IntegerField(
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text="Leave it empty to end the cap the day before.",
    )
    valid_from = forms.DateField(label="From", widget=DayInput())
    valid_until = forms.DateField(label="Until", widget=DayInput(), required=False)


@needs(Right.CHANGE_LISTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def stock_cap(request: HttpRequest) -> HttpResponse:
    day = today()
    form = StockCapForm(request.POST or None, initial={"valid_from": day})
    if form.is_valid():
        given = form.cleaned_data
        with refusals_in(form, fields={"end on": "valid_until", "out of range": "units"}):
            set_stock_cap(given["units"], valid_from=given["valid_from"], valid_until=given["valid_until"])
            said(request, _sentence(given["units"], f"{given['valid_from']:%d %b %Y}"))
            return redirect("stock-cap")
    return form_page(request, "office/stock_cap.html", {"form": form, "in_force": global_cap(day)})


def _sentence(units: int | None, day: str) -> str:
    if units is None:
        return f"There is no global stock cap from {day} on."
    return f"From {day} on no buyer is shown more than {units} of anything on Amazon."
