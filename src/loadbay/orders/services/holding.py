"""Why a shipment waits, told as tasks: one per matter, so that a thousand orders make one task.

Called by building, and where goods vanish; `covering` lets the short ones go on once goods come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loadbay.channels.definition_rules import Table, Unmapped
from loadbay.channels.rules import NO_ORDER, Implied, Situation
from loadbay.channels.services.unmapped import in_words, tell_unmapped
from loadbay.core.bulk import update_many
from loadbay.inbox.services import close_tasks, open_task, restate_task
from loadbay.orders.definition_rules import Ruled
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.rules import LEFT, WITHOUT_STOCK
from loadbay.orders.services.gaps import Gap, close_gaps, gap_words, tell_gaps
from loadbay.orders.services.sale_rows import ShipmentToBuild, Sold
from loadbay.orders.shortages import Missing, Shortage, shortages


def no_line(rows: Iterable[ShipmentToBuild]) -> list[tuple[ShipmentToBuild, Implied, str]]:
    """These wait for a line of the matrix: one task for all of a combination, and why each of them waits."""
    gaps: dict[Gap, list[ShipmentToBuild]] = {}
    for row in rows:
        gaps.setdefault(_gap_of(row), []).append(row)
    tell_gaps({gap: [row.shipment_id for row in mine] for gap, mine in gaps.items()})
    return [(row, Implied.WAITING, _no_line_words(row)) for mine in gaps.values() for row in mine]


def no_room(row: ShipmentToBuild) -> str:
    sentence = _no_room_words(row)
    open_task(
        kind="location_without_room",
        matter=_room_matter(row),
        cause="mapping",
        sentence=sentence,
        cure="Give the location a stock room in the sales channel, then press Build again.",
        subjects=[f"shipment:{row.shipment_id}"],
    )
    return sentence


def close_tasks_of(rows: Sequence[Shipment]) -> None:
    """These do not wait any more: their tasks close, but those that others still wait for."""
    others = Shipment.objects.filter(
        building=Shipment.Building.WAITING, channel_id__in={row.channel_id for row in rows}
    ).exclude(pk__in=[row.pk for row in rows])
    waiting = list(others.only("channel_id", "location", "status", "is_balanced", "held_because"))
    rooms = {_room_matter(row) for row in waiting if row.held_because == _no_room_words(row)}
    lines = {_gap_of(row) for row in waiting if row.held_because == _no_line_words(row)}
    close_tasks("shipment_stopped", matters=[row.shipment_id for row in rows])
    close_tasks("short_stock", matters=[row.shipment_id for row in rows if row.is_short])
    close_tasks("location_without_room", matters=sorted({_room_matter(row) for row in rows} - rooms))
    close_gaps({_gap_of(row) for row in rows} - lines)


def wait_no_more(rows: Sequence[Shipment]) -> None:
    """As `close_tasks_of`, for many that mostly waited for Amazon alone; as they were while they waited."""
    close_tasks("shipment_stopped", matters=[row.shipment_id for row in rows])
    told = [row for row in rows if row.held_because in {_no_room_words(row), _no_line_words(row)}]
    if told:
        close_tasks_of(told)


def _no_line_words(row: Shipment | ShipmentToBuild) -> str:
    return gap_words(_gap_of(row)[1])


def _no_room_words(row: Shipment | ShipmentToBuild) -> str:
    return f"No stock room of the sales channel feeds location {row.location} any more."


def _gap_of(row: Shipment | ShipmentToBuild) -> Gap:
    return row.channel_id, Situation(row.status, NO_ORDER, balanced=row.is_balanced)


def _room_matter(row: Shipment | ShipmentToBuild) -> str:
    return f"{row.channel_id}:{row.location}"


def stopped(row: ShipmentToBuild, implied: Implied) -> str:
    if not row.is_balanced:
        sentence = f"The lines of shipment {row.shipment_id} do not add up to its total{_off(row)}."
        cure = "Compare it with Seller Central, then press Import again: Amazon is asked for it once more."
    elif row.status in LEFT:
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


def tell_unknown_skus(row: ShipmentToBuild, skus: Iterable[str]) -> None:
    """Nobody knows these: a row and a task for each, while the order waits for something else anyway."""
    asked = {Unmapped(Table.ITEM, sku): [f"shipment:{row.shipment_id}"] for sku in sorted(skus)}
    if asked:
        tell_unmapped(row.channel_id, asked)


def hold_for_definitions(found: Sequence[tuple[ShipmentToBuild, Ruled]]) -> None:
    """These wait for values that nobody mapped: rows and tasks for the values, the reason on each order."""
    if not found:
        return
    by_channel: dict[int, dict[Unmapped, list[str]]] = {}
    for row, said in found:
        mine = by_channel.setdefault(row.channel_id, {})
        for one in said.unmapped:
            mine.setdefault(one, []).append(f"shipment:{row.shipment_id}")
    for channel_id in sorted(by_channel):
        tell_unmapped(channel_id, by_channel[channel_id])
    update_many(Shipment, "held_for", {row.pk: [one.key for one in said.unmapped] for row, said in found})
    held = Shipment.objects.filter(pk__in=[row.pk for row, _ in found])
    fresh = set(held.exclude(building=Shipment.Building.WAITING).values_list("pk", flat=True))
    words = {row.pk: in_words(said.unmapped) for row, said in found if row.pk in fresh}
    update_many(Shipment, "held_because", words)
    held.filter(pk__in=fresh).update(building=Shipment.Building.WAITING, implied_status=Implied.WAITING.value)


def _off(row: ShipmentToBuild) -> str:
    """By how much and where; of one that was staged before this was kept, only that it is so."""
    return f": {row.off_balance}" if row.off_balance else ""


def await_goods(ready: Sequence[Sold], lacking: Missing) -> list[Sold]:
    """What Amazon itself has no stock for waits without a sale until it is there in full; the others go on.

    Its goods stay promised, so that what comes is kept for the oldest; `covering` puts it back in line.
    """
    early = [one.row for one in ready if one.row.status in WITHOUT_STOCK and one.row.pk in lacking]
    if not early:
        return list(ready)
    tell_short(early, {row.pk: lacking[row.pk] for row in early}, because=WITHOUT_STOCK_WORDS)
    waiting = {row.pk for row in early}
    Shipment.objects.filter(pk__in=waiting).update(
        building=Shipment.Building.WAITING, implied_status=Implied.WAITING.value, held_for=[]
    )
    return [one for one in ready if one.row.pk not in waiting]


WITHOUT_STOCK_WORDS = "Amazon made it without stock, and the stock rooms do not hold everything it needs."
LACKS = " It lacks "
"""Stands in `held_because` between why a shipment is short and what it lacks."""


def tell_short(
    rows: Sequence[Shipment | ShipmentToBuild],
    missing: Missing,
    *,
    because: str = "The stock rooms do not hold everything it needs.",
) -> None:
    """These shipments lack goods: they are held, and a task says of each what, and what can be done."""
    if not rows:
        return
    sales = dict(Sale.objects.filter(shipment_id__in=list(missing)).values_list("shipment_id", "number"))
    held: dict[str, list[int]] = {}
    lacking = shortages(rows, missing)
    for row in rows:
        lacks = lacking[row.pk]
        _ask_for_goods(row, sales.get(row.pk, ""), lacks, because=because)
        held.setdefault(f"{because}{LACKS}{_named(lacks)}", []).append(row.pk)
    for words, pks in held.items():
        Shipment.objects.filter(pk__in=pks).update(is_short=True, held_because=words)


def _ask_for_goods(
    row: Shipment | ShipmentToBuild, sale: str, lacks: Sequence[Shortage], *, because: str
) -> None:
    transfers = [
        f"{lack.sku} from {', '.join(f'{room.room} ({room.free} free)' for room in lack.elsewhere)}"
        for lack in lacks
        if lack.elsewhere
    ]
    transfer = f"Transfer {'; '.join(transfers)}, or bring" if transfers else "Bring"
    if sale:
        name, decline = f"Sale {sale}", "decline it in the sale, as long as Amazon allows it"
        cure = f"{transfer} goods in, and it goes on by itself"
    else:
        name, decline = f"Shipment {row.shipment_id}", "cancel it in Seller Central, and it closes here"
        cure = f"{transfer} goods in, and it is built and confirmed by itself"
    restate_task(
        kind="short_stock",
        matter=row.shipment_id,
        cause="stock",
        sentence=f"{name} lacks {_named(lacks)} {because}",
        cure=f"{cure}; or {decline}.",
        link=f"/office/sale/{sale}/" if sale else f"/office/orders/?numbers={row.shipment_id}",
        subjects=[f"shipment:{row.shipment_id}", *(f"product:{lack.sku}" for lack in lacks)],
    )


def _named(lacks: Sequence[Shortage]) -> str:
    return lacks_words((lack.sku, lack.units) for lack in lacks)


def lacks_words(lacks: Iterable[tuple[str, int]]) -> str:
    """`2 RUG and 1 LAMP.`"""
    return (" and ".join(f"{units} {sku}" for sku, units in lacks) or "goods") + "."
