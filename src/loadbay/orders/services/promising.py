"""What the stock has to promise for shipments: asked for, kept while they wait, and let go of.

Building decides which. Of soft bundles their goods are counted; rooms are those that feed the location.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from loadbay.catalogue.queries import bundle_contents
from loadbay.core.bulk import update_many
from loadbay.orders import rules
from loadbay.orders.models import Shipment, ShipmentLine
from loadbay.orders.services.cancelling import holder
from loadbay.orders.services.grounds import Ground, grounds_of
from loadbay.orders.services.sale_rows import LineToBuild, ShipmentToBuild, Sold, lines_by_shipment
from loadbay.orders.shortages import Missing
from loadbay.stock import services as stock
from loadbay.stock.rules import ReserveRequest


def promise_goods(ready: Sequence[Sold], grounds: Mapping[int, Ground]) -> Missing:
    """Promise what these need, and remember what a person called their goods; shipment → what it lacks."""
    mapped = [line for sold in ready for line in sold.lines if line.is_mapped]
    update_many(ShipmentLine, "product_id", {line.pk: line.product_id for line in mapped})
    ours = [sold.row for sold in ready if not grounds[sold.row.channel_id].is_at_amazon]
    if not ours:
        return {}
    lines = {sold.row.pk: sold.lines for sold in ready}
    kept = any(
        row.status in rules.WITHOUT_STOCK or grounds[row.channel_id].is_ours_to_ship for row in ours
    )  # they may keep other goods so far
    reserve = stock.reserve_exactly if kept else stock.reserve
    promised = reserve(_requests(ours, lines, grounds))
    lacking = {name for name, reserved in promised.items() if not reserved.is_covered}
    return {row.pk: promised[holder(row.pk)].missing for row in ours if holder(row.pk) in lacking}


def keep_goods(
    rows: Sequence[ShipmentToBuild],
    *,
    lines: Mapping[int, Sequence[LineToBuild]],
    grounds: Mapping[int, Ground],
) -> list[ShipmentToBuild]:
    """Promise what is known of the goods of orders without a sale; those from our rooms come back."""
    ours = [row for row in rows if row.location in grounds[row.channel_id].rooms]
    known = {row.pk: [line for line in lines[row.pk] if line.product_id is not None] for row in ours}
    with_goods = [row for row in ours if known[row.pk]]
    if with_goods:
        stock.reserve_exactly(_requests(with_goods, known, grounds))
    return ours


def let_go_of_goods(rows: Sequence[ShipmentToBuild], over: Iterable[int]) -> None:
    """What is ignored now, or left without us, may have kept goods while it waited."""
    gone = {row.pk for row in rows} | set(over)
    if gone:
        stock.release([holder(pk) for pk in sorted(gone)])


def requests_for(rows: Sequence[Shipment]) -> list[ReserveRequest]:
    """What the stock has to promise for shipments whose lines are resolved."""
    return _requests(rows, lines_by_shipment(rows), grounds_of(rows))


def _requests(
    rows: Sequence[Shipment] | Sequence[ShipmentToBuild],
    lines: Mapping[int, Sequence[LineToBuild]],
    grounds: Mapping[int, Ground],
) -> list[ReserveRequest]:
    products = {line.product_id for row in rows for line in lines[row.pk]} - {None}
    contents = bundle_contents(products)
    requests = []
    for row in rows:
        stage = "open" if row.status in rules.OPEN_AT_AMAZON else "labelled"
        rooms = grounds[row.channel_id].rooms[row.location]
        goods = [line for line in lines[row.pk] if line.product_id is not None and line.left]
        for sku, mine in _by_sku(goods).items():
            units = sum(line.left for line in mine)
            product = mine[0].product_id
            items = contents.get(product) or ((product, 1),)
            requests.append(
                ReserveRequest(
                    holder=holder(row.pk),
                    sold_as=sku,
                    sold_units=units,
                    location=row.location,
                    items=tuple((component, per_unit * units) for component, per_unit in items),
                    room_ids=rooms,
                    stage=stage,
                )
            )
    return requests


def _by_sku(lines: Sequence[LineToBuild]) -> dict[str, list[LineToBuild]]:
    found: dict[str, list[LineToBuild]] = {}
    for line in lines:
        found.setdefault(line.sku, []).append(line)
    return found
