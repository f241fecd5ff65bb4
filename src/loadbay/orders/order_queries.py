"""Reading channel orders as they are staged, with or without a sale: the list, its filter, how many fit.

One row per shipment; an order of the Orders API is one row that bears the order's own number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from loadbay.channels.queries import first_time_zone
from loadbay.core.errors import WrongInput
from loadbay.core.money import Money
from loadbay.orders.models import RuleVerdict, Shipment
from loadbay.orders.queries import PAGE_SIZE, page_key
from loadbay.orders.rule_queries import flags_of


@dataclass(frozen=True)
class OrderFilter:
    """What to look for; empty means any, archived ones only where they are asked for or named.

    `numbers` are sale, order or shipment numbers, separated by commas or spaces.
    """

    numbers: str = ""
    channel: str = ""
    state: str = ""
    order_status: str = ""
    implied_status: str = ""
    archived: str = ""
    flagged: str = ""
    before: str = ""
    """A day in ISO form: created at Amazon before it begins where the shop is."""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> OrderFilter:
        """From plain values by name; what is none of ours is passed over."""
        return cls(**{field.name: str(given.get(field.name) or "") for field in fields(cls)})

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class OrderRow:
    """One line of the list of channel orders."""

    id: int
    order_id: str
    shipment_id: str
    channel: str
    channel_status: str
    implied_status: str
    building: str
    sale: str
    order_status: str
    total: Money
    units: int
    because: str
    created_at: datetime
    is_archived: bool
    flags: tuple[str, ...]
    replaces: str
    """The order that it replaces or exchanges, where Amazon names one."""
    programs: tuple[str, ...]
    """Amazon's programs of the order, such as AMAZON_BUSINESS."""


@dataclass(frozen=True)
class OrderPage:
    rows: tuple[OrderRow, ...]
    after: str | None


def orders(wanted: OrderFilter, *, after: str | None = None, size: int = PAGE_SIZE) -> OrderPage:
    """Newest first, page by key."""
    rows = filtered(wanted)
    if after:
        rows = rows.filter(pk__lt=page_key(after))
    pks = list(rows.order_by("-id").values_list("pk", flat=True)[: size + 1])
    return OrderPage(order_rows(pks[:size]), str(pks[size - 1]) if len(pks) > size else None)


def order_rows(pks: Sequence[int]) -> tuple[OrderRow, ...]:
    """These, newest first."""
    found = Shipment.objects.filter(pk__in=list(pks)).select_related("order", "channel", "sale")
    flags = flags_of(pks) if pks else {}
    return tuple(_row(row, flags) for row in found.defer("raw", "boxes").order_by("-id"))


def count(wanted: OrderFilter) -> int:
    return filtered(wanted).count()


def filtered(wanted: OrderFilter) -> QuerySet[Shipment]:
    """The rows of a filter."""
    rows = Shipment.objects.all()
    if wanted.channel:
        rows = rows.filter(channel__code=wanted.channel.upper())
    if wanted.state:
        rows = rows.filter(building=wanted.state)
    if wanted.order_status:
        rows = rows.filter(sale__order_status=wanted.order_status)
    if wanted.implied_status:
        rows = rows.filter(implied_status=wanted.implied_status)
    if wanted.flagged:
        rows = rows.filter(pk__in=RuleVerdict.objects.filter(action="flag").values("shipment_id"))
    if wanted.before:
        rows = rows.filter(created_at__lt=_beginning(wanted.before))
    return _named(rows, wanted)


def _beginning(text: str) -> datetime:
    """When a day of the shop begins, the same moment in the browser, a worker and a terminal."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongInput(f"{text[:20]!r} is no day. Write it like 2026-03-01.") from None
    return datetime.combine(day, time(), ZoneInfo(first_time_zone()))


def _named(rows: QuerySet[Shipment], wanted: OrderFilter) -> QuerySet[Shipment]:
    names = wanted.numbers.replace("\x00", "").replace(",", " ").split()
    if names:
        by_order = Shipment.objects.filter(order__order_id__in=names).values("pk")
        by_sale = Shipment.objects.filter(sale__number__in=[name.upper() for name in names]).values("pk")
        rows = rows.filter(Q(shipment_id__in=names) | Q(pk__in=by_order.union(by_sale)))
    if wanted.archived == "yes":
        return rows.filter(archived_at__isnull=False)
    return rows if names or wanted.archived == "any" else rows.filter(archived_at=None)


def _row(row: Shipment, flags: Mapping[int, tuple[str, ...]]) -> OrderRow:
    sale = getattr(row, "sale", None)
    return OrderRow(
        id=row.pk,
        order_id=row.order.order_id,
        shipment_id=row.shipment_id,
        channel=row.channel.code,
        channel_status=row.status,
        implied_status=row.implied_status,
        building=row.building,
        sale=sale.number if sale else "",
        order_status=sale.order_status if sale else "",
        total=Money(row.net_total + row.tax_total, row.currency).rounded(),
        units=row.units,
        because=row.held_because or row.ignored_because,
        created_at=row.created_at,
        is_archived=row.archived_at is not None,
        flags=flags.get(row.pk, ()),
        replaces=row.replaces,
        programs=tuple(row.programs),
    )
