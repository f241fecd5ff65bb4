"""The carrier: the lorry at a location, its scans, pickups that are missed, and the way to the buyer's door.

By hand everything comes when it is told; by the clock the lorry comes at every pickup time of a location.
What a scan does to a parcel that the seller did not tell as shipped is a switch.
"""

from datetime import datetime

from amazon_simulator.world import agenda
from amazon_simulator.world.commands import ScanShipment, SendLorry
from amazon_simulator.world.handover import plan_delivery, ship
from amazon_simulator.world.life_commands import MissPickups, PlanDelivery, ScanLabel
from amazon_simulator.world.life_state import Due
from amazon_simulator.world.lifecycle import Programme, Status, Step, advance
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.pickups import pickup_after
from amazon_simulator.world.refusal import invalid, not_now, repeated, unknown
from amazon_simulator.world.state import Location, Parcel, Shipment
from amazon_simulator.world.switches import Carrier, CarrierScan

ON_ITS_WAY = (
    "PICKED_UP",
    "DROPPED_OFF",
    "AT_ORIGIN_FC",
    "AT_DESTINATION_FC",
    "OUT_FOR_DELIVERY",
    "NOT_DELIVERED",
    "UNDELIVERABLE",
    "LOST",
    "DAMAGED",
)


def send_lorry(memory: Memory, command: SendLorry, *, now: datetime) -> list[str]:
    """The carrier takes and scans every labelled parcel of a location; gives the ids of what it took."""
    return _load(memory, _location(memory, command.location_id), now=now)


def _location(memory: Memory, location_id: str) -> Location:
    location = memory.state.locations.get(location_id)
    if location is None:
        raise unknown("location", location_id)
    return location


def waiting_at(memory: Memory, location_id: str) -> list[Shipment]:
    """Labelled shipments of which a parcel still stands here, without Self Ship."""
    entries = memory.shipments.walk([(location_id, Status.SHIPLABEL_GENERATED)], since=None, beyond=0)
    found = [memory.shipment(entry[2]) for entry in entries]
    carried = [each for each in found if each.programme != Programme.SELF_SHIP]
    return [each for each in carried if any(not one.shipped and not one.taken for one in each.parcels)]


def _load(memory: Memory, location: Location, *, now: datetime) -> list[str]:
    waiting = waiting_at(memory, location.id)
    for shipment in waiting:
        for parcel in shipment.parcels:
            _scan_pickup(memory, shipment, parcel, now=now)
    return [each.id for each in waiting]


def _scan_pickup(memory: Memory, shipment: Shipment, parcel: Parcel, *, now: datetime) -> None:
    if parcel.taken:
        return
    parcel.taken = now
    shipment.sub_status = "PICKED_UP"
    if parcel.shipped:
        return
    if memory.state.switches.carrier_scan == CarrierScan.SHIPS:
        ship(memory, shipment, parcel, by="carrier", now=now)
    else:
        memory.move(shipment, shipment.status, now=now)


def scan_label(memory: Memory, command: ScanLabel, *, now: datetime) -> Shipment:
    """One label at the lorry, as the driver's scanner reads it."""
    for shipment in memory.state.shipments.values():
        for parcel in shipment.parcels:
            if any(label.tracking_id == command.tracking_id for label in parcel.labels):
                _scan_one(memory, shipment, parcel, command.tracking_id, now=now)
                return shipment
    raise unknown("label", command.tracking_id)


def _scan_one(memory: Memory, shipment: Shipment, parcel: Parcel, tracking: str, *, now: datetime) -> None:
    if shipment.programme == Programme.SELF_SHIP:
        raise not_now(
            f"The shipment {shipment.id} is delivered by its seller: Amazon's carrier does not take it."
        )
    if shipment.status == Status.CANCELLED:
        raise not_now(f"The shipment {shipment.id} is cancelled: the parcel {parcel.id} stays here.")
    if parcel.labels[-1].tracking_id != tracking or parcel.status == "CREATED":
        raise not_now(f"The label {tracking} is void: the parcel {parcel.id} has or needs a newer one.")
    if parcel.taken:
        raise repeated(f"The parcel {parcel.id} was taken already.")
    _scan_pickup(memory, shipment, parcel, now=now)


def scan(memory: Memory, command: ScanShipment, *, now: datetime) -> None:
    """One shipment of several parcels is scanned as a whole."""
    shipment = memory.shipment(command.shipment_id)
    if command.is_delivery:
        _deliver(memory, shipment, now=now)
    elif command.is_on_its_way or command.sub_status:
        _carry(memory, shipment, command.sub_status or "OUT_FOR_DELIVERY", now=now)
    else:
        advance(shipment.programme, shipment.status, Step.CARRIER_SCAN)
        for parcel in shipment.parcels:
            _scan_pickup(memory, shipment, parcel, now=now)


def _carry(memory: Memory, shipment: Shipment, sub_status: str, *, now: datetime) -> None:
    if sub_status not in ON_ITS_WAY:
        raise invalid(f"'{sub_status}' is not something a carrier says; it says {', '.join(ON_ITS_WAY)}.")
    advance(shipment.programme, shipment.status, Step.DELIVERY_SCAN)
    shipment.sub_status = sub_status
    memory.move(shipment, shipment.status, now=now)


def _deliver(memory: Memory, shipment: Shipment, *, now: datetime) -> None:
    status = advance(shipment.programme, shipment.status, Step.DELIVERY_SCAN)
    for parcel in shipment.parcels:
        parcel.status = "DELIVERED"
    shipment.sub_status = "DELIVERED"
    shipment.deliver_at = None
    memory.move(shipment, status, now=now)


# by the clock


def miss_pickups(memory: Memory, command: MissPickups, *, now: datetime) -> Location:
    if not 0 <= command.times <= 100:
        raise invalid(f"{command.times} pickups cannot be missed; from 0 to 100 can.")
    location = _location(memory, command.location_id)
    location.missed_pickups = command.times
    return location


def plan_one_delivery(memory: Memory, command: PlanDelivery, *, now: datetime) -> Shipment:
    """Late, early or never; the earlier plan of the shipment is dropped."""
    shipment = memory.shipment(command.shipment_id)
    advance(shipment.programme, shipment.status, Step.DELIVERY_SCAN)
    if command.hours is None:
        shipment.deliver_at = None
    elif command.hours < 0:
        raise invalid("A delivery cannot lie in the past: give hours of zero or more, or none for never.")
    else:
        plan_delivery(memory, shipment, hours=command.hours, now=now)
    return shipment


def plan_lorry(memory: Memory, location: Location, *, now: datetime) -> None:
    """The next pickup time strictly after now, where the carrier comes by the clock."""
    if memory.state.switches.carrier == Carrier.BY_CLOCK:
        location.next_lorry = agenda.plan(memory, "lorry", location.id, at=pickup_after(location, now=now))
    else:
        location.next_lorry = None


def lorry_is_due(memory: Memory, due: Due) -> None:
    location = memory.state.locations[due.key]
    if location.next_lorry != due.at or memory.state.switches.carrier != Carrier.BY_CLOCK:
        return
    if location.missed_pickups:
        location.missed_pickups -= 1
        for shipment in waiting_at(memory, location.id):
            shipment.pickups_missed += 1
    else:
        _load(memory, location, now=due.at)
    plan_lorry(memory, location, now=due.at)


def carry_is_due(memory: Memory, due: Due) -> None:
    shipment = memory.state.shipments[due.key]
    sub_status, _, planned = due.note.partition(" ")
    is_current = shipment.deliver_at is not None and shipment.deliver_at.isoformat() == planned
    if is_current and shipment.status == Status.SHIPPED:
        _carry(memory, shipment, sub_status, now=due.at)


def delivery_is_due(memory: Memory, due: Due) -> None:
    shipment = memory.state.shipments[due.key]
    if shipment.deliver_at == due.at and shipment.status == Status.SHIPPED:
        _deliver(memory, shipment, now=due.at)
