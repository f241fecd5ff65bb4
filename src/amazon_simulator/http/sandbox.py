"""The sandbox-only calls of External Fulfillment: a location, a shipment, and what Amazon does to it.

A test written against these also runs against Amazon's own sandbox.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct, field

from amazon_simulator.http.answers import Answer, ApiError, bad_request, nothing, ok
from amazon_simulator.http.call import Call
from amazon_simulator.http.shipments import own
from amazon_simulator.world import commands, shelf
from amazon_simulator.world import life_commands as life
from amazon_simulator.world.lifecycle import Programme
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.state import Channel, Location

OrderType = Literal[
    "HAZMAT",
    "GIFT_WRAP",
    "GIFT_MESSAGE",
    "MPS",
    "SERIAL",
    "CROSS_BORDER",
    "REPLACEMENT",
    "EXCHANGE",
    "PHARMA_NON_PRESCRIPTION",
    "PHARMA_PRESCRIPTION",
]


class NewLocation(Struct, frozen=True):
    merchantIds: list[str]
    marketplaceId: str
    locationName: str
    channels: list[Literal["FBA", "MFN"]] = field(default_factory=list)


class NewShipment(Struct, frozen=True):
    """Every field but the last three is required by the SDK; only the location is by us."""

    locationId: str
    marketplaceId: str = ""
    marketplaceChannel: Literal["FBA", "MFN", ""] = ""
    shippingType: Literal["SELF", "MARKETPLACE", "THIRD_PARTY_CARRIER", ""] = ""
    orderType: list[OrderType] = field(default_factory=list)
    lineItemCount: Literal["SINGLE", "MULTIPLE"] = "SINGLE"
    quantityCount: Literal["SINGLE", "MULTIPLE"] = "SINGLE"


class Updates(Struct, frozen=True):
    status: str = ""
    subStatus: str = ""
    timestamp: str = ""


class Update(Struct, frozen=True):
    updateType: Literal["SHIPMENT_STATUS_CHANGE", "INVOICE_AVAILABILITY_CHANGE", "TRANSPORT_CAPACITY_CHANGE"]
    updates: Updates = Updates()


def create_location(call: Call) -> Answer:
    body = call.body(NewLocation)
    if body.marketplaceId not in MARKETPLACES:
        raise bad_request(f"The marketplace '{body.marketplaceId}' is not known.")
    if call.caller.seller_id not in body.merchantIds:
        raise bad_request(f"merchantIds must hold the calling merchant {call.caller.seller_id}.")
    opened = call.desk.world.do(
        commands.OpenLocation(
            seller_id=call.caller.seller_id,
            marketplace_id=body.marketplaceId,
            name=body.locationName,
            channels=list(body.channels),
        )
    )
    return ok({"locationIds": opened})


def create_shipment(call: Call) -> Answer:
    body = call.body(NewShipment)
    with call.desk.world.look() as memory:
        location = memory.state.locations.get(body.locationId)
        if location is None or location.seller_id != call.caller.seller_id:
            raise ApiError(404, "NotFound", f"The location '{body.locationId}' is not known.")
        skus = _buyable(memory, location)
    if body.marketplaceId not in ("", location.marketplace_id):
        raise bad_request(f"The location {location.id} serves the marketplace {location.marketplace_id}.")
    if body.marketplaceChannel not in ("", location.channel):
        raise bad_request(f"The location {location.id} serves the channel {location.channel}.")
    lines = 2 if body.lineItemCount == "MULTIPLE" else 1
    if len(skus) < lines:
        raise bad_request(f"The location {location.id} has {len(skus)} SKUs that can be bought, not {lines}.")
    orders = call.desk.world.do(_order(call, body, location, skus[:lines]))
    return ok({"shipmentId": orders[0].shipment_ids[0]})


PHARMA = {
    "PHARMA_NON_PRESCRIPTION": {"PRODUCT_CATEGORY": "PHARMACY", "PRESCRIPTION": "NOT_REQUIRED"},
    "PHARMA_PRESCRIPTION": {"PRODUCT_CATEGORY": "PHARMACY", "PRESCRIPTION": "REQUIRED"},
}


def _order(call: Call, body: NewShipment, location: Location, skus: list[str]) -> commands.PlaceOrder:
    kinds = set(body.orderType)
    if kinds >= {"REPLACEMENT", "EXCHANGE"}:
        raise bad_request("A shipment is a REPLACEMENT or an EXCHANGE, not both.")
    quantity = 2 if body.quantityCount == "MULTIPLE" else 1
    marks = next((PHARMA[kind] for kind in reversed(PHARMA) if kind in kinds), None)
    return commands.PlaceOrder(
        seller_id=call.caller.seller_id,
        location_id=location.id,
        lines=[commands.WantedLine(sku=sku, quantity=quantity) for sku in skus],
        is_forced=True,
        is_gift=bool(kinds & {"GIFT_WRAP", "GIFT_MESSAGE"}),
        has_gift_wrap="GIFT_WRAP" in kinds,
        has_gift_message="GIFT_MESSAGE" in kinds,
        needs_hazmat_label="HAZMAT" in kinds,
        needs_serial="SERIAL" in kinds,
        needs_origin="CROSS_BORDER" in kinds,
        needs_item_value="CROSS_BORDER" in kinds,
        is_multi_piece="MPS" in kinds,
        marks=marks,
        type=next((kind for kind in ("REPLACEMENT", "EXCHANGE") if kind in kinds), "NEW"),
        programme=_programme(body, location),
        by_third_party=body.shippingType == "THIRD_PARTY_CARRIER",
    )


def _programme(body: NewShipment, location: Location) -> Programme:
    if not body.shippingType:
        return location.programme
    if location.channel == Channel.FBA:
        if body.shippingType != "MARKETPLACE":
            raise bad_request("A shipment of the channel FBA is shipped by the MARKETPLACE.")
        return Programme.SMARTCONNECT
    return Programme.EASY_SHIP if body.shippingType == "MARKETPLACE" else Programme.SELF_SHIP


def _buyable(memory: Memory, location: Location) -> list[str]:
    is_fba = location.channel == "FBA"
    return [
        listing.sku
        for listing in shelf.of(memory.state, location.seller_id)
        if listing.created and listing.is_converted == is_fba and listing.attributes.get("purchasable_offer")
    ][:2]


def update_shipment(call: Call) -> Answer:
    body = call.body(Update)
    with call.desk.world.look() as memory:
        shipment_id = own(call, memory).id
    call.desk.world.do(_CHANGES[body.updateType](shipment_id, body.updates))
    return nothing()


def _status_change(shipment_id: str, updates: Updates) -> commands.Command:
    if bool(updates.status) == bool(updates.subStatus):
        raise bad_request("Give either status or subStatus.")
    change: dict[str, commands.Command] = {
        "SHIPPED": commands.ScanShipment(shipment_id=shipment_id),
        "DELIVERED": commands.ScanShipment(shipment_id=shipment_id, is_delivery=True),
        "CANCELLED": commands.CancelShipment(shipment_id=shipment_id),
    }
    if updates.subStatus == "OUT_FOR_DELIVERY":
        return commands.ScanShipment(shipment_id=shipment_id, is_on_its_way=True)
    if updates.status not in change:
        raise bad_request(f"The status '{updates.status or updates.subStatus}' cannot be set from here.")
    return change[updates.status]


def _invoice_change(shipment_id: str, updates: Updates) -> commands.Command:
    return life.PublishInvoice(shipment_id=shipment_id)


def _capacity_change(shipment_id: str, updates: Updates) -> commands.Command:
    """The timestamp is the Expected Pickup Date."""
    try:
        moment = datetime.fromisoformat(updates.timestamp)
    except ValueError:
        raise bad_request(f"The timestamp '{updates.timestamp}' is not an ISO 8601 moment.") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return life.ChangePickupDate(shipment_id=shipment_id, at=moment)


_CHANGES: dict[str, Callable[[str, Updates], commands.Command]] = {
    "SHIPMENT_STATUS_CHANGE": _status_change,
    "INVOICE_AVAILABILITY_CHANGE": _invoice_change,
    "TRANSPORT_CAPACITY_CHANGE": _capacity_change,
}
