"""The way to the first sales channel: connection, programme, rooms, definitions, what is left.

Rule: each step is an ordinary page on the forms and services that the other pages use. How far somebody came
is what is there already, so the way can be left at any step, and taken up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from loadbay.channels import queries
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.queries import ChannelCard, ConnectionCard
from loadbay.dispatch.queries import printers
from loadbay.journal.queries import has_answered
from loadbay.listings.queries import state_counts
from loadbay.people.rules import Right
from loadbay.stock.queries import rooms as stock_rooms
from loadbay.web.access import needs
from loadbay.web.forms import form_page, offer, said
from loadbay.web.office.channels import ChannelForm, keep_channel
from loadbay.web.office.connections import ConnectionForm, keep_connection
from loadbay.web.office.definition_tables import TABLES
from loadbay.web.office.stock import RoomForm, keep_room
from loadbay.web.words import PROGRAMMES

STEPS = {
    "connection": "Connection",
    "programme": "Marketplace and programme",
    "rooms": "Stock rooms and locations",
    "definitions": "Definitions",
    "left": "What is left",
}
_RETRIEVED = ("shipping-methods", "shipping-carriers", "currencies")
_CHOICE = ("connection", "marketplace", "programme")
_SHORT = {"smartconnect": "SC", "mfn": "MFN", "fba": "FBA"}


@dataclass(frozen=True)
class Step:
    """A step as the strip shows it: done, here, or neither."""

    words: str
    link: str
    mark: str


@dataclass(frozen=True)
class ToMap:
    """A table of definitions of the channel: how many values wait, and why that may not matter."""

    words: str
    page: str
    rows: int
    unmapped: int
    unused: str


class ProgrammeForm(forms.Form):
    connection = forms.ChoiceField()
    marketplace = forms.ChoiceField()
    programme = forms.ChoiceField(choices=list(PROGRAMMES.items()), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cards = queries.connections()
        regions = {card.region for card in cards}
        stores = [store for store in MARKETPLACES.values() if store.region in regions]
        offer(self, "connection", [(card.name, card.name) for card in cards])
        names = [(store.country, store.name) for store in stores]
        offer(self, "marketplace", sorted(names, key=lambda one: one[1]))
        if "GB" in {store.country for store in stores}:
            self.fields["marketplace"].initial = "GB"
        self.fields["programme"].initial = "smartconnect"


class RoomsForm(ChannelForm):
    """The rest of a new channel, once its marketplace and programme are chosen."""

    def __init__(self, data: Any, *, chosen: dict[str, str]) -> None:
        store = MARKETPLACES[chosen["marketplace"]]
        rooms = "\n".join(_room_lines(chosen["programme"]))
        place = "UK" if store.country == "GB" else store.country
        code = f"{_SHORT.get(chosen['programme'], 'AMZ')}-{place}"
        start = {"code": code, "rooms": rooms, "time_zone": store.time_zone, **chosen}
        super().__init__(data, initial=start)
        for name in _CHOICE:
            self.fields[name].widget = forms.HiddenInput()
        if chosen["programme"] == "fba":
            for name in ("rooms", "pickups"):
                self.fields[name].widget = forms.HiddenInput()


def _room_lines(programme: str) -> list[str]:
    """Each room, ready for Amazon's location id where the programme has one."""
    if programme == "fba":
        return []
    return [f"{code}=" if programme == "smartconnect" else code for code, _ in stock_rooms()]


@needs(Right.CHANGE_CONNECTIONS)
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Where the way goes on."""
    return redirect("first-channel-step", step=_next_step())


@needs(Right.CHANGE_CONNECTIONS)
@sensitive_post_parameters("client_secret", "refresh_token")
@require_http_methods(["GET", "HEAD", "POST"])
def walk(request: HttpRequest, step: str) -> HttpResponse:
    """One step; a step whose ground is missing leads back to it."""
    if step not in STEPS or (step in ("definitions", "left") and _first() is None):
        return redirect("first-channel")
    if step != "connection" and not queries.connections():
        return redirect("first-channel-step", step="connection")
    return _PAGES[step](request)


def _connection(request: HttpRequest) -> HttpResponse:
    form = ConnectionForm(request.POST or None)
    if form.is_valid() and keep_connection(request, form):
        return redirect("first-channel-step", step="connection")
    cards = [(card, has_answered(card.id)) for card in queries.connections()]
    return _page(request, "connection", form=form, cards=cards)


def _programme(request: HttpRequest) -> HttpResponse:
    form = ProgrammeForm(request.POST or None, initial=_chosen(request))
    if form.is_valid():
        rooms = reverse("first-channel-step", args=["rooms"])
        return redirect(f"{rooms}?{urlencode(form.cleaned_data)}")
    return _page(request, "programme", form=form, channel=_first())


def _rooms(request: HttpRequest) -> HttpResponse:
    """A room is added, or the channel with its rooms; marketplace and programme stand in the address."""
    card = _first()
    if card is not None:
        return _page(request, "rooms", form=None, channel=card)
    chosen = _chosen(request)
    if not ProgrammeForm(chosen).is_valid():
        return redirect("first-channel-step", step="programme")
    is_room = request.POST.get("act") == "room"
    room = RoomForm(request.POST if is_room else None, prefix="room")
    if room.is_valid() and keep_room(request, room):
        return redirect(request.get_full_path())
    form = RoomsForm(request.POST if request.method == "POST" and not is_room else None, chosen=chosen)
    if form.is_valid() and keep_channel(request, form):
        return redirect("first-channel-step", step="definitions")
    needs_rooms = chosen["programme"] != "fba"
    words = {
        "chosen": f"{MARKETPLACES[chosen['marketplace']].name}, {PROGRAMMES[chosen['programme']]}",
        "room": room if needs_rooms else None,
        "has_rooms": not needs_rooms or bool(stock_rooms()),
    }
    return _page(request, "rooms", form=room if is_room else form, channel_form=form, **words)


def _definitions(request: HttpRequest) -> HttpResponse:
    card = _first()
    if request.method == "POST" and card is not None:
        for name in _RETRIEVED:
            added = TABLES[name].actions["retrieve"].act(card.code)
            said(request, f"{TABLES[name].title}: {len(added)} added; what was there stays as it is.")
        return redirect("first-channel-step", step="definitions")
    return _page(request, "definitions", form=None, channel=card, tables=_to_map(card))


def _left(request: HttpRequest) -> HttpResponse:
    card = _first()
    waiting = [table for table in _to_map(card) if table.unmapped and not table.unused]
    more = {
        "waiting": waiting,
        "has_printer": bool(printers()),
        "has_listing": bool(card and state_counts(card.code)),
    }
    return _page(request, "left", form=None, channel=card, **more)


_PAGES = {
    "connection": _connection,
    "programme": _programme,
    "rooms": _rooms,
    "definitions": _definitions,
    "left": _left,
}


def _page(request: HttpRequest, step: str, *, form: forms.Form | None, **more: Any) -> HttpResponse:
    names, done = list(STEPS), _done()
    context = {
        "step": step,
        "title": STEPS[step],
        "strip": _strip(step, done | ({"programme"} if step == "rooms" else set())),
        "is_tested": "connection" in done,
        "is_retrieved": "definitions" in done,
        "next": names[names.index(step) + 1] if step != names[-1] else "",
        "form": form,
        **more,
    }
    template = f"office/first_channel_{step}.html"
    return render(request, template, context) if form is None else form_page(request, template, context)


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name][:60] for name in _CHOICE if name in request.GET}


def _first() -> ChannelCard | None:
    """The first channel there is, once there is one."""
    return min(queries.channels(), key=lambda card: card.id, default=None)


def _to_map(card: ChannelCard | None) -> list[ToMap]:
    if card is None:
        return []
    found = []
    for name in _RETRIEVED:
        rows = TABLES[name].rows(card.code)
        unmapped = sum(not row.is_mapped for row in rows)
        found.append(ToMap(TABLES[name].title, name, len(rows), unmapped, TABLES[name].unused(card)))
    return found


def _strip(here: str, done: set[str]) -> list[Step]:
    return [
        Step(
            words,
            reverse("first-channel-step", args=[name]),
            "here" if name == here else "done" if name in done else "",
        )
        for name, words in STEPS.items()
    ]


def _done() -> set[str]:
    cards: tuple[ConnectionCard, ...] = queries.connections()
    card = _first()
    done = {"connection"} if any(has_answered(one.id) and one.is_working for one in cards) else set()
    if card is not None:
        done |= {"programme", "rooms"}
        # A new channel knows its own currency; methods and carriers come by retrieving alone.
        if all(table.rows for table in _to_map(card) if table.page != "currencies"):
            done.add("definitions")
    return done


def _next_step() -> str:
    done = _done()
    return next((name for name in STEPS if name not in done), "left")
