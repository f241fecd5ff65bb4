"""Sales Channels: the list, a new one, the card (General, Order Management, Customers, Listings), and
Related > Setup > Order Status Matrix.

Rule: a channel has one marketplace and one programme; what came with it (customer, agent, matrix) is shown.
"""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from loadbay.channels import queries, services
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.listings.queries import state_counts
from loadbay.people.rules import Right
from loadbay.stock.queries import rooms as stock_rooms
from loadbay.web.access import needs
from loadbay.web.forms import form_page, refusals_in, said

TABS = {
    "general": "General",
    "order-management": "Order Management",
    "customers": "Customers",
    "listings": "Listings",
}
PROGRAMMES = {"smartconnect": "Amazon SmartConnect"}
_SEND_MODES = {"at_once": "At once", "on_schedule": "On schedule"}
_RESERVATION_ENDS = {"label": "When the label is made", "shipped": "When the parcel is shipped"}
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


class ChannelForm(forms.Form):
    code = forms.CharField(max_length=20, help_text="Short, such as AMZ-UK.")
    description = forms.CharField(max_length=100, required=False)
    connection = forms.ChoiceField()
    marketplace = forms.ChoiceField(
        choices=sorted(((code, store.name) for code, store in MARKETPLACES.items()), key=lambda one: one[1]),
        initial="GB",
    )
    programme = forms.ChoiceField(choices=list(PROGRAMMES.items()))
    rooms = forms.CharField(
        label="Stock rooms that feed it",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One per line with Amazon's location id: MAIN=LBAY. The first room is taken from first.",
    )
    time_zone = forms.CharField(max_length=60, initial="Europe/London")
    pickups = forms.CharField(
        label="Carrier pickup times",
        initial="16:00",
        max_length=200,
        help_text="When the lorry comes, local time, separated by commas: 11:00, 16:00.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        names = [card.name for card in queries.connections()]
        self.fields["connection"].choices = [(name, name) for name in names]
        codes = ", ".join(code for code, _ in stock_rooms())
        if codes:
            self.fields["rooms"].help_text += f" Your stock rooms: {codes}."

    def clean_rooms(self) -> dict[str, str]:
        rooms: dict[str, str] = {}
        for line in self.cleaned_data["rooms"].splitlines():
            room, equals, location = (part.strip() for part in line.partition("="))
            if not line.strip():
                continue
            if not equals or not room or not location:
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
        with refusals_in(form, fields=_FIELDS):
            made = services.add_channel(services.NewChannel(**form.cleaned_data))
            said(request, f"Sales channel {made.code} is there. Its shipments are asked for from now on.")
            return redirect("channel", code=made.code)
    return form_page(request, "office/channel_new.html", {"form": form})


@needs(Right.SEE_OFFICE)
@require_safe
def channel(request: HttpRequest, code: str, tab: str = "general") -> HttpResponse:
    if tab not in TABS:
        raise Http404
    card = queries.channel(code)
    context = {
        "channel": card,
        "tab": tab,
        "tabs": TABS,
        "store": MARKETPLACES[card.marketplace],
        "programme": PROGRAMMES.get(card.programme, card.programme),
        "send_mode": _SEND_MODES.get(card.send_mode, card.send_mode),
        "reservation_ends": _RESERVATION_ENDS.get(card.reservation_ends, card.reservation_ends),
        "states": state_counts(card.code) if tab == "listings" else {},
    }
    return render(request, "office/channel.html", context)


@needs(Right.SEE_OFFICE)
@require_safe
def matrix(request: HttpRequest, code: str) -> HttpResponse:
    card = queries.channel(code)
    context = {"channel": card, "lines": queries.matrix_rows(card.code), "tabs": TABS, "tab": "matrix"}
    return render(request, "office/channel_matrix.html", context)
