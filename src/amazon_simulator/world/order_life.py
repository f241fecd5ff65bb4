"""The life of an ordinary order as a table: which step leads from which status to which, per fulfiller.

The only place that says so; orders behind External Fulfillment follow their shipments (`lifecycle`).
"""

from enum import StrEnum

from amazon_simulator.world.refusal import not_now


class OrderStatus(StrEnum):
    PENDING_AVAILABILITY = "PENDING_AVAILABILITY"
    PENDING = "PENDING"
    UNSHIPPED = "UNSHIPPED"
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED"
    SHIPPED = "SHIPPED"
    CANCELLED = "CANCELLED"
    UNFULFILLABLE = "UNFULFILLABLE"


class OrderStep(StrEnum):
    RELEASE = "release"
    AUTHORISE = "authorise"
    SHIP_PART = "ship a part"
    SHIP_ALL = "ship what is left"
    GIVE_UP = "give up"
    BUYER_CANCEL = "be cancelled by its buyer"
    SELLER_CANCEL = "be cancelled by the seller"
    AMAZON_CANCEL = "be cancelled by Amazon"


_S = OrderStatus
Table = dict[tuple[OrderStatus, OrderStep], OrderStatus]

_BOTH: Table = {
    (_S.PENDING_AVAILABILITY, OrderStep.RELEASE): _S.PENDING,
    (_S.PENDING_AVAILABILITY, OrderStep.BUYER_CANCEL): _S.CANCELLED,
    (_S.PENDING_AVAILABILITY, OrderStep.AMAZON_CANCEL): _S.CANCELLED,
    (_S.PENDING, OrderStep.BUYER_CANCEL): _S.CANCELLED,
    (_S.PENDING, OrderStep.AMAZON_CANCEL): _S.CANCELLED,
    (_S.PARTIALLY_SHIPPED, OrderStep.SHIP_PART): _S.PARTIALLY_SHIPPED,
    (_S.PARTIALLY_SHIPPED, OrderStep.SHIP_ALL): _S.SHIPPED,
}
_MERCHANT: Table = {
    (_S.PENDING, OrderStep.AUTHORISE): _S.UNSHIPPED,
    (_S.UNSHIPPED, OrderStep.SHIP_PART): _S.PARTIALLY_SHIPPED,
    (_S.UNSHIPPED, OrderStep.SHIP_ALL): _S.SHIPPED,
    (_S.UNSHIPPED, OrderStep.BUYER_CANCEL): _S.CANCELLED,
    (_S.UNSHIPPED, OrderStep.SELLER_CANCEL): _S.CANCELLED,
    (_S.UNSHIPPED, OrderStep.AMAZON_CANCEL): _S.CANCELLED,
}
_AMAZON: Table = {
    (_S.PENDING, OrderStep.SHIP_PART): _S.PARTIALLY_SHIPPED,
    (_S.PENDING, OrderStep.SHIP_ALL): _S.SHIPPED,
    (_S.PENDING, OrderStep.GIVE_UP): _S.UNFULFILLABLE,
}
NEXT: dict[str, Table] = {"MERCHANT": _BOTH | _MERCHANT, "AMAZON": _BOTH | _AMAZON}

CANCELLED_BY = {
    "BUYER": OrderStep.BUYER_CANCEL,
    "MERCHANT": OrderStep.SELLER_CANCEL,
    "AMAZON": OrderStep.AMAZON_CANCEL,
}


def advance(fulfilled_by: str, status: str, step: OrderStep, *, order_id: str) -> OrderStatus:
    """The status after a step, or the refusal that belongs to it."""
    try:
        return NEXT[fulfilled_by][OrderStatus(status), step]
    except KeyError:
        raise not_now(f"The order {order_id} cannot {step} while it is {status}.") from None
