"""Building sales from staged shipments: the matrix says which, goods are promised, sales are written.

Set-based for a batch; an order that cannot be built waits with a task and never holds up the others.
Reading an order never creates products, customers or accounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from loadbay.catalogue.queries import bundle_contents, resolve_skus
from loadbay.channels.models import ChannelRoom, SalesChannel
from loadbay.channels.rules import NO_ORDER, OPEN, Implied, Line, Situation, look_up
from loadbay.channels.services import matrix_of
from loadbay.core.bulk import insert_many, update_many
from loadbay.core.events import record
from loadbay.core.numbers import take_numbers
from loadbay.inbox.services import close_task
from loadbay.journal.services import note_each
from loadbay.listings.queries import products_of_listings
from loadbay.orders import rules
from loadbay.orders.events import SalesBuilt, ShipmentsToAnswer
from loadbay.orders.models import Sale, SaleLine, Shipment, ShipmentLine
from loadbay.orders.services.cancelling import holder
from loadbay.orders.services.holding import no_line, stopped, tell_short, unknown_skus
from loadbay.stock import services as stock

BATCH = 500


@dataclass(frozen=True)
class Ground:
    """What building needs to know of a channel, read once per batch."""

    channel: SalesChannel
    matrix: tuple[Line, ...]
    rooms: Mapping[str, tuple[int, ...]]


@dataclass
class Batch:
    """A batch sorted by what the matrix and the catalogue say."""

    ready: list[Shipment] = field(default_factory=list)
    waiting: list[tuple[Shipment, str]] = field(default_factory=list)
    ignored: list[tuple[Shipment, Implied]] = field(default_factory=list)


@transaction.atomic
def build_staged(connection_id: int, *, limit: int = BATCH) -> int:
    """Build the oldest staged shipments of a connection; returns how many were looked at."""
    rows = list(
        Shipment.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(connection_id=connection_id, building=Shipment.Building.STAGED)
        .annotate(order_number=F("order__order_id"))
        .defer("raw", "boxes")
        .order_by("id")[:limit]
    )
    if rows:
        _build(connection_id, rows)
    return len(rows)


@transaction.atomic
def build_again(shipment_pks: Sequence[int]) -> None:
    """Put waiting shipments back in line, after what they waited for was mended."""
    Shipment.objects.filter(pk__in=list(shipment_pks), building=Shipment.Building.WAITING).update(
        building=Shipment.Building.STAGED, held_because=""
    )


@transaction.atomic
def products_appeared() -> list[int]:
    """Shipments that waited for an unknown SKU which is known now go back in line; their connections."""
    waiting = Shipment.objects.filter(building=Shipment.Building.WAITING, lines__product__isnull=True)
    skus = list(waiting.values_list("lines__sku", flat=True).distinct())
    known = resolve_skus(skus) if skus else {}
    freed = waiting.filter(lines__sku__in=list(known)).distinct()
    connections = sorted(set(freed.values_list("connection_id", flat=True)))
    build_again(list(freed.values_list("pk", flat=True)))
    for sku in known:
        close_task("unknown_sku", sku)
    return connections


def _build(connection_id: int, rows: Sequence[Shipment]) -> None:
    lines = _lines_by_shipment(rows)
    grounds = _grounds(rows)
    _resolve(rows, lines)
    batch = _sort(rows, lines, grounds)
    _set_waiting(batch.waiting)
    _set_ignored(batch.ignored)
    if batch.ready:
        _write_sales(connection_id, batch.ready, lines=lines, grounds=grounds)


def _lines_by_shipment(rows: Sequence[Shipment]) -> dict[int, list[ShipmentLine]]:
    found: dict[int, list[ShipmentLine]] = {row.pk: [] for row in rows}
    for line in ShipmentLine.objects.filter(shipment_id__in=list(found)).order_by("id"):
        found[line.shipment_id].append(line)
    return found


def _grounds(rows: Sequence[Shipment]) -> dict[int, Ground]:
    wanted = {row.channel_id for row in rows}
    channels = SalesChannel.objects.filter(pk__in=wanted).select_related("placeholder_customer")
    grounds = {}
    for channel in channels:
        rooms: dict[str, list[int]] = {}
        for entry in ChannelRoom.objects.filter(channel=channel).order_by("position", "id"):
            rooms.setdefault(entry.location, []).append(entry.room_id)
        fixed = {location: tuple(ids) for location, ids in rooms.items()}
        grounds[channel.pk] = Ground(channel, matrix_of(channel), fixed)
    return grounds


def _resolve(rows: Sequence[Shipment], lines: Mapping[int, list[ShipmentLine]]) -> None:
    """Listing first, then SKU, then barcode (PRODUCT section 7, item resolution)."""
    channel_of = {row.pk: row.channel_id for row in rows}
    wanted = [line for mine in lines.values() for line in mine if line.product_id is None]
    by_listing = products_of_listings({(channel_of[line.shipment_id], line.sku) for line in wanted})
    rest = {line.sku for line in wanted if (channel_of[line.shipment_id], line.sku) not in by_listing}
    by_code = resolve_skus(sorted(rest)) if rest else {}
    found = {}
    for line in wanted:
        product = by_listing.get((channel_of[line.shipment_id], line.sku)) or by_code.get(line.sku)
        if product is not None:
            line.product_id = found[line.pk] = product
    update_many(ShipmentLine, "product", found)


def _sort(
    rows: Sequence[Shipment], lines: Mapping[int, list[ShipmentLine]], grounds: Mapping[int, Ground]
) -> Batch:
    batch = Batch()
    for row in rows:
        ground = grounds[row.channel_id]
        if row.status in rules.FINAL and row.created_at < ground.channel.order_start_at:
            batch.ignored.append((row, Implied.IGNORED))
            continue
        hit = look_up(ground.matrix, Situation(row.status, NO_ORDER, balanced=row.is_balanced))
        if hit is None:
            batch.waiting.append((row, no_line(row)))
        elif hit.implied is Implied.READY:
            unknown = sorted({line.sku for line in lines[row.pk] if line.product_id is None})
            if unknown:
                batch.waiting.append((row, unknown_skus(row, unknown)))
            else:
                batch.ready.append(row)
        elif hit.implied in {Implied.WAITING, Implied.ERROR}:
            row.implied_status = hit.implied.value
            batch.waiting.append((row, stopped(row, hit.implied)))
        else:
            batch.ignored.append((row, hit.implied))
    return batch


def _set_waiting(waiting: Sequence[tuple[Shipment, str]]) -> None:
    for row, reason in waiting:
        row.building, row.held_because = Shipment.Building.WAITING, reason
        row.implied_status = row.implied_status or Implied.WAITING.value
    Shipment.objects.bulk_update([row for row, _ in waiting], ["building", "held_because", "implied_status"])


def _set_ignored(ignored: Sequence[tuple[Shipment, Implied]]) -> None:
    for implied in {entry for _, entry in ignored}:
        Shipment.objects.filter(pk__in=[row.pk for row, mine in ignored if mine is implied]).update(
            building=Shipment.Building.IGNORED, implied_status=implied.value
        )


def _write_sales(
    connection_id: int,
    rows: Sequence[Shipment],
    *,
    lines: Mapping[int, list[ShipmentLine]],
    grounds: Mapping[int, Ground],
) -> None:
    promised = stock.reserve(_requests(rows, lines, grounds))
    numbers = take_numbers("sale", count=len(rows))
    sales = insert_many(
        [_sale(row, number, grounds[row.channel_id]) for row, number in zip(rows, numbers, strict=True)]
    )
    insert_many(
        [
            entry
            for sale, row in zip(sales, rows, strict=True)
            for entry in _all_sale_lines(sale, row, lines[row.pk])
        ]
    )
    covered = [row for row in rows if promised[holder(row.pk)].is_covered]
    _set_built(rows, covered, grounds)
    tell_short([row for row in rows if not promised[holder(row.pk)].is_covered], promised)
    note_each(
        [
            (f"sale:{sale.number}", f"Built from shipment {row.shipment_id}.")
            for sale, row in zip(sales, rows, strict=True)
        ],
        what="built",
    )
    record(SalesBuilt(connection_id=connection_id, sale_ids=[sale.pk for sale in sales]))
    to_answer = [row.pk for row in covered if wants_confirming(row, grounds[row.channel_id].channel)]
    if to_answer:
        record(ShipmentsToAnswer(connection_id=connection_id, shipment_ids=to_answer))


def requests_for(rows: Sequence[Shipment]) -> list[stock.ReserveRequest]:
    """What the stock has to promise for shipments whose lines are resolved."""
    return _requests(rows, _lines_by_shipment(rows), _grounds(rows))


def _requests(
    rows: Sequence[Shipment], lines: Mapping[int, list[ShipmentLine]], grounds: Mapping[int, Ground]
) -> list[stock.ReserveRequest]:
    products = {line.product_id for row in rows for line in lines[row.pk]}
    contents = bundle_contents(products)
    requests = []
    for row in rows:
        stage = "open" if row.status in rules.OPEN_AT_AMAZON else "labelled"
        rooms = grounds[row.channel_id].rooms[row.location]
        for sku, mine in _by_sku(lines[row.pk]).items():
            units = sum(line.units for line in mine)
            product = mine[0].product_id
            items = contents.get(product) or ((product, 1),)
            requests.append(
                stock.ReserveRequest(
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


def _by_sku(lines: Sequence[ShipmentLine]) -> dict[str, list[ShipmentLine]]:
    found: dict[str, list[ShipmentLine]] = {}
    for line in lines:
        found.setdefault(line.sku, []).append(line)
    return found


def _sale(row: Shipment, number: str, ground: Ground) -> Sale:
    return Sale(
        number=number,
        shipment=row,
        customer=ground.channel.placeholder_customer,
        external_document=rules.external_document(
            ground.channel.external_document_template,
            order_id=row.order_number,
            shipment_id=row.shipment_id,
            channel=ground.channel.code,
        ),
        order_status=OPEN,
        currency=row.currency,
        net_total=row.net_total,
        tax_total=row.tax_total,
    )


def _all_sale_lines(sale: Sale, row: Shipment, lines: Sequence[ShipmentLine]) -> list[SaleLine]:
    entries = [entry for line in lines for entry in _sale_lines(sale, line)]
    for charge in row.charges:
        kind = SaleLine.Kind.SHIPPING if charge["kind"] == "shipping" else SaleLine.Kind.OTHER
        net, tax = Decimal(charge["net"]), Decimal(charge["tax"])
        entries.append(_charge_line(sale, kind, net, tax))
    return entries


def _sale_lines(sale: Sale, line: ShipmentLine) -> list[SaleLine]:
    entries = [
        SaleLine(
            sale=sale,
            kind=SaleLine.Kind.ITEM,
            product_id=line.product_id,
            description=line.sku,
            units=line.units,
            net=line.net,
            tax=line.tax,
        )
    ]
    for kind, net, tax in (
        (SaleLine.Kind.SHIPPING, line.shipping_net, line.shipping_tax),
        (SaleLine.Kind.OTHER, line.other_net, line.other_tax),
    ):
        if net or tax:
            entries.append(_charge_line(sale, kind, net, tax))
    return entries


def _charge_line(sale: Sale, kind: SaleLine.Kind, net: Decimal, tax: Decimal) -> SaleLine:
    words = "Shipping" if kind is SaleLine.Kind.SHIPPING else "Gift wrap and other charges"
    return SaleLine(sale=sale, kind=kind, description=words, units=1, net=net, tax=tax)


def wants_confirming(row: Shipment, channel: SalesChannel) -> bool:
    """Whether a covered shipment is to be confirmed by itself."""
    return row.status in rules.CONFIRMABLE and channel.confirms_by_itself and not channel.is_watching


def _set_built(rows: Sequence[Shipment], covered: Sequence[Shipment], grounds: Mapping[int, Ground]) -> None:
    Shipment.objects.filter(pk__in=[row.pk for row in rows]).update(
        building=Shipment.Building.BUILT, implied_status=Implied.IN_PROGRESS.value, held_because=""
    )
    wanted = [row.pk for row in covered if wants_confirming(row, grounds[row.channel_id].channel)]
    Shipment.objects.filter(pk__in=wanted).update(promise=Shipment.Promise.WANTED)
    elsewhere = [row.pk for row in rows if row.status not in rules.CONFIRMABLE]
    Shipment.objects.filter(pk__in=elsewhere).update(promise=Shipment.Promise.CONFIRMED)
