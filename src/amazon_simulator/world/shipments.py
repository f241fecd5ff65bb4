"""What sellers, carriers and Amazon do to a shipment: confirm, reject, label, ship, deliver, cancel.

Each function refuses first and then acts; which step is possible when stands in `lifecycle`.
Boxes are in `parcels`.
"""

from datetime import datetime

from amazon_simulator.world import ids
from amazon_simulator.world.commands import (
    AssignStock,
    CancelShipment,
    ConfirmShipment,
    MakeInvoice,
    MakeLabels,
    RejectShipment,
    ScanShipment,
    SendLorry,
    TellParcelStatus,
)
from amazon_simulator.world.lifecycle import Programme, Status, Step, advance
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.parcels import LABELLED, find
from amazon_simulator.world.pickups import next_pickup
from amazon_simulator.world.refusal import invalid, not_now, repeated, unknown
from amazon_simulator.world.state import Cancellation, Label, Parcel, Shipment
from amazon_simulator.world.switches import ShippedBeforePickup


def assign_stock(memory: Memory, command: AssignStock, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    memory.move(shipment, advance(shipment.programme, shipment.status, Step.ACCEPT), now=now)


def confirm(memory: Memory, command: ConfirmShipment, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    status = advance(shipment.programme, shipment.status, Step.CONFIRM)
    shipment.times_confirmed += 1
    memory.move(shipment, status, now=now)


def reject(memory: Memory, command: RejectShipment, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    status = advance(shipment.programme, shipment.status, Step.REJECT)
    shipment.cancellation = Cancellation(kind="SELLER_REJECTED", reason=command.reason, at=now)
    _close_parcels(shipment)
    memory.move(shipment, status, now=now)


def cancel_shipment(memory: Memory, command: CancelShipment, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    cancel(memory, shipment, kind=command.kind, reason=command.reason, now=now)


def cancel(memory: Memory, shipment: Shipment, *, kind: str, reason: str, now: datetime) -> None:
    """A buyer or Amazon cancels; possible until the first box has left."""
    status = after_cancelling(shipment)
    shipment.cancellation = Cancellation(kind=kind, reason=reason, at=now)
    _close_parcels(shipment)
    memory.move(shipment, status, now=now)


def after_cancelling(shipment: Shipment) -> Status:
    """The status that cancelling would give; refuses where it is too late, and changes nothing."""
    status = advance(shipment.programme, shipment.status, Step.CANCEL)
    if any(parcel.shipped for parcel in shipment.parcels):
        raise not_now(f"A parcel of the shipment {shipment.id} has left already; it comes back as a return.")
    return status


def _close_parcels(shipment: Shipment) -> None:
    for parcel in shipment.parcels:
        parcel.status = "CANCELLED"


def make_invoice(memory: Memory, command: MakeInvoice, *, now: datetime) -> Shipment:
    shipment = memory.shipment(command.shipment_id)
    status = advance(shipment.programme, shipment.status, Step.INVOICE)
    if not shipment.needs_invoice:
        raise not_now(f"The shipment {shipment.id} needs no invoice.")
    memory.state.counters.invoice += 1
    shipment.invoice_number = f"INV-{now.year}-{memory.state.counters.invoice:06d}"
    memory.move(shipment, status, now=now)
    return shipment


def make_labels(memory: Memory, command: MakeLabels, *, now: datetime) -> list[tuple[Parcel, str]]:
    """Per wanted parcel the parcel, and what went wrong with its label, if anything did."""
    shipment = memory.shipment(command.shipment_id)
    if not shipment.parcels or not command.is_again:
        advance(shipment.programme, shipment.status, Step.RELABEL if command.is_again else Step.LABEL)
    parcels = [find(shipment, each) for each in command.parcel_ids]
    if not parcels:
        raise invalid("packageIds names no package.")
    if command.is_again:
        _check_again(shipment, parcels)
    else:
        _check_first(shipment, parcels, command)
    answers = [_label(memory, shipment, parcel, command, now=now) for parcel in parcels]
    if all(parcel.status in LABELLED for parcel in shipment.parcels):
        memory.move(shipment, Status.SHIPLABEL_GENERATED, now=now)
    elif any(not trouble for _, trouble in answers):
        memory.move(shipment, shipment.status, now=now)
    return answers


def _check_first(shipment: Shipment, parcels: list[Parcel], command: MakeLabels) -> None:
    if all(parcel.status in LABELLED for parcel in parcels):
        raise repeated(f"The packages of the shipment {shipment.id} that you name have their labels already.")
    if shipment.programme != Programme.SMARTCONNECT and not command.option_id:
        raise invalid("shippingOptionId is required: choose one of the shipping options of the package.")


def _check_again(shipment: Shipment, parcels: list[Parcel]) -> None:
    if any(parcel.status != "SHIPLABEL_GENERATED" for parcel in parcels):
        advance(shipment.programme, shipment.status, Step.RELABEL)
        raise not_now("A label can only be made again for a package that has one and is still here.")
    if shipment.status in (Status.CANCELLED, Status.SHIPPED, Status.DELIVERED):
        advance(shipment.programme, shipment.status, Step.RELABEL)


def _label(
    memory: Memory, shipment: Shipment, parcel: Parcel, command: MakeLabels, *, now: datetime
) -> tuple[Parcel, str]:
    if not command.is_again and parcel.status in LABELLED:
        return parcel, f"The package {parcel.id} has its label already; ask for REGENERATE."
    if shipment.failing_labels > 0 and not command.is_again:
        shipment.failing_labels -= 1
        return parcel, f"The carrier refused the package {parcel.id} this time; try again."
    state, location = memory.state, memory.state.locations[shipment.location_id]
    state.counters.tracking += 1
    parcel.labels.append(
        Label(
            tracking_id=command.tracking_id or ids.tracking_id(state.seed, state.counters.tracking),
            carrier=command.carrier if command.tracking_id else location.carrier,
            format=location.label_format,
            made=now,
            pickup=shipment.ship_by if shipment.ship_by >= now else next_pickup(location, ready=now),
            option_id=command.option_id,
        )
    )
    parcel.status = "SHIPLABEL_GENERATED"
    return parcel, ""


def tell_parcel_status(memory: Memory, command: TellParcelStatus, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    if not shipment.parcels:
        advance(shipment.programme, shipment.status, Step.SHIP)
    parcel = find(shipment, command.parcel_id)
    if command.status == "SHIPPED" and not command.sub_status:
        _tell_shipped(memory, shipment, parcel, now=now)
    elif command.status == "SHIPPED" and command.sub_status == "OUT_FOR_DELIVERY":
        memory.move(shipment, advance(shipment.programme, shipment.status, Step.OUT_FOR_DELIVERY), now=now)
        shipment.sub_status = command.sub_status
    elif command.status == "DELIVERED":
        status = advance(shipment.programme, shipment.status, Step.DELIVER)
        parcel.status = "DELIVERED"
        shipment.sub_status = command.sub_status or "DELIVERED"
        is_done = all(each.status == "DELIVERED" for each in shipment.parcels)
        memory.move(shipment, status if is_done else shipment.status, now=now)
    else:
        raise invalid(f"A seller cannot set the status '{command.status}' '{command.sub_status}'.")


def _tell_shipped(memory: Memory, shipment: Shipment, parcel: Parcel, *, now: datetime) -> None:
    if parcel.shipped and shipment.status == Status.SHIPLABEL_GENERATED:
        raise repeated(f"The package {parcel.id} is SHIPPED already.")
    advance(shipment.programme, shipment.status, Step.SHIP)
    is_strict = memory.state.switches.shipped_before_pickup == ShippedBeforePickup.REFUSE
    if is_strict and now < parcel.labels[-1].pickup:
        raise not_now(f"The package {parcel.id} cannot be SHIPPED before its pickup window.")
    parcel.told_shipped += 1
    _ship(memory, shipment, parcel, by="seller", now=now)


def _ship(memory: Memory, shipment: Shipment, parcel: Parcel, *, by: str, now: datetime) -> None:
    parcel.status, parcel.shipped, parcel.shipped_by = "SHIPPED", now, by
    is_gone = all(each.shipped for each in shipment.parcels)
    memory.move(shipment, Status.SHIPPED if is_gone else shipment.status, now=now)


def send_lorry(memory: Memory, command: SendLorry, *, now: datetime) -> list[str]:
    """The carrier takes and scans every labelled parcel of a location; gives the ids of what it took."""
    if command.location_id not in memory.state.locations:
        raise unknown("location", command.location_id)
    key = (command.location_id, Status.SHIPLABEL_GENERATED)
    waiting = [entry[2] for entry in memory.shipments.walk([key], since=None, beyond=0)]
    for shipment_id in waiting:
        _scan_pickup(memory, memory.shipment(shipment_id), now=now)
    return waiting


def scan(memory: Memory, command: ScanShipment, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    if command.is_on_its_way:
        advance(shipment.programme, shipment.status, Step.DELIVERY_SCAN)
        shipment.sub_status = "OUT_FOR_DELIVERY"
        memory.move(shipment, shipment.status, now=now)
        return
    if not command.is_delivery:
        advance(shipment.programme, shipment.status, Step.CARRIER_SCAN)
        _scan_pickup(memory, shipment, now=now)
        return
    status = advance(shipment.programme, shipment.status, Step.DELIVERY_SCAN)
    for parcel in shipment.parcels:
        parcel.status = "DELIVERED"
    shipment.sub_status = "DELIVERED"
    memory.move(shipment, status, now=now)


def _scan_pickup(memory: Memory, shipment: Shipment, *, now: datetime) -> None:
    shipment.sub_status = "PICKED_UP"
    for parcel in shipment.parcels:
        if not parcel.shipped:
            _ship(memory, shipment, parcel, by="carrier", now=now)
