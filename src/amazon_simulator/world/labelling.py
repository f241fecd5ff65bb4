"""Labels of a shipment: made once, made again with a new number, refused in part, void after repacking.

A label counts when it is the last of its parcel and the parcel was not packed otherwise since.
"""

from datetime import datetime

from msgspec import Struct

from amazon_simulator.world import ids
from amazon_simulator.world.commands import MakeLabels
from amazon_simulator.world.lifecycle import Programme, Status, Step, advance
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.offers import THIRD_PARTY, chosen
from amazon_simulator.world.parcels import LABELLED, find
from amazon_simulator.world.pickups import next_pickup
from amazon_simulator.world.refusal import invalid, not_now, repeated
from amazon_simulator.world.state import Label, Offer, Parcel, Shipment
from amazon_simulator.world.switches import RelabelTracking


class Asked(Struct, frozen=True, kw_only=True):
    """One call for labels, once it is known to be possible."""

    shipment: Shipment
    command: MakeLabels
    offer: Offer | None


def make_labels(memory: Memory, command: MakeLabels, *, now: datetime) -> list[tuple[Parcel, str]]:
    """Per wanted parcel the parcel, and what went wrong with its label, if anything did."""
    shipment = memory.shipment(command.shipment_id)
    if not shipment.parcels or not command.is_again:
        advance(shipment.programme, shipment.status, Step.RELABEL if command.is_again else Step.LABEL)
    parcels = [find(shipment, each) for each in dict.fromkeys(command.parcel_ids)]
    if not parcels:
        raise invalid("packageIds names no package.")
    if command.is_again:
        _check_again(shipment, parcels)
    elif all(parcel.status in LABELLED for parcel in parcels):
        raise repeated(f"The packages of the shipment {shipment.id} that you name have their labels already.")
    offer = chosen(shipment, parcels, command, now=now)
    asked = Asked(shipment=shipment, command=command, offer=offer)
    answers = [_label(memory, parcel, asked, now=now) for parcel in parcels]
    if all(parcel.status in LABELLED for parcel in shipment.parcels):
        _wait_for_carrier(shipment, offer)
        memory.move(shipment, Status.SHIPLABEL_GENERATED, now=now)
    elif any(not trouble for _, trouble in answers):
        memory.move(shipment, shipment.status, now=now)
    return answers


def _check_again(shipment: Shipment, parcels: list[Parcel]) -> None:
    if any(parcel.status != "SHIPLABEL_GENERATED" for parcel in parcels):
        advance(shipment.programme, shipment.status, Step.RELABEL)
        raise not_now("A label can only be made again for a package that has one and is still here.")
    if shipment.status in (Status.CANCELLED, Status.SHIPPED, Status.DELIVERED):
        advance(shipment.programme, shipment.status, Step.RELABEL)
    if any(parcel.taken for parcel in parcels):
        raise not_now("The carrier has taken the package already.")


def _label(memory: Memory, parcel: Parcel, asked: Asked, *, now: datetime) -> tuple[Parcel, str]:
    shipment, command, offer = asked.shipment, asked.command, asked.offer
    if not command.is_again and parcel.status in LABELLED:
        return parcel, f"The package {parcel.id} has its label already; ask for REGENERATE."
    if shipment.failing_labels > 0 and not command.is_again:
        shipment.failing_labels -= 1
        return parcel, f"The carrier refused the package {parcel.id} this time; try again."
    location = memory.state.locations[shipment.location_id]
    pickup = shipment.ship_by if shipment.ship_by >= now else next_pickup(location, ready=now)
    own = command.carrier if command.tracking_id else ""
    parcel.labels.append(
        Label(
            tracking_id=_tracking_id(memory, parcel, command),
            carrier=own or (offer.carrier if offer else location.carrier),
            format=location.label_format,
            made=now,
            pickup=offer.start if offer else pickup,
            option_id=offer.id if offer else "",
        )
    )
    parcel.status = "SHIPLABEL_GENERATED"
    return parcel, ""


def _tracking_id(memory: Memory, parcel: Parcel, command: MakeLabels) -> str:
    if command.tracking_id:
        return command.tracking_id
    is_same = memory.state.switches.relabel_tracking == RelabelTracking.SAME
    if command.is_again and (is_same or _is_by_third_party(parcel)):
        return parcel.labels[-1].tracking_id
    memory.state.counters.tracking += 1
    return ids.tracking_id(memory.state.seed, memory.state.counters.tracking)


def _is_by_third_party(parcel: Parcel) -> bool:
    return any(
        each.id == parcel.labels[-1].option_id and each.ship_by == THIRD_PARTY for each in parcel.offers
    )


def _wait_for_carrier(shipment: Shipment, offer: Offer | None) -> None:
    if shipment.programme == Programme.EASY_SHIP and offer is not None:
        shipment.sub_status = "PENDING_DROP_OFF" if offer.method == "DROPOFF" else "PENDING_PICKUP"
