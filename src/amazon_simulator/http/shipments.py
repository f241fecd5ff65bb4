"""External Fulfillment shipments, the ten operations: parameters in, a command to the world, an answer out.

Nothing about the life of a shipment is decided here. A shipment of another seller is as good as unknown.
"""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from msgspec import Struct, field

from amazon_simulator.http import addresses, paging, roughness, shipment_shape
from amazon_simulator.http.answers import Answer, ApiError, bad_request, nothing, ok
from amazon_simulator.http.call import Call
from amazon_simulator.http.package_body import Package, Packages, announced
from amazon_simulator.papers import invoices
from amazon_simulator.world import commands
from amazon_simulator.world.lifecycle import Status
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.refusal import unknown
from amazon_simulator.world.state import Offer, Parcel, Shipment

DEFAULT_RESULTS = 10
STATUSES = tuple(Status)
PICKUP_SECONDS = 3600
_FILTERS = ("status", "locationId", "marketplaceId", "channelName", "lastUpdatedAfter", "lastUpdatedBefore")


def search(call: Call) -> Answer:
    status = call.choice("status", STATUSES)
    if not status:
        raise bad_request("The parameter status is required.")
    location_id = call.text("locationId", most=36)
    call.text("channelName", most=10)
    results = call.number("maxResults", least=1, most=100, default=DEFAULT_RESULTS)
    after, before = call.moment("lastUpdatedAfter"), call.moment("lastUpdatedBefore")
    arguments = [call.text(name) for name in _FILTERS]
    place = paging.read(call.text("paginationToken"), arguments=arguments)
    with call.desk.world.look() as memory:
        if roughness.rests(memory.state, place):
            rested = paging.Place(place.beyond, place.arguments, is_rested=True)
            return ok({"shipments": [], "pagination": {"nextToken": paging.write(rested)}})
        keys = [(each, status) for each in _locations(call, memory, location_id)]
        walk = _between(memory, keys, after=after, before=before, beyond=place.beyond)
        found = list(islice(walk, results + 1))
        page = found[:results]
        shown = [shipment_shape.shipment(memory.state, each) for each in page]
    pagination = {}
    if len(found) > results:
        pagination["nextToken"] = paging.write(paging.Place(page[-1].stamp, place.arguments))
    return ok({"shipments": shown, "pagination": pagination})


def _locations(call: Call, memory: Memory, location_id: str) -> list[str]:
    marketplace, channel = call.text("marketplaceId"), call.text("channelName")
    return [
        each.id
        for each in memory.state.locations.values()
        if each.seller_id == call.caller.seller_id
        and location_id in ("", each.id)
        and marketplace in ("", each.marketplace_id)
        and channel in ("", each.channel)
    ]


def _between(
    memory: Memory, keys: list[Any], *, after: datetime | None, before: datetime | None, beyond: int
) -> Iterator[Shipment]:
    """Current shipments in the order of their last update, both bounds left out."""
    for updated, _, shipment_id in memory.shipments.walk(keys, since=after, beyond=beyond):
        if before is not None and updated >= before:
            return
        shipment = memory.state.shipments[shipment_id]
        if (after is None or updated > after) and _is_seen(memory, shipment):
            yield shipment


def _is_seen(memory: Memory, shipment: Shipment) -> bool:
    """A shipment may exist before anybody can read it; for how long is a switch."""
    seconds, now = memory.state.switches.shipment_seen_seconds, memory.state.last_moment
    if not seconds or now is None:
        return True
    return (now - shipment.created).total_seconds() >= seconds / memory.state.speed


def own(call: Call, memory: Memory) -> Shipment:
    shipment_id = call.path["shipment_id"]
    shipment = memory.state.shipments.get(shipment_id)
    if shipment is None or memory.state.locations[shipment.location_id].seller_id != call.caller.seller_id:
        raise unknown("shipment", shipment_id)
    if not _is_seen(memory, shipment):
        raise unknown("shipment", shipment_id)
    return shipment


def _own_id(call: Call) -> str:
    with call.desk.world.look() as memory:
        return own(call, memory).id


def get(call: Call) -> Answer:
    with call.desk.world.look() as memory:
        return ok(shipment_shape.shipment(memory.state, own(call, memory)))


class LineItem(Struct, frozen=True):
    id: str
    quantity: int | None = None


class LineWithReason(Struct, frozen=True):
    lineItem: LineItem
    reason: str = ""


class Acknowledgement(Struct, frozen=True):
    referenceId: str = ""
    lineItems: list[LineWithReason] = field(default_factory=list)


REASONS = ("OUT_OF_STOCK", "CUSTOMER_REQUESTED")


def process(call: Call) -> Answer:
    shipment_id = _own_id(call)
    operation = call.choice("operation", ("CONFIRM", "REJECT"))
    if not operation:
        raise bad_request("The parameter operation is required.")
    body = call.body(Acknowledgement)
    if operation == "CONFIRM":
        call.desk.world.do(commands.ConfirmShipment(shipment_id=shipment_id))
        return nothing()
    reasons = [line.reason for line in body.lineItems if line.reason]
    for reason in reasons:
        if reason not in REASONS:
            raise bad_request(f"The reason '{reason}' is not one of {', '.join(REASONS)}.")
    call.desk.world.do(
        commands.RejectShipment(
            shipment_id=shipment_id,
            reason=reasons[0] if reasons else REASONS[0],
            line_ids=[line.lineItem.id for line in body.lineItems],
        )
    )
    return nothing()


def create_packages(call: Call) -> Answer:
    shipment_id = _own_id(call)
    parcels = [announced(package) for package in call.body(Packages).packages]
    call.desk.world.do(commands.CreateParcels(shipment_id=shipment_id, parcels=parcels))
    return nothing()


def update_package(call: Call) -> Answer:
    shipment_id = _own_id(call)
    parcel = announced(call.body(Package))
    if parcel.id != call.path["package_id"]:
        raise bad_request(f"The package '{parcel.id}' of the body is not the one of the path.")
    call.desk.world.do(commands.ChangeParcel(shipment_id=shipment_id, parcel=parcel))
    return nothing()


class DeliveryStatus(Struct, frozen=True):
    status: str = ""
    subStatus: str = ""
    reason: str = ""


def update_package_status(call: Call) -> Answer:
    shipment_id = _own_id(call)
    body = call.body(DeliveryStatus)
    status = body.status or call.choice("status", ("SHIPPED",))
    if not status:
        raise bad_request("The body must name a status.")
    if len(body.reason) > 128:
        raise bad_request("The reason is longer than 128 characters.")
    call.desk.world.do(
        commands.TellParcelStatus(
            shipment_id=shipment_id,
            parcel_id=call.path["package_id"],
            status=status,
            sub_status=body.subStatus,
            reason=body.reason,
        )
    )
    return nothing()


def options(call: Call) -> Answer:
    shipment_id = _own_id(call)
    parcel_id = call.required("packageId")
    asked = commands.AskOptions(shipment_id=shipment_id, parcel_id=parcel_id)
    _, parcel = call.desk.world.do(asked)
    shown = [_offer(call, shipment_id, each) for each in parcel.offers]
    return ok({"shippingOptions": shown} | ({"recommendedShippingOption": shown[0]} if shown else {}))


def _offer(call: Call, shipment_id: str, offer: Offer) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "shippingOptionId": offer.id,
        "shipBy": offer.ship_by,
        "carrierName": offer.carrier,
        "pickupWindow": _window(offer.start, offer.end),
    }
    return shown | _handing_over(call, shipment_id, offer)


def _window(start: datetime, end: datetime) -> dict[str, Any]:
    return {"startTime": int(start.timestamp()), "endTime": int(end.timestamp())}


def _handing_over(call: Call, shipment_id: str, offer: Offer) -> dict[str, Any]:
    """The slot of an Easy Ship hand-over, and where to drop it off."""
    if not offer.method:
        return {}
    shown: dict[str, Any] = {"timeSlot": {**_window(offer.start, offer.end), "handoverMethod": offer.method}}
    if offer.method == "DROPOFF":
        shipment = call.desk.world.state.shipments[shipment_id]
        location = call.desk.world.state.locations[shipment.location_id]
        shown["handoverLocation"] = shipment_shape.drop_off(location)
    return shown


def generate_invoice(call: Call) -> Answer:
    shipment = call.desk.world.do(commands.MakeInvoice(shipment_id=_own_id(call)))
    return ok({"document": _invoice(call, shipment)})


def retrieve_invoice(call: Call) -> Answer:
    with call.desk.world.look() as memory:
        shipment = own(call, memory)
        if not shipment.invoice_number:
            raise ApiError(404, "NotFound", f"The shipment {shipment.id} has no invoice.", details="SC_00003")
        return ok({"document": _invoice(call, shipment)})


def _invoice(call: Call, shipment: Shipment) -> dict[str, str]:
    content = invoices.draw(call.desk.world.state, shipment)
    return {"format": "PDF", "content": b64encode(content).decode()}


class Courier(Struct, frozen=True):
    carrierName: str
    trackingId: str


MOST_PACKAGES = 50


class LabelsInput(Struct, frozen=True):
    packageIds: list[str] = field(default_factory=list)
    courierSupportedAttributes: Courier | None = None


def labels(call: Call) -> Answer:
    shipment_id = _own_id(call)
    operation = call.choice("operation", ("GENERATE", "REGENERATE"))
    if not operation:
        raise bad_request("The parameter operation is required.")
    body = call.body(LabelsInput)
    if len(body.packageIds) > MOST_PACKAGES:
        raise bad_request(f"packageIds holds more than {MOST_PACKAGES} packages.")
    courier = body.courierSupportedAttributes
    answers = call.desk.world.do(
        commands.MakeLabels(
            shipment_id=shipment_id,
            parcel_ids=body.packageIds,
            option_id=call.text("shippingOptionId"),
            carrier=courier.carrierName if courier else "",
            tracking_id=courier.trackingId if courier else "",
            is_again=operation == "REGENERATE",
        )
    )
    shown = [_label(call, shipment_id, parcel, trouble) for parcel, trouble in answers]
    return ok({"packageShipLabelList": shown})


def _label(call: Call, shipment_id: str, parcel: Parcel, trouble: str) -> dict[str, Any]:
    if trouble:
        error = {"code": "LabelGenerationFailure", "message": trouble}
        return {"packageId": parcel.id, "status": "FAILURE", "errorDetails": error}
    label = parcel.labels[-1]
    metadata: dict[str, Any] = {
        "carrierName": label.carrier,
        "trackingId": label.tracking_id,
        "pickupWindow": _window(label.pickup, label.pickup + timedelta(seconds=PICKUP_SECONDS)),
    }
    if label.option_id:
        metadata["shippingOptionId"] = label.option_id
        offer = next(each for each in parcel.offers if each.id == label.option_id)
        metadata |= _handing_over(call, shipment_id, offer)
    return {
        "packageId": parcel.id,
        "shipLabelMetadata": metadata,
        "fileData": {"url": _label_url(call, shipment_id, parcel)},
        "status": "SUCCESS",
    }


def _label_url(call: Call, shipment_id: str, parcel: Parcel) -> str:
    return addresses.url(call, f"labels/{shipment_id}/{len(parcel.labels)}/{parcel.id}")
