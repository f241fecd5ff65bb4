"""FBA inventory: summaries of what lies in Amazon's warehouses, and the sandbox-only calls that fill it.

Onsite goods lie with the seller; whether they show here nobody knows, so that is a switch. A page's token
lives for thirty seconds.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field

from amazon_simulator.http import paging
from amazon_simulator.http.answers import Answer, bad_request, ok
from amazon_simulator.http.call import Call
from amazon_simulator.world import ledger, order_commands, shelf
from amazon_simulator.world.clock import iso
from amazon_simulator.world.listings import sold_in
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.state import Channel, Listing, State
from amazon_simulator.world.switches import OnsiteInFbaInventory

PAGE = 50
TOKEN_SECONDS = 30.0
OLDEST = timedelta(days=548)
_ARGUMENTS = ("granularityId", "marketplaceIds", "details", "startDateTime", "sellerSkus", "sellerSku")


class Row(Struct, frozen=True, kw_only=True):
    """The stock of one SKU as a summary shows it."""

    sku: str
    listing: Listing | None
    name: str
    fulfillable: int
    reserved: int
    updated: datetime | None

    @property
    def total(self) -> int:
        return self.fulfillable + self.reserved


def summaries(call: Call) -> Answer:
    market, now = _market(call), call.desk.world.now()
    has_details = bool(call.is_true("details"))
    since = call.moment("startDateTime")
    if since is not None and since < now - OLDEST:
        raise bad_request("startDateTime must not be earlier than 18 months ago.")
    place = paging.read(call.text("nextToken"), arguments=_arguments(call), now=now)
    with call.desk.world.look() as memory:
        rows = sorted(_rows(call, memory, market, since=since), key=lambda row: row.sku)
        page = rows[place.beyond : place.beyond + PAGE]
        shown = [_summary(memory.state, row, has_details=has_details) for row in page]
    granularity = {"granularityType": "Marketplace", "granularityId": market}
    answer: dict[str, Any] = {"payload": {"granularity": granularity, "inventorySummaries": shown}}
    if place.beyond + PAGE < len(rows):
        after = paging.Place(place.beyond + PAGE, place.arguments)
        answer["pagination"] = {"nextToken": paging.write(after, now=now, seconds=TOKEN_SECONDS)}
    return ok(answer)


def _arguments(call: Call) -> list[str]:
    return [",".join(call.values(name)) for name in _ARGUMENTS]


def _market(call: Call) -> str:
    if not call.choice("granularityType", ("Marketplace",)):
        raise bad_request("The parameter granularityType is required.")
    granularity = call.required("granularityId")
    market = call.marketplaces(most=1)[0]
    if granularity != market:
        raise bad_request("granularityId must be the marketplace of marketplaceIds.")
    return market


def _rows(call: Call, memory: Memory, market: str, *, since: datetime | None) -> Iterator[Row]:
    """startDateTime counts before sellerSkus, and that before sellerSku."""
    skus = call.values("sellerSkus", most=50) or call.values("sellerSku")
    for row in (*_fba(call, memory.state, market), *_onsite(call, memory.state, market)):
        if since is not None:
            if row.updated is not None and row.updated >= since:
                yield row
        elif not skus or row.sku in skus:
            yield row


def _fba(call: Call, state: State, market: str) -> Iterator[Row]:
    seller_id = call.caller.seller_id
    for place, stock in state.fba_stock.items():
        owner, _, sku = place.partition("/")
        if owner != seller_id:
            continue
        listing = shelf.find(state, seller_id, sku)
        is_here = stock.marketplace_id == market or (listing is not None and market in sold_in(listing))
        if is_here:
            yield Row(
                sku=sku,
                listing=listing,
                name=stock.name,
                fulfillable=stock.fulfillable,
                reserved=stock.reserved,
                updated=stock.updated,
            )


def _onsite(call: Call, state: State, market: str) -> Iterator[Row]:
    if state.switches.onsite_in_fba_inventory == OnsiteInFbaInventory.HIDDEN:
        return
    places = [
        each.id
        for each in state.locations.values()
        if each.seller_id == call.caller.seller_id and each.channel == Channel.FBA
    ]
    for listing in shelf.of(state, call.caller.seller_id):
        if not listing.is_converted or market not in sold_in(listing):
            continue
        lines = [line for each in places if (line := ledger.find(state, each, listing.sku))]
        yield Row(
            sku=listing.sku,
            listing=listing,
            name="",
            fulfillable=sum(ledger.sellable(line) for line in lines),
            reserved=sum(line.reserved for line in lines),
            updated=max((line.changed for line in lines if line.changed), default=listing.updated),
        )


def _summary(state: State, row: Row, *, has_details: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"sellerSku": row.sku, "condition": "NewItem", "totalQuantity": row.total}
    if row.listing is not None:
        shown["asin"] = row.listing.asin
        shown["fnSku"] = row.listing.fnsku
        shown["productName"] = state.products[row.listing.asin].title
    elif row.name:
        shown["productName"] = row.name
    if row.updated is not None:
        shown["lastUpdatedTime"] = iso(row.updated)
    if has_details:
        shown["inventoryDetails"] = _details(row)
    return shown


def _details(row: Row) -> dict[str, Any]:
    return {
        "fulfillableQuantity": row.fulfillable,
        "inboundWorkingQuantity": 0,
        "inboundShippedQuantity": 0,
        "inboundReceivingQuantity": 0,
        "reservedQuantity": {
            "totalReservedQuantity": row.reserved,
            "pendingCustomerOrderQuantity": row.reserved,
            "pendingTransshipmentQuantity": 0,
            "fcProcessingQuantity": 0,
        },
        "researchingQuantity": {"totalResearchingQuantity": 0, "researchingQuantityBreakdown": []},
        "unfulfillableQuantity": {
            "totalUnfulfillableQuantity": 0,
            "customerDamagedQuantity": 0,
            "warehouseDamagedQuantity": 0,
            "distributorDamagedQuantity": 0,
            "carrierDamagedQuantity": 0,
            "defectiveQuantity": 0,
            "expiredQuantity": 0,
        },
    }


class NewItem(Struct, frozen=True):
    sellerSku: str
    marketplaceId: str
    productName: str


def create_item(call: Call) -> Answer:
    body = call.body(NewItem)
    _check_market(call, body.marketplaceId)
    command = order_commands.CreateFbaItem(
        seller_id=call.caller.seller_id,
        sku=body.sellerSku,
        marketplace_id=body.marketplaceId,
        name=body.productName,
    )
    call.desk.world.do(command)
    return ok({})


def delete_item(call: Call) -> Answer:
    market = call.required("marketplaceId")
    command = order_commands.DeleteFbaItem(
        seller_id=call.caller.seller_id, sku=call.path["sku"], marketplace_id=market
    )
    call.desk.world.do(command)
    return ok({})


class AddedItem(Struct, frozen=True):
    sellerSku: str
    marketplaceId: str
    quantity: int


class AddedItems(Struct, frozen=True):
    inventoryItems: list[AddedItem] = field(default_factory=list)


def add_inventory(call: Call) -> Answer:
    """The same idempotency token again adds nothing."""
    token = call.request.headers.get("x-amzn-idempotency-token", "")
    if not token:
        raise bad_request("The header x-amzn-idempotency-token is required.")
    entries = []
    for item in call.body(AddedItems).inventoryItems:
        _check_market(call, item.marketplaceId)
        entries.append(
            order_commands.FbaEntry(
                sku=item.sellerSku, quantity=item.quantity, marketplace_id=item.marketplaceId
            )
        )
    command = order_commands.AddFbaStock(
        seller_id=call.caller.seller_id, entries=entries, token=token, is_sandbox=True
    )
    call.desk.world.do(command)
    return ok({})


def _check_market(call: Call, market: str) -> None:
    if market not in call.desk.world.state.sellers[call.caller.seller_id].marketplaces:
        raise bad_request(f"The marketplace '{market}' is not one of this seller's.")
