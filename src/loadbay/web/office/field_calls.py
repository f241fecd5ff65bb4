"""Field Calls > Field Call Enquiry, and the card of one field call with what can be done to it.

Rule: the enquiry opens as the guide asks for it: carrier Amazon SmartConnect, collection date today, in the
order of the pickup times. What is allowed in which state is dispatch's decision.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from loadbay.channels import queries as channels
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal, Trouble
from loadbay.dispatch import queries
from loadbay.dispatch.box_queries import house_boxes
from loadbay.dispatch.services import boxes, completing, labels, reopening, stopping, tracking
from loadbay.jobs.looking import know_cancellations_of
from loadbay.journal.queries import timeline
from loadbay.parties.queries import agents
from loadbay.people.rules import Right
from loadbay.stock.queries import rooms
from loadbay.web.access import needs
from loadbay.web.bench.station import station_of
from loadbay.web.forms import NOTE, STOP, DayInput, did, offer, said
from loadbay.web.words import STATES
from loadbay.web.zone import today

CARRIER = "Amazon SmartConnect"
_CONTENT_TYPES = {"png": "image/png", "pdf": "application/pdf", "zpl": "text/plain; charset=utf-8"}


class EnquiryForm(forms.Form):
    """What to look for; nothing chosen means any."""

    carrier = forms.ChoiceField(required=False)
    collection_date = forms.DateField(label="Carrier Collection Date", required=False, widget=DayInput())
    state = forms.ChoiceField(label="Status", required=False)
    channel = forms.ChoiceField(label="Sales channel", required=False)
    room = forms.ChoiceField(label="Stock room", required=False)
    text = forms.CharField(label="Number or SKU", required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carriers = sorted({CARRIER, *(name for _, name in agents())})
        states = [(code, look.words) for code, look in STATES["field_call"].items()]
        self._choose("carrier", [(name, name) for name in carriers])
        self._choose("state", states)
        self._choose("channel", [(code, code) for code in channels.channel_codes()])
        self._choose("room", [(code, code) for code, _ in rooms()])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        offer(self, name, [("", "Any"), *choices])

    def wanted(self) -> queries.FieldCallFilter:
        return queries.FieldCallFilter(**self.cleaned_data)


def enquiry_form(request: HttpRequest) -> EnquiryForm:
    """The filter as asked for, else the day's collection."""
    asked = request.GET if set(request.GET) - {"after"} else None
    return EnquiryForm(asked or {"carrier": CARRIER, "collection_date": today().isoformat()})


@needs(Right.PACK)
@require_safe
def enquiry(request: HttpRequest) -> HttpResponse:
    form = enquiry_form(request)
    page = None
    if form.is_valid():
        page = queries.enquiry(form.wanted(), after=_page_key(request))
    context = {"form": form, "page": page, "is_today": form.data.get("collection_date") == str(today())}
    return render(request, "office/field_calls.html", context, status=200 if page else 422)


@needs(Right.PACK)
@require_safe
def field_call(request: HttpRequest, number: str) -> HttpResponse:
    card = queries.field_call(number)
    context = {
        "card": card,
        "boxes": house_boxes() if card.may_change_box else (),
        "timeline": timeline(f"field_call:{card.row.number}", limit=60),
    }
    return render(request, "office/field_call.html", context)


@needs(Right.COMPLETE)
@require_POST
def complete(request: HttpRequest, number: str) -> HttpResponse:
    look_for_cancellations(request, [number])
    return _done(
        request,
        number,
        lambda: completing.complete(number, now=SystemClock().now()),
        f"{number} is completed. Amazon is told that it was shipped.",
    )


@needs(Right.PACK)
@require_POST
def ship(request: HttpRequest, number: str) -> HttpResponse:
    """Tracking numbers and carrier as they were filled in, one number for each parcel."""
    given = {name: request.POST.get(name, "") for name in ("carrier_code", "carrier_name", "method")}
    wanted = tracking.Shipped(tuple(request.POST.getlist("tracking"))[:100], **given)
    try:
        said(request, tracking.ship(number, wanted, now=SystemClock().now()))
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)
    return redirect("field-call", number=number)


@needs(Right.COMPLETE)
@require_POST
def tell_again(request: HttpRequest, number: str) -> HttpResponse:
    return _done(request, number, lambda: tracking.tell_again(number), f"Amazon is told of {number} again.")


@needs(Right.PACK)
@require_POST
def reprint(request: HttpRequest, number: str) -> HttpResponse:
    station = station_of(request)
    sentence = f"The label of {number} is printed again, the same as before."
    return _done(request, number, lambda: labels.reprint(number, station=station), sentence)


@needs(Right.PACK)
@require_POST
def regenerate(request: HttpRequest, number: str) -> HttpResponse:
    sentence = f"A new label for {number} is asked for. The old one is void: take it off the box."
    return _done(request, number, lambda: labels.regenerate(number), sentence)


@needs(Right.PACK)
@require_POST
def label_again(request: HttpRequest, number: str) -> HttpResponse:
    sentence = f"The label of {number} is asked for again."
    return _done(request, number, lambda: labels.want_label_again(number), sentence)


@needs(Right.PACK)
@require_POST
def put_back(request: HttpRequest, number: str) -> HttpResponse:
    sentence = f"The goods of {number} are back on the shelf and can be sold again."
    return _done(request, number, lambda: stopping.put_back(number), sentence)


@needs(Right.PACK)
@require_POST
def open_again(request: HttpRequest, number: str) -> HttpResponse:
    station = station_of(request)
    sentence = f"{number} is open again at {station}. Change its box there, then Packing Finished."

    def act() -> object:
        return reopening.open_again(number, station=station, user_id=request.user.pk, now=SystemClock().now())

    return _done(request, number, act, sentence)


@needs(Right.PACK)
@require_POST
def change_box(request: HttpRequest, number: str, package_id: str) -> HttpResponse:
    given = {name: request.POST.get(name, "").strip()[:60] for name in ("size", "weight", "box")}
    change = boxes.Change(**given)
    sentence = f"The box of {package_id} is changed. Amazon is told, and asked for its label."
    return _done(
        request, number, lambda: boxes.change_box(number, package_id=package_id, change=change), sentence
    )


@needs(Right.PACK)
@require_safe
def label_file(request: HttpRequest, number: str, package_id: str) -> HttpResponse:
    """The stored bytes of one parcel's label, as they went to the printer."""
    for found, kind, content in queries.label_bytes(number):
        if found == package_id:
            response = HttpResponse(content, content_type=_CONTENT_TYPES[kind])
            response["Content-Disposition"] = f'inline; filename="{number}-{package_id}.{kind}"'
            response["Cache-Control"] = "no-store"
            return response
    raise labels.NoLabelYet(f"{number} has no label for {package_id} yet.")


def look_for_cancellations(request: HttpRequest, numbers: list[str]) -> None:
    """Known before completing; an Amazon that does not answer must not keep the lorry waiting."""
    try:
        know_cancellations_of(numbers)
    except Trouble as trouble:
        said(request, f"Cancellations could not be looked up. {trouble.sentence}", tone=NOTE)


def _done(
    request: HttpRequest, number: str, act: Callable[[], object], sentence: str
) -> HttpResponseRedirect:
    did(request, act, sentence)
    return redirect("field-call", number=number)


def _page_key(request: HttpRequest) -> str | None:
    """A mangled key shows the first page; the key is ours and looks like moment~number."""
    key = request.GET.get("after", "")
    moment, _, pk = key.partition("~")
    try:
        forms.DateTimeField().clean(moment)
    except forms.ValidationError:
        return None
    return key if pk.isdecimal() and len(pk) < 19 else None
