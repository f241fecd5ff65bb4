"""What buyers order beside the demo's morning: what the shop ships itself, and what Amazon ships for it.

Rule: orders are placed in the order of ORDERS and counted, so an interrupted start goes on with the next.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.demo import morning
from loadbay.demo.other_channels import AMAZONS, MERCHANT, MUG_ABROAD, TEA_ABROAD, UNMAPPED_METHOD
from loadbay.demo.people import PACKERS
from loadbay.demo.pretend_amazon import PretendAmazon, SeededListing
from loadbay.jobs.syncing import sync

OWN_LISTINGS = (
    SeededListing("BITS-32", "B0XBFPPTJW", "26.50", quantity=12),
    SeededListing("BOWL-DOG", "B0HR9PGL10", "13.50", quantity=20),
    SeededListing("TENT-2P", "B0AZRWX594", "129.00", quantity=4),
)
ABROAD = (
    SeededListing(MUG_ABROAD, "B0RYT33BRC", "16.90", quantity=60),
    SeededListing(TEA_ABROAD, "B0PL10KFHG", "9.50", quantity=80),
)


@dataclass(frozen=True)
class Order:
    """What one buyer orders, how it is to be sent, and how far it is; `steps` are Amazon's own."""

    sku: str
    units: int
    service_level: str = "STANDARD"
    shipping: str = "0"
    steps: int = 1
    tracking: str = ""
    """The carrier's number, where the shop has shipped it already."""

    @property
    def is_abroad(self) -> bool:
        return self.sku in {MUG_ABROAD, TEA_ABROAD}


ORDERS = (
    Order("BITS-32", 1, shipping="3.95", tracking="JD000260412345678901"),
    Order("BOWL-DOG", 2, service_level="EXPEDITED", shipping="5.95"),
    Order("TENT-2P", 1, service_level=UNMAPPED_METHOD, shipping="9.95"),
    Order("BITS-32", 2, steps=0),
    Order(MUG_ABROAD, 2, steps=2),
    Order(TEA_ABROAD, 1, steps=2),
    Order(MUG_ABROAD, 4, steps=0),
)
"""Amazon's steps: none is pending, one unshipped, two shipped by Amazon."""


def let_buyers_order(amazon: PretendAmazon) -> None:
    """What is listed, every order that was not placed yet, and the parcel that left already."""
    amazon.list_elsewhere(OWN_LISTINGS, marketplace="GB")
    amazon.list_elsewhere(ABROAD, marketplace="DE", with_amazon=True)
    placed = amazon.ordinary_order_ids()
    for order in ORDERS[len(placed) :]:
        placed.append(_place(order, amazon))
    for order_id, order in zip(placed, ORDERS, strict=False):
        amazon.take_steps(order_id, order.steps)
    _sync()
    for order_id, order in zip(placed, ORDERS, strict=False):
        if order.tracking:
            morning.pack(order_id, packer=PACKERS[0], tracking=order.tracking)
            morning.complete_call(order_id)
    _sync()


def _place(order: Order, amazon: PretendAmazon) -> str:
    return amazon.order_ordinary(
        {"sku": order.sku, "quantity": order.units, "shipping": order.shipping},
        fulfilled_by="amazon" if order.is_abroad else "merchant",
        marketplace="DE" if order.is_abroad else "GB",
        service_level=order.service_level,
    )


def _sync() -> None:
    for code in (MERCHANT, AMAZONS):
        sync(code=code, until_idle=True)
