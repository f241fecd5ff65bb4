"""What a seller tells about an ordinary order: packages that left, store pick-up, a verdict on medicine.

The refusals are those of confirmShipment; a package told again under its own number is changed, not added.
"""

from datetime import datetime

from amazon_simulator.world.handover import ship
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.order_commands import ConfirmPackage, TellStorePickup, TellVerdict
from amazon_simulator.world.order_life import OrderStatus, OrderStep, advance
from amazon_simulator.world.order_parts import Box, Review
from amazon_simulator.world.refusal import invalid
from amazon_simulator.world.state import Order, Ordinary
from amazon_simulator.world.switches import SelfShipConfirmShipment

OTHER = "Other"
REJECTIONS = {
    "wrong_product": "This product does not suit the animal.",
    "wrong_weight": "The weight of the animal does not match the size ordered.",
    "no_prescription": "The prescription could not be confirmed.",
}
_VERDICTS = ("Approved", "Rejected")


def confirm(memory: Memory, command: ConfirmPackage, *, now: datetime) -> None:
    order = memory.order(command.order_id)
    if _ships_through_here(memory, order):
        _ship_self(memory, order, command, now=now)
        return
    part = _own_way(order, command.marketplace_id)
    _check_words(command)
    _check_items({line.item_id for line in part.lines}, command)
    old = next((box for box in part.boxes if box.reference == command.reference), None)
    if old is not None:
        _tell_again(part, old, command)
        memory.move_order(order, order.status, now=now)
        return
    step = _step(order, part, command)
    status = advance(order.fulfilled_by, order.status, step, order_id=order.id)
    part.boxes.append(_box(command, now=now))
    for item in command.items:
        part.shipped[item.item_id] = part.shipped.get(item.item_id, 0) + item.quantity
    part.due = None
    memory.move_order(order, status, now=now)


def _ships_through_here(memory: Memory, order: Order) -> bool:
    """Self Ship, where Amazon takes confirmShipment for it; which is not known, and a switch."""
    if memory.state.switches.self_ship_confirm_shipment != SelfShipConfirmShipment.SHIPS:
        return False
    rows = [memory.shipment(each) for each in order.shipment_ids]
    return bool(rows) and all(each.programme == Programme.SELF_SHIP for each in rows)


def _ship_self(memory: Memory, order: Order, command: ConfirmPackage, *, now: datetime) -> None:
    """The shipments whose items are named are shipped, whole; their numbers stay those of their labels."""
    _check_place(order, command.marketplace_id)
    _check_words(command)
    rows = [memory.shipment(each) for each in order.shipment_ids]
    _check_items({line.item_id for row in rows for line in row.lines}, command)
    named = {item.item_id for item in command.items}
    wanted = [row for row in rows if any(line.item_id in named for line in row.lines)]
    for row in wanted:
        if row.status not in (Status.SHIPLABEL_GENERATED, Status.SHIPPED, Status.DELIVERED):
            raise invalid(f"The order {order.id} is {row.status} in External Fulfillment; label it first.")
    for row in wanted:
        for parcel in row.parcels:
            if not parcel.shipped:
                parcel.told_shipped += 1
                ship(memory, row, parcel, by="seller", now=now)


def _step(order: Order, part: Ordinary, command: ConfirmPackage) -> OrderStep:
    """Whether a new package is the last one; refused where there is nothing left for it."""
    if order.status == OrderStatus.SHIPPED:
        raise invalid(
            f"PackageToUpdateNotFound: the order {order.id} is fulfilled already and has no package "
            f"{command.reference} to update."
        )
    if part.review is not None and part.review.status != "Approved":
        raise invalid(f"The order {order.id} is regulated; its verification is {part.review.status}.")
    remains = 0
    for line in part.lines:
        left = line.quantity - part.shipped.get(line.item_id, 0)
        wanted = sum(item.quantity for item in command.items if item.item_id == line.item_id)
        if wanted > left:
            raise invalid(f"Quantity {wanted} of OrderItemId {line.item_id} is invalid: {left} left to ship.")
        remains += left - wanted
    return OrderStep.SHIP_PART if remains else OrderStep.SHIP_ALL


def _own_way(order: Order, marketplace_id: str) -> Ordinary:
    if order.fulfilled_by == "AMAZON":
        raise invalid(f"The order {order.id} is fulfilled by Amazon; its shipment cannot be confirmed.")
    if order.ordinary is None:
        raise invalid(f"The order {order.id} is shipped through External Fulfillment, not confirmed here.")
    _check_place(order, marketplace_id)
    if order.status not in (OrderStatus.UNSHIPPED, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.SHIPPED):
        raise invalid(f"The order {order.id} is {order.status}; its shipment cannot be confirmed.")
    return order.ordinary


def _check_place(order: Order, marketplace_id: str) -> None:
    if order.marketplace_id != marketplace_id:
        raise invalid(f"MarketplaceId: the order {order.id} was not placed in '{marketplace_id}'.")


def _check_words(command: ConfirmPackage) -> None:
    reference = command.reference
    if not (reference.isascii() and reference.isdigit() and int(reference) > 0):
        raise invalid("PackageReferenceId: is invalid, must be a positive numeric value.")
    if not command.carrier_code.strip():
        raise invalid("CarrierCode is required.")
    if command.carrier_code == OTHER and not command.carrier_name.strip():
        raise invalid("CarrierName is required when CarrierCode is Other.")
    if not command.tracking_id.strip():
        raise invalid("TrackingNumber is required.")


def _check_items(known: set[str], command: ConfirmPackage) -> None:
    named = [item.item_id for item in command.items]
    if not named:
        raise invalid("OrderItems: at least one item of the order must be given.")
    for item in command.items:
        if item.item_id not in known:
            raise invalid(
                f"OrderItemId {item.item_id} is invalid, please obtain the value through getOrderItems."
            )
        if item.quantity < 1:
            raise invalid(f"Quantity {item.quantity} of OrderItemId {item.item_id} is invalid.")
    if len(set(named)) < len(named):
        raise invalid("OrderItemId: an item is named twice in one package.")


def _box(command: ConfirmPackage, *, now: datetime) -> Box:
    code = command.carrier_code
    return Box(
        reference=command.reference,
        carrier=command.carrier_name if code == OTHER else code,
        method=command.method,
        tracking_id=command.tracking_id,
        shipped=command.ship_date,
        told=now,
        units={item.item_id: item.quantity for item in command.items},
        transparency={item.item_id: item.transparency for item in command.items if item.transparency},
        supply_source=command.supply_source,
    )


def _tell_again(part: Ordinary, old: Box, command: ConfirmPackage) -> None:
    """Carrier, tracking and date are changed; what lies in a package that has left stays."""
    new = _box(command, now=old.told)
    if new.units != old.units:
        raise invalid(
            f"PackageReferenceId {old.reference} is in use: a package that was confirmed keeps its items."
        )
    new.times_told = old.times_told + 1
    part.boxes[part.boxes.index(old)] = new


def tell_store_pickup(memory: Memory, command: TellStorePickup, *, now: datetime) -> None:
    """Only for orders that are picked up in the store: ready, then picked up or refused."""
    order = memory.order(command.order_id)
    part = _own_way(order, command.marketplace_id)
    if order.terms is None or "IN_STORE_PICK_UP" not in order.terms.programmes:
        raise invalid(f"The order {order.id} is not picked up in a store.")
    is_first = command.status == "ReadyForPickup"
    if is_first != (part.store_pickup == "") or part.store_pickup in ("PickedUp", "RefusedPickup"):
        raise invalid(f"ShipmentStatus {command.status} does not follow '{part.store_pickup or 'none'}'.")
    known = {line.item_id for line in part.lines}
    for item_id in command.item_ids:
        if item_id not in known:
            raise invalid(f"OrderItemId {item_id} is not one of the order {order.id}.")
    if command.status == "PickedUp":
        status = advance(order.fulfilled_by, order.status, OrderStep.SHIP_ALL, order_id=order.id)
        part.shipped = {line.item_id: line.quantity for line in part.lines}
        part.due = None
        memory.move_order(order, status, now=now)
    else:
        memory.move_order(order, order.status, now=now)
    part.store_pickup = command.status


def tell_verdict(memory: Memory, command: TellVerdict, *, now: datetime) -> None:
    """Approve or reject a regulated order, once; a prescription may be added to an approved one."""
    order = memory.order(command.order_id)
    review = order.ordinary.review if order.ordinary is not None else None
    if review is None:
        raise invalid(f"The order {order.id} has no regulated item.")
    _check_verdict(review, command)
    if command.prescription:
        review.prescription = command.prescription
    review.reviewer = command.reviewer
    if command.status:
        review.status, review.reviewed = command.status, now
        review.rejection = command.rejection
    memory.move_order(order, order.status, now=now)


def _check_verdict(review: Review, command: TellVerdict) -> None:
    if not command.reviewer:
        raise invalid("Missing request parameter: externalReviewerId.")
    if command.status and command.status not in _VERDICTS:
        raise invalid("Invalid request parameter `status`. Must be one of [Approved, Rejected].")
    if command.status and review.status != "Pending":
        raise invalid(f"The verification status is {review.status} already.")
    if command.status == "Rejected" and command.rejection not in REJECTIONS:
        raise invalid("Missing or unknown request parameter: rejectionReasonId.")
    if command.prescription and (command.status or review.status) != "Approved":
        raise invalid("Verification Detail `prescriptionDetail` is only supported for Approved orders.")
