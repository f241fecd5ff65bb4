"""What an order may have besides its lines: how it was placed, what it costs beyond the price, what left.

Plain columns like those of `state`, which holds them. The rule: most orders have none of these, so that a
million of them stay small.
"""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct, field

NOTHING = Decimal(0)


class Terms(Struct, frozen=True, kw_only=True):
    """How an order was placed. Programmes and service level are spelt as in the orders API of 2026."""

    programmes: tuple[str, ...] = ()
    service_level: str = "STANDARD"
    company: str = ""
    purchase_order: str = ""
    seller_order_id: str = ""
    replaces: str = ""
    kind: str = "NEW"
    is_elsewhere: bool = False


class LineTerms(Struct, kw_only=True):
    """Money beside the price (with tax where the shop's prices have it), a message, a wish to cancel."""

    shipping: Decimal = NOTHING
    discount: Decimal = NOTHING
    shipping_discount: Decimal = NOTHING
    promotion: str = ""
    gift_message: str = ""
    cancel_asked: str | None = None


class Box(Struct, kw_only=True):
    """A package of an ordinary order as the seller told it; telling it again changes it."""

    reference: str
    carrier: str
    tracking_id: str
    shipped: datetime
    told: datetime
    units: dict[str, int]
    method: str = ""
    supply_source: str = ""
    transparency: dict[str, list[str]] = field(default_factory=dict)
    times_told: int = 1


class Review(Struct, kw_only=True):
    """A regulated order waits for somebody's verdict on its prescription."""

    status: str = "Pending"
    reviewer: str = ""
    rejection: str = ""
    reviewed: datetime | None = None
    prescription: str = ""
