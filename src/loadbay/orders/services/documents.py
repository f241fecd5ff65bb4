"""Which sales differ from their documents in the ERP, what is asked about them, and recording its verdicts.

Level-triggered: nothing is queued; a sale whose `document_status` is not its `order_status` is due, and so is
a credit without a number of the ERP's. The calls themselves are in `erp_senders`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from loadbay.channels.definition_queries import shop_collects
from loadbay.channels.models import SalesChannel
from loadbay.core.bulk import these, update_many
from loadbay.core.errors import NotFound, Rejected, Trouble
from loadbay.inbox.services import close_tasks, open_task
from loadbay.journal.services import note_each
from loadbay.orders import erp_rules as rules
from loadbay.orders.definition_rules import is_collected
from loadbay.orders.erp_ports import (
    CreditToMake,
    DocumentToMake,
    LineKind,
    LineToCredit,
    LineToMake,
    LineType,
    SeenDocument,
    Verdict,
)
from loadbay.orders.erp_rules import Step
from loadbay.orders.models import Sale, SaleCredit, SaleLine, SaleSupplement
from loadbay.orders.services.cancelling import CANCELLED_AT_AMAZON
from loadbay.orders.services.implying import imply, lock_shipments_of

_KINDS = {"item": LineKind.GOODS, "shipping": LineKind.SHIPPING, "other": LineKind.OTHER, "tax": LineKind.TAX}
REFUSED = "document_refused"
"""The kind of task on a sale whose document the ERP declined."""


@dataclass(frozen=True)
class Due:
    """A sale whose document is behind, and the step that follows."""

    pk: int
    sale: str
    external_number: str
    step: Step
    document_status: str
    on: date
    had_trouble: bool
    changes: int = 0
    """Which change of the sale the document will have once the step is taken."""


def due(erp: str, *, now: datetime, limit: int, after: int = 0) -> list[Due]:
    """The oldest sales that differ from their documents and are not put off or stopped.

    `after` is the last one of the batch before: what that batch left behind is not read again with each.
    """
    rows = _due_rows(erp, now).filter(pk__gt=after).order_by("id").values_list(*_Behind._fields)[:limit]
    return [_due(row, now) for row in map(_Behind._make, rows)]


class _Behind(NamedTuple):
    """A sale whose document is behind: its columns."""

    pk: int
    number: str
    external_document: str
    order_status: str
    document_status: str
    document_trouble: str
    changes: int
    document_changes: int
    posted_at: datetime | None
    shipment__channel__time_zone: str


def _due_rows(erp: str, now: datetime) -> QuerySet[Sale]:
    differs = ~Q(document_status=F("order_status")) | ~Q(document_changes=F("changes"))
    rows = Sale.objects.filter(differs)
    rows = rows.filter(document_is_stopped=False, shipment__channel__erp=erp)
    rows = rows.filter(Q(document_try_at=None) | Q(document_try_at__lte=now))
    # A sale that is credited whole waits, once posted, for its credits to be told.
    return rows.exclude(document_status=rules.POSTED, order_status=rules.CREDITED)


def _due(row: _Behind, now: datetime) -> Due:
    return Due(
        pk=row.pk,
        sale=row.number,
        external_number=row.external_document,
        step=rules.step(
            row.document_status, row.order_status, is_changed=row.changes != row.document_changes
        ),
        document_status=row.document_status,
        on=(row.posted_at or now).astimezone(ZoneInfo(row.shipment__channel__time_zone)).date(),
        had_trouble=bool(row.document_trouble),
        changes=row.changes,
    )


class _Head(NamedTuple):
    """A sale as far as its document needs it. The channel is read once for all of its sales."""

    pk: int
    number: str
    external_document: str
    currency: str
    currency_code: str
    payment_method: str
    payment_code: str
    customer__code: str
    agent__code: str | None
    shipment__channel_id: int
    shipment__created_at: datetime
    shipment__order__placed_at: datetime | None


class _Line(NamedTuple):
    """A line of a sale as far as its document needs it."""

    pk: int
    sale_id: int
    kind: str
    charge_type: str
    charge_number: str
    description: str
    units: int
    net: Decimal
    tax: Decimal
    product__sku: str | None


def to_make(sale_pks: Sequence[int]) -> dict[int, DocumentToMake]:
    """The documents of these sales as they are wanted."""
    lines: dict[int, list[LineToMake]] = {pk: [] for pk in sale_pks}
    rows = SaleLine.objects.filter(sale_id__among=these(sale_pks), supplement=None).order_by("id")
    for line in map(_Line._make, rows.values_list(*_Line._fields)):
        lines[line.sale_id].append(_line(line))
    sales = Sale.objects.filter(pk__among=these(sale_pks)).values_list(*_Head._fields)
    heads = list(map(_Head._make, sales))
    channels = SalesChannel.objects.select_related("shipping_agent").in_bulk(
        {head.shipment__channel_id for head in heads}
    )
    by_shop = shop_collects(channels)
    return {
        head.pk: _document(
            head,
            lines[head.pk],
            channels[head.shipment__channel_id],
            shop_collects=by_shop[head.shipment__channel_id],
        )
        for head in heads
    }


def lines_of_supplements(supplement_pks: Sequence[int]) -> dict[int, list[LineToMake]]:
    """What stands on each of these further documents of sales."""
    found: dict[int, list[LineToMake]] = {pk: [] for pk in supplement_pks}
    rows = SaleLine.objects.filter(supplement_id__among=these(supplement_pks)).order_by("id")
    for supplement, *columns in rows.values_list("supplement_id", *_Line._fields):
        found[supplement].append(_line(_Line._make(columns)))
    return found


def _document(
    row: _Head, lines: Iterable[LineToMake], channel: SalesChannel, *, shop_collects: Collection[str]
) -> DocumentToMake:
    ordered = row.shipment__order__placed_at or row.shipment__created_at
    return DocumentToMake(
        external_number=row.external_document,
        reference=row.number,
        channel=channel.code,
        customer=row.customer__code,
        currency=row.currency,
        currency_code=row.currency_code,
        ordered_on=ordered.astimezone(ZoneInfo(channel.time_zone)).date(),
        lines=tuple(lines),
        dimension_1=channel.dimension_1,
        dimension_2=channel.dimension_2,
        shipping_agent=row.agent__code or channel.shipping_agent.code,
        payment_method=row.payment_code or row.payment_method,
        is_collected=is_collected(row.payment_method, shop_collects=shop_collects),
    )


def _line(line: _Line) -> LineToMake:
    kind = _KINDS[line.kind]
    default = LineType.ITEM if kind is LineKind.GOODS else LineType.ACCOUNT
    return LineToMake(
        key=str(line.pk),
        kind=kind,
        type=LineType(line.charge_type) if line.charge_type else default,
        number=line.charge_number or line.product__sku or "",
        description=line.description,
        units=line.units,
        net=line.net,
        tax=line.tax,
    )


_ACKNOWLEDGED = """
    UPDATE orders_sale AS s SET document_number = t.number, document_status = t.status, document_trouble = '',
        document_is_stopped = false, document_tries = 0, document_try_at = NULL
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS t (pk, number, status) WHERE s.id = t.pk
"""


@transaction.atomic
def acknowledged(found: Sequence[tuple[Due, SeenDocument]]) -> None:
    """The ERP has these documents like this. Where it is further than the sale, the sale follows."""
    found = list({due.pk: (due, seen) for due, seen in found}.values())
    if not found:
        return
    pks = [due.pk for due, _ in found]
    lock_shipments_of(Sale.objects.filter(pk__among=these(pks)))
    rows = Sale.objects.select_for_update().filter(pk__among=these(pks)).order_by("id")
    sales = {sale.pk: sale for sale in map(_Standing._make, rows.values_list(*_Standing._fields))}
    columns = (pks, [seen.number for _, seen in found], [seen.status.value for _, seen in found])
    with connection.cursor() as cursor:
        cursor.execute(_ACKNOWLEDGED, columns)
    _follow([(sales[due.pk], seen) for due, seen in found])
    note_each(
        [
            (f"sale:{due.sale}", f"{seen.number} in the books: {seen.status.value}{_invoice(seen)}.")
            for due, seen in found
            if seen.status.value != due.document_status
        ],
        what="document",
    )
    close_tasks(REFUSED, matters=[due.sale for due, _ in found if due.had_trouble])


def _invoice(seen: SeenDocument) -> str:
    return f" as {seen.invoice}" if seen.invoice else ""


class _Standing(NamedTuple):
    """How a sale stands while its document is taken note of."""

    pk: int
    number: str
    shipment_id: int
    order_status: str


def _follow(found: Sequence[tuple[_Standing, SeenDocument]]) -> None:
    """What a person did in the ERP is taken over: the order status matrix is asked about the document."""
    moved = [
        (sale, seen.status.value)
        for sale, seen in found
        if seen.status.value != sale.order_status
        and rules.step(seen.status.value, sale.order_status) is Step.TAKE_OVER
    ]
    for status in {status for _, status in moved}:
        Sale.objects.filter(pk__among=these(sale.pk for sale, mine in moved if mine == status)).update(
            order_status=status
        )
    # What is credited in the books is settled; a task that still asked for it could not be done.
    credited = [sale.number for sale, status in moved if status == rules.CREDITED]
    close_tasks(CANCELLED_AT_AMAZON, matters=credited)
    imply([sale.shipment_id for sale, _ in moved])


@transaction.atomic
def have_changes(sales: Sequence[Due]) -> None:
    """The documents of these have what their sales were when they were read, or stay without it for good."""
    update_many(Sale, "document_changes", {due.pk: due.changes for due in sales})


@transaction.atomic
def kept(sales: Sequence[Due]) -> None:
    """Changed after it was posted: the document stays as it is; less or more is handed over apart."""
    have_changes(sales)
    posted = [due for due in sales if due.document_status in {rules.POSTED, rules.CREDITED}]
    note_each(
        [
            (f"sale:{due.sale}", "Changed after it was posted: the document in the books stays as it is.")
            for due in posted
        ],
        what="document",
    )


@transaction.atomic
def left_alone(sales: Sequence[Due]) -> None:
    """Cancelled before it had a document: there is nothing to make and nothing to cancel."""
    pks = [due.pk for due in sales]
    Sale.objects.filter(
        pk__among=these(pks), order_status=rules.CANCELLED, document_status=rules.NONE
    ).update(document_status=rules.CANCELLED)
    have_changes(sales)


@transaction.atomic
def put_off(sales: Sequence[tuple[Due, Trouble]], *, now: datetime) -> None:
    """Declined ones stop with a task; the others are tried again, at most an hour later."""
    for due, trouble in sales:
        row = Sale.objects.select_for_update().get(pk=due.pk)
        row.document_trouble = trouble.sentence
        row.document_is_stopped = isinstance(trouble, Rejected)
        row.document_try_at = now + rules.wait_after(row.document_tries)
        row.document_tries = min(row.document_tries + 1, 1000)
        row.save(
            update_fields=["document_trouble", "document_is_stopped", "document_try_at", "document_tries"]
        )
        if row.document_is_stopped:
            _ask(due.sale, trouble.sentence)


def _ask(sale: str, sentence: str) -> None:
    open_task(
        kind=REFUSED,
        matter=sale,
        cause="mapping",
        sentence=f"The books do not take {sale}: {sentence}",
        cure="Mend what is named, then press Hand over again on the sale.",
        link=f"/office/sale/{sale}/",
        subjects=[f"sale:{sale}"],
    )


@transaction.atomic
def hand_over_again(sale: str = "") -> int:
    """Ask the ERP again about a sale it declined, or about all of them; how many there were."""
    rows = Sale.objects.filter(document_is_stopped=True)
    if sale:
        number = sale.replace("\x00", "").strip().upper()
        if not Sale.objects.filter(number=number).exists():
            raise NotFound(f"There is no sale {sale}.")
        rows = rows.filter(number=number)
    return rows.update(document_is_stopped=False, document_try_at=None, document_tries=0)


@dataclass(frozen=True)
class CreditDue:
    """A credit that the ERP does not have yet."""

    pk: int
    due: Due
    to_make: CreditToMake
    supplement_id: int | None = None


def credits_due(erp: str, *, now: datetime, limit: int) -> list[CreditDue]:
    """Credits whose documents are posted, oldest first."""
    rows = SaleCredit.objects.filter(
        Q(sale__document_try_at=None) | Q(sale__document_try_at__lte=now),
        Q(supplement=None, sale__document_status=rules.POSTED) | Q(supplement__status=rules.POSTED),
        document="",
        sale__document_is_stopped=False,
        sale__shipment__channel__erp=erp,
    )
    rows = rows.select_related("sale__shipment__channel", "supplement").prefetch_related("lines")
    rows = rows.order_by("id")
    return [
        _credit_due(row, now) for row in rows.defer("sale__shipment__raw", "sale__shipment__boxes")[:limit]
    ]


def _credit_due(row: SaleCredit, now: datetime) -> CreditDue:
    zone = ZoneInfo(row.sale.shipment.channel.time_zone)
    wanted = CreditToMake(
        credit_number=row.number,
        external_number=(row.supplement or row.sale).external_document,
        reason=row.reason,
        on=row.wanted_at.astimezone(zone).date(),
        lines=tuple(
            LineToCredit(str(line.line_id), line.units, line.net, line.tax) for line in row.lines.all()
        ),
    )
    return CreditDue(row.pk, due_of(row.sale, now), wanted, row.supplement_id)


def due_of(sale: Sale, now: datetime) -> Due:
    return Due(
        pk=sale.pk,
        sale=sale.number,
        external_number=sale.external_document,
        step=Step.CREDIT,
        document_status=sale.document_status,
        on=now.date(),
        had_trouble=bool(sale.document_trouble),
    )


@transaction.atomic
def credited(done: Sequence[tuple[CreditDue, Verdict]]) -> None:
    """The ERP has these credits under numbers of its own."""
    update_many(SaleCredit, "document", {credit.pk: verdict.credit for credit, verdict in done})
    note_each(
        [(f"sale:{credit.due.sale}", f"Credited in the books with {v.credit}.") for credit, v in done],
        what="document",
    )
    seen = [(credit, v.document) for credit, v in done if v.document is not None]
    acknowledged([(credit.due, document) for credit, document in seen if credit.supplement_id is None])
    further = {c.supplement_id: d.status.value for c, d in seen if c.supplement_id is not None}
    update_many(SaleSupplement, "status", further)
