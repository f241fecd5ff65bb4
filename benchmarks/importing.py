"""Importing SmartConnect shipments: staged, matrix applied, sale and field call built, stock promised."""

from __future__ import annotations

import time

from benchmarks.ground import Simulator, shop, simulator
from benchmarks.rows import Row

COUNT = 10_000
READING = ("getShipments", "getShipment", "searchOrders", "getOrder")


def run(count: int = COUNT) -> list[Row]:
    with simulator() as amazon, shop(amazon):
        skus = _goods(amazon)
        amazon.post("/simulator/bulk/shipments", {"count": count, "skus": skus})
        return _measure(amazon, count)


def _goods(amazon: Simulator) -> list[str]:
    from loadbay.catalogue.fields import ProductFields  # noqa: PLC0415  Django is set up by now
    from loadbay.catalogue.services import create_product  # noqa: PLC0415
    from loadbay.stock.services import Delivery, goods_in_many  # noqa: PLC0415

    found = amazon.get("/simulator/inspect/catalogue")[:50]
    listings = []
    for position, item in enumerate(found):
        sku = f"BENCH-{position:03d}"
        create_product(ProductFields(sku=sku, name=item["title"][:200], weight_g=500))
        listings.append({"sku": sku, "asin": item["asin"], "price": "19.99", "quantity": 1_000_000})
    skus = [entry["sku"] for entry in listings]
    goods_in_many([Delivery(sku, "MAIN", 1_000_000) for sku in skus])
    amazon.post("/simulator/listings/seed", {"listings": listings, "converted": True})
    return skus


def _measure(amazon: Simulator, count: int) -> list[Row]:
    from loadbay.channels.queries import connections  # noqa: PLC0415
    from loadbay.dispatch.models import FieldCall  # noqa: PLC0415
    from loadbay.jobs import rounds  # noqa: PLC0415

    connection_id = connections()[0].id
    before, start = amazon.calls(*READING), time.perf_counter()
    rounds.read_shipments(connection_id, "ACCEPTED")
    read = time.perf_counter()
    rounds.build(connection_id)
    end = time.perf_counter()
    built = FieldCall.objects.count()
    if built != count:
        raise AssertionError(f"{built} field calls of {count} shipments")
    asked = amazon.calls(*READING) - before
    return [
        Row(
            "import of SmartConnect shipments",
            count / (end - start),
            "orders/s",
            "≥ 1,500",
            count,
            note=f"staging {count / (read - start):,.0f}/s, building {count / (end - read):,.0f}/s",
        ),
        Row("Amazon requests per imported order", asked / count, "requests", "≤ 0.02", count),
    ]
