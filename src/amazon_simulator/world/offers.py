"""Shipping options: none where Amazon picks the carrier, slots for Easy Ship, carriers for Self Ship.

What was offered is remembered with the parcel; only that can be chosen, and only until its slot is over.
"""

from datetime import datetime, timedelta

from amazon_simulator.world.commands import MakeLabels
from amazon_simulator.world.lifecycle import Programme
from amazon_simulator.world.pickups import next_pickup, pickup_after
from amazon_simulator.world.refusal import invalid, not_now
from amazon_simulator.world.state import Location, Offer, Parcel, Shipment

THIRD_PARTY = "THIRD_PARTY_CARRIER"
WINDOW = timedelta(hours=1)
SLOTS = 3
OTHER_CARRIER = "Other"


def offered(shipment: Shipment, location: Location, *, now: datetime) -> list[Offer]:
    """The recommended one first."""
    if shipment.programme == Programme.SMARTCONNECT:
        return []
    start = next_pickup(location, ready=now)
    if shipment.programme == Programme.SELF_SHIP:
        other = _offer(shipment, start, ship_by=THIRD_PARTY, carrier=OTHER_CARRIER)
        own = _offer(shipment, start, ship_by="SELLER", carrier=location.name or location.id)
        return [other] if shipment.by_third_party else [own, other]
    slots = []
    for _ in range(SLOTS):
        for method in ("PICKUP", "DROPOFF"):
            slots.append(
                _offer(shipment, start, ship_by="MARKETPLACE", carrier=location.carrier, method=method)
            )
        start = pickup_after(location, now=start)
    return slots


def _offer(shipment: Shipment, start: datetime, *, ship_by: str, carrier: str, method: str = "") -> Offer:
    kind = (method or ship_by).lower().replace("_", "-")
    return Offer(
        id=f"{shipment.id}-{kind}-{start:%m%d%H%M}",
        ship_by=ship_by,
        carrier=carrier,
        start=start,
        end=start + WINDOW,
        method=method,
    )


def chosen(shipment: Shipment, parcels: list[Parcel], command: MakeLabels, *, now: datetime) -> Offer | None:
    """The option that a label is asked for with; None where Amazon decides."""
    option_id = command.option_id
    if command.is_again and not option_id:
        option_id = parcels[0].labels[-1].option_id
    has_choice = shipment.programme != Programme.SMARTCONNECT
    if has_choice and not option_id:
        raise invalid("shippingOptionId is required: choose one of the shipping options of the package.")
    offer = _find(parcels, option_id) if option_id else None
    if offer is not None and offer.end <= now and not command.is_again:
        raise not_now(f"The slot of the option {offer.id} is over; ask for the shipping options again.")
    _check_courier(offer, command)
    return offer


def _find(parcels: list[Parcel], option_id: str) -> Offer:
    offers = [next((each for each in parcel.offers if each.id == option_id), None) for parcel in parcels]
    if not offers or offers[0] is None or None in offers:
        raise invalid(f"The shippingOptionId '{option_id}' was not offered for every package that you name.")
    return offers[0]


def _check_courier(offer: Offer | None, command: MakeLabels) -> None:
    is_other = offer is not None and offer.ship_by == THIRD_PARTY
    if command.tracking_id and not is_other:
        raise invalid(f"courierSupportedAttributes is only for an option whose shipBy is {THIRD_PARTY}.")
    if is_other and not command.tracking_id and not command.is_again:
        raise invalid(f"courierSupportedAttributes is required for an option whose shipBy is {THIRD_PARTY}.")
