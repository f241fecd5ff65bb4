"""A parcel leaves the building: by the seller's word or by the carrier's scan, once.

What follows by the carrier's clock is planned here and carried out by `carriers`.
"""

from datetime import datetime
from random import Random

from amazon_simulator.world import agenda
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.state import Parcel, Shipment
from amazon_simulator.world.switches import Carrier

HOUR = 3600.0
# On the way to the buyer: what the carrier scans, and how many hours before the delivery.
ON_THE_WAY = (("AT_ORIGIN_FC", 20.0), ("AT_DESTINATION_FC", 8.0), ("OUT_FOR_DELIVERY", 3.0))
USUAL_HOURS = (22, 30)
LATE_HOURS = 72


def ship(memory: Memory, shipment: Shipment, parcel: Parcel, *, by: str, now: datetime) -> None:
    parcel.status, parcel.shipped, parcel.shipped_by = "SHIPPED", now, by
    is_gone = all(each.shipped for each in shipment.parcels)
    memory.move(shipment, Status.SHIPPED if is_gone else shipment.status, now=now)
    is_carried = shipment.programme != Programme.SELF_SHIP
    if is_gone and is_carried and memory.state.switches.carrier == Carrier.BY_CLOCK:
        plan_delivery(memory, shipment, hours=usual_hours(memory, shipment), now=now)


def usual_hours(memory: Memory, shipment: Shipment) -> float:
    """A day and a bit; one parcel in ten is three days late. The same for the same shipment."""
    chance = Random(f"delivery:{memory.state.seed}:{shipment.id}")
    return chance.randint(*USUAL_HOURS) + (LATE_HOURS if chance.random() < 0.1 else 0)


def plan_delivery(memory: Memory, shipment: Shipment, *, hours: float, now: datetime) -> None:
    """An earlier plan for the same shipment is obsolete: only the moment it carries now counts."""
    shipment.deliver_at = agenda.later(memory, now, seconds=hours * HOUR)
    for sub_status, before in ON_THE_WAY:
        if before < hours:
            at = agenda.later(memory, now, seconds=(hours - before) * HOUR)
            agenda.plan(
                memory, "carry", shipment.id, at=at, note=f"{sub_status} {shipment.deliver_at.isoformat()}"
            )
    agenda.plan(memory, "deliver", shipment.id, at=shipment.deliver_at)
