"""Sales Channels: the list, a new one, the card (General, Order Management, Customers, Listings).

Rule: a channel has one marketplace and one programme for good; everything else of it can be changed on the
card, part by part (`channel_forms.py`), and each change is on its timeline.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loadbay.channels import queries, services, setting_rules
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.setting_rules import Difference, SettingNotUsable
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal
from loadbay.jobs.watching import goes_out_after_watching, stops_with_watching
from loadbay.journal.queries import timeline
from loadbay.listings.queries import state_counts
from loadbay.people.rules import Right
from loadbay.stock.queries import rooms as stock_rooms
from loadbay.web.access import needs
from loadbay.web.forms import NOTE, form_page, offer, refusals_in, said
from loadbay.web.office.channel_forms import PARTS, TAB_OF, SettingsForm, form_of
from loadbay.web.words import PROGRAMMES

TABS = {
    "general": "General",
    "order-management": "Order Management",
    "customers": "Customers",
    "listings": "Listings",
}
_ROOMS_LEAD = {
    "smartconnect": "Goods are promised from the first room first. Without a location a room does not feed "
    "this channel.",
    "mfn": "Goods are promised from the first room first.",
}
_FIELDS = {
    "already_there": "code",
    "channel code": "code",
    "marketplace": "marketplace",
    "region": "marketplace",
    "programme": "programme",
    "time zone": "time_zone",
    "pickup": "pickups",
    "stock room": "rooms",
}


def _store_name(country: str) -> str:
    return MARKETPLACES[country].name


class ChannelForm(forms.Form):
    code = forms.CharField(max_length=20, help_text="Short, such as AMZ-UK.")
    description = forms.CharField(max_length=100, required=False)
    connection = forms.ChoiceField()
    marketplace = forms.ChoiceField(
        choices=[(code, MARKETPLACES[code].name) for code in sorted(MARKETPLACES, key=_store_name)],
        initial="GB",
    )
    programme = forms.ChoiceField(choices=list(PROGRAMMES.items()))
    rooms = forms.CharField(
        label="Stock rooms that feed it",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        required=False,
        help_text="One per line with Amazon's location id: MAIN=LBAY. Merchant fulfilled: just MAIN. "
        "Fulfilled by Amazon: none. The first room is taken from first.",
    )
    time_zone = forms.CharField(max_length=60, initial="Europe/London")
    pickups = forms.CharField(
        label="Carrier pickup times",
        initial="16:00",
        max_length=200,
        help_text="When the lorry comes, local time, separated by commas: 11:00, 16:00.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [card.name for card in queries.connections()]
        offer(self, "connection", [(name, name) for name in names])
        codes = ", ".join(code for code, _ in stock_rooms())
        if codes:
            self.fields["rooms"].help_text += f" Your stock rooms: {codes}."

    def clean_rooms(self) -> dict[str, str]:
        rooms: dict[str, str] = {}
        for line in self.cleaned_data["rooms"].splitlines():
            room, _, location = (part.strip() for part in line.partition("="))
            if not line.strip():
                continue
            needs_location = self.cleaned_data.get("programme") == "smartconnect"
            if not room or (needs_location and not location):
                raise forms.ValidationError(
                    f"{line.strip()[:60]!r} is no stock room with its location. Write it like MAIN=LBAY."
                )
            rooms[room.upper()] = location
        return rooms

    def clean_pickups(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.cleaned_data["pickups"].split(",") if part.strip())


@needs(Right.SEE_OFFICE)
@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    context = {"channels": queries.channels(), "has_connection": bool(queries.connections())}
    return render(request, "office/channels.html", {**context, "programmes": PROGRAMMES})


@needs(Right.CHANGE_CHANNELS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_channel(request: HttpRequest) -> HttpResponse:
    form = ChannelForm(request.POST or None)
    if form.is_valid():
        code = keep_channel(request, form)
        if code:
            return redirect("channel", code=code)
    return form_page(request, "office/channel_new.html", {"form": form})


def keep_channel(request: HttpRequest, form: ChannelForm) -> str:
    """Add it and say so; what is refused stands in the form, and no code comes back."""
    with refusals_in(form, fields=_FIELDS):
        made = services.add_channel(services.NewChannel(**form.cleaned_data))
        said(request, f"Sales channel {made.code} is there. Its orders are asked for from now on.")
        return made.code
    return ""


@needs(Right.SEE_OFFICE)
@require_safe
def channel(request: HttpRequest, code: str, tab: str = "general") -> HttpResponse:
    if tab not in TABS:
        raise Http404
    return _card(request, code, tab)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def change(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """One part of the card as it was filled in; what follows from it follows at once."""
    if part not in PARTS:
        raise Http404
    card = queries.channel(code)
    form = form_of(part, card, request.POST)
    if form.is_valid():
        try:
            changed = services.change_channel(code, form.wanted(), now=SystemClock().now())
        except SettingNotUsable as refusal:
            form.add_error(form.field_of(refusal.setting, refusal.part), refusal.sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            _say(request, changed)
            return redirect("channel-tab", code=card.code, tab=TAB_OF[part])
    return _card(request, code, TAB_OF[part], refused=(part, form))


@needs(Right.CHANGE_CHANNELS)
@require_POST
def watch(request: HttpRequest, code: str) -> HttpResponse:
    """Begin or end watch mode; the card has said before what follows."""
    wanted = services.WantedSettings(is_watching=request.POST.get("watch") == "on")
    _say(request, services.change_channel(code, wanted, now=SystemClock().now()))
    return redirect("channel", code=code)


def _say(request: HttpRequest, changed: tuple[Difference, ...]) -> None:
    if not changed:
        said(request, "Nothing was changed.", tone=NOTE)
    for one in changed:
        said(request, f"{one.name}: {one.before} → {one.after}.")


def _card(
    request: HttpRequest, code: str, tab: str, *, refused: tuple[str, SettingsForm] | None = None
) -> HttpResponse:
    card = queries.channel(code)
    forms_of_tab = {part: form_of(part, card) for part, place in TAB_OF.items() if place == tab}
    if refused is not None:
        forms_of_tab[refused[0]] = refused[1]
        refused[1].begin_at_the_first_fault()
    context = {
        "channel": card,
        "tab": tab,
        "tabs": TABS,
        "store": MARKETPLACES[card.marketplace],
        "rooms_lead": _ROOMS_LEAD.get(card.programme, ""),
        "has_rooms": card.programme != "fba",
        "programme": PROGRAMMES.get(card.programme, card.programme),
        "forms": forms_of_tab,
        "facts": {part: _facts(card, part) for part in forms_of_tab},
        "states": state_counts(card.code) if tab == "listings" else {},
        **(_general(card) if tab == "general" else {}),
    }
    status = 422 if refused is not None else 200
    return render(request, "office/channel.html", context, status=status)


def _general(card: queries.ChannelCard) -> dict[str, object]:
    return {
        "goes_out": goes_out_after_watching(card.id) if card.is_watching else (),
        "stops": stops_with_watching(card.id),
        "timeline": timeline(f"channel:{card.code}", limit=20),
    }


_SHOWN = {
    "general": ("description", "time_zone", "dimension_1", "dimension_2"),
    "rooms": ("rooms",),
    "collection": ("pickups", "collection_weekdays", "holidays"),
    "orders": (
        *("order_start_at", "confirms_by_itself", "finishes_with_last_scan"),
        *("external_document_template", "shipping_agent", "onsite_wait_hours"),
        *("sale_prefix", "erp", "allows_multi_currency", "payment_behaviour"),
    ),
    "customers": ("placeholder_customer", "buyer_details_days"),
    "listings": ("price_category", "send_mode", "reservation_ends"),
}


def _facts(card: queries.ChannelCard, part: str) -> list[tuple[str, str]]:
    """A part's settings in words, for those who may only look."""
    return [(setting_rules.WORDS[name], queries.setting_words(card, name)) for name in _SHOWN[part]]
