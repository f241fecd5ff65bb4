"""What buyers may ask for when they order, and what Amazon promises them: days to ship, days to deliver.

The rule: programmes, service levels and kinds are Amazon's own words (orders API of 2026).
"""

from datetime import datetime, timedelta
from decimal import Decimal

from amazon_simulator.world.commands import WantedLine
from amazon_simulator.world.order_parts import LineTerms, Terms
from amazon_simulator.world.refusal import invalid, unknown
from amazon_simulator.world.state import State

PROGRAMMES = (
    "AMAZON_BAZAAR",
    "AMAZON_BUSINESS",
    "AMAZON_HAUL",
    "DELIVERY_BY_AMAZON",
    "FBM_SHIP_PLUS",
    "INVOICE_BY_AMAZON",
    "IN_STORE_PICK_UP",
    "PREMIUM",
    "PREORDER",
    "PRIME",
)
KINDS = ("NEW", "REPLACEMENT", "EXCHANGE")

# service level: (hours to ship, days from then to the earliest and to the latest delivery)
PROMISES: dict[str, tuple[int, int, int]] = {
    "STANDARD": (48, 2, 5),
    "EXPEDITED": (24, 1, 2),
    "FREE_ECONOMY": (72, 4, 8),
    "NEXT_DAY": (24, 0, 1),
    "PRIORITY": (24, 1, 1),
    "SAME_DAY": (6, 0, 0),
    "SECOND_DAY": (24, 1, 2),
    "SCHEDULED": (48, 1, 14),
}


def check_terms(state: State, terms: Terms | None, *, seller_id: str) -> None:
    if terms is None:
        return
    for name in terms.programmes:
        if name not in PROGRAMMES:
            raise invalid(f"The programme '{name}' is not one of {', '.join(PROGRAMMES)}.")
    if terms.service_level not in PROMISES:
        raise invalid(f"The service level '{terms.service_level}' is not one of {', '.join(PROMISES)}.")
    if bool(terms.replaces) != (terms.kind != "NEW"):
        raise invalid("A REPLACEMENT or EXCHANGE names the order that it replaces, and only such an order.")
    replaced = state.orders.get(terms.replaces)
    if terms.replaces and (replaced is None or replaced.seller_id != seller_id):
        raise unknown("order", terms.replaces)


def check_line(wanted: WantedLine, *, price: Decimal) -> None:
    if min(wanted.shipping, wanted.discount, wanted.shipping_discount) < 0:
        raise invalid(f"{wanted.sku}: amounts are not below zero; a discount is given as a positive amount.")
    if wanted.discount > price * wanted.quantity or wanted.shipping_discount > wanted.shipping:
        raise invalid(f"{wanted.sku}: a discount is not larger than what it is taken from.")


def line_terms(wanted: WantedLine) -> LineTerms | None:
    """None where nothing is special, which is most often."""
    amounts = (wanted.shipping, wanted.discount, wanted.shipping_discount)
    if not any(amounts) and not wanted.promotion and not wanted.gift_message:
        return None
    return LineTerms(
        shipping=_money(wanted.shipping),
        discount=_money(wanted.discount),
        shipping_discount=_money(wanted.shipping_discount),
        promotion=wanted.promotion,
        gift_message=wanted.gift_message,
    )


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def promise(terms: Terms | None, *, ready: datetime) -> datetime:
    """When the seller must have shipped what is ready from a moment on."""
    return ready + timedelta(hours=PROMISES[_level(terms)][0])


def delivery(terms: Terms | None, *, ship_by: datetime) -> tuple[datetime, datetime]:
    """The earliest and the latest moment of delivery that the buyer was told."""
    _, earliest, latest = PROMISES[_level(terms)]
    return ship_by + timedelta(days=earliest), ship_by + timedelta(days=latest)


def _level(terms: Terms | None) -> str:
    return terms.service_level if terms is not None else "STANDARD"
