"""What sellers, buyers and Amazon do to a shipment: assign, confirm, reject, cancel, invoice, plan otherwise.

Each function refuses first and then acts; which step is possible when stands in `lifecycle`. Boxes are in
`parcels`, labels in `labelling`, what the seller tells in `telling`, the carrier in `carriers`.
"""

from datetime import datetime

from amazon_simulator.world.commands import (
    AssignStock,
    CancelShipment,
    ConfirmShipment,
    MakeInvoice,
    RejectShipment,
)
from amazon_simulator.world.life_commands import ChangePickupDate, PublishInvoice
from amazon_simulator.world.life_state import Due
from amazon_simulator.world.lifecycle import Programme, Status, Step, advance
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.parcels import LABELLED
from amazon_simulator.world.refusal import invalid, not_now
from amazon_simulator.world.state import Cancellation, Shipment
from amazon_simulator.world.switches import LatestCancellation, SelfShipConfirm


def assign_stock(memory: Memory, command: AssignStock, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    memory.move(shipment, advance(shipment.programme, shipment.status, Step.ACCEPT), now=now)


def assignment_is_due(memory: Memory, due: Due) -> None:
    """Amazon finds stock by itself, unless somebody was faster."""
    shipment = memory.state.shipments[due.key]
    if shipment.status == Status.CREATED:
        memory.move(shipment, Status.ACCEPTED, now=due.at)


def confirm(memory: Memory, command: ConfirmShipment, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    status = advance(shipment.programme, shipment.status, Step.CONFIRM)
    is_early = shipment.programme == Programme.SELF_SHIP and shipment.status == Status.CREATED
    if is_early and memory.state.switches.self_ship_confirm == SelfShipConfirm.FROM_ACCEPTED:
        raise not_now(f"The shipment {shipment.id} is CREATED: Amazon has not assigned its stock yet.")
    shipment.times_confirmed += 1
    memory.move(shipment, status, now=now)


def reject(memory: Memory, command: RejectShipment, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    for line_id in command.line_ids:
        if all(line.id != line_id for line in shipment.lines):
            raise invalid(f"The shipment {shipment.id} has no line '{line_id}'.")
    status = advance(shipment.programme, shipment.status, Step.REJECT)
    if any(parcel.status in LABELLED for parcel in shipment.parcels):
        raise not_now(f"A parcel of the shipment {shipment.id} has its label already.")
    shipment.cancellation = Cancellation(kind="SELLER_REJECTED", reason=command.reason, at=now)
    _close_parcels(shipment)
    memory.move(shipment, status, now=now)


def cancel_shipment(memory: Memory, command: CancelShipment, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    cancel(memory, shipment, kind=command.kind, reason=command.reason, now=now)


def cancel(memory: Memory, shipment: Shipment, *, kind: str, reason: str, now: datetime) -> None:
    """A buyer or Amazon cancels; possible until the first box has left."""
    status = after_cancelling(memory, shipment)
    if shipment.programme == Programme.EASY_SHIP and shipment.status == Status.SHIPLABEL_GENERATED:
        shipment.sub_status = "LABEL_CANCELED"
    shipment.cancellation = Cancellation(kind=kind, reason=reason, at=now)
    _close_parcels(shipment)
    memory.move(shipment, status, now=now)


def after_cancelling(memory: Memory, shipment: Shipment) -> Status:
    """The status that cancelling would give; refuses where it is too late, and changes nothing."""
    status = advance(shipment.programme, shipment.status, Step.CANCEL)
    is_early = memory.state.switches.latest_cancellation == LatestCancellation.BEFORE_LABEL
    if is_early and any(parcel.status in LABELLED for parcel in shipment.parcels):
        raise not_now(f"The shipment {shipment.id} has a label: it comes back as a return if it must.")
    if any(parcel.shipped or parcel.taken for parcel in shipment.parcels):
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
    _number_invoice(memory, shipment, now=now)
    for parcel in shipment.parcels:
        if parcel.status in ("CREATED", "PICKUP_SLOT_RETRIEVED"):
            parcel.status = "INVOICE_GENERATED"
    memory.move(shipment, status, now=now)
    return shipment


def publish_invoice(memory: Memory, command: PublishInvoice, *, now: datetime) -> Shipment:
    """Amazon makes the invoice itself; the shipment stays where it is."""
    shipment = memory.shipment(command.shipment_id)
    if not shipment.needs_invoice:
        raise not_now(f"The shipment {shipment.id} needs no invoice.")
    if shipment.status == Status.CANCELLED:
        raise not_now(f"The shipment {shipment.id} is cancelled.")
    if not shipment.invoice_number:
        _number_invoice(memory, shipment, now=now)
    memory.move(shipment, shipment.status, now=now)
    return shipment


def _number_invoice(memory: Memory, shipment: Shipment, *, now: datetime) -> None:
    memory.state.counters.invoice += 1
    shipment.invoice_number = f"INV-{now.year}-{memory.state.counters.invoice:06d}"
    shipment.invoiced = now


def change_pickup_date(memory: Memory, command: ChangePickupDate, *, now: datetime) -> Shipment:
    """The carrier has no room that day: the shop is expected to hand over at another moment."""
    shipment = memory.shipment(command.shipment_id)
    if shipment.status in (Status.SHIPPED, Status.DELIVERED, Status.CANCELLED):
        raise not_now(f"The shipment {shipment.id} is {shipment.status}: no pickup is awaited.")
    if command.at < now:
        raise invalid("The expected pickup date lies in the past.")
    shipment.ship_by = command.at
    memory.move(shipment, shipment.status, now=now)
    return shipment
