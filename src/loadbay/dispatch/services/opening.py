"""Opening field calls for new sales: who carries, when the lorry comes, what to pick from where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from loadbay.channels.models import Holiday, PickupTime, SalesChannel
from loadbay.core.bulk import Row, insert_rows, these
from loadbay.core.events import record
from loadbay.core.numbers import take_numbers
from loadbay.dispatch.events import FieldCallsOpened
from loadbay.dispatch.models import FieldCall, FieldCallLine
from loadbay.dispatch.rules import Site, collection_moment
from loadbay.orders.models import Sale, ShipmentLine
from loadbay.orders.services.cancelling import holder
from loadbay.stock.models import Reservation


class Sold(NamedTuple):
    """A sale as far as its field call needs it."""

    sale_id: int
    shipment_id: int
    channel_id: int
    location: str
    ship_by: datetime | None
    agent_id: int | None
    """Who carries it by its shipping method; None where the channel's own agent does."""


class Ordered(NamedTuple):
    """A line of a shipment."""

    line_id: int
    shipment_id: int
    sku: str
    units: int
    gone: int
    """Units that need not be picked any more."""

    @property
    def left(self) -> int:
        return max(0, self.units - self.gone)


class Promised(NamedTuple):
    """What was promised to a shipment in one room."""

    holder: str
    product_id: int
    room_id: int
    units: int
    sold_as: str


@transaction.atomic
def open_field_calls(sale_ids: Sequence[int], *, now: datetime) -> list[int]:
    """One field call per sale that has none yet; none where Amazon ships. Opening twice changes nothing."""
    wanted = Sale.objects.filter(pk__among=these(sale_ids), field_call__isnull=True)
    sales = _sold(wanted.exclude(shipment__channel__programme=SalesChannel.Programme.FBA))
    if not sales:
        return []
    channels = SalesChannel.objects.in_bulk({sale.channel_id for sale in sales})
    lorries = _Lorries(now)
    numbers = take_numbers("field_call", count=len(sales))
    calls = insert_rows(
        FieldCall,
        [
            _field_call(sale, number, channels[sale.channel_id], lorries)
            for sale, number in zip(sales, numbers, strict=True)
        ],
    )
    insert_rows(FieldCallLine, _lines(sales, calls))
    record(FieldCallsOpened(field_call_ids=calls))
    return calls


def open_rest(part: FieldCall, *, now: datetime) -> FieldCall:
    """A field call for what a part leaves behind, inside the caller's transaction.

    What is to be picked is for the caller to write.
    """
    (sale,) = _sold(Sale.objects.filter(pk=part.sale_id))
    (number,) = take_numbers("field_call", count=1)
    columns = _field_call(sale, number, part.channel, _Lorries(now))
    return FieldCall.objects.create(**columns)


@transaction.atomic
def pick_again(sale_ids: Sequence[int]) -> None:
    """The goods of these sales were promised anew: what is to be picked where, as far as nobody packs yet."""
    calls = dict(
        FieldCall.objects.select_for_update()
        .filter(sale_id__among=these(sale_ids), state=FieldCall.State.TO_PACK, part=0)
        .order_by("id")
        .values_list("sale_id", "pk")
    )
    FieldCallLine.objects.filter(field_call_id__in=calls.values()).delete()
    sales = _sold(Sale.objects.filter(pk__in=calls))
    insert_rows(FieldCallLine, _lines(sales, [calls[sale.sale_id] for sale in sales]))


def _sold(sales: QuerySet[Sale]) -> list[Sold]:
    columns = ("shipment__channel_id", "shipment__location", "shipment__expected_ship_at", "agent_id")
    return list(map(Sold._make, sales.order_by("id").values_list("pk", "shipment_id", *columns)))


def site_of(channel: SalesChannel, location: str) -> Site:
    """When the lorry comes to a location, in the channel's time zone."""
    times = PickupTime.objects.filter(channel=channel, location=location).values_list("at", flat=True)
    holidays = Holiday.objects.filter(channel=channel).values_list("day", flat=True)
    return Site(
        zone=ZoneInfo(channel.time_zone),
        pickups=tuple(sorted(times)),
        weekdays=frozenset(int(day) for day in channel.collection_weekdays),
        holidays=frozenset(holidays),
    )


class _Lorries:
    """Which lorry takes what, for one batch: most of its sales are to leave at the same few moments."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._sites: dict[tuple[int, str], Site] = {}
        self._known: dict[tuple[int, str, datetime], tuple[datetime, date]] = {}

    def collection(self, sale: Sold, channel: SalesChannel) -> tuple[datetime, date]:
        """When the sale's lorry comes, and on which day of the site."""
        place, ship_by = (channel.pk, sale.location), sale.ship_by or self._now
        key = (*place, ship_by)
        if key not in self._known:
            site = self._sites.get(place) or site_of(channel, sale.location)
            self._sites[place] = site
            at = collection_moment(ship_by, site=site, now=self._now)
            self._known[key] = at, at.astimezone(site.zone).date()
        return self._known[key]


def _field_call(sale: Sold, number: str, channel: SalesChannel, lorries: _Lorries) -> Row:
    at, day = lorries.collection(sale, channel)
    return {
        "number": number,
        "sale_id": sale.sale_id,
        "channel_id": channel.pk,
        "agent_id": sale.agent_id or channel.shipping_agent_id,
        "location": sale.location,
        "collection_at": at,
        "collection_date": day,
    }


def _lines(sales: Sequence[Sold], calls: Sequence[int]) -> list[Row]:
    """One line per shipment line, product and room, as the stock was promised."""
    ordered: dict[int, list[Ordered]] = {}
    lines = ShipmentLine.objects.filter(
        shipment_id__among=these([sale.shipment_id for sale in sales])
    ).order_by("id")
    for line in map(Ordered._make, lines.values_list("pk", "shipment_id", "sku", "units", "gone_units")):
        ordered.setdefault(line.shipment_id, []).append(line)
    promised: dict[str, list[Promised]] = {}
    rows = Reservation.objects.filter(
        holder__among=these(holder(sale.shipment_id) for sale in sales)
    ).order_by("id")
    for row in map(Promised._make, rows.values_list(*Promised._fields)):
        promised.setdefault(row.holder, []).append(row)
    return [
        entry
        for sale, call in zip(sales, calls, strict=True)
        for entry in _pick_lines(call, ordered[sale.shipment_id], promised.get(holder(sale.shipment_id), []))
    ]


def _pick_lines(call: int, lines: Sequence[Ordered], promised: Sequence[Promised]) -> list[Row]:
    """Promises are per SKU; several lines of one SKU take their units from them in order."""
    picks: list[Row] = []
    for sku in dict.fromkeys(line.sku for line in lines):
        mine = [line for line in lines if line.sku == sku and line.left]
        sold = sum(line.left for line in mine)
        shelves: dict[int, list[list[int]]] = {}
        for row in promised:
            if row.sold_as == sku:
                shelves.setdefault(row.product_id, []).append([row.room_id, row.units])
        for product_id, shelf in shelves.items():
            per_unit = sum(units for _, units in shelf) // sold
            for line in mine:
                picks += _taken(call, line, product_id=product_id, units=line.left * per_unit, shelf=shelf)
    return picks


def _taken(call: int, line: Ordered, *, product_id: int, units: int, shelf: list[list[int]]) -> list[Row]:
    """One line's units of a product, room by room; what it takes is gone from the shelf."""
    picks = []
    for place in shelf:
        part = min(units, place[1])
        if part:
            place[1] -= part
            units -= part
            picks.append(
                {
                    "field_call_id": call,
                    "shipment_line_id": line.line_id,
                    "product_id": product_id,
                    "room_id": place[0],
                    "units": part,
                    "sold_units": line.left if line.gone else None,
                }
            )
    return picks
