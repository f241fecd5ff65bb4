"""One order as both order interfaces see it: its lines with what became of them, and the right to see it.

Orders behind External Fulfillment are read from their shipments, ordinary ones from themselves. What a
role or a status withholds is decided here, once for both versions.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from amazon_simulator.world import amounts
from amazon_simulator.world.buyers import Buyer, buyer_of
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.marketplaces import MARKETPLACES, Marketplace
from amazon_simulator.world.order_parts import LineTerms, Terms
from amazon_simulator.world.order_terms import delivery
from amazon_simulator.world.state import Line, Order, Shipment, State
from amazon_simulator.world.switches import CustomerAfterShipping

SHIPPING_ROLE = "Direct-to-Consumer Shipping (Restricted)"
DELIVERY_ROLE = "Direct-to-Consumer Delivery (Restricted)"
TAX_ROLES = frozenset(("Tax Invoicing (Restricted)", "Tax Remittance (Restricted)"))
OPEN_DATA = frozenset(("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"))
NAMELESS = ("US", "JP", "SG")
_GONE = (Status.SHIPPED, Status.DELIVERED)
_PLAIN, _PLAIN_LINE = Terms(), LineTerms()


class Item(Struct, frozen=True, kw_only=True):
    """A line with its fate: units that left, units that still may, who cancelled it and why."""

    line: Line
    done: int
    left: int
    cancelled_by: str = ""
    cancel_reason: str = ""

    @property
    def terms(self) -> LineTerms:
        return self.line.terms or _PLAIN_LINE


class View:
    """One order with all that its shapes need."""

    def __init__(self, state: State, order: Order, *, roles: frozenset[str], now: datetime) -> None:
        self.state = state
        self.order = order
        self.roles = roles
        self.now = now
        self.market: Marketplace = MARKETPLACES[order.marketplace_id]
        self.terms = order.terms or _PLAIN
        self.shipments: list[Shipment] = [state.shipments[each] for each in order.shipment_ids]
        self.is_amazons = order.fulfilled_by == "AMAZON"
        self.is_open = order.status in OPEN_DATA and self._is_late_enough()
        self.items = list(self._items())

    def _is_late_enough(self) -> bool:
        """How long after shipping the customer of an Onsite order takes to appear is a switch."""
        seconds = self.state.switches.customer_seconds
        if not seconds or not self.is_amazons or self.order.ordinary is not None:
            return True
        return (self.now - self.order.updated).total_seconds() >= seconds / self.state.speed

    def _items(self) -> Iterator[Item]:
        if self.order.ordinary is None:
            for shipment in self.shipments:
                yield from (_shipped_item(shipment, line) for line in shipment.lines)
            return
        part = self.order.ordinary
        for line in part.lines:
            done = part.shipped.get(line.item_id, 0)
            if part.cancellation is None:
                is_dead = self.order.status == "UNFULFILLABLE"
                yield Item(line=line, done=done, left=0 if is_dead else line.quantity - done)
            else:
                end = part.cancellation
                yield Item(line=line, done=done, left=0, cancelled_by=end.kind, cancel_reason=end.reason)

    @property
    def lines(self) -> list[Line]:
        return [item.line for item in self.items]

    @property
    def is_easy_ship(self) -> bool:
        return any(shipment.programme == Programme.EASY_SHIP for shipment in self.shipments)

    @property
    def programmes(self) -> list[str]:
        """The order's, with Easy Ship, in the alphabet's order."""
        own = set(self.terms.programmes) | ({"AMAZON_EASY_SHIP"} if self.is_easy_ship else set())
        return sorted(own)

    @property
    def ship_by(self) -> datetime:
        if self.order.ordinary is not None:
            return self.order.ordinary.ship_by
        return max(shipment.ship_by for shipment in self.shipments)

    @property
    def delivery(self) -> tuple[datetime, datetime]:
        if self.order.ordinary is not None:
            return delivery(self.order.terms, ship_by=self.ship_by)
        return self.ship_by + timedelta(days=1), self.ship_by + timedelta(days=3)

    @property
    def payment_method(self) -> str:
        is_invoice = "AMAZON_BUSINESS" in self.terms.programmes or self.order.number % 5 == 0
        return "Invoice" if is_invoice else "CreditCard"

    def figures(self, line: Line) -> amounts.Figures:
        return amounts.of(line, self.market)

    # the buyer

    def buyer(self) -> Buyer:
        return buyer_of(self.order.number, country=self.market.country, seed=self.state.seed)

    @property
    def _switch(self) -> CustomerAfterShipping:
        """Only of orders whose goods lie with the seller although Amazon fulfils them it is unknown."""
        if self.is_amazons and self.order.ordinary is None:
            return self.state.switches.customer_after_shipping
        return CustomerAfterShipping.NAME_AND_ADDRESS

    @property
    def may_name(self) -> bool:
        if not self.is_open or self._switch != CustomerAfterShipping.NAME_AND_ADDRESS:
            return False
        if self.is_amazons:
            return bool(self.roles & TAX_ROLES) and self.market.country not in NAMELESS
        return bool(self.roles & TAX_ROLES) or SHIPPING_ROLE in self.roles

    @property
    def may_write(self) -> bool:
        """The anonymised e-mail address."""
        return self.is_open and not self.is_amazons and DELIVERY_ROLE in self.roles

    @property
    def may_see_place(self) -> bool:
        """Postcode and country, in v0 the town as well."""
        return self.is_open and self._switch != CustomerAfterShipping.NOTHING

    @property
    def may_see_town(self) -> bool:
        return self.is_open and self._switch == CustomerAfterShipping.NAME_AND_ADDRESS

    @property
    def may_see_postcode_only(self) -> bool:
        is_half = self._switch == CustomerAfterShipping.POSTCODE_ONLY
        return self.is_open and is_half and SHIPPING_ROLE in self.roles

    @property
    def may_address(self) -> bool:
        is_whole = self._switch == CustomerAfterShipping.NAME_AND_ADDRESS
        return self.is_open and is_whole and SHIPPING_ROLE in self.roles

    @property
    def may_call(self) -> bool:
        """The phone: never of Amazon's orders; gone when a shipped order is past its latest delivery."""
        is_over = self.order.status == "SHIPPED" and self.now > self.delivery[1]
        return self.may_address and not self.is_amazons and not is_over


_CANCELLED_BY = {"SELLER_REJECTED": "MERCHANT", "SYSTEM_CANCELLED": "AMAZON"}


def _shipped_item(shipment: Shipment, line: Line) -> Item:
    done = line.quantity if shipment.status in _GONE else 0
    if shipment.cancellation is None:
        return Item(line=line, done=done, left=line.quantity - done)
    end = shipment.cancellation
    by = _CANCELLED_BY.get(end.kind, "BUYER")
    return Item(line=line, done=done, left=0, cancelled_by=by, cancel_reason=end.reason)
