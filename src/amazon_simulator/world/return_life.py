"""The life of a return as a table: which status may follow which, and what the clock does by itself.

The fifteen values are Amazon's; their order is reasoned, because no guide gives it. A return is read only to
the seller: buyer, carrier and Amazon move it. `returns` asks this table; a test walks every pair.
"""

from enum import StrEnum

from amazon_simulator.world.refusal import not_now, repeated


class ReturnStatus(StrEnum):
    CREATED = "CREATED"
    NOTIFIED = "CARRIER_NOTIFIED_TO_PICK_UP_FROM_CUSTOMER"
    OUT_FOR_PICK_UP = "CARRIER_OUT_FOR_PICK_UP_FROM_CUSTOMER"
    CUSTOMER_CANCELLED = "CUSTOMER_CANCELLED_PICK_UP"
    CUSTOMER_RESCHEDULED = "CUSTOMER_RESCHEDULED_PICK_UP"
    PICKED = "PICKED_FROM_CUSTOMER"
    IN_TRANSIT = "IN_TRANSIT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERED = "DELIVERED"
    REPLANNED = "REPLANNED"
    DROPPED_OFF = "CUSTOMER_DROPPED_OFF"
    PARTIALLY_PROCESSED = "PARTIALLY_PROCESSED"
    PROCESSED = "PROCESSED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


class ReturnType(StrEnum):
    CUSTOMER = "CUSTOMER"
    REJECT = "REJECT"


class ReturnSubType(StrEnum):
    NORMAL = "NORMAL"
    REPLACEMENT = "REPLACEMENT"
    EXCHANGE = "EXCHANGE"


S = ReturnStatus

NEXT: dict[ReturnStatus, tuple[ReturnStatus, ...]] = {
    S.CREATED: (S.NOTIFIED, S.DROPPED_OFF, S.IN_TRANSIT, S.REJECTED, S.CANCELLED),
    S.NOTIFIED: (S.OUT_FOR_PICK_UP, S.CUSTOMER_CANCELLED, S.CUSTOMER_RESCHEDULED, S.DROPPED_OFF, S.CANCELLED),
    S.OUT_FOR_PICK_UP: (S.PICKED, S.CUSTOMER_CANCELLED, S.CUSTOMER_RESCHEDULED),
    S.CUSTOMER_CANCELLED: (S.NOTIFIED, S.CANCELLED),
    S.CUSTOMER_RESCHEDULED: (S.NOTIFIED, S.OUT_FOR_PICK_UP, S.CUSTOMER_CANCELLED, S.CANCELLED),
    S.PICKED: (S.IN_TRANSIT,),
    S.DROPPED_OFF: (S.IN_TRANSIT,),
    S.IN_TRANSIT: (S.OUT_FOR_DELIVERY, S.REPLANNED),
    S.OUT_FOR_DELIVERY: (S.DELIVERED, S.REPLANNED),
    S.REPLANNED: (S.IN_TRANSIT, S.CANCELLED),
    S.DELIVERED: (S.PARTIALLY_PROCESSED, S.PROCESSED, S.REJECTED),
    S.PARTIALLY_PROCESSED: (S.PARTIALLY_PROCESSED, S.PROCESSED),
    S.PROCESSED: (),
    S.REJECTED: (),
    S.CANCELLED: (),
}

# What the clock does next, and after how many hours.
BY_CLOCK: dict[ReturnStatus, tuple[ReturnStatus, float]] = {
    S.CREATED: (S.NOTIFIED, 1),
    S.NOTIFIED: (S.OUT_FOR_PICK_UP, 20),
    S.OUT_FOR_PICK_UP: (S.PICKED, 4),
    S.CUSTOMER_RESCHEDULED: (S.OUT_FOR_PICK_UP, 24),
    S.CUSTOMER_CANCELLED: (S.CANCELLED, 48),
    S.PICKED: (S.IN_TRANSIT, 3),
    S.DROPPED_OFF: (S.IN_TRANSIT, 6),
    S.IN_TRANSIT: (S.OUT_FOR_DELIVERY, 40),
    S.REPLANNED: (S.IN_TRANSIT, 8),
    S.OUT_FOR_DELIVERY: (S.DELIVERED, 5),
    S.DELIVERED: (S.PROCESSED, 24),
    S.PARTIALLY_PROCESSED: (S.PROCESSED, 24),
}
# A parcel refused at the door is with the carrier already.
REFUSED_BY_CLOCK = {S.CREATED: (S.IN_TRANSIT, 2.0)}


def check(old: ReturnStatus, new: ReturnStatus) -> None:
    """Refuse a status that may not follow."""
    if new in NEXT[old]:
        return
    if new == old:
        raise repeated(f"The return is {old} already.")
    may = ", ".join(NEXT[old]) or "nothing"
    raise not_now(f"A return that is {old} cannot become {new}; what may follow is {may}.")
