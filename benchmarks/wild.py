"""Every kind of order at once, in answers as rough as they come: 0 lost, 0 doubled, 0 wrong totals.

A real worker imports them; then some are cancelled, and what Amazon has is compared with what stands here,
sale by sale. Anything that differs ends the run with its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from benchmarks.ground import LINKED_PRICE, ROOM, Ground, ground
from benchmarks.importing import READING, by_a_worker
from benchmarks.rows import Row, Size
from benchmarks.wild_market import (
    EURO_SKU,
    EVERY_CANCELLED,
    FBA_SKU,
    There,
    Witness,
    cancel,
    order_everything,
)
from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_product
from loadbay.channels.models import SalesChannel, ShippingMethod
from loadbay.channels.services import NewChannel, add_channel
from loadbay.dispatch.models import FieldCall
from loadbay.jobs.syncing import sync
from loadbay.orders.models import Sale, SaleLine, Shipment
from loadbay.stock.services import Delivery, goods_in_many

SCENARIO = Path(__file__).with_suffix(".toml")
MOST_NAMED = 10


class Differs(Exception):
    """What stands here is not what Amazon has."""


def run(size: Size) -> list[Row]:
    count = size.of(10_000, 300)
    with ground(scenario=str(SCENARIO)) as shop:
        _open_shops(shop)
        placed = order_everything(shop.amazon, shop.skus, count=count)
        gone = placed[::EVERY_CANCELLED]
        cancel(shop.amazon, gone[::2])
        witness = Witness(shop.amazon)
        there = witness.everything()
        sold = sum(one.is_sold for one in there.values())
        shop.amazon.patch("/simulator/switches", {"roughness": "wild"})
        before = shop.amazon.calls(*READING)
        seconds = by_a_worker(shop, sold, operations=READING, arrived=Sale.objects.count)
        asked = shop.amazon.calls(*READING) - before
        _compare(there)
        cancel(shop.amazon, gone[1::2])
        sync(code=None, until_idle=True)
        sync(code=None, until_idle=True)  # once more, as windows overlap: nothing may come of it
        shop.amazon.patch("/simulator/switches", {"roughness": "off"})
        differs = _compare(witness.everything())
    note = f"{sold:,} sold, {len(gone):,} cancelled; {differs.words}"
    return [
        Row(
            "wild import of every kind of order, one worker",
            count / seconds,
            "orders/s",
            "",
            count,
            note=note,
        ),
        Row("Amazon requests per order of every kind", asked / count, "requests", "", count),
    ]


def _open_shops(shop: Ground) -> None:
    """Channels for what the merchant and Amazon ship, one of them in euros, and goods for them."""
    create_product(ProductFields(sku=FBA_SKU, name="Kept by Amazon"))
    create_product(ProductFields(sku=EURO_SKU, name="Sold in euros"))
    goods_in_many([Delivery(EURO_SKU, ROOM, 1_000_000)])
    asin = shop.amazon.get("/simulator/inspect/catalogue")[0]["asin"]
    for sku, market, is_fba in ((FBA_SKU, "GB", True), (EURO_SKU, "DE", False)):
        seed = {"sku": sku, "asin": asin, "price": LINKED_PRICE, "quantity": 1_000_000}
        wanted = {"listings": [seed], "converted": False, "fba": is_fba, "marketplace": market}
        shop.amazon.post("/simulator/listings/seed", wanted)
    for code, market, programme in (("OWN", "GB", "mfn"), ("EURO", "DE", "mfn"), ("FBA", "GB", "fba")):
        rooms = {} if programme == "fba" else {ROOM: ""}
        made = add_channel(
            NewChannel(code=code, connection="bench", marketplace=market, programme=programme, rooms=rooms)
        )
        ShippingMethod.objects.update_or_create(
            channel=made,
            key="standard",
            defaults={"external_id": "STANDARD", "agent_id": made.shipping_agent_id},
        )
    SalesChannel.objects.update(confirms_by_itself=False)


@dataclass
class Differences:
    """Names of what is wrong, by how."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.wrong)} wrong"


@dataclass(frozen=True)
class Here:
    """What stands here of a shipment or order: live sales as (total, currency), their units, field calls."""

    status: str
    sales: tuple[tuple[Decimal, str], ...]
    units: Counter[str]
    calls: int


def _compare(there: Mapping[str, There]) -> Differences:
    """Raises `Differs` where anything does."""
    here, found = _here(), Differences()
    found.lost += [name for name in there if name not in here]
    found.doubled += [name for name, mine in here.items() if len(mine.sales) > 1 or mine.calls > 1]
    strange = [name for name, mine in here.items() if name not in there and mine.sales]
    found.wrong += [f"{name} (unknown to Amazon)" for name in strange]
    for name, theirs in there.items():
        mine = here.get(name)
        if mine is None:
            continue
        if theirs.is_sold and not mine.sales:
            found.lost.append(name)
        elif mine.status != theirs.status or mine.sales != _wanted(theirs) or _units_differ(mine, theirs):
            found.wrong.append(f"{name} ({theirs} there, {mine} here)")
    named = [*found.lost, *found.doubled, *found.wrong][:MOST_NAMED]
    if named:
        raise Differs(f"{found.words}: {'; '.join(named)}")
    return found


def _wanted(theirs: There) -> tuple[tuple[Decimal, str], ...]:
    if not theirs.is_sold or theirs.total is None:
        return ()
    return ((theirs.total, theirs.currency),)


def _units_differ(mine: Here, theirs: There) -> bool:
    return theirs.is_sold and mine.units != theirs.units


def _here() -> dict[str, Here]:
    sales: dict[int, list[tuple[Decimal, str]]] = {}
    live = Sale.objects.exclude(order_status=Sale.OrderStatus.CANCELLED)
    for shipment, net, tax, currency in live.values_list("shipment_id", "net_total", "tax_total", "currency"):
        sales.setdefault(shipment, []).append(((net + tax).quantize(Decimal("0.01")), currency))
    units: dict[int, Counter[str]] = {}
    goods = SaleLine.objects.filter(kind=SaleLine.Kind.ITEM, sale__in=live)
    for shipment, sku, count in goods.values_list("sale__shipment_id", "product__sku", "units"):
        units.setdefault(shipment, Counter())[sku] += count
    calls = Counter(
        FieldCall.objects.exclude(state=FieldCall.State.CANCELLED).values_list("sale__shipment_id", flat=True)
    )
    found = {}
    for pk, name, status in Shipment.objects.values_list("pk", "shipment_id", "status"):
        found[name] = Here(status, tuple(sales.get(pk, [])), units.get(pk, Counter()), calls[pk])
    return found
