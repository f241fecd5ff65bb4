"""What a shipment amounts to, whether it is balanced, and what may follow from its status.

Pure. Amounts are Decimal in the shipment's own currency; statuses stay in Amazon's words (EF Shipments
2024-09-11), because unknown ones must be kept, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from loadbay.core.money import Money, exponent
from loadbay.orders.ports import ChargeKind, SeenCharge, SeenLine, SeenShipment

LEFT = frozenset({"SHIPPED", "DELIVERED"})
GIVEN_UP = frozenset({"CANCELLED", "UNFULFILLABLE"})
FINAL = LEFT | GIVEN_UP
NOT_RELEASED = frozenset({"PENDING_AVAILABILITY", "PENDING"})
"""Amazon has the order, but its payment or checks are not finished: nothing may be shipped."""
OPEN_AT_AMAZON = frozenset(
    {"CREATED", "ACCEPTED", "CONFIRMED", "PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED", "INVOICE_GENERATED"}
    | {"PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED"}
)
WITHOUT_STOCK = frozenset({"CREATED"})
"""Amazon made the shipment but sees too little stock for it: it waits for goods before it is a sale."""
CONFIRMABLE = frozenset({"CREATED", "ACCEPTED"})
REJECTABLE_WHEN_UNSAID = frozenset({"ACCEPTED", "CONFIRMED", "PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED"})
_ORDER = (
    "CREATED",
    "ACCEPTED",
    "CONFIRMED",
    "PACKAGE_CREATED",
    "PICKUP_SLOT_RETRIEVED",
    "INVOICE_GENERATED",
    "SHIPLABEL_GENERATED",
    "SHIPPED",
    "DELIVERED",
)
_ORDER_OF_ORDERS = ("PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED")
RANK: Mapping[str, int] = {
    status: rank for names in (_ORDER_OF_ORDERS, _ORDER) for rank, status in enumerate(names)
}
"""How far a status is: of shipments, and of orders of the Orders API, which end with SHIPPED as well."""


_ORDER_NUMBER = re.compile(r"\d{3}-\d{7}-\d{7}")


def is_order_number(name: str) -> bool:
    """Whether a name is an order's number, as Amazon writes it; no shipment is called like that."""
    return _ORDER_NUMBER.fullmatch(name) is not None


def is_order(shipment: SeenShipment) -> bool:
    """Whether a whole order is staged as this one shipment (MFN, FBA): it bears the order's own number."""
    return str(shipment.shipment_id) == str(shipment.order_id)


class LineAmounts(NamedTuple):
    """What a line amounts to, all units together."""

    net: Decimal
    tax: Decimal
    discount: Decimal
    shipping_net: Decimal
    shipping_tax: Decimal
    other_net: Decimal
    other_tax: Decimal


@dataclass(frozen=True)
class Totals:
    """A shipment's totals and whether its lines agree with its header, to the currency's last decimal."""

    net: Decimal
    tax: Decimal
    is_balanced: bool
    off_by: Decimal
    off_balance: str = ""
    """What the header and the lines say and by how much they differ, in words; empty when balanced."""


def line_amounts(line: SeenLine) -> LineAmounts:
    net = tax = discount = shipping_net = shipping_tax = other_net = other_tax = Decimal(0)
    for charge in line.charges:
        discount += charge.discount.amount
        if charge.kind is ChargeKind.PRODUCT:
            net, tax = net + charge.net.amount, tax + charge.tax.amount
        elif charge.kind is ChargeKind.SHIPPING:
            shipping_net, shipping_tax = shipping_net + charge.net.amount, shipping_tax + charge.tax.amount
        else:
            other_net, other_tax = other_net + charge.net.amount, other_tax + charge.tax.amount
    return LineAmounts(net, tax, discount, shipping_net, shipping_tax, other_net, other_tax)


def totals(shipment: SeenShipment) -> Totals:
    """The header's TOTAL against everything that is charged; without a TOTAL the sum itself counts.

    Everything is the lines and the header's further charges; where a line carries shipping of its own, the
    header's shipping only repeats it.
    """
    listed = [charge for line in shipment.lines for charge in line.charges]
    net, tax = _gross([*listed, *header_charges(shipment)])
    if shipment.total is None:
        return Totals(net, tax, is_balanced=True, off_by=Decimal(0))
    said = shipment.total.net.amount + shipment.total.tax.amount
    off_by = said - (net + tax)
    step = Decimal(1).scaleb(-exponent(shipment.currency))
    if abs(off_by) < step:
        return Totals(net, tax, is_balanced=True, off_by=off_by)
    return Totals(net, tax, is_balanced=False, off_by=off_by, off_balance=_off_balance(shipment, said))


_PARTS = (
    ("goods", (ChargeKind.PRODUCT,)),
    ("shipping", (ChargeKind.SHIPPING,)),
    ("gift wrap and other", (ChargeKind.GIFT_WRAP, ChargeKind.OTHER)),
)


def _off_balance(shipment: SeenShipment, said: Decimal) -> str:
    """Header against lines, tax, shipping, gift wrap and discounts, and what is off, to the cent."""

    def words(amount: Decimal) -> str:
        return str(Money(amount, shipment.currency))

    charges = [charge for line in shipment.lines for charge in line.charges]
    charges += header_charges(shipment)
    net, tax = _gross(charges)
    parts = [(name, _sum(c.net.amount for c in charges if c.kind in kinds)) for name, kinds in _PARTS]
    named = [f"{name} {words(amount)}" for name, amount in [*parts, ("tax", tax)] if amount]
    discount = _sum(charge.discount.amount for charge in charges)
    taken = f"; discounts of {words(discount)} are taken off already" if discount else ""
    off_by = said - (net + tax)
    lines = f"the lines come to {words(net + tax)} ({', '.join(named) or 'nothing'}{taken})"
    return f"it says {words(said)}, {lines}, {words(abs(off_by))} too {'little' if off_by > 0 else 'much'}"


LONGEST_SKU = 40
"""Amazon's own limit; stock is promised under it."""


def check_skus(shipment: SeenShipment) -> None:
    """Raises ValueError for a SKU that no listing can have."""
    for line in shipment.lines:
        if len(line.sku) > LONGEST_SKU:
            raise ValueError(f"a SKU is longer than {LONGEST_SKU} characters")


def header_charges(shipment: SeenShipment) -> tuple[SeenCharge, ...]:
    """The header's charges that no line repeats."""
    if not shipment.charges:
        return ()
    repeated = {charge.kind for line in shipment.lines for charge in line.charges}
    repeated = set() if is_order(shipment) else repeated  # there the header names what no line carries
    return tuple(
        charge
        for charge in shipment.charges
        if charge.kind not in repeated and (charge.net.amount or charge.tax.amount)
    )


def _gross(charges: Iterable[SeenCharge]) -> tuple[Decimal, Decimal]:
    listed = list(charges)
    return _sum(charge.net.amount for charge in listed), _sum(charge.tax.amount for charge in listed)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def is_newer(*, status: str, at: datetime, known_status: str, known_at: datetime) -> bool:
    """Whether what was just seen replaces what is known.

    Answers arrive out of order: the later change wins; at the same moment the further status does, and
    a cancelled or delivered shipment never comes back to life.
    """
    if known_status in {"CANCELLED", "DELIVERED", "UNFULFILLABLE"} and status != known_status:
        return False
    if at != known_at:
        return at > known_at
    if status == "CANCELLED":
        return True
    return RANK.get(status, -1) > RANK.get(known_status, -1)


BEFORE_START = "Over before the order start date."
"""Why something is ignored that was over already when the channel began; no line of a matrix says so."""


def is_before_start(status: str, created_at: datetime, *, start: datetime) -> bool:
    """Whether it is left out, whatever the matrix says: over, and older than the channel's order start.

    Amazon may tell whole seconds only: what was bought in the second of the start is not older than it.
    """
    return status in FINAL and created_at < start.replace(microsecond=0)


def may_be_rejected(status: str, *, eligible: frozenset[str] | None) -> bool:
    """Whether Amazon lets us decline it now (orderStatesEligibleForRejection, or its usual list)."""
    return status in (REJECTABLE_WHEN_UNSAID if eligible is None else eligible)


REJECTIONS: Mapping[str, str] = {
    "OUT_OF_STOCK": "It is being rejected at Amazon: out of stock.",
    "CUSTOMER_REQUESTED": "It is being rejected at Amazon: the customer asked for it.",
}
"""Amazon's reasons for a rejection, and why the shipment is held meanwhile, in words for the bench."""


def rejection_of(held_because: str) -> str:
    """Amazon's reason behind the words a shipment is held with."""
    return next((reason for reason, words in REJECTIONS.items() if words == held_because), "OUT_OF_STOCK")


def external_document(template: str, *, order_id: str, shipment_id: str, sale: str, channel: str) -> str:
    """The external document number of a sale, from the channel's template."""
    return template.format(order_id=order_id, shipment_id=shipment_id, sale=sale, channel=channel)[:80]


def why_hidden(field: str, *, state: str) -> str:
    """Why a buyer field is empty, in words for the sale's card."""
    reasons = {
        "hidden": "Amazon shows the buyer only after the parcel was marked as shipped.",
        "awaited": "Shipped; Amazon has not shown it yet. It is asked for again by itself.",
        "found": _NEVER_SHOWN.get(field, "Amazon showed the buyer, but left this empty."),
        "closed": "Amazon showed no more within the waiting time after shipping.",
        "erased": "Erased after the time Amazon's data protection policy allows.",
    }
    return reasons.get(state, "Not known.")


_NEVER_SHOWN = {
    "email": "Amazon never shows the e-mail address of buyers whose orders it fulfils.",
    "phone": "Amazon never shows the telephone number of buyers whose orders it fulfils.",
    "name": "Amazon shows the buyer's name only to applications with a tax role.",
}
