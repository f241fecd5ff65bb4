"""One Amazon order that two APIs show: which of its lines our own lorry takes, and which are plain FBA.

A line that Amazon fulfils and whose SKU is listed On Site FBA waits for its shipment until some hours after
SHIPPED, a setting of the channel. What such shipments take is theirs; the rest is a sale for the books.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q
from django.utils.timezone import now as the_moment

from loadbay.channels.models import SalesChannel
from loadbay.core.bulk import these, update_rows
from loadbay.inbox.services import open_task
from loadbay.listings.queries import onsite_skus
from loadbay.orders.models import Shipment, ShipmentLine
from loadbay.orders.rules import LineAmounts
from loadbay.orders.services.sale_rows import LineToBuild, ShipmentToBuild, Sold, lines_by_shipment

SHIPPED_BY_US = "On Site FBA: its shipment is the sale."
"""Why an order is ignored all of whose lines our own lorry takes."""
AWAITS_SHIPMENT = "Waits for its On Site FBA shipment"
STAGING_LASTS = timedelta(minutes=5)
"""What was seen so shortly before a sale may not have been stored yet when that was reckoned."""
FBA, SMARTCONNECT = SalesChannel.Programme.FBA, SalesChannel.Programme.SMARTCONNECT
_AMOUNTS = ("net", "tax", "shipping_net", "shipping_tax", "other_net", "other_tax")
Lines = Mapping[int, Sequence[LineToBuild]]


@dataclass
class Settled:
    """A batch after the question who ships what: `rows` go on, the others wait or are shipped by us."""

    rows: list[ShipmentToBuild] = field(default_factory=list)
    lines: dict[int, Sequence[LineToBuild]] = field(default_factory=dict)
    smaller: set[int] = field(default_factory=set)
    """Orders of which a part is left only; kept so once their sale is written, see `keep_rest`."""
    waiting: list[tuple[ShipmentToBuild, str]] = field(default_factory=list)
    shipped_by_us: list[ShipmentToBuild] = field(default_factory=list)


def settle_onsite(
    rows: Sequence[ShipmentToBuild], lines: Lines, *, hours: Mapping[int, int], now: datetime | None = None
) -> Settled:
    """`hours` names the FBA channels among those of the batch. Statements only where there is one."""
    settled = Settled(lines=dict(lines))
    amazons = [row for row in rows if row.channel_id in hours]
    if not amazons:
        settled.rows = _without_second_sales(rows, lines, settled)
        return settled
    taken, onsite = _taken_by_shipments({row.order_id for row in amazons}), _onsite(amazons, lines)
    shrunk: dict[int, ShipmentToBuild] = {}
    for row in amazons:
        rest = _rest(lines[row.pk], taken.get(row.order_id, {}))
        settled.lines[row.pk] = rest
        if not rest:
            settled.shipped_by_us.append(row)
            continue
        shrunk[row.pk] = row if list(rest) == list(lines[row.pk]) else smaller(row, rest)
        due = row.status_at + timedelta(hours=hours[row.channel_id])
        if (
            row.status == "SHIPPED"
            and any(line.sku in onsite for line in rest)
            and (now or the_moment()) < due
        ):
            settled.waiting.append((row, f"{AWAITS_SHIPMENT} until {due:%Y-%m-%d %H:%M} UTC."))
            del shrunk[row.pk]
    settled.smaller = {row.pk for row in amazons if shrunk.get(row.pk, row) is not row}
    gone = {row.pk for row in settled.shipped_by_us} | {row.pk for row, _ in settled.waiting}
    going = [shrunk.get(row.pk, row) for row in rows if row.pk not in gone]
    settled.rows = _without_second_sales(going, settled.lines, settled)
    return settled


def go_on(connection_id: int, *, now: datetime | None = None) -> int:
    """Orders whose wait is over, or all of whose shipments have come, go back in line. Returns how many."""
    waiting = Shipment.objects.filter(
        connection_id=connection_id,
        building=Shipment.Building.WAITING,
        held_because__startswith=AWAITS_SHIPMENT,
    )
    rows = list(waiting.select_related("channel").defer("raw", "boxes"))
    if not rows:
        return 0
    moment = now or the_moment()
    over = {
        row.pk for row in rows if row.status_at + timedelta(hours=row.channel.onsite_wait_hours) <= moment
    }
    complete = _with_nothing_to_come(connection_id, [row for row in rows if row.pk not in over])
    due = waiting.filter(pk__in=over | complete)
    return due.update(building=Shipment.Building.STAGED, held_because="")


def _with_nothing_to_come(connection_id: int, rows: Sequence[Shipment]) -> set[int]:
    """Those of which no line is left that a shipment of ours might still take."""
    taken = _taken_by_shipments({row.order_id for row in rows})
    some = [row for row in rows if row.order_id in taken]
    if not some:
        return set()
    lines = lines_by_shipment(some)
    rest = {row.pk: {line.sku for line in _rest(lines[row.pk], taken[row.order_id])} for row in some}
    onsite = onsite_skus(connection_id, set().union(*rest.values()))
    return {pk for pk, skus in rest.items() if not skus & onsite}


def _onsite(rows: Sequence[ShipmentToBuild], lines: Lines) -> set[str]:
    skus = {line.sku for row in rows for line in lines[row.pk]}
    connections = Shipment.objects.filter(pk=rows[0].pk).values_list("connection_id", flat=True)
    return onsite_skus(connections.get(), skus)


def _taken_by_shipments(order_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Order → SKU → units in shipments that our own lorry takes."""
    theirs = ShipmentLine.objects.filter(
        shipment__order_id__among=these(order_ids), shipment__channel__programme=SMARTCONNECT
    ).exclude(shipment__status="CANCELLED")
    found: dict[int, dict[str, int]] = {}
    for order, sku, units in theirs.values_list("shipment__order_id", "sku", "units"):
        mine = found.setdefault(order, {})
        mine[sku] = mine.get(sku, 0) + units
    return found


def _rest(lines: Sequence[LineToBuild], taken: Mapping[str, int]) -> tuple[LineToBuild, ...]:
    """What no shipment takes, with its share of the amounts."""
    left, rest = dict(taken), []
    for line in lines:
        theirs = min(line.units, left.get(line.sku, 0))
        left[line.sku] = left.get(line.sku, 0) - theirs
        if theirs == 0:
            rest.append(line)
        elif theirs < line.units:
            rest.append(_part(line, line.units - theirs))
    return tuple(rest)


def _part(line: LineToBuild, units: int) -> LineToBuild:
    return line._replace(units=units, **shares(line, units, of=line.units))


def shares(amounts: LineToBuild | LineAmounts, units: int, *, of: int) -> dict[str, Decimal]:
    """What some of a line's units amount to."""
    share = Decimal(units) / of
    return {name: (getattr(amounts, name) * share).quantize(Decimal("0.0001")) for name in _AMOUNTS}


def taken_beside(sold: Sequence[Shipment]) -> dict[int, dict[str, int]]:
    """Of orders whose sale for the books stands: order → SKU → units that our own lorry takes besides.

    A shipment that came after that sale, and has none of its own, took nothing of it: it is a task.
    """
    late = _sold_as_fba(sold)
    theirs = ShipmentLine.objects.filter(
        shipment__order_id__among=these({row.order_id for row in sold}),
        shipment__channel__programme=SMARTCONNECT,
    ).exclude(shipment__status="CANCELLED")
    columns = ("shipment__order_id", "sku", "units", "shipment__seen_at", "shipment__building")
    found: dict[int, dict[str, int]] = {}
    for order, sku, units, seen_at, building in theirs.values_list(*columns):
        since = late.get(order, {}).get(sku)
        if building == Shipment.Building.BUILT or since is None or seen_at <= since - STAGING_LASTS:
            mine = found.setdefault(order, {})
            mine[sku] = mine.get(sku, 0) + units
    return found


def smaller(row: ShipmentToBuild, lines: Sequence[LineToBuild]) -> ShipmentToBuild:
    """The row with the totals of what is left of it."""
    net = sum((line.net + line.shipping_net + line.other_net for line in lines), Decimal(0))
    tax = sum((line.tax + line.shipping_tax + line.other_tax for line in lines), Decimal(0))
    net += sum((Decimal(charge["net"]) for charge in row.charges), Decimal(0))
    tax += sum((Decimal(charge["tax"]) for charge in row.charges), Decimal(0))
    return row._replace(net_total=net, tax_total=tax)


def keep_rest(sold: Sequence[Sold]) -> None:
    """Keep what no shipment took of orders whose sale is written now; until then every look reckons anew."""
    if not sold:
        return
    update_rows(
        Shipment,
        {
            one.row.pk: {
                "net_total": one.row.net_total,
                "tax_total": one.row.tax_total,
                "units": sum(line.units for line in one.lines),
            }
            for one in sold
        },
    )
    kept = {line.pk: line for one in sold for line in one.lines}
    update_rows(
        ShipmentLine,
        {
            pk: {"units": line.units} | {name: getattr(line, name) for name in _AMOUNTS}
            for pk, line in kept.items()
        },
    )
    ShipmentLine.objects.filter(shipment_id__among=these(one.row.pk for one in sold)).exclude(
        pk__among=these(kept)
    ).delete()


def _without_second_sales(
    rows: Sequence[ShipmentToBuild], lines: Lines, settled: Settled
) -> list[ShipmentToBuild]:
    """A shipment that comes after its line was sold as plain FBA is a task, never a second sale.

    One that was here before left its units out of that sale already.
    """
    sold = _sold_as_fba(rows)
    if not sold:
        return list(rows)
    mine = [row.pk for row in rows if row.order_id in sold]
    seen = dict(Shipment.objects.filter(pk__among=these(mine)).values_list("pk", "seen_at"))
    going = []
    for row in rows:
        since = {
            sku: at for sku, at in sold.get(row.order_id, {}).items() if seen[row.pk] > at - STAGING_LASTS
        }
        twice = sorted({line.sku for line in lines[row.pk]} & since.keys())
        if twice and row.shipment_id != row.order_number:
            settled.waiting.append((row, _sold_twice(row, twice)))
        else:
            going.append(row)
    return going


def _sold_as_fba(rows: Sequence[ShipmentToBuild | Shipment]) -> dict[int, dict[str, datetime]]:
    """Order → SKUs that a sale of it for the books has already, and since when."""
    built = ShipmentLine.objects.filter(
        Q(shipment__order_id__among=these({row.order_id for row in rows})),
        shipment__shipment_id=F("shipment__order__order_id"),
        shipment__building=Shipment.Building.BUILT,
        shipment__channel__programme=FBA,
    )
    found: dict[int, dict[str, datetime]] = {}
    for order, sku, at in built.values_list("shipment__order_id", "sku", "shipment__sale__built_at"):
        found.setdefault(order, {})[sku] = at
    return found


def _sold_twice(row: ShipmentToBuild, skus: Sequence[str]) -> str:
    sentence = (
        f"Shipment {row.shipment_id} came after {', '.join(skus)} of order {row.order_number} had been sold "
        "as plain FBA."
    )
    open_task(
        kind="shipment_after_fba",
        matter=row.shipment_id,
        cause="decision",
        sentence=sentence,
        cure="It gets no second sale. If the goods lie with you, pack it from Seller Central and book "
        "them out; then settle this task. Let the FBA channel wait longer if this happens again.",
        subjects=[f"shipment:{row.shipment_id}", f"order:{row.order_number}"],
    )
    return sentence
