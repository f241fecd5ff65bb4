"""Stock movement to request at Amazon, in an idle system: from the commit to the arrival at the simulator."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import cycle, islice

from django.db.models import QuerySet

from benchmarks.ground import ROOM, Ground, ground, wait_for
from benchmarks.rows import Row, Size, percentile_95
from loadbay.hosting.waiting import pause
from loadbay.listings.models import StockFigure
from loadbay.stock.services import goods_in

MOVEMENTS = 40
TELLS_STOCK = "batchInventory"


def run(size: Size) -> list[Row]:
    count = size.of(MOVEMENTS, 10)
    with ground() as shop, shop.program("worker"):
        wait_for(lambda: not _untold().exists(), "everything told", seconds=120)
        taken = [_moved(shop, sku) for sku in islice(cycle(shop.skus), count + 1)][1:]
    note = f"median {sorted(taken)[len(taken) // 2] * 1000:.0f} ms"
    value = percentile_95(taken) * 1000
    return [Row("stock movement to request at Amazon, p95", value, "ms", "≤ 1,000 ms", len(taken), note=note)]


def _moved(shop: Ground, sku: str) -> float:
    """Seconds until one movement has arrived as a request; the simulator writes milliseconds."""
    before = shop.amazon.calls(TELLS_STOCK)
    goods_in(sku=sku, room=ROOM, units=1)
    committed = datetime.now(UTC)
    wait_for(lambda: shop.amazon.calls(TELLS_STOCK) > before, "a request", seconds=30)
    arrived = datetime.fromisoformat(shop.amazon.last_calls(TELLS_STOCK)[0]["at"])
    wait_for(lambda: not _untold().exists(), "its answer", seconds=30)
    pause(0.3)
    return max(0.0, (arrived - committed).total_seconds())


def _untold() -> QuerySet[StockFigure]:
    return StockFigure.objects.filter(is_dirty=True) | StockFigure.objects.filter(in_flight=True)
