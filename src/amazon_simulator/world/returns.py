"""Returns: a buyer sends units of one SKU back or refused them; carrier and Amazon move them on.

The seller only reads them. What may follow what stands in `return_life`; by the clock they go by themselves.
"""

from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from amazon_simulator.world import agenda, ids
from amazon_simulator.world.buying import place
from amazon_simulator.world.commands import PlaceOrder, WantedLine
from amazon_simulator.world.life_commands import MoveReturn, OpenReturn
from amazon_simulator.world.life_state import Due, Return, Tracking
from amazon_simulator.world.lifecycle import Status
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.order_parts import Terms
from amazon_simulator.world.refusal import invalid, not_now, unknown
from amazon_simulator.world.return_life import (
    BY_CLOCK,
    REFUSED_BY_CLOCK,
    ReturnStatus,
    ReturnSubType,
    ReturnType,
    check,
)
from amazon_simulator.world.state import Line, Location, Shipment
from amazon_simulator.world.switches import Carrier

HOUR = 3600.0
OTP_DAYS = 14
REASONS = (
    "UNWANTED_ITEM",
    "DEFECTIVE",
    "NOT_AS_DESCRIBED",
    "ORDERED_WRONG_ITEM",
    "MISSED_ESTIMATED_DELIVERY",
)
REFUSED_REASON = "REFUSED_BY_CUSTOMER"
REVERSE_CARRIER = "ATS"


class Sent(Struct, frozen=True, kw_only=True):
    """What left and may come back: the line of a shipment, and how many units of it."""

    shipment: Shipment
    line: Line
    units: int


def open_return(memory: Memory, command: OpenReturn, *, now: datetime) -> Return:
    shipment = memory.shipment(command.shipment_id)
    line = _line(shipment, command)
    units = _units(memory, shipment, line, command)
    location = memory.state.locations[shipment.location_id]
    back_at = _return_location(memory, location, command)
    sent = Sent(shipment=shipment, line=line, units=units)
    exchange_id = _exchange(memory, sent, command, now=now)
    back = _new(memory, sent, command, now=now)
    back.return_location_id = back_at.id
    back.exchange_order_id = exchange_id
    memory.add_return(back)
    if command.is_dropped_off:
        memory.move_return(back, ReturnStatus.DROPPED_OFF, now=now)
    plan_next(memory, back, now=now)
    return back


def _line(shipment: Shipment, command: OpenReturn) -> Line:
    is_gone = shipment.status in (Status.SHIPPED, Status.DELIVERED)
    if not is_gone:
        raise not_now(f"The shipment {shipment.id} is {shipment.status}: nothing can come back yet.")
    if command.type == ReturnType.REJECT and shipment.status == Status.DELIVERED:
        raise not_now(f"The shipment {shipment.id} is delivered: it cannot be refused at the door any more.")
    found = [line for line in shipment.lines if command.sku in ("", line.sku)]
    if not found:
        raise unknown("SKU of the shipment", command.sku)
    return found[0]


def _units(memory: Memory, shipment: Shipment, line: Line, command: OpenReturn) -> int:
    ended = (ReturnStatus.CANCELLED,)
    back = sum(
        each.units
        for each in memory.state.returns.values()
        if each.shipment_id == shipment.id and each.sku == line.sku and each.status not in ended
    )
    sent = sum(each.quantity for each in shipment.lines if each.sku == line.sku)
    units = command.units or sent - back
    if not 1 <= units <= sent - back:
        raise not_now(f"{line.sku}: {sent} sent, {back} on their way back already, {units} cannot come back.")
    return units


def _return_location(memory: Memory, location: Location, command: OpenReturn) -> Location:
    if not command.location_id:
        return location
    found = memory.state.locations.get(command.location_id)
    if found is None or found.seller_id != location.seller_id:
        raise unknown("location", command.location_id)
    return found


def _exchange(memory: Memory, sent: Sent, command: OpenReturn, *, now: datetime) -> str:
    """The order that replaces what comes back, placed at once."""
    shipment = sent.shipment
    if command.sub_type == ReturnSubType.NORMAL:
        if command.exchange_sku:
            raise invalid("exchange_sku is only for a return of the sub type EXCHANGE.")
        return ""
    if command.sub_type == ReturnSubType.EXCHANGE and not command.exchange_sku:
        raise invalid("An EXCHANGE needs exchange_sku: what the buyer gets instead.")
    order = memory.order(shipment.order_id)
    wanted = WantedLine(sku=command.exchange_sku or sent.line.sku, quantity=sent.units)
    new = PlaceOrder(
        seller_id=order.seller_id,
        lines=[wanted],
        location_id=shipment.location_id,
        is_forced=True,
        type=command.sub_type,
        replaces=shipment.id,
        programme=shipment.programme,
        terms=Terms(kind=command.sub_type, replaces=order.id),
    )
    return place(memory, new, now=now)[0].id


def _new(memory: Memory, sent: Sent, command: OpenReturn, *, now: datetime) -> Return:
    state, shipment = memory.state, sent.shipment
    state.counters.returned += 1
    number = state.counters.returned
    chance = Random(f"return:{state.seed}:{number}")
    usual = REFUSED_REASON if command.type == ReturnType.REJECT else chance.choice(REASONS)
    labels = [parcel.labels[-1] for parcel in shipment.parcels if parcel.labels]
    forward = Tracking(carrier=labels[0].carrier, tracking_id=labels[0].tracking_id)
    return Return(
        id=ids.return_id(state.seed, number),
        seller_id=memory.order(shipment.order_id).seller_id,
        order_id=shipment.order_id,
        shipment_id=shipment.id,
        location_id=shipment.location_id,
        return_location_id=shipment.location_id,
        sku=sent.line.sku,
        units=sent.units,
        type=command.type,
        sub_type=command.sub_type,
        status=ReturnStatus.CREATED,
        created=now,
        updated=now,
        reason=command.reason or usual,
        rma_id=command.rma_id or _rma_id(memory),
        forward=forward,
        reverse=forward if command.type == ReturnType.REJECT else _reverse(memory),
        otp=f"{chance.randint(0, 999_999):06d}" if command.has_otp else "",
        otp_ends=now + timedelta(days=OTP_DAYS) if command.has_otp else None,
    )


def _rma_id(memory: Memory) -> str:
    memory.state.counters.rma += 1
    return ids.rma_id(memory.state.seed, memory.state.counters.rma)


def _reverse(memory: Memory) -> Tracking:
    memory.state.counters.tracking += 1
    number = ids.tracking_id(memory.state.seed, memory.state.counters.tracking)
    return Tracking(carrier=REVERSE_CARRIER, tracking_id=number)


def move(memory: Memory, command: MoveReturn, *, now: datetime) -> Return:
    back = find(memory, command.return_id)
    check(back.status, command.status)
    graded = _graded(back, command)
    if command.location_id:
        _check_replanned(memory, back, command)
    _advance(memory, back, command.status, now=now)
    back.graded = graded
    if command.location_id:
        memory.relocate_return(back, command.location_id)
    plan_next(memory, back, now=now)
    return back


def find(memory: Memory, return_id: str) -> Return:
    try:
        return memory.state.returns[return_id]
    except KeyError:
        raise unknown("return", return_id) from None


def _graded(back: Return, command: MoveReturn) -> int:
    if command.status == ReturnStatus.PROCESSED:
        return back.units
    if command.status != ReturnStatus.PARTIALLY_PROCESSED:
        return back.graded
    graded = command.units or back.graded + 1
    if not back.graded < graded < back.units:
        raise not_now(
            f"{back.graded} of {back.units} units are graded: {graded} is not part of them and more. "
            "Set PROCESSED for all."
        )
    return graded


def _check_replanned(memory: Memory, back: Return, command: MoveReturn) -> None:
    location = memory.state.locations.get(command.location_id)
    if command.status != ReturnStatus.REPLANNED:
        raise invalid("Only a return that is REPLANNED goes to another location.")
    if location is None or location.seller_id != back.seller_id:
        raise unknown("location", command.location_id)


def _advance(memory: Memory, back: Return, status: ReturnStatus, *, now: datetime) -> None:
    if status == ReturnStatus.REPLANNED:
        back.previous.append(back.reverse)
        back.reverse = _reverse(memory)
    if status in (ReturnStatus.PICKED, ReturnStatus.DROPPED_OFF):
        back.picked_up = now
    if status == ReturnStatus.DELIVERED:
        back.delivered = now
    memory.move_return(back, status, now=now)


# by the clock


def plan_next(memory: Memory, back: Return, *, now: datetime) -> None:
    own = REFUSED_BY_CLOCK if back.type == ReturnType.REJECT else {}
    step = own.get(back.status) or BY_CLOCK.get(back.status)
    back.next_at = None
    if step is not None and memory.state.switches.carrier == Carrier.BY_CLOCK:
        at = agenda.later(memory, now, seconds=step[1] * HOUR)
        back.next_at = agenda.plan(memory, "return", back.id, at=at, note=step[0])


def return_is_due(memory: Memory, due: Due) -> None:
    back = memory.state.returns[due.key]
    if back.next_at != due.at or memory.state.switches.carrier != Carrier.BY_CLOCK:
        return
    status = ReturnStatus(due.note)
    _advance(memory, back, status, now=due.at)
    if status == ReturnStatus.PROCESSED:
        back.graded = back.units
    plan_next(memory, back, now=due.at)
