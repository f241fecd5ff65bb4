"""The seller tells what became of a parcel: shipped, and for own deliveries the rest of the way.

Which step is possible when stands in `lifecycle`; who may have been faster is the carrier's scan.
"""

from datetime import datetime

from amazon_simulator.world.commands import TellParcelStatus
from amazon_simulator.world.handover import ship
from amazon_simulator.world.lifecycle import Status, Step, advance
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.parcels import find
from amazon_simulator.world.refusal import invalid, not_now, repeated
from amazon_simulator.world.state import Parcel, Shipment
from amazon_simulator.world.switches import ShippedAfterScan, ShippedBeforePickup

GAVE_UP = "UNDELIVERABLE"
_OWN_DELIVERY = {
    ("SHIPPED", "OUT_FOR_DELIVERY"): Step.OUT_FOR_DELIVERY,
    ("SHIPPED", "NOT_DELIVERED"): Step.ATTEMPT,
    ("SHIPPED", GAVE_UP): Step.GIVE_UP,
    ("DELIVERED", ""): Step.DELIVER,
    ("DELIVERED", "DELIVERED"): Step.DELIVER,
}


def tell_parcel_status(memory: Memory, command: TellParcelStatus, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    if not shipment.parcels:
        advance(shipment.programme, shipment.status, Step.SHIP)
    parcel = find(shipment, command.parcel_id)
    told = (command.status, command.sub_status)
    if told == ("SHIPPED", ""):
        _tell_shipped(memory, shipment, parcel, now=now)
    elif told in _OWN_DELIVERY:
        _tell_delivery(memory, shipment, parcel, _OWN_DELIVERY[told], now=now)
    else:
        raise invalid(f"A seller cannot set the status '{command.status}' '{command.sub_status}'.")
    shipment.told_reason = command.reason


def _tell_shipped(memory: Memory, shipment: Shipment, parcel: Parcel, *, now: datetime) -> None:
    if parcel.shipped and shipment.status in (Status.SHIPLABEL_GENERATED, Status.SHIPPED):
        _tell_again(memory, parcel)
        return
    advance(shipment.programme, shipment.status, Step.SHIP)
    is_strict = memory.state.switches.shipped_before_pickup == ShippedBeforePickup.REFUSE
    if is_strict and not parcel.taken and now < parcel.labels[-1].pickup:
        raise not_now(f"The package {parcel.id} cannot be SHIPPED before its pickup window.")
    parcel.told_shipped += 1
    ship(memory, shipment, parcel, by="seller", now=now)


def _tell_again(memory: Memory, parcel: Parcel) -> None:
    """Told twice is a duplicate; told after the carrier's scan is what the switch says."""
    rule = memory.state.switches.shipped_after_scan
    if parcel.told_shipped or rule == ShippedAfterScan.CONFLICT:
        raise repeated(f"The package {parcel.id} is SHIPPED already.")
    if rule == ShippedAfterScan.UNPROCESSABLE:
        raise not_now(f"The package {parcel.id} was scanned by the carrier and is SHIPPED.")
    parcel.told_shipped += 1


def _tell_delivery(memory: Memory, shipment: Shipment, parcel: Parcel, step: Step, *, now: datetime) -> None:
    status = advance(shipment.programme, shipment.status, step)
    if parcel.status == "DELIVERED":
        raise repeated(f"The package {parcel.id} is DELIVERED already.")
    if parcel.sub_status == GAVE_UP:
        raise not_now(f"The package {parcel.id} was told {GAVE_UP}: nothing more is delivered.")
    if step == Step.DELIVER:
        parcel.status = "DELIVERED"
        is_done = all(each.status == "DELIVERED" for each in shipment.parcels)
        status = status if is_done else shipment.status
    parcel.sub_status = shipment.sub_status = _SAID[step]
    memory.move(shipment, status, now=now)


_SAID = {
    Step.OUT_FOR_DELIVERY: "OUT_FOR_DELIVERY",
    Step.ATTEMPT: "NOT_DELIVERED",
    Step.GIVE_UP: GAVE_UP,
    Step.DELIVER: "DELIVERED",
}
