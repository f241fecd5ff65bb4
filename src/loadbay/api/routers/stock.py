"""Stock: enquiry, goods in, disposal, transfer, movements, serialised items, stock rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router

from loadbay.api.calls import Call, Page, call, number_key, page
from loadbay.api.fields import After, Body, Flag, InPath, Limit, Numbers, RoomCode, Search, Sku, Text, Units
from loadbay.api.shapes import page_of
from loadbay.core.errors import WrongInput
from loadbay.stock import item_queries, queries, services
from loadbay.stock.item_queries import ItemRow
from loadbay.stock.queries import EnquiryRow, MovementRow
from loadbay.stock.services import Room
from loadbay.stock.shown import ItemShown, MovedShown, StockShown, item_shown, moved_shown, stock_shown

router = Router(tags=["Stock"])
rooms_router = Router(tags=["Stock"])
_How = Annotated[Units | None, Field(description="How many; may be left out where each item is named.")]


@dataclass(frozen=True)
class RoomRow:
    """A stock room."""

    code: str
    name: str


class Movement(Body):
    """Units of a product that move."""

    sku: Sku
    units: _How = None
    numbers: Numbers = []

    def count(self) -> int:
        if self.units is None and not self.numbers:
            raise WrongInput("Say how many: units, or numbers for each serialised item.")
        return len(self.numbers) if self.units is None else self.units


class GoodsIn(Movement):
    """Goods that arrived."""

    room: RoomCode
    reference: Text = Field("", description="Delivery note or order number.")


class Disposal(Movement):
    """Goods that can no longer be sold."""

    room: RoomCode
    reason: Text = Field(..., examples=["broken"])


class Transfer(Movement):
    """Goods that are carried from one stock room to another."""

    source: RoomCode
    target: RoomCode


class NewRoom(Body):
    """A stock room to be."""

    code: RoomCode
    name: Text = ""
    allows_negative: Flag = Field(False, description="Whether more may go out than lies there.")


@call(rooms_router, "get", "", declared=Call("stock:read", page_of("stock_rooms", RoomRow)))
def rooms(request: HttpRequest) -> Page:
    """Every stock room"""
    return Page("stock_rooms", [RoomRow(code, name) for code, name in queries.rooms()])


@call(rooms_router, "post", "", declared=Call("stock:write", Room, 201, adds=True))
def add_room(request: HttpRequest, given: NewRoom) -> Room:
    """Add a stock room"""
    return services.add_room(**given.model_dump())


@call(router, "post", "/goods-in", declared=Call("stock:write", MovedShown, 201, adds=True))
def goods_in(request: HttpRequest, given: GoodsIn) -> MovedShown:
    """Goods In: book units of a product into a stock room"""
    return moved_shown(
        services.goods_in(
            sku=given.sku,
            room=given.room,
            units=given.count(),
            reference=given.reference,
            numbers=given.numbers,
        )
    )


@call(router, "post", "/disposal", declared=Call("stock:write", MovedShown, 201, adds=True))
def dispose(request: HttpRequest, given: Disposal) -> MovedShown:
    """Disposal: take units out of a stock room for good"""
    return moved_shown(
        services.dispose(
            sku=given.sku,
            room=given.room,
            units=given.count(),
            reason=given.reason,
            numbers=given.numbers,
        )
    )


@call(router, "post", "/transfer", declared=Call("stock:write", MovedShown, 201, adds=True))
def transfer(request: HttpRequest, given: Transfer) -> MovedShown:
    """Transfer: carry units from one stock room to another"""
    return moved_shown(
        services.transfer(
            sku=given.sku,
            source=given.source,
            target=given.target,
            units=given.count(),
            numbers=given.numbers,
        )
    )


@call(router, "get", "", declared=Call("stock:read", page_of("stock", EnquiryRow)))
def enquiry(request: HttpRequest, room: Search = "", after: After = "", limit: Limit = 50) -> Page:
    """Stock Enquiry: what lies where, by SKU; the rooms of one product are never on two pages"""
    rows = queries.enquiry(room=room, after_sku=after, limit=limit + 1)
    if len(rows) <= limit:
        return Page("stock", rows)
    whole = [row for row in rows if row.sku != rows[-1].sku] or list(rows)
    return Page("stock", whole, whole[-1].sku)


@call(router, "get", "/items/{path:number}", declared=Call("stock:read", ItemShown))
def item(
    request: HttpRequest,
    number: InPath,
    sku: Annotated[str, Query(max_length=100, description="Where several products have that number.")] = "",
) -> ItemShown:
    """One serialised item: where it is, and what happened to it"""
    return item_shown(number, sku=sku)


@call(router, "get", "/{path:sku}/movements", declared=Call("stock:read", page_of("movements", MovementRow)))
def movements(request: HttpRequest, sku: InPath, after: After = "", limit: Limit = 50) -> Page:
    """The movements of a product, newest first"""
    rows = queries.movements(sku, before_id=number_key(after), limit=limit + 1)
    return page("movements", rows, limit=limit, key="id")


@call(router, "get", "/{path:sku}/items", declared=Call("stock:read", page_of("items", ItemRow)))
def items(
    request: HttpRequest,
    sku: InPath,
    all: Annotated[bool, Query(description="Those that left or were disposed of, too.")] = False,
    after: After = "",
    limit: Limit = 50,
) -> Page:
    """The serialised items of a product, by number"""
    found = item_queries.items(sku, only_here=not all, after=after, limit=limit)
    return Page("items", found.rows, found.after)


@call(router, "get", "/{path:code}", declared=Call("stock:read", StockShown))
def show(request: HttpRequest, code: InPath) -> StockShown:
    """What of a product lies where, what is promised, what is free; by SKU, barcode or serial number"""
    return stock_shown(code)
