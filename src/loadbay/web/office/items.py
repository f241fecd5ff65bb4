"""A product's stock tab: rooms, serialised items and the ledger; and making a product serialised.

Rule: one number opens into its item's life. How many numbers it takes is the stock area's decision.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from loadbay.catalogue import queries as catalogue
from loadbay.dispatch.services.serials import serialise
from loadbay.people.rules import Right
from loadbay.stock import item_queries, queries
from loadbay.web.access import needs
from loadbay.web.forms import form_page, refusals_in, said

PER_PAGE = 50


class SerialiseForm(forms.Form):
    """One box per room in which units lie."""

    def __init__(self, *args: Any, rooms: tuple[queries.RoomStock, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, room in enumerate(rooms):
            attrs = {"rows": 6, "spellcheck": "false", "autocapitalize": "none"}
            self.fields[room.room] = forms.CharField(
                label=f"Serial numbers in {room.room}: {room.position.on_hand} on hand",
                max_length=2_000_000,
                error_messages={"required": "Give the number of every unit that lies there."},
                widget=forms.Textarea(attrs={**attrs, "autofocus": True} if place == 0 else attrs),
                help_text="One per line, for every unit there; parcels to be put back included.",
            )

    @property
    def numbers(self) -> dict[str, list[str]]:
        return {room: text.split() for room, text in self.cleaned_data.items()}


@needs(Right.SEE_OFFICE)
@require_safe
def product_stock(request: HttpRequest, sku: str) -> HttpResponse:
    wanted = request.GET.get("number", "").strip()
    is_all = request.GET.get("items") == "all"
    item = item_queries.item(sku, number=wanted) if wanted else None
    page = item_queries.items(sku, only_here=not is_all, after=request.GET.get("after", ""), limit=PER_PAGE)
    context = {
        "product": catalogue.product_card(sku),
        "stock": queries.show(sku),
        "movements": queries.movements(sku, limit=40),
        "item": item,
        "timeline": item_queries.history(item.id) if item else (),
        "items": page.rows,
        "next_key": page.after,
        "is_all": is_all,
        "tab": "stock",
    }
    return render(request, "office/product_stock.html", context)


@needs(Right.MOVE_STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def serialise_product(request: HttpRequest, sku: str) -> HttpResponse:
    card = queries.show(sku)
    rooms = tuple(room for room in card.rooms if room.position.on_hand)
    form = SerialiseForm(request.POST or None, rooms=rooms)
    if form.is_valid():
        with refusals_in(form, fields={f" in {room.room.lower()};": room.room for room in rooms}):
            counted = serialise(card.sku, numbers=form.numbers)
            said(request, f"{card.sku} is serialised, with the numbers of {counted} items on hand.")
            return redirect("product-stock", sku=card.sku)
    context = {"form": form, "product": catalogue.product_card(sku), "stock": card, "tab": "stock"}
    return form_page(request, "office/serialise.html", context)
