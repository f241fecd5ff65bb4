"""The life of a shipment as a table: which step leads from which status to which, per programme.

The only place that says so. `shipments` asks it; a test walks every pair that is not in it.
"""

from enum import StrEnum

from amazon_simulator.world.refusal import Refused, not_now, repeated


class Status(StrEnum):
    CREATED = "CREATED"
    ACCEPTED = "ACCEPTED"
    CONFIRMED = "CONFIRMED"
    PACKAGE_CREATED = "PACKAGE_CREATED"
    PICKUP_SLOT_RETRIEVED = "PICKUP_SLOT_RETRIEVED"
    INVOICE_GENERATED = "INVOICE_GENERATED"
    SHIPLABEL_GENERATED = "SHIPLABEL_GENERATED"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


class Step(StrEnum):
    ACCEPT = "accept"
    CONFIRM = "confirm"
    REJECT = "reject"
    PACK = "pack"
    REPACK = "repack"
    OPTIONS = "options"
    INVOICE = "invoice"
    LABEL = "label"
    RELABEL = "relabel"
    SHIP = "ship"
    OUT_FOR_DELIVERY = "out for delivery"
    ATTEMPT = "failed attempt"
    GIVE_UP = "give up"
    DELIVER = "deliver"
    CARRIER_SCAN = "carrier scan"
    DELIVERY_SCAN = "delivery scan"
    CANCEL = "cancel"


class Programme(StrEnum):
    SMARTCONNECT = "smartconnect"
    EASY_SHIP = "easy_ship"
    SELF_SHIP = "self_ship"


BEFORE_LABEL = (Status.PACKAGE_CREATED, Status.PICKUP_SLOT_RETRIEVED, Status.INVOICE_GENERATED)
REJECTABLE = (
    Status.ACCEPTED,
    Status.CONFIRMED,
    Status.PACKAGE_CREATED,
    Status.PICKUP_SLOT_RETRIEVED,
)
_OPEN = (Status.CREATED, Status.ACCEPTED, Status.CONFIRMED, *BEFORE_LABEL, Status.SHIPLABEL_GENERATED)

Table = dict[tuple[Status, Step], Status]

_EVERY: Table = {
    (Status.CREATED, Step.ACCEPT): Status.ACCEPTED,
    (Status.ACCEPTED, Step.CONFIRM): Status.CONFIRMED,
    (Status.CONFIRMED, Step.PACK): Status.PACKAGE_CREATED,
    (Status.PACKAGE_CREATED, Step.OPTIONS): Status.PICKUP_SLOT_RETRIEVED,
    (Status.PICKUP_SLOT_RETRIEVED, Step.OPTIONS): Status.PICKUP_SLOT_RETRIEVED,
    (Status.INVOICE_GENERATED, Step.OPTIONS): Status.INVOICE_GENERATED,
    (Status.PACKAGE_CREATED, Step.INVOICE): Status.INVOICE_GENERATED,
    (Status.PICKUP_SLOT_RETRIEVED, Step.INVOICE): Status.INVOICE_GENERATED,
    (Status.SHIPLABEL_GENERATED, Step.RELABEL): Status.SHIPLABEL_GENERATED,
    (Status.SHIPLABEL_GENERATED, Step.REPACK): Status.PACKAGE_CREATED,
    (Status.SHIPLABEL_GENERATED, Step.SHIP): Status.SHIPPED,
    **{(status, Step.REPACK): Status.PACKAGE_CREATED for status in BEFORE_LABEL},
    **{(status, Step.LABEL): Status.SHIPLABEL_GENERATED for status in BEFORE_LABEL},
    **{(status, Step.REJECT): Status.CANCELLED for status in REJECTABLE},
    **{(status, Step.CANCEL): Status.CANCELLED for status in _OPEN},
}
_CARRIED: Table = {
    (Status.SHIPLABEL_GENERATED, Step.CARRIER_SCAN): Status.SHIPPED,
    (Status.SHIPPED, Step.DELIVERY_SCAN): Status.DELIVERED,
}
_MERCHANT: Table = {(Status.CREATED, Step.CONFIRM): Status.CONFIRMED}
_OWN_DELIVERY: Table = {
    (Status.SHIPPED, Step.OUT_FOR_DELIVERY): Status.SHIPPED,
    (Status.SHIPPED, Step.ATTEMPT): Status.SHIPPED,
    (Status.SHIPPED, Step.GIVE_UP): Status.SHIPPED,
    (Status.SHIPPED, Step.DELIVER): Status.DELIVERED,
}

NEXT: dict[Programme, Table] = {
    Programme.SMARTCONNECT: _EVERY | _CARRIED,
    Programme.EASY_SHIP: _EVERY | _CARRIED | _MERCHANT,
    Programme.SELF_SHIP: _EVERY | _MERCHANT | _OWN_DELIVERY,
}

# Asking again for what was just done is a duplicate (409); anything else is not possible now (422).
DONE_ALREADY: dict[Step, Status] = {
    Step.CONFIRM: Status.CONFIRMED,
    Step.PACK: Status.PACKAGE_CREATED,
    Step.INVOICE: Status.INVOICE_GENERATED,
    Step.LABEL: Status.SHIPLABEL_GENERATED,
    Step.SHIP: Status.SHIPPED,
    Step.REJECT: Status.CANCELLED,
    Step.DELIVER: Status.DELIVERED,
}


def advance(programme: Programme, status: Status, step: Step) -> Status:
    """The status after a step, or the refusal that belongs to it."""
    try:
        return NEXT[programme][status, step]
    except KeyError:
        raise refusal(status, step) from None


def refusal(status: Status, step: Step) -> Refused:
    if DONE_ALREADY.get(step) == status:
        return repeated(f"The step '{step}' was done already: the shipment is {status}.")
    return not_now(f"The step '{step}' is not possible while the shipment is {status}.")
