"""Importing MFN orders from the Orders API: staged, ruled, sale and field call built, goods promised.

A real worker does it, as in `importing`; what it finds was sold and released before it started.
"""

from __future__ import annotations

from benchmarks.ground import Ground, ground
from benchmarks.importing import by_a_worker
from benchmarks.rows import Row, Size
from loadbay.channels.models import SalesChannel, ShippingMethod
from loadbay.channels.services import NewChannel, add_channel

READING = ("searchOrders", "getOrder")
CHANNEL, ROOM, AT_ONCE = "BENCH-MFN", "MAIN", 500


def run(size: Size) -> list[Row]:
    count = size.of(10_000, 1_000)
    with ground() as shop:
        _sell(shop, count)
        _channel()
        before = shop.amazon.calls(*READING)
        seconds = by_a_worker(shop, count, operations=("searchOrders",))
        asked = shop.amazon.calls(*READING) - before
    return [
        Row("import of MFN orders, one worker", count / seconds, "orders/s", "≥ 1,500", count),
        Row("Amazon requests per imported MFN order", asked / count, "requests", "≤ 0.02", count),
    ]


def _channel() -> None:
    made = add_channel(
        NewChannel(code=CHANNEL, connection="bench", marketplace="GB", programme="mfn", rooms={ROOM: ""})
    )
    ShippingMethod.objects.update_or_create(
        channel=made, key="standard", defaults={"external_id": "STANDARD", "agent_id": made.shipping_agent_id}
    )
    SalesChannel.objects.filter(pk=made.pk).update(confirms_by_itself=False)


def _sell(shop: Ground, count: int) -> None:
    """Two-unit lines and single ones, released at once."""
    for first in range(0, count, AT_ONCE):
        sku = shop.skus[first // AT_ONCE % len(shop.skus)]
        wanted = {
            "lines": [{"sku": sku, "quantity": 1 + first // AT_ONCE % 2}],
            "fulfilled_by": "merchant",
            "force": True,
            "count": min(AT_ONCE, count - first),
            "pending_seconds": 0,
        }
        shop.amazon.post("/simulator/orders", wanted)
    shop.amazon.post("/simulator/clock", {"advance_seconds": 180})
