"""Product Info > Financial > Retail prices: one price per customer category, with dates.

Rule: a price in the Amazon category is what makes a product an Amazon product; the page says so.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loadbay.catalogue import queries, services
from loadbay.channels import queries as channels
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.core.clock import SystemClock
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import DayInput, did, form_page, refusals_in, said
from loadbay.web.office.product_rows import page_of_products
from loadbay.web.refusals import asks_for_part

_CATEGORIES = ("Amazon", "Retail")
_FIELDS = {
    "price_not_usable": "amount",
    "category_unknown": "category",
    "currency": "currency",
    "amount": "amount",
}


class PriceForm(forms.Form):
    category = forms.ChoiceField(label="Customer category", choices=[(name, name) for name in _CATEGORIES])
    amount = forms.CharField(
        label="Price, tax included",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text="Such as 12.99.",
    )
    currency = forms.CharField(max_length=3, min_length=3)
    valid_from = forms.DateField(label="From", widget=DayInput())


@needs(Right.SEE_OFFICE)
@require_safe
def retail_prices(request: HttpRequest) -> HttpResponse:
    context = {"page": page_of_products(request), "here": "retail-prices", "target": "product-prices"}
    template = "office/products_table.html" if asks_for_part(request) else "office/retail_prices.html"
    return render(request, template, context)


@needs(Right.SEE_OFFICE)
@require_safe
def product_prices(request: HttpRequest, sku: str) -> HttpResponse:
    return _page(request, sku, PriceForm(initial=_start(request)))


@needs(Right.CHANGE_PRODUCTS)
@require_http_methods(["POST"])
def set_price(request: HttpRequest, sku: str) -> HttpResponse:
    form = PriceForm(request.POST)
    if form.is_valid():
        with refusals_in(form, fields=_FIELDS):
            made = services.set_price(sku=sku, **form.cleaned_data)
            said(request, f"{made.sku} costs {made.price} for {made.category} from {made.valid_from:%d %b}.")
            return redirect("product-prices", sku=sku)
    return _page(request, sku, form)


@needs(Right.CHANGE_PRODUCTS)
@require_POST
def end_price(request: HttpRequest, sku: str) -> HttpResponse:
    """The price is valid today for the last time."""
    category, currency = request.POST.get("category", ""), request.POST.get("currency", "")

    def act() -> object:
        return services.end_price(sku=sku, category=category, currency=currency, last_day=_today())

    did(request, act, f"The price of {sku} for {category} ends today.")
    return redirect("product-prices", sku=sku)


def _page(request: HttpRequest, sku: str, form: PriceForm) -> HttpResponse:
    context = {"product": queries.product_card(sku), "tab": "prices", "form": form, "today": _today()}
    return form_page(request, "office/product_prices.html", context)


def _start(request: HttpRequest) -> dict[str, Any]:
    listed = channels.channels()
    currency = MARKETPLACES[listed[0].marketplace].currency if listed else "GBP"
    return {"category": "Amazon", "currency": currency, "valid_from": _today()}


def _today() -> date:
    return SystemClock().now().date()
