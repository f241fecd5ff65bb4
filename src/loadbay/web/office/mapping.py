"""Related > Setup > Customers, Items, Tax and Locations of a sales channel.

Rule: shape only. What a line may say is decided by `channels.item_rules`, `customer_rules` and `tax_rules`; a
refusal stands beside the field that it names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loadbay.channels import mapping_queries, queries
from loadbay.channels.customer_rules import BEHAVIOURS, BUYERS, PATTERN_FIELDS, BehaviourLine
from loadbay.channels.definition_rules import DefinitionNotUsable, TaxLine
from loadbay.channels.item_rules import CHARGE_NAMES, CODE_TYPES, ITEM, KINDS, ItemLine
from loadbay.channels.services.customers import forget_buyer, pick_customer, save_behaviours
from loadbay.channels.services.items import remove_items, save_items
from loadbay.channels.services.taxes import save_tax
from loadbay.channels.tax_rules import SHOWN
from loadbay.core.errors import Refusal
from loadbay.parties.queries import genuine_customers
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import NOTE, did, form_page, said
from loadbay.web.office.channel_forms import form_of
from loadbay.web.office.channels import TABS

_QUIET = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
MOST_ROWS = 200


def page_of(code: str, page: str) -> dict[str, Any]:
    """What every page under Related > Setup shows of its channel."""
    return {"channel": queries.channel(code), "tabs": TABS, "tab": page}


def tried(request: HttpRequest, form: forms.Form, act: Callable[[], tuple[str, ...]]) -> bool:
    """Do it and say what changed; a refusal goes beside the field that it names."""
    try:
        changed = act()
    except DefinitionNotUsable as refusal:
        form.add_error(refusal.column if refusal.column in form.fields else None, refusal.sentence)
        return False
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return False
    for words in changed:
        said(request, words)
    if not changed:
        said(request, "Nothing was changed.", tone=NOTE)
    return True


# --- items ---


class ItemForm(forms.Form):
    code_type = forms.ChoiceField(label="Code type", choices=list(CODE_TYPES.items()))
    external_id = forms.CharField(
        label="External Code",
        max_length=60,
        widget=forms.TextInput(attrs=_QUIET),
        help_text=f"As Amazon writes it. Charges are called {' and '.join(CHARGE_NAMES)}.",
    )
    kind = forms.ChoiceField(label="Type", choices=list(KINDS.items()), initial=ITEM)
    number = forms.CharField(
        label="No.",
        max_length=60,
        widget=forms.TextInput(attrs=_QUIET),
        help_text="SKU of the product, or the number of the account, resource or charge.",
    )

    def line(self) -> ItemLine:
        given = self.cleaned_data
        return ItemLine(given["code_type"], given["external_id"], given["kind"], given["number"])


@needs(Right.SEE_OFFICE)
@require_safe
def items(request: HttpRequest, code: str) -> HttpResponse:
    start = {name: request.GET[name] for name in ("code_type", "external_id") if name in request.GET}
    return _items(request, code, ItemForm(initial=start))


@needs(Right.CHANGE_CHANNELS)
@require_POST
def map_item(request: HttpRequest, code: str) -> HttpResponse:
    form = ItemForm(request.POST)
    if form.is_valid() and tried(request, form, lambda: save_items(code, [form.line()])):
        return redirect("channel-items", code=code)
    return _items(request, code, form)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def unmap_item(request: HttpRequest, code: str) -> HttpResponse:
    line = ItemLine(request.POST.get("code_type", ""), request.POST.get("external_id", ""))
    did(
        request,
        lambda: remove_items(code, [line]),
        f"{line.name} removed; the usual order counts for it again.",
    )
    return redirect("channel-items", code=code)


def _items(request: HttpRequest, code: str, form: ItemForm) -> HttpResponse:
    search = request.GET.get("search", "").replace("\x00", "")[:60]
    found = mapping_queries.items(code, search=search, most=MOST_ROWS)
    more = mapping_queries.item_count(code, search=search) - len(found) if len(found) == MOST_ROWS else 0
    rows = [{"row": row, "type": CODE_TYPES[row.code_type], "kind": KINDS.get(row.kind, "")} for row in found]
    context = {"form": form, "rows": rows, "search": search, "more": more}
    return form_page(request, "office/channel_items.html", context | page_of(code, "items"))


# --- customers ---


class BehaviourForm(forms.Form):
    """What is done with new customers, or with guests; one form each, told apart by their prefix."""

    behaviour = forms.ChoiceField(
        choices=(
            ("auto_create", "Auto Create: a customer for each buyer, from the template below"),
            ("sales_channel", "Sales Channel: one customer; the buyer's addresses stand on the order"),
            ("manual", "Manual: the order waits until a person picks the customer"),
        ),
        widget=forms.RadioSelect,
    )
    customer = forms.CharField(
        label="Customer",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={**_QUIET, "list": "customers"}),
        help_text="For Sales Channel. Empty: the channel's placeholder.",
    )
    code_pattern = forms.CharField(
        label="Code pattern",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=_QUIET),
        help_text="For Auto Create. May name "
        + ", ".join(f"{{{name}}} ({words})" for name, words in PATTERN_FIELDS.items())
        + ".",
    )
    currency = forms.CharField(label="Currency Code", required=False, max_length=10)
    tax_area = forms.CharField(label="Tax Area Code", required=False, max_length=20)
    payment_terms = forms.CharField(label="Payment Terms Code", required=False, max_length=20)
    dimension_1 = forms.CharField(label="Dimension 1", required=False, max_length=20)
    dimension_2 = forms.CharField(label="Dimension 2", required=False, max_length=20)

    def line(self, buyer: str) -> BehaviourLine:
        return BehaviourLine(buyer, **self.cleaned_data)


def _behaviour_form(line: BehaviourLine, data: Any = None) -> BehaviourForm:
    start = {name: getattr(line, name) for name in BehaviourForm.base_fields}
    return BehaviourForm(data, initial=start, prefix=line.buyer)


@needs(Right.SEE_OFFICE)
@require_safe
def customers(request: HttpRequest, code: str) -> HttpResponse:
    return _customers(request, code)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def change_behaviour(request: HttpRequest, code: str, buyer: str) -> HttpResponse:
    now = next((line for line in mapping_queries.behaviours(code) if line.buyer == buyer), None)
    if now is None:
        raise Http404
    form = _behaviour_form(now, request.POST)
    if form.is_valid() and tried(request, form, lambda: save_behaviours(code, [form.line(buyer)])):
        return redirect("channel-customers", code=code)
    return _customers(request, code, refused=form)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def pick(request: HttpRequest, code: str) -> HttpResponse:
    identity, customer = request.POST.get("identity", ""), request.POST.get("customer", "")
    did(request, lambda: pick_customer(code, identity, customer), "The customer is picked; the orders go on.")
    return redirect("channel-customers", code=code)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def forget(request: HttpRequest, code: str) -> HttpResponse:
    did(request, lambda: forget_buyer(code, request.POST.get("identity", "")), "The pick is forgotten.")
    return redirect("channel-customers", code=code)


def _customers(request: HttpRequest, code: str, *, refused: BehaviourForm | None = None) -> HttpResponse:
    lines = mapping_queries.behaviours(code)
    forms_of = {line.buyer: _behaviour_form(line) for line in lines}
    if refused is not None:
        forms_of[refused.prefix or ""] = refused
    context = {
        "parts": [
            (line, BUYERS[line.buyer], BEHAVIOURS[line.behaviour], forms_of[line.buyer]) for line in lines
        ],
        "buyers": mapping_queries.buyers(code),
        "known": genuine_customers(),
        **page_of(code, "setup-customers"),
    }
    status = 422 if refused is not None else 200
    return render(request, "office/channel_customers.html", context, status=status)


# --- tax and locations ---


class TaxForm(forms.Form):
    shown = forms.ChoiceField(label="Tax", choices=list(SHOWN.items()), widget=forms.RadioSelect)
    account = forms.CharField(
        label="G/L Account",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=_QUIET),
        help_text="What the one line is posted to.",
    )
    leaves_out_collected = forms.BooleanField(
        label="Leave out tax that the marketplace collected",
        required=False,
        help_text="Where Amazon collects and pays tax itself (marketplace facilitator), the sale bears none.",
    )


@needs(Right.SEE_OFFICE)
@require_http_methods(["GET", "HEAD"])
def tax(request: HttpRequest, code: str) -> HttpResponse:
    return _tax(request, code, None)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def change_tax(request: HttpRequest, code: str) -> HttpResponse:
    form = TaxForm(request.POST)
    if form.is_valid() and tried(request, form, lambda: save_tax(code, TaxLine(**form.cleaned_data))):
        return redirect("channel-tax", code=code)
    return _tax(request, code, form)


def _tax(request: HttpRequest, code: str, sent: TaxForm | None) -> HttpResponse:
    line = mapping_queries.tax(code)
    start = {name: getattr(line, name) for name in TaxForm.base_fields}
    context = {"form": sent or TaxForm(initial=start), "line": line, "shown": SHOWN[line.shown]}
    return form_page(request, "office/channel_tax.html", context | page_of(code, "tax"))


@needs(Right.SEE_OFFICE)
@require_safe
def locations(request: HttpRequest, code: str) -> HttpResponse:
    """Which stock room stands for which of Amazon's locations: the same form as on General."""
    context = page_of(code, "locations")
    card = context["channel"]
    context["has_rooms"] = card.programme != "fba"
    facts = [(room.room, room.location or "none") for room in card.rooms]
    return render(
        request, "office/channel_locations.html", context | {"form": form_of("rooms", card), "facts": facts}
    )
