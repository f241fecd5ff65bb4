"""Why a shipment waits, told as tasks: one per matter, so that a thousand orders make one task.

Called by building; the neighbour `answering` lets the short ones go on once goods are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loadbay.channels.rules import Implied
from loadbay.inbox.services import open_task
from loadbay.orders.models import Shipment
from loadbay.orders.services.cancelling import holder
from loadbay.orders.services.sale_rows import ShipmentToBuild
from loadbay.stock import services as stock


def no_line(row: ShipmentToBuild) -> str:
    balanced = "balanced" if row.is_balanced else "not balanced"
    sentence = f"The order status matrix has no line for {row.status} × No Order × {balanced}."
    open_task(
        kind="matrix_gap",
        matter=f"{row.channel_id}:{row.status}:{balanced}",
        cause="mapping",
        sentence=sentence,
        cure="Add a line for this combination, then press Build again.",
        subjects=[f"shipment:{row.shipment_id}"],
    )
    return sentence


def no_room(row: ShipmentToBuild) -> str:
    sentence = f"No stock room of the sales channel feeds location {row.location} any more."
    open_task(
        kind="location_without_room",
        matter=f"{row.channel_id}:{row.location}",
        cause="mapping",
        sentence=sentence,
        cure="Give the location a stock room in the sales channel, then press Build again.",
        subjects=[f"shipment:{row.shipment_id}"],
    )
    return sentence


def unknown_skus(row: ShipmentToBuild, skus: Sequence[str]) -> str:
    for sku in skus:
        open_task(
            kind="unknown_sku",
            matter=sku,
            cause="mapping",
            sentence=f"Amazon sold SKU {sku}, which is no listing, product or barcode here.",
            cure=f"Add the product or give an existing one the code {sku}; the orders go on by themselves.",
            subjects=[f"shipment:{row.shipment_id}"],
        )
    return f"Unknown SKU {', '.join(skus)}."


def stopped(row: ShipmentToBuild, implied: Implied) -> str:
    if not row.is_balanced:
        sentence = f"The lines of shipment {row.shipment_id} do not add up to its total."
        cure = "Compare it with Seller Central, then press Import again: Amazon is asked for it once more."
    elif row.status in {"SHIPPED", "DELIVERED"}:
        sentence = f"Shipment {row.shipment_id} was shipped without Loadbay."
        cure = "Book the goods out by hand, then settle this task."
    else:
        sentence = f"Shipment {row.shipment_id} is {implied.value} in status {row.status}."
        cure = "See the order status matrix of the channel."
    open_task(
        kind="shipment_stopped",
        matter=row.shipment_id,
        cause="decision",
        sentence=sentence,
        cure=cure,
        subjects=[f"shipment:{row.shipment_id}"],
    )
    return sentence


def tell_short(rows: Sequence[ShipmentToBuild], promised: Mapping[str, stock.Reserved]) -> None:
    for row in rows:
        short = sum(units for _, units in promised[holder(row.pk)].missing)
        open_task(
            kind="short_stock",
            matter=row.shipment_id,
            cause="stock",
            sentence=f"Shipment {row.shipment_id} needs {short} units more than its stock rooms hold.",
            cure="Bring goods in or transfer them from another room and it goes on by itself; "
            "or reject the shipment while Amazon allows it.",
            subjects=[f"shipment:{row.shipment_id}"],
        )
    Shipment.objects.filter(pk__in=[row.pk for row in rows]).update(
        is_short=True, held_because="The stock rooms do not hold everything it needs."
    )
