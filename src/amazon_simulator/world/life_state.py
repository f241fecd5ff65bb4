"""What the state holds of the life around a sale: returns, baskets, the agenda, the story that was told.

Columns and no rules, like its neighbour `state`.
"""

from datetime import datetime

from msgspec import Struct, field

from amazon_simulator.world.return_life import ReturnStatus, ReturnSubType, ReturnType


class Tracking(Struct, frozen=True, kw_only=True):
    carrier: str
    tracking_id: str


class Return(Struct, kw_only=True):
    """Units of one SKU of one shipment on their way back."""

    id: str
    seller_id: str
    order_id: str
    shipment_id: str
    location_id: str
    return_location_id: str
    sku: str
    units: int
    type: ReturnType
    sub_type: ReturnSubType
    status: ReturnStatus
    created: datetime
    updated: datetime
    reason: str
    rma_id: str
    forward: Tracking
    reverse: Tracking
    stamp: int = 0
    previous: list[Tracking] = field(default_factory=list)
    picked_up: datetime | None = None
    delivered: datetime | None = None
    otp: str = ""
    otp_ends: datetime | None = None
    exchange_order_id: str = ""
    graded: int = 0
    next_at: datetime | None = None


class Basket(Struct, frozen=True, kw_only=True):
    """Units that a buyer put into a basket and did not buy yet."""

    id: str
    location_id: str
    sku: str
    units: int
    until: datetime


class Due(Struct, frozen=True, kw_only=True, order=True):
    """Something that will happen by the clock; the agenda is a heap of these."""

    at: datetime
    number: int
    kind: str
    key: str
    note: str = ""


class Told(Struct, frozen=True, kw_only=True):
    """A step of the scenario's story and what became of it."""

    at: datetime
    step: int
    text: str
    is_refused: bool = False
