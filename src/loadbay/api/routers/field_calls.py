"""Field calls: enquiry, card, completing, putting back, opening again, another box, and their labels."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from loadbay.api.calls import Call, Page, call, file_answer
from loadbay.api.fields import After, Body, InPath, Limit, Search, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.core.clock import SystemClock
from loadbay.dispatch import queries
from loadbay.dispatch.paper_work import pick_list_pdf
from loadbay.dispatch.queries import FieldCallCard, FieldCallFilter, FieldCallRow, ParcelRow
from loadbay.dispatch.services import boxes, completing, labels, reopening, stopping, tracking
from loadbay.jobs.looking import look_before_completing

router = Router(tags=["Field calls"])
TYPES = {"png": "image/png", "pdf": "application/pdf", "zpl": "text/plain; charset=utf-8"}
_FILES = ("image/png", "application/pdf", "text/plain")
_Wanted = parts_of("LabelWanted", field_call=str, wanted=str)
_Day = Annotated[date | None, Query(description="Carrier Collection Date.")]
_Carrier = Annotated[str, Query(max_length=100, description='Code or name, such as "Amazon SmartConnect".')]
_State = Annotated[
    str, Query(max_length=40, description="to_pack, packing, packed, labelled, completed or cancelled.")
]
_About = Annotated[
    str, Query(max_length=200, description="Field call, sale, order or shipment number, or a SKU.")
]


class AtStation(Body):
    """The bench that is meant."""

    station: Text = Field("api", min_length=1, description="Name of a bench.", examples=["Bench 1"])


class Tracking(Body):
    """What your own carrier calls the parcels."""

    tracking: list[Text] = Field(..., max_length=200, description="One for each parcel, in order.")
    carrier: Text = Field("", description="Amazon's code of the carrier; without it the agent's carrier.")
    carrier_name: Text = Field("", description="Its name, for the carrier Other.")
    method: Text = Field("", description="The service used.", examples=["Next Day"])


class BoxChange(Body):
    """Another box, size or weight of a parcel; what is left out stays."""

    parcel: Text = Field("PKG-1", examples=["PKG-1"])
    box: Text = Field("", description="Code of a box of the house.")
    size: Text = Field("", description="Length x width x height in cm.", examples=["40x30x20"])
    weight: Text = Field("", description="In kg.", examples=["2.4"])


@call(router, "get", "", declared=Call("dispatch:read", page_of("field_calls", FieldCallRow)))
def field_calls(
    request: HttpRequest,
    carrier: _Carrier = "",
    collection_date: _Day = None,
    state: _State = "",
    channel: Search = "",
    room: Search = "",
    text: _About = "",
    after: After = "",
    limit: Limit = 50,
) -> Page:
    """Field Call Enquiry: field calls in order of their pickup time"""
    wanted = FieldCallFilter(carrier, collection_date, state, channel, room, text)
    found = queries.enquiry(wanted, after=after or None, size=limit)
    return Page("field_calls", found.rows, found.after)


@call(router, "get", "/pick-list.pdf", declared=Call("dispatch:read", None, file_types=("application/pdf",)))
def pick_list(
    request: HttpRequest,
    carrier: _Carrier = "",
    collection_date: _Day = None,
    channel: Search = "",
    room: Search = "",
) -> HttpResponse:
    """The pick list of all field calls that are still to pack, as a PDF"""
    wanted = FieldCallFilter(carrier=carrier, collection_date=collection_date, channel=channel, room=room)
    content = pick_list_pdf(wanted, now=SystemClock().now())
    return file_answer(content, content_type="application/pdf", name="pick-list.pdf")


@call(router, "get", "/{number}", declared=Call("dispatch:read", FieldCallCard))
def field_call(request: HttpRequest, number: InPath) -> FieldCallCard:
    """One field call with its goods, parcels and prints"""
    return queries.field_call(number)


@call(
    router,
    "post",
    "/{number}/complete",
    declared=Call(
        "dispatch:write", parts_of("Completed", numbers=list[str], left=list[list[str]], warning=str)
    ),
)
def complete(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """Say that a field call's parcels left on the lorry; Amazon is told shipped"""
    warning = look_before_completing([number])
    done = completing.complete(number, now=SystemClock().now())
    return {"numbers": done.numbers, "left": done.left, "warning": warning.strip()}


@call(
    router,
    "post",
    "/{number}/ship",
    declared=Call("dispatch:write", parts_of("ShippedByUs", field_call=str, parcels=list[ParcelRow])),
)
def ship(request: HttpRequest, number: InPath, given: Tracking) -> dict[str, Any]:
    """Give a packed field call of your own carrier its tracking numbers, or correct them"""
    shipped = tracking.Shipped(tuple(given.tracking), given.carrier, given.carrier_name, given.method)
    tracking.ship(number, shipped, now=SystemClock().now())
    card = queries.field_call(number)
    return {"field_call": card.row.number, "parcels": card.parcels}


@call(
    router,
    "post",
    "/{number}/tell-again",
    declared=Call("dispatch:write", parts_of("ToldAgain", field_call=str, told_again=bool)),
)
def tell_again(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """Tell Amazon now what it did not take of a completed field call of your own carrier"""
    tracking.tell_again(number)
    return {"field_call": number.upper(), "told_again": True}


@call(
    router,
    "post",
    "/{number}/put-back",
    declared=Call("dispatch:write", parts_of("PutBack", field_call=str, put_back=bool)),
)
def put_back(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """Say that the goods of a cancelled, packed field call are back on the shelf"""
    stopping.put_back(number)
    return {"field_call": number.upper(), "put_back": True}


@call(
    router,
    "post",
    "/{number}/open-again",
    declared=Call("dispatch:write", parts_of("OpenedAgain", field_call=str, station=str, state=str)),
)
def open_again(request: HttpRequest, number: InPath, given: AtStation) -> dict[str, Any]:
    """Put a packed field call whose label was declined back on a bench"""
    opened = reopening.open_again(number, station=given.station, user_id=None, now=SystemClock().now())
    return {"field_call": opened.number, "station": given.station, "state": opened.state}


@call(
    router,
    "post",
    "/{number}/box",
    declared=Call("dispatch:write", parts_of("BoxChanged", field_call=str, parcel=ParcelRow)),
)
def change_box(request: HttpRequest, number: InPath, given: BoxChange) -> dict[str, Any]:
    """Give a packed parcel another box or weight; its label is asked for anew"""
    change = boxes.Change(size=given.size, weight=given.weight, box=given.box)
    boxes.change_box(number, package_id=given.parcel, change=change)
    card = queries.field_call(number)
    parcel = next(row for row in card.parcels if row.package_id == given.parcel.strip().upper())
    return {"field_call": card.row.number, "parcel": parcel}


@call(router, "post", "/{number}/labels/print", declared=Call("dispatch:write", FieldCallCard))
def print_label(request: HttpRequest, number: InPath, given: AtStation) -> FieldCallCard:
    """Print the stored label, or print it again, at a bench; the same bytes each time"""
    labels.reprint(number, station=given.station)
    return queries.field_call(number)


@call(router, "post", "/{number}/labels/regenerate", declared=Call("dispatch:write", _Wanted))
def regenerate(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """Ask Amazon for a new label; the old one is void once the new one is there"""
    labels.regenerate(number)
    return {"field_call": number.upper(), "wanted": "remake"}


@call(router, "post", "/{number}/labels/again", declared=Call("dispatch:write", _Wanted))
def label_again(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """Ask once more for a label that did not come"""
    labels.want_label_again(number)
    return {"field_call": number.upper(), "wanted": "make"}


@call(router, "get", "/{number}/labels/{package_id}", declared=Call("buyers:read", None, file_types=_FILES))
def label(request: HttpRequest, number: InPath, package_id: InPath) -> HttpResponse:
    """The stored label of a parcel, its bytes as they go to the printer

    A label is buyer data: it needs the scope of buyers.
    """
    for found, kind, content in queries.label_bytes(number):
        if found == package_id.upper():
            return file_answer(content, content_type=TYPES[kind], name=f"{found}.{kind}")
    raise labels.NoLabelYet(f"{number} has no label for {package_id} yet.")
