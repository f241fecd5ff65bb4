"""Stock: Goods In, Disposal, Transfer, Enquiry and stock rooms. A product's stock tab is in `items.py`.

Rule: a movement page works with a scanner: code, units, Enter; then the same page again, its room kept.
What may be moved is the stock area's decision.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from loadbay.catalogue.rules import ProductUnknown
from loadbay.core.errors import Refusal
from loadbay.people.rules import Right
from loadbay.stock import item_queries, queries, services
from loadbay.web.access import needs
from loadbay.web.forms import NOTE, OK, Barcode, form_page, offer, refusals_in, said

PER_PAGE = 60
_FIELDS = {
    "units_not_usable": "units",
    "not_enough_stock": "units",
    "bundle_has_no_stock": "code",
    "same_room": "target",
    "reason_missing": "reason",
}
_OF_NUMBERS = ("numbers_differ", "number_taken", "number_not_here", "number_not_usable")
DISPOSAL_REASONS = ("Broken", "Out of date", "Lost", "Own use", "Sample")


class MovementForm(forms.Form):
    """What every movement asks for."""

    code = forms.CharField(
        label="Barcode or SKU",
        max_length=200,
        widget=Barcode(autofocus=True),
        help_text="Scan the product's barcode, or type its SKU. A serial number names its item.",
    )
    units = forms.IntegerField(label="Units", min_value=1, max_value=1_000_000, initial=1)
    numbers = forms.CharField(
        label="Serial numbers",
        max_length=100_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "none"}),
        help_text="Scan the number of each item, one per line. Then Tab and Enter.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = [(code, code if name == code else f"{code} · {name}") for code, name in queries.rooms()]
        for name in ("room", "source", "target"):
            if name in self.fields:
                offer(self, name, rooms)
        self._ask_for_numbers_if_serialised()

    def _ask_for_numbers_if_serialised(self) -> None:
        """Other goods have no numbers, so for them the page stays as short as it was."""
        code = (self.data if self.is_bound else self.initial).get("code", "")
        numbers = self.fields.pop("numbers")
        with suppress(Refusal):
            found = item_queries.scanned(code)
            if found.is_serialised:
                self.fields["numbers"] = numbers  # the last field: from there Tab leads to the button
                self.fields["code"].widget.attrs.pop("autofocus", None)
                numbers.widget.attrs["autofocus"] = True
                numbers.required = not found.number
                numbers.error_messages["required"] = (
                    f"{found.sku} is serialised. Scan the serial number of each item, one per line."
                )

    def clean_code(self) -> str:
        """The SKU behind what was scanned."""
        try:
            found = item_queries.scanned(self.cleaned_data["code"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        self.item = found.number
        return found.sku

    @property
    def given_numbers(self) -> list[str]:
        """The numbers typed or scanned; the item's own when its number was scanned as the code."""
        return self.cleaned_data.get("numbers", "").split() or ([self.item] if self.item else [])

    def refusals(self) -> dict[str, str]:
        """Beside which field a refusal is shown."""
        of_numbers = dict.fromkeys(_OF_NUMBERS, "numbers") if "numbers" in self.fields else {}
        return {**_FIELDS, **of_numbers}


class GoodsInForm(MovementForm):
    room = forms.ChoiceField(label="Stock room")
    reference = forms.CharField(max_length=80, required=False, help_text="Delivery note or order number.")


class DisposalForm(MovementForm):
    room = forms.ChoiceField(label="Stock room")
    reason = forms.CharField(
        max_length=120,
        widget=forms.TextInput(attrs={"list": "reasons"}),
        help_text="Why the goods go, such as broken.",
    )


class TransferForm(MovementForm):
    source = forms.ChoiceField(label="From stock room")
    target = forms.ChoiceField(label="To stock room")


class RoomForm(forms.Form):
    code = forms.CharField(max_length=20, help_text="Short, such as MAIN. It never changes.")
    name = forms.CharField(max_length=80, required=False)
    allows_negative = forms.BooleanField(
        label="May go below zero",
        required=False,
        help_text="For rooms where goods are booked in later than they are taken.",
    )


@needs(Right.MOVE_STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def goods_in(request: HttpRequest) -> HttpResponse:
    form = GoodsInForm(request.POST or None, initial=_kept(request))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_in(form, fields=form.refusals()):
            moved = services.goods_in(
                sku=given["code"],
                room=given["room"],
                units=given["units"],
                reference=given["reference"],
                numbers=form.given_numbers,
            )
            _say_moved(request, moved)
            return _again("goods-in", room=given["room"], reference=given["reference"])
    return _movement_page(request, form, "Goods In", "Goods that arrived. Amazon hears of it by itself.")


@needs(Right.MOVE_STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def disposal(request: HttpRequest) -> HttpResponse:
    form = DisposalForm(request.POST or None, initial=_kept(request))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_in(form, fields=form.refusals()):
            moved = services.dispose(
                sku=given["code"],
                room=given["room"],
                units=given["units"],
                reason=given["reason"],
                numbers=form.given_numbers,
            )
            _say_moved(request, moved)
            return _again("disposal", room=given["room"], reason=given["reason"])
    return _movement_page(request, form, "Disposal", "Goods that can no longer be sold, with the reason.")


@needs(Right.MOVE_STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest) -> HttpResponse:
    form = TransferForm(request.POST or None, initial=_kept(request))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_in(form, fields=form.refusals()):
            moved = services.transfer(
                sku=given["code"],
                source=given["source"],
                target=given["target"],
                units=given["units"],
                numbers=form.given_numbers,
            )
            _say_moved(request, moved)
            return _again("transfer", source=given["source"], target=given["target"])
    return _movement_page(request, form, "Transfer", "From one stock room to another.")


@needs(Right.SEE_OFFICE)
@require_safe
def enquiry(request: HttpRequest) -> HttpResponse:
    code, room = request.GET.get("code", "").strip(), request.GET.get("room", "")
    wrong = ""
    if code:
        try:
            return _to_what_was_scanned(item_queries.scanned(code))
        except ProductUnknown:
            wrong = "No product and no serialised item has this code."
        except Refusal as refusal:
            wrong = refusal.sentence
    rows = queries.enquiry(room=room, after_sku=request.GET.get("after", ""), limit=PER_PAGE + 1)
    shown, next_key = _whole_products(rows)
    context = {
        "rows": shown,
        "next_key": next_key,
        "rooms": queries.rooms(),
        "room": room,
        "code": code,
        "wrong": wrong,
    }
    return render(request, "office/stock_enquiry.html", context)


def _to_what_was_scanned(found: item_queries.Scanned) -> HttpResponseRedirect:
    page = reverse("product-stock", args=[found.sku])
    return redirect(f"{page}?{urlencode({'number': found.number})}" if found.number else page)


@needs(Right.MOVE_STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request: HttpRequest) -> HttpResponse:
    form = RoomForm(request.POST or None)
    if form.is_valid():
        if keep_room(request, form):
            return redirect("stock-rooms")
    return form_page(request, "office/stock_rooms.html", {"form": form, "rooms": queries.rooms()})


def keep_room(request: HttpRequest, form: RoomForm) -> str:
    """Add it and say so; what is refused stands in the form, and no code comes back."""
    with refusals_in(form, fields={"room_not_usable": "code"}):
        room = services.add_room(**form.cleaned_data)
        said(request, f"Stock room {room.code} is there. Book goods in, or feed a sales channel from it.")
        return room.code
    return ""


def _movement_page(request: HttpRequest, form: MovementForm, title: str, lead: str) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead, "reasons": DISPOSAL_REASONS}
    return form_page(request, "office/movement.html", {**context, "has_rooms": bool(queries.rooms())})


def _kept(request: HttpRequest) -> dict[str, str]:
    """The last movement's room and papers, so that the next one is only a scan."""
    names = ("room", "source", "target", "reference", "reason", "code")
    return {name: request.GET[name] for name in names if name in request.GET}


def _again(page: str, **kept: str) -> HttpResponseRedirect:
    given = {name: value for name, value in kept.items() if value}
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode(given)}")


def _say_moved(request: HttpRequest, moved: services.Moved) -> None:
    rooms = "; ".join(f"{room.room}: {room.before} → {room.after}" for room in moved.rooms)
    said(request, f"{moved.sku} is booked. On hand in {rooms}.", tone=OK)
    if moved.uncovered:
        said(
            request,
            f"{moved.uncovered} promised units of {moved.sku} are no longer covered. Book goods in, "
            "or expect a task for the orders concerned.",
            tone=NOTE,
        )


def _whole_products(
    rows: tuple[queries.EnquiryRow, ...],
) -> tuple[tuple[queries.EnquiryRow, ...], str | None]:
    """A product is not cut between two pages: the one that may go on is left to the next page."""
    if len(rows) <= PER_PAGE:
        return rows, None
    whole = tuple(row for row in rows if row.sku != rows[-1].sku)
    if not whole:
        return rows, rows[-1].sku
    return whole, whole[-1].sku
