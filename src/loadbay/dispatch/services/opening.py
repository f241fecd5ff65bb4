"""Opening field calls for new sales: who carries, when the lorry comes, what to pick from where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from loadbay.channels.models import PickupTime, SalesChannel
from loadbay.core.bulk import insert_many
from loadbay.core.events import record
from loadbay.core.numbers import take_numbers
from loadbay.dispatch.events import FieldCallsOpened
from loadbay.dispatch.models import FieldCall, FieldCallLine
from loadbay.dispatch.rules import Site, collection_moment
from loadbay.orders.models import Sale, ShipmentLine
from loadbay.orders.services.cancelling import holder
from loadbay.stock.models import Reservation


@transaction.atomic
def open_field_calls(sale_ids: Sequence[int], *, now: datetime) -> list[int]:
    """One field call per sale that has none yet. Opening twice changes nothing."""
    sales = list(
        Sale.objects.filter(pk__in=list(sale_ids), field_call__isnull=True)
        .select_related("shipment")
        .defer("shipment__raw", "shipment__boxes")
        .order_by("id")
    )
    if not sales:
        return []
    channels = _channels(sales)
    sites: dict[tuple[int, str], Site] = {}
    numbers = take_numbers("field_call", count=len(sales))
    calls = insert_many(
        [
            _field_call(sale, number, channels[sale.shipment.channel_id], sites, now)
            for sale, number in zip(sales, numbers, strict=True)
        ]
    )
    insert_many(_lines(sales, calls))
    record(FieldCallsOpened(field_call_ids=[call.pk for call in calls]))
    return [call.pk for call in calls]


@transaction.atomic
def pick_again(sale_ids: Sequence[int]) -> None:
    """The goods of these sales were promised anew: what is to be picked where, as far as nobody packs yet."""
    calls = list(
        FieldCall.objects.select_for_update(of=("self",))
        .filter(sale_id__in=list(sale_ids), state=FieldCall.State.TO_PACK)
        .select_related("sale")
        .order_by("id")
    )
    FieldCallLine.objects.filter(field_call__in=calls).delete()
    insert_many(_lines([call.sale for call in calls], calls))


def site_of(channel: SalesChannel, location: str) -> Site:
    """The pickups of a location, in the channel's time zone."""
    times = PickupTime.objects.filter(channel=channel, location=location).values_list("at", flat=True)
    return Site(
        zone=ZoneInfo(channel.time_zone),
        pickups=tuple(sorted(times)),
        weekdays=frozenset(int(day) for day in channel.collection_weekdays),
    )


def _channels(sales: Sequence[Sale]) -> dict[int, SalesChannel]:
    return SalesChannel.objects.in_bulk({sale.shipment.channel_id for sale in sales})


def _field_call(
    sale: Sale,
    number: str,
    channel: SalesChannel,
    sites: dict[tuple[int, str], Site],
    now: datetime,
) -> FieldCall:
    key = (channel.pk, sale.shipment.location)
    if key not in sites:
        sites[key] = site_of(channel, sale.shipment.location)
    at = collection_moment(sale.shipment.expected_ship_at or now, site=sites[key], now=now)
    return FieldCall(
        number=number,
        sale=sale,
        channel=channel,
        agent_id=channel.shipping_agent_id,
        location=sale.shipment.location,
        collection_at=at,
        collection_date=at.astimezone(sites[key].zone).date(),
    )


def _lines(sales: Sequence[Sale], calls: Sequence[FieldCall]) -> list[FieldCallLine]:
    """One line per shipment line, product and room, as the stock was promised."""
    lines: dict[int, list[ShipmentLine]] = {}
    for line in ShipmentLine.objects.filter(shipment_id__in=[s.shipment_id for s in sales]).order_by("id"):
        lines.setdefault(line.shipment_id, []).append(line)
    promised: dict[str, list[Reservation]] = {}
    for row in Reservation.objects.filter(holder__in=[holder(s.shipment_id) for s in sales]).order_by("id"):
        promised.setdefault(row.holder, []).append(row)
    return [
        entry
        for sale, call in zip(sales, calls, strict=True)
        for entry in _pick_lines(call, lines[sale.shipment_id], promised.get(holder(sale.shipment_id), []))
    ]


def _pick_lines(
    call: FieldCall, lines: Sequence[ShipmentLine], promised: Sequence[Reservation]
) -> list[FieldCallLine]:
    """Promises are per SKU; several lines of one SKU take their units from them in order."""
    picks: list[FieldCallLine] = []
    for sku in dict.fromkeys(line.sku for line in lines):
        mine = [line for line in lines if line.sku == sku]
        sold = sum(line.units for line in mine)
        shelves: dict[int, list[list[int]]] = {}
        for row in promised:
            if row.sold_as == sku:
                shelves.setdefault(row.product_id, []).append([row.room_id, row.units])
        for product_id, shelf in shelves.items():
            per_unit = sum(units for _, units in shelf) // sold
            for line in mine:
                picks += _taken(call, line, product_id=product_id, units=line.units * per_unit, shelf=shelf)
    return picks


def _taken(
    call: FieldCall, line: ShipmentLine, *, product_id: int, units: int, shelf: list[list[int]]
) -> list[FieldCallLine]:
    """One line's units of a product, room by room; what it takes is gone from the shelf."""
    picks = []
    for place in shelf:
        part = min(units, place[1])
        if part:
            place[1] -= part
            units -= part
            picks.append(
                FieldCallLine(
                    field_call=call, shipment_line=line, product_id=product_id, room_id=place[0], units=part
                )
            )
    return picks
