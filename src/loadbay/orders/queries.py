"""Reading channel orders and sales, for screens and commands. Buyer data only where it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from loadbay.channels.definition_rules import CHARGE_TYPES
from loadbay.core.errors import NotFound, WrongInput
from loadbay.core.money import Money
from loadbay.journal.rules import shown
from loadbay.orders import rules
from loadbay.orders.models import BuyerDetails, Poll, Sale, Shipment, SpoiledEntry

PAGE_SIZE = 50


@dataclass(frozen=True)
class SaleFilter:
    """What to look for; empty means any. `text` is a sale, order or shipment number."""

    channel: str = ""
    order_status: str = ""
    implied_status: str = ""
    text: str = ""
    archived: str = ""
    """yes, any, or empty: those that are not archived, save where a number is looked for."""
    programme: str = ""


@dataclass(frozen=True)
class SaleRow:
    """One line of the sales list."""

    id: int
    number: str
    order_id: str
    shipment_id: str
    channel: str
    channel_status: str
    implied_status: str
    order_status: str
    customer: str
    total: Money
    units: int
    held_because: str
    field_call: str
    """The one for what is still to be sent, or for all of it; empty where there is none."""
    field_calls: tuple[str, ...]
    """All of them, those first that went ahead."""
    built_at: datetime
    is_held: bool
    """An action stopped it until somebody lets it go."""


@dataclass(frozen=True)
class SalePage:
    rows: tuple[SaleRow, ...]
    after: str | None


@dataclass(frozen=True)
class SaleLineRow:
    kind: str
    sku: str
    description: str
    units: int
    net: Money
    tax: Money
    charge_type: str
    """What a charge is posted to: account, item, resource or charge; empty where nobody said."""
    charge_number: str

    @property
    def posted_to(self) -> str:
        """`G/L Account 8640`, or empty."""
        return f"{CHARGE_TYPES[self.charge_type]} {self.charge_number}" if self.charge_type else ""


@dataclass(frozen=True)
class BuyerField:
    """One buyer field: its value, or why it is empty."""

    name: str
    value: str
    why_empty: str


@dataclass(frozen=True)
class SaleCard:
    """Everything about one sale but the buyer, who is asked for apart."""

    row: SaleRow
    external_document: str
    payment_method: str
    payment_code: str
    """The payment method of our books, where the channel maps them."""
    shipping_method: str
    """As the channel names it; empty where it names none."""
    shipping_agent: str
    shipping_service: str
    currency_code: str
    """What our books call the sale's currency."""
    skipped: Money | None
    """Shipping, tax included, that its shipping method leaves out of the sale."""
    net: Money
    tax: Money
    lines: tuple[SaleLineRow, ...]
    document: str
    document_status: str
    document_trouble: str
    is_document_stopped: bool
    is_in_ledger: bool
    expected_ship_at: datetime | None
    buyer_state: str
    replaces: str
    """The order that it replaces or exchanges."""
    programs: tuple[str, ...]
    """Amazon's programs of the order, such as AMAZON_BUSINESS."""
    dimensions: tuple[str, str]
    """The accounting dimensions of its sales channel."""


def sales(wanted: SaleFilter, *, after: str | None = None, size: int = PAGE_SIZE) -> SalePage:
    """Sales, newest first, page by key."""
    rows = _filtered(wanted).order_by("-id")
    if after:
        rows = rows.filter(pk__lt=page_key(after))
    # Which ones first, all about them after: with every table at once the planner reads too much.
    pks = list(rows.values_list("pk", flat=True)[: size + 1])
    found = _with_rows(Sale.objects.filter(pk__in=pks[:size])).order_by("-id")
    key = str(pks[size - 1]) if len(pks) > size else None
    return SalePage(tuple(_row(sale) for sale in found), key)


def sale(number: str) -> SaleCard:
    pk = _by_text(Sale.objects.all(), number.strip()).order_by("id").values_list("pk", flat=True).first()
    found = _with_rows(Sale.objects.filter(pk=pk)).first()
    if found is None:
        raise NotFound(
            f"There is no sale {number}. Give its number, Amazon's order number or the shipment id."
        )
    return SaleCard(
        row=_row(found),
        external_document=found.external_document,
        payment_method=found.payment_method,
        payment_code=found.payment_code,
        shipping_method=found.shipment.ship_method,
        shipping_agent=(found.agent or found.shipment.channel.shipping_agent).name,
        shipping_service=found.service.name if found.service else "",
        currency_code=found.currency_code or found.currency,
        skipped=_skipped(found),
        net=Money(found.net_total, found.currency).rounded(),
        tax=Money(found.tax_total, found.currency).rounded(),
        lines=tuple(
            SaleLineRow(
                kind=line.kind,
                sku=line.product.sku if line.product else "",
                description=line.description,
                units=line.units,
                net=Money(line.net, found.currency).rounded(),
                tax=Money(line.tax, found.currency).rounded(),
                charge_type=line.charge_type,
                charge_number=line.charge_number,
            )
            for line in found.lines.select_related("product").order_by("id")
        ),
        document=found.document_number,
        document_status=found.document_status,
        document_trouble=found.document_trouble,
        is_document_stopped=found.document_is_stopped,
        is_in_ledger=found.shipment.channel.erp == "ledger",
        expected_ship_at=found.shipment.expected_ship_at,
        buyer_state=_buyer_state(found),
        replaces=found.shipment.replaces,
        programs=tuple(found.shipment.programs),
        dimensions=(found.shipment.channel.dimension_1, found.shipment.channel.dimension_2),
    )


def _skipped(sale: Sale) -> Money | None:
    amount = sale.skipped_net + sale.skipped_tax
    return Money(amount, sale.currency).rounded() if amount else None


def _buyer_state(sale: Sale) -> str:
    rows = BuyerDetails.objects.filter(order_id=sale.shipment.order_id)
    return rows.values_list("state", flat=True).get()


def buyer(number: str) -> tuple[BuyerField, ...]:
    """The buyer of a sale, field by field, with the reason where one is empty. Each call views buyer data."""
    details = BuyerDetails.objects.filter(order__shipments__sale__number=number.strip().upper()).first()
    if details is None:
        raise NotFound(f"There is no sale {number}.")
    address = details.address or {}
    values = {
        "name": details.name or "",
        "address": ", ".join(filter(None, [*address.get("lines", []), address.get("city", "")])),
        "postal_code": details.postal_code or address.get("postal_code", ""),
        "country": address.get("country", ""),
        "phone": address.get("phone", ""),
        "email": details.email or "",
        "payment_method": details.payment_method,
    }
    return tuple(
        BuyerField(name, value, "" if value else rules.why_hidden(name, state=details.state))
        for name, value in values.items()
    )


@dataclass(frozen=True)
class WaitingShipment:
    """A shipment without a sale, and why."""

    shipment_id: str
    order_id: str
    channel: str
    channel_status: str
    because: str
    since: datetime


def waiting_shipments(*, limit: int = PAGE_SIZE) -> tuple[WaitingShipment, ...]:
    rows = Shipment.objects.filter(building=Shipment.Building.WAITING, archived_at=None)
    rows = rows.select_related("order", "channel")
    return tuple(
        WaitingShipment(
            row.shipment_id, row.order.order_id, row.channel.code, row.status, row.held_because, row.seen_at
        )
        for row in rows.defer("raw", "boxes").order_by("-id")[:limit]
    )


@dataclass(frozen=True)
class SetAside:
    """A shipment that could not be taken in: why, since when it was seen last, its masked body."""

    identity: str
    connection: str
    reason: str
    seen_at: datetime
    body: str


def set_aside(*, limit: int = PAGE_SIZE) -> tuple[SetAside, ...]:
    """What is set aside, newest first."""
    rows = SpoiledEntry.objects.filter(is_settled=False).select_related("connection")
    rows = rows.defer("connection__client_secret", "connection__refresh_token").order_by("-at", "-id")
    return tuple(
        SetAside(row.identity, row.connection.name, row.reason, row.at, shown(bytes(row.raw)))
        for row in rows[:limit]
    )


def count_set_aside() -> int:
    return SpoiledEntry.objects.filter(is_settled=False).count()


@dataclass(frozen=True)
class PollRow:
    """How fresh one regular question to Amazon is."""

    connection_id: int
    question: str
    asked_at: datetime | None
    answered_at: datetime | None
    done_until: datetime | None
    trouble: str


def polls() -> tuple[PollRow, ...]:
    return tuple(
        PollRow(row.connection_id, row.question, row.asked_at, row.answered_at, row.done_until, row.trouble)
        for row in Poll.objects.order_by("connection_id", "question")
    )


def counts_by_status() -> dict[str, int]:
    """How many shipments stand in each of Amazon's statuses."""
    rows = Shipment.objects.values_list("status").annotate(count=Count("pk")).order_by("status")
    return dict(rows)


def page_key(text: str) -> int:
    """The row id in a page key. Raises `WrongInput` for what is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise WrongInput(f"{text[:40]!r} is no key of a page. Take the key that the page before named.")
    return int(text)


def _filtered(wanted: SaleFilter) -> QuerySet[Sale]:
    rows = Sale.objects.all()
    if wanted.channel:
        rows = rows.filter(shipment__channel__code=wanted.channel.upper())
    if wanted.order_status:
        rows = rows.filter(order_status=wanted.order_status)
    if wanted.implied_status:
        rows = rows.filter(shipment__implied_status=wanted.implied_status)
    if wanted.programme:
        rows = rows.filter(shipment__channel__programme=wanted.programme.lower())
    text = wanted.text.replace("\x00", "").strip()
    if wanted.archived == "yes":
        rows = rows.filter(shipment__archived_at__isnull=False)
    elif wanted.archived != "any" and not text:
        rows = rows.filter(shipment__archived_at=None)
    return _by_text(rows, text) if text else rows


def _by_text(rows: QuerySet[Sale], text: str) -> QuerySet[Sale]:
    """By any number that leads to a sale; each is looked up by itself, so that an index answers."""
    found = Sale.objects.filter(number=text.upper()).values("pk")
    by_shipment = Sale.objects.filter(shipment__shipment_id=text).values("pk")
    by_order = Sale.objects.filter(shipment__order__order_id=text).values("pk")
    return rows.filter(pk__in=found.union(by_shipment, by_order))


def _with_rows(rows: QuerySet[Sale]) -> QuerySet[Sale]:
    return (
        rows.select_related(
            *("shipment__order", "shipment__channel__shipping_agent", "customer"),
            *("agent", "service"),
        )
        .prefetch_related("field_calls")
        .defer("shipment__raw", "shipment__boxes")
    )


def _row(sale: Sale) -> SaleRow:
    shipment = sale.shipment
    calls = sorted(sale.field_calls.all(), key=lambda call: (call.part == 0, call.part))
    return SaleRow(
        id=sale.pk,
        number=sale.number,
        order_id=shipment.order.order_id,
        shipment_id=shipment.shipment_id,
        channel=shipment.channel.code,
        channel_status=shipment.status,
        implied_status=shipment.implied_status,
        order_status=sale.order_status,
        customer=sale.customer.name,
        total=Money(sale.net_total + sale.tax_total, sale.currency).rounded(),
        units=shipment.units,
        held_because=shipment.held_because,
        field_call=calls[-1].number if calls else "",
        field_calls=tuple(call.number for call in calls),
        built_at=sale.built_at,
        is_held=shipment.hold == Shipment.Hold.HELD,
    )
