"""The sandbox-only calls of External Fulfillment: a location, a shipment, and what Amazon does to it.

A test written against these also runs against Amazon's own sandbox.
"""

from typing import Literal

from msgspec import Struct, field

from amazon_simulator.http.answers import Answer, ApiError, bad_request, nothing, ok
from amazon_simulator.http.call import Call
from amazon_simulator.http.shipments import own
from amazon_simulator.world import commands, shelf
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.state import Location

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
    locationId: str
    marketplaceId: str = ""
    marketplaceChannel: str = ""
    shippingType: str = ""
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
    lines = 2 if body.lineItemCount == "MULTIPLE" else 1
    if len(skus) < lines:
        raise bad_request(f"The location {location.id} has {len(skus)} SKUs that can be bought, not {lines}.")
    quantity = 2 if body.quantityCount == "MULTIPLE" else 1
    kinds = set(body.orderType)
    orders = call.desk.world.do(
        commands.PlaceOrder(
            seller_id=call.caller.seller_id,
            location_id=location.id,
            lines=[commands.WantedLine(sku=sku, quantity=quantity) for sku in skus[:lines]],
            is_forced=True,
            is_gift=bool(kinds & {"GIFT_WRAP", "GIFT_MESSAGE"}),
            needs_hazmat_label="HAZMAT" in kinds,
            needs_serial="SERIAL" in kinds,
            type=next((kind for kind in ("REPLACEMENT", "EXCHANGE") if kind in kinds), "NEW"),
        )
    )
    return ok({"shipmentId": orders[0].shipment_ids[0]})


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
    if body.updateType != "SHIPMENT_STATUS_CHANGE":
        raise bad_request(f"{body.updateType} changes nothing for this shipment.")
    change: dict[str, commands.Command] = {
        "SHIPPED": commands.ScanShipment(shipment_id=shipment_id),
        "DELIVERED": commands.ScanShipment(shipment_id=shipment_id, is_delivery=True),
        "CANCELLED": commands.CancelShipment(shipment_id=shipment_id),
        "OUT_FOR_DELIVERY": commands.ScanShipment(shipment_id=shipment_id, is_on_its_way=True),
    }
    wanted = body.updates.status or body.updates.subStatus
    if wanted not in change:
        raise bad_request(f"The status '{wanted}' cannot be set from here.")
    call.desk.world.do(change[wanted])
    return nothing()
