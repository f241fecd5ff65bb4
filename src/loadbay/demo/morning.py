"""A morning in the demo's shop: what buyers order, and what the packers have done so far.

Rule: orders are placed in the order of SALES and counted, so that an interrupted start goes on with the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from loadbay.core.actor import acting_as
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal
from loadbay.demo.goods import CHANNEL
from loadbay.demo.people import PACKERS
from loadbay.demo.pretend_amazon import PretendAmazon
from loadbay.dispatch.bench_rules import COMMAND_FINISH
from loadbay.dispatch.queries import FieldCallFilter, enquiry, field_call
from loadbay.dispatch.services.bench import Bench, scan
from loadbay.dispatch.services.completing import complete
from loadbay.jobs.syncing import sync
from loadbay.people.models import User

UNKNOWN_SKU = "OLD-LAMP-7"
"""Listed at Amazon long ago; nobody here knows it."""


@dataclass(frozen=True)
class Order:
    """What one buyer orders, and how far the shop is with it."""

    lines: Mapping[str, int]
    is_gift: bool = False
    is_forced: bool = False
    is_packed: bool = False
    is_completed: bool = False
    is_cancelled: bool = False


SALES = (
    Order({"MUG-SPECKLED": 2}, is_packed=True, is_completed=True),
    Order({"NOTEBOOK-A5": 1}, is_packed=True),
    Order({"TEA-ASSAM": 2}, is_packed=True),
    Order({"KETTLE-COPPER": 1, "MUG-SPECKLED": 2}, is_packed=True),
    Order({"JIGSAW-1000": 1}, is_gift=True, is_packed=True),
    Order({"LAMP-DESK": 1}, is_packed=True),
    Order({"THROW-MERINO": 1}, is_gift=True),
    Order({"BULB-E27-6": 2}),
    Order({"RUG-120-SLATE": 1}),
    Order({"RAMEKIN-4": 1, "TEA-ASSAM": 1}),
    Order({"KETTLE-COPPER": 1}, is_cancelled=True),
    Order({"SECATEURS": 1}),
    Order({"TRAIN-36": 1}, is_gift=True),
    Order({"NOTEBOOK-A5": 3}),
    Order({"MUG-SPECKLED": 4}),
    Order({"JIGSAW-1000": 1}),
    Order({"RUG-120-SLATE": 30}, is_forced=True),  # more than there are: held until somebody decides
    Order({UNKNOWN_SKU: 1}, is_forced=True),  # waits until somebody says what it is
    Order({"THROW-MERINO": 1, "LAMP-DESK": 1}),
    Order({"TOASTER-CREAM": 1}),  # serialised: the bench wants the number of this very item
    Order({"TOASTER-CREAM": 2, "TEA-ASSAM": 1}),
)


def let_buyers_order(amazon: PretendAmazon) -> None:
    """Every sale of the morning that was not ordered yet; then one of them is cancelled."""
    if not amazon.has_listing(UNKNOWN_SKU):
        amazon.seed_listing(UNKNOWN_SKU, asin="B091N37TX0", price="69.00", quantity=1)
    placed = amazon.order_ids()
    for order in SALES[len(placed) :]:
        placed.append(amazon.order(dict(order.lines), is_gift=order.is_gift, is_forced=order.is_forced))
    sync(code=CHANNEL, until_idle=True)
    for order_id, order in zip(placed, SALES, strict=False):
        if order.is_cancelled:
            amazon.cancel(order_id)
    sync(code=CHANNEL, until_idle=True)


def pack_some(amazon: PretendAmazon) -> None:
    """What the packers have packed by now, and the one call that left already."""
    orders = list(zip(amazon.order_ids(), SALES, strict=False))
    for position, (order_id, order) in enumerate(orders):
        if order.is_packed:
            pack(order_id, packer=PACKERS[position % len(PACKERS)])
            sync(code=CHANNEL, until_idle=True)  # a bench finishes the next only when this label is out
    for order_id, order in orders:
        if order.is_completed:
            complete_call(order_id)
    sync(code=CHANNEL, until_idle=True)


def pack(order_id: str, *, packer: str, tracking: str = "") -> None:
    """Scan a field call and all its goods at the packer's bench, as far as that is still to do.

    `tracking`: what the bench asks for last where the carrier is the shop's own.
    """
    number, state = _field_call(order_id)
    if state not in ("to_pack", "packing"):
        return
    left = [line.barcode for line in field_call(number).lines for _ in range(line.units - line.packed)]
    packer_id = User.objects.values_list("pk", flat=True).get(username=packer)
    bench = Bench(f"Bench {packer.title()}", packer_id, SystemClock().now())
    with acting_as(packer):
        for code in (number, *left, COMMAND_FINISH, *([tracking] if tracking else [])):
            scan(key=uuid4(), code=code, bench=bench)


def complete_call(order_id: str) -> None:
    """The parcels of a labelled field call leave with the lorry."""
    number, state = _field_call(order_id)
    if state == "labelled":
        with acting_as(PACKERS[0]):
            complete(number, now=SystemClock().now())


def _field_call(order_id: str) -> tuple[str, str]:
    rows = enquiry(FieldCallFilter(text=order_id)).rows
    if not rows:
        raise SaleMissing(f"Amazon's order {order_id} has no field call yet. Start the demo again.")
    return rows[0].number, rows[0].state


class SaleMissing(Refusal):
    """An order of the demo's morning did not come in; the next start goes on from here."""

    code = "demo_sale_missing"
