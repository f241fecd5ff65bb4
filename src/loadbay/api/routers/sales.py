"""Sales, their buyers, and shipments that have no sale yet."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from loadbay.api.calls import Call, Page, call
from loadbay.api.fields import After, Body, Flag, InPath, Limit, Search, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.core.errors import WrongInput
from loadbay.jobs import looking, tasks
from loadbay.journal.services import note
from loadbay.orders import queries
from loadbay.orders.queries import BuyerField, SaleRow, WaitingShipment
from loadbay.orders.services import amending, answering, importing, letting_go
from loadbay.orders.services.importing import ImportedAgain
from loadbay.orders.shown import SaleShown, sale_without_buyer

router = Router(tags=["Sales"])
shipments_router = Router(tags=["Shipments"])
_Wanted = parts_of("SaleWanted", sale=str, wanted=str)
_MOST_AT_ONCE = 20
_SetAside = parts_of("SetAsideRow", identity=str, connection=str, reason=str, seen_at=datetime)
_SetAsideList = parts_of("SetAsideList", set_aside=list[_SetAside], count=int)  # type: ignore[valid-type]


class Rejection(Body):
    """Why a shipment is declined."""

    reason: Text = Field(..., description="OUT_OF_STOCK or CUSTOMER_REQUESTED.", examples=["OUT_OF_STOCK"])


class Shipments(Body):
    """Which shipments, or all of them."""

    shipments: list[Text] = Field([], max_length=_MOST_AT_ONCE, examples=[["S1", "S2"]])
    all: Flag = False

    def check(self) -> None:
        if bool(self.shipments) == self.all:
            raise WrongInput("Name the shipments, or say all; not both and not neither.")


@call(router, "get", "", declared=Call("sales:read", page_of("sales", SaleRow)))
def sales(
    request: HttpRequest,
    channel: Search = "",
    order_status: Annotated[
        str, Query(max_length=40, description="Open, Released, Posted, Credited or Cancelled.")
    ] = "",
    implied_status: Search = "",
    text: Annotated[str, Query(max_length=200, description="Sale, order or shipment number.")] = "",
    programme: Annotated[str, Query(max_length=20, description="smartconnect, mfn or fba.")] = "",
    archived: Annotated[
        str, Query(max_length=10, description="yes, any, or empty: those not archived.")
    ] = "",
    after: After = "",
    limit: Limit = 50,
) -> Page:
    """Sales, newest first"""
    wanted = queries.SaleFilter(channel, order_status, implied_status, text, archived, programme)
    found = queries.sales(wanted, after=after or None, size=limit)
    return Page("sales", found.rows, found.after)


@call(router, "get", "/{number}", declared=Call("sales:read", SaleShown))
def sale(request: HttpRequest, number: InPath) -> SaleShown:
    """One sale by its number, Amazon's order number or the shipment id

    `buyer` is empty here; those with the scope `buyers:read` ask for it at `/sales/{number}/buyer`.
    """
    return sale_without_buyer(number)


@call(
    router,
    "get",
    "/{number}/buyer",
    declared=Call("buyers:read", parts_of("Buyer", sale=str, buyer=list[BuyerField])),
)
def buyer(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """The buyer of a sale; each look is noted in its timeline"""
    card = queries.sale(number)
    fields = queries.buyer(card.row.number)
    if any(field.value for field in fields):
        note(f"sale:{card.row.number}", "Buyer details were looked at.", what="buyer_seen")
    return {"sale": card.row.number, "buyer": fields}


@call(router, "post", "/{number}/confirm", declared=Call("sales:write", _Wanted))
def confirm(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """Promise to ship, where the channel does not do so by itself"""
    card = queries.sale(number)
    answering.want_confirmation(card.row.shipment_id)
    return {"sale": card.row.number, "wanted": "confirm"}


@call(router, "post", "/{number}/reject", declared=Call("sales:write", _Wanted))
def reject(request: HttpRequest, number: InPath, given: Rejection) -> dict[str, Any]:
    """Decline the whole shipment at Amazon, while it allows that; it counts against the cancellation rate"""
    card = queries.sale(number)
    answering.want_rejection(card.row.shipment_id, reason=given.reason)
    return {"sale": card.row.number, "wanted": "reject"}


@call(router, "post", "/{number}/ship-anyway", declared=Call("sales:write", _Wanted))
def ship_anyway(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """Ship an order that waits for a person's answer: its buyer asks to cancel, or Amazon changed it"""
    card = queries.sale(number)
    amending.ship_anyway(card.row.shipment_id)
    return {"sale": card.row.number, "wanted": "ship_anyway"}


@call(
    shipments_router,
    "get",
    "/set-aside",
    declared=Call("sales:read", _SetAsideList),
)
def set_aside(request: HttpRequest, limit: Limit = 100) -> dict[str, Any]:
    """Shipments that could not be taken in, with the reason"""
    rows = queries.set_aside(limit=limit)
    shown = [
        {"identity": row.identity, "connection": row.connection, "reason": row.reason, "seen_at": row.seen_at}
        for row in rows
    ]
    return {"set_aside": shown, "count": queries.count_set_aside()}


@call(
    shipments_router,
    "get",
    "/waiting",
    declared=Call("sales:read", parts_of("WaitingList", waiting=list[WaitingShipment])),
)
def waiting(request: HttpRequest, limit: Limit = 100) -> dict[str, Any]:
    """Shipments that have no sale yet, with what they wait for"""
    return {"waiting": queries.waiting_shipments(limit=limit)}


@call(
    shipments_router,
    "post",
    "/import-again",
    declared=Call("sales:write", parts_of("ImportedAgainList", imported=list[ImportedAgain], queued=bool)),
)
def import_again(request: HttpRequest, given: Shipments) -> dict[str, Any]:
    """Try again to take in shipments that were set aside or wait: Amazon is asked for them once more

    One is asked for at once; several, or all, by the queue.
    """
    given.check()
    if given.all:
        tasks.import_all_again.defer()
    elif len(given.shipments) > 1:
        tasks.import_again.defer(identities=given.shipments)
    else:
        return {"imported": looking.import_again(given.shipments[0]), "queued": False}
    return {"imported": [], "queued": True}


class HeldOrders(Body):
    """Orders that an action holds: shipments or sales."""

    names: list[Text] = Field(..., min_length=1, max_length=_MOST_AT_ONCE, examples=[["S1", "S-000001"]])


@call(shipments_router, "post", "/let-go", declared=Call("sales:write", parts_of("OrdersLetGo", let_go=int)))
def let_go(request: HttpRequest, given: HeldOrders) -> dict[str, Any]:
    """Let orders go on that an action on their implied status holds"""
    return {"let_go": letting_go.let_go(given.names)}


@call(
    shipments_router,
    "post",
    "/build-again",
    declared=Call("sales:write", parts_of("BuiltAgain", to_build=int)),
)
def build_again(request: HttpRequest, given: Shipments) -> dict[str, Any]:
    """Build the sales of waiting shipments again, once what they waited for is mended"""
    given.check()
    return {"to_build": importing.build_again(given.shipments)}
