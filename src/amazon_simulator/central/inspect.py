"""Everything Amazon "knows", as JSON for programs and tests: read only, no token needed.

Lists take `?limit=` (default 1000) so that a large world can be looked into as well.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct, structs
from werkzeug.wrappers import Response

from amazon_simulator.central.rows import (
    CallsRow,
    ClockRow,
    FbaRow,
    Health,
    ListingRow,
    OrderRow,
    ParcelRow,
    ShipmentRow,
    StockRow,
    WholeListing,
    WholeOrder,
)
from amazon_simulator.central.wire import A_QUERY, Control
from amazon_simulator.http.desk import Desk
from amazon_simulator.papers import labels, pictures
from amazon_simulator.world import attributes, ledger, shelf
from amazon_simulator.world.clock import iso
from amazon_simulator.world.life_state import Return
from amazon_simulator.world.listings import channels
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.parcels import LABELLED
from amazon_simulator.world.refusal import Kind, unknown
from amazon_simulator.world.state import (
    Application,
    Listing,
    Location,
    Order,
    Parcel,
    Product,
    Seller,
    Shipment,
    Stock,
)
from amazon_simulator.world.switches import Switches

Limit = Annotated[int, Meta(ge=0, description="At most so many rows.")]


class Limited(Struct, frozen=True, forbid_unknown_fields=True):
    limit: Limit = 1000


class ByStatus(Struct, frozen=True, forbid_unknown_fields=True):
    limit: Limit = 1000
    status: Annotated[str, Meta(description="Only those of this status.")] = ""


class Chosen(Struct, frozen=True, forbid_unknown_fields=True):
    limit: Limit = 1000
    status: Annotated[str, Meta(description="Only those of this status.")] = ""
    order_id: Annotated[str, Meta(description="Only those of this order.")] = ""


class Whose(Struct, frozen=True, forbid_unknown_fields=True):
    """Two sellers may have the same SKU, each its own."""

    seller: Annotated[str, Meta(description="The seller's id; without it, the first seller.")] = ""


OfAnOrder = TypeVar("OfAnOrder", Shipment, Return)


def newest(known: dict[str, OfAnOrder], asked: Chosen) -> Iterator[OfAnOrder]:
    """Newest first; of one status or order where it was asked for."""
    chosen = (
        each
        for each in reversed(known.values())
        if asked.status in ("", each.status) and asked.order_id in ("", each.order_id)
    )
    return islice(chosen, asked.limit)


def health(desk: Desk) -> Health:
    return {"status": "ok"}


def catalogue(desk: Desk, asked: Limited) -> list[Product]:
    with desk.world.look() as memory:
        return [*islice(memory.state.products.values(), asked.limit)]


def locations(desk: Desk) -> list[Location]:
    with desk.world.look() as memory:
        return [*memory.state.locations.values()]


def listings(desk: Desk, asked: Limited) -> list[ListingRow]:
    with desk.world.look() as memory:
        rows = islice(memory.state.listings.values(), asked.limit)
        return [listing_row(memory, each) for each in rows]


def listing(desk: Desk, asked: Whose, sku: str) -> WholeListing:
    with desk.world.look() as memory:
        found = shelf.find(memory.state, asked.seller, sku)
        if found is None:
            raise unknown("SKU", sku)
        return {**listing_row(memory, found), "attributes": found.attributes}


def listing_row(memory: Memory, one: Listing) -> ListingRow:
    market = memory.state.sellers[one.seller_id].marketplaces[0]
    product = memory.state.products[one.asin]
    price = attributes.price(one.attributes, marketplace_id=market)
    return {
        "sku": one.sku,
        "asin": one.asin,
        "title": product.title,
        "status": listing_status(one),
        "is_visible": one.created is not None,
        "is_converted": one.is_converted,
        "is_hazmat": product.is_hazmat,
        "has_hazmat_form": one.hazmat_form is not None,
        "old_platform": one.old_platform,
        "suppression": one.suppression or None,
        "price": None if price is None else str(price),
        "currency": None if price is None else MARKETPLACES[market].currency,
        "condition": attributes.first(one.attributes, "condition_type", marketplace_id=market),
        "origin": attributes.first(one.attributes, "country_of_origin", marketplace_id=market),
        "template": attributes.first(one.attributes, "merchant_shipping_group", marketplace_id=market),
        "availability": one.attributes.get("fulfillment_availability", []),
        "issues": [structs.asdict(issue) for issue in one.issues],
        "submitted": iso(one.submitted),
        "created": iso(one.created) if one.created else None,
        "updated": iso(one.updated) if one.updated else None,
        "waiting": [
            {"submission_id": each.submission_id, "kind": each.kind, "due": iso(each.due)}
            for each in one.waiting
        ],
    }


def listing_status(one: Listing) -> str:
    if one.created is None:
        return "SUBMITTED"
    if one.is_converted:
        return "ONSITE_FBA"
    is_amazons = any(code.startswith("AMAZON_") for code in channels(one))
    return "FBA" if is_amazons else "MFN"


def inventory(desk: Desk, asked: Limited) -> list[StockRow]:
    with desk.world.look() as memory:
        rows = (
            stock_row(location_id, sku, stock)
            for location_id, lines in memory.state.stock.items()
            for sku, stock in lines.items()
        )
        return list(islice(rows, asked.limit))


def inventory_line(desk: Desk, location_id: str, sku: str) -> StockRow:
    with desk.world.look() as memory:
        stock = ledger.find(memory.state, location_id, sku)
        if stock is None:
            raise unknown("stock of SKU", f"{sku} at {location_id}")
        return stock_row(location_id, sku, stock)


def stock_row(location_id: str, sku: str, stock: Stock) -> StockRow:
    return {
        "location": location_id,
        "sku": sku,
        "quantity": stock.quantity,
        "reserved": stock.reserved,
        "in_baskets": stock.in_baskets,
        "sellable": ledger.sellable(stock),
        "sequence": stock.sequence,
        "accepted_updates": stock.accepted_updates,
        "stale_refusals": stock.stale_refusals,
    }


def shipments(desk: Desk, asked: Chosen) -> list[ShipmentRow]:
    """Newest first; `?status=` and `?order_id=` choose."""
    with desk.world.look() as memory:
        return [shipment_row(each) for each in newest(memory.state.shipments, asked)]


def shipment(desk: Desk, shipment_id: str) -> ShipmentRow:
    with desk.world.look() as memory:
        return shipment_row(memory.shipment(shipment_id))


def shipment_row(one: Shipment) -> ShipmentRow:
    return {
        "id": one.id,
        "order_id": one.order_id,
        "location": one.location_id,
        "programme": one.programme,
        "status": one.status,
        "sub_status": one.sub_status,
        "lines": [{"id": line.id, "sku": line.sku, "quantity": line.quantity} for line in one.lines],
        "packages": [parcel_row(each) for each in one.parcels],
        "times_confirmed": one.times_confirmed,
        "cancellation": None if one.cancellation is None else one.cancellation.kind,
        "created": iso(one.created),
        "updated": iso(one.updated),
        "ship_by": iso(one.ship_by),
        "type": one.type,
        "replaces": one.replaces or None,
        "pickups_missed": one.pickups_missed,
        "deliver_at": iso(one.deliver_at) if one.deliver_at else None,
    }


def label_file(desk: Desk, shipment_id: str, parcel_id: str) -> Response:
    """The newest label of a package, as its short-lived address gives it out."""
    with desk.world.look() as memory:
        one = memory.shipment(shipment_id)
        made = [(each, each.labels[-1]) for each in one.parcels if each.id == parcel_id and each.labels]
        if not made:
            raise unknown("label of package", parcel_id)
        content = labels.content(memory.state, one, *made[0])
    return Response(labels.draw(content, made[0][1].format), content_type="application/octet-stream")


def parcel_row(parcel: Parcel) -> ParcelRow:
    return {
        "id": parcel.id,
        "status": parcel.status,
        "sub_status": parcel.sub_status or None,
        "tracking_id": parcel.labels[-1].tracking_id if parcel.labels else None,
        "void_tracking_ids": void_labels(parcel),
        "labels_generated": len(parcel.labels),
        "told_shipped": parcel.told_shipped,
        "shipped_at": iso(parcel.shipped) if parcel.shipped else None,
        "shipped_by": parcel.shipped_by or None,
        "taken_at": iso(parcel.taken) if parcel.taken else None,
        "lines": [{"id": line.line_id, "quantity": line.quantity} for line in parcel.lines],
    }


def void_labels(parcel: Parcel) -> list[str]:
    """Numbers that count no longer: of labels made again, of boxes packed otherwise or cancelled."""
    numbers = [label.tracking_id for label in parcel.labels]
    current = numbers[-1] if numbers and parcel.status in LABELLED else None
    return [each for each in dict.fromkeys(numbers) if each != current]


def orders(desk: Desk, asked: ByStatus) -> list[OrderRow]:
    with desk.world.look() as memory:
        chosen = (
            each for each in reversed(memory.state.orders.values()) if asked.status in ("", each.status)
        )
        return [order_row(each) for each in islice(chosen, asked.limit)]


def order(desk: Desk, order_id: str) -> WholeOrder:
    with desk.world.look() as memory:
        one = memory.order(order_id)
        rows = [shipment_row(memory.shipment(each)) for each in one.shipment_ids]
        return {**order_row(one), "shipments": rows, **ordinary_row(one)}


def order_row(one: Order) -> OrderRow:
    return {
        "id": one.id,
        "status": one.status,
        "fulfilled_by": one.fulfilled_by,
        "marketplace": one.marketplace_id,
        "shipment_ids": one.shipment_ids,
        "created": iso(one.created),
        "updated": iso(one.updated),
    }


def ordinary_row(order: Order) -> dict[str, Any]:
    """What is told about an ordinary order beyond its row: lines, packages, what Amazon does next."""
    part = order.ordinary
    if part is None:
        return {}
    return {
        "lines": [
            {
                "item": line.item_id,
                "sku": line.sku,
                "quantity": line.quantity,
                "shipped": part.shipped.get(line.item_id, 0),
            }
            for line in part.lines
        ],
        "packages": [
            {
                "reference": box.reference,
                "carrier": box.carrier,
                "tracking_id": box.tracking_id,
                "times_told": box.times_told,
                "units": box.units,
            }
            for box in part.boxes
        ],
        "cancelled_by": part.cancellation.kind if part.cancellation else None,
    }


def calls(desk: Desk) -> CallsRow:
    return desk.calls.shown()


def sellers(desk: Desk) -> list[Seller]:
    return list(desk.world.state.sellers.values())


def applications(desk: Desk) -> list[Application]:
    """With their secrets: nothing here is anybody's."""
    return list(desk.world.state.applications.values())


def fba(desk: Desk, asked: Limited) -> list[FbaRow]:
    with desk.world.look() as memory:
        rows = islice(memory.state.fba_stock.items(), asked.limit)
        return [{"sku": place.partition("/")[2], **structs.asdict(stock)} for place, stock in rows]


def switches(desk: Desk) -> Switches:
    return desk.world.state.switches


def clock(desk: Desk) -> ClockRow:
    state = desk.world.state
    return {"now": iso(desk.world.now()), "offset_seconds": state.offset_seconds, "speed": state.speed}


def picture(desk: Desk, asin: str) -> Response:
    with desk.world.look() as memory:
        product = memory.state.products.get(asin)
    if product is None:
        raise unknown("ASIN", asin)
    return Response(pictures.draw(asin, product.brand, product.title), content_type="image/png")


INSPECT = {
    "/simulator/pictures/<asin>.png": Control(
        picture, "A drawn picture of the item.", refuses=(Kind.UNKNOWN,), file="image/png"
    ),
    "/simulator/health": Control(health, "Whether it answers.", refuses=()),
    "/simulator/inspect/catalogue": Control(catalogue, "Amazon's items.", refuses=A_QUERY),
    "/simulator/inspect/locations": Control(locations, "The sellers' stock nodes.", refuses=()),
    "/simulator/inspect/listings": Control(listings, "All sellers' listings.", refuses=A_QUERY),
    "/simulator/inspect/listings/<path:sku>": Control(
        listing, "One listing, with its attributes.", refuses=(Kind.INVALID, Kind.UNKNOWN)
    ),
    "/simulator/inspect/inventory": Control(
        inventory, "What was told of each SKU at each location, and what is held back.", refuses=A_QUERY
    ),
    "/simulator/inspect/inventory/<location_id>/<path:sku>": Control(
        inventory_line, "What was told of one SKU at one location.", refuses=(Kind.UNKNOWN,)
    ),
    "/simulator/inspect/shipments": Control(shipments, "Shipments, newest first.", refuses=A_QUERY),
    "/simulator/inspect/shipments/<shipment_id>": Control(shipment, "One shipment.", refuses=(Kind.UNKNOWN,)),
    "/simulator/inspect/shipments/<shipment_id>/labels/<parcel_id>": Control(
        label_file,
        "The newest label of a package, drawn as its link gives it out.",
        refuses=(Kind.UNKNOWN,),
        file="application/octet-stream",
    ),
    "/simulator/inspect/orders": Control(orders, "Orders, newest first.", refuses=A_QUERY),
    "/simulator/inspect/orders/<order_id>": Control(
        order, "One order with its shipments.", refuses=(Kind.UNKNOWN,)
    ),
    "/simulator/inspect/calls": Control(
        calls, "How often each operation was called, and the last calls, newest first.", refuses=()
    ),
    "/simulator/inspect/switches": Control(switches, "How Amazon behaves.", refuses=()),
    "/simulator/inspect/clock": Control(clock, "The simulator's time.", refuses=()),
    "/simulator/inspect/sellers": Control(sellers, "All selling accounts.", refuses=()),
    "/simulator/inspect/applications": Control(
        applications, "All programs, with their secrets: nothing here is anybody's.", refuses=()
    ),
    "/simulator/inspect/fba": Control(fba, "What lies in Amazon's own warehouses.", refuses=A_QUERY),
}
