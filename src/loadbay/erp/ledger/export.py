"""Documents, entries and payments of a period as CSV or JSON, row by row, for another bookkeeping.

Buyers are named by their code alone; references of payments go out as they were typed.
A cell that a spreadsheet would run as a formula is made a text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from loadbay.core.errors import WrongInput
from loadbay.core.money import Money
from loadbay.erp.ledger.models import Document, Entry
from loadbay.erp.ledger.payment_queries import paid_between
from loadbay.erp.ledger.queries import with_rows

KINDS = ("documents", "entries", "payments")
FORMATS = ("csv", "json")
Row = Mapping[str, str]
_DOCUMENTS = (
    *("number", "external_number", "sale", "channel", "customer", "status", "ordered_on", "invoice"),
    *("posted_on", "currency", "net", "tax", "total", "dimension_1", "dimension_2", "shipping_agent"),
    *("payment_method", "is_collected", "outstanding"),
)
_PAYMENTS = (
    *("number", "paid_on", "kind", "document", "sale", "channel", "customer", "currency", "amount"),
    *(
        "account",
        "reference",
        "method",
        "is_registered",
        "registered_by",
        "is_reversed",
        "reverses",
        "reason",
    ),
)
_ENTRIES = (
    *("posting", "posted_on", "kind", "number", "document", "sale", "account", "account_name", "currency"),
    *("debit", "credit", "dimension_1", "dimension_2"),
)
_AT_ONCE = 2000


def exported(kind: str, *, format: str, since: date, until: date) -> Iterator[str]:
    """The file, piece by piece. Raises `WrongInput` before the first one."""
    if kind not in KINDS:
        raise WrongInput(f"{kind[:40]!r} cannot be exported. Use one of: {', '.join(KINDS)}.")
    if format not in FORMATS:
        raise WrongInput(f"Format {format[:40]!r} is not known. Use one of: {', '.join(FORMATS)}.")
    if since > until:
        raise WrongInput(f"The period begins on {since} and ends before, on {until}. Turn the days round.")
    heads, rows = _FILES[kind]
    return _csv(heads, rows(since, until)) if format == "csv" else _json(rows(since, until))


def _documents(since: date, until: date) -> Iterator[Row]:
    rows = Document.objects.filter(
        Q(posted_on__range=(since, until)) | Q(posted_on=None, ordered_on__range=(since, until))
    )
    for row in rows.select_related("customer").order_by("id").iterator(chunk_size=_AT_ONCE):
        yield {
            "number": row.number,
            "external_number": row.external_number,
            "sale": row.reference,
            "channel": row.channel,
            "customer": row.customer.code,
            "status": row.status,
            "ordered_on": row.ordered_on.isoformat(),
            "invoice": row.invoice or "",
            "posted_on": row.posted_on.isoformat() if row.posted_on else "",
            "currency": row.currency,
            "net": _amount(row.net, row.currency),
            "tax": _amount(row.tax, row.currency),
            "total": _amount(row.net + row.tax, row.currency),
            "dimension_1": row.dimension_1,
            "dimension_2": row.dimension_2,
            "shipping_agent": row.shipping_agent,
            "payment_method": row.payment_method,
            "is_collected": _yes_no(row.is_collected),
            "outstanding": _amount(row.outstanding, row.currency),
        }


def _entries(since: date, until: date) -> Iterator[Row]:
    rows: QuerySet[Entry] = with_rows(Entry.objects.filter(posting__posted_on__range=(since, until)))
    for row in rows.iterator(chunk_size=_AT_ONCE):
        posting = row.posting
        yield {
            "posting": str(posting.pk),
            "posted_on": posting.posted_on.isoformat(),
            "kind": posting.kind,
            "number": posting.number,
            "document": posting.document.number,
            "sale": posting.document.reference,
            "account": row.account.number,
            "account_name": row.account.name,
            "currency": row.currency,
            "debit": _amount(row.debit, row.currency),
            "credit": _amount(row.credit, row.currency),
            "dimension_1": posting.document.dimension_1,
            "dimension_2": posting.document.dimension_2,
        }


def _payments(since: date, until: date) -> Iterator[Row]:
    """What the marketplace collected and what a person registered; of a refund the amount that went back."""
    for posting, row in paid_between(since, until):
        yield {
            "number": row.number,
            "paid_on": row.posted_on.isoformat(),
            "kind": row.kind,
            "document": posting.document.number,
            "sale": posting.document.reference,
            "channel": posting.document.channel,
            "customer": posting.document.customer.code,
            "currency": row.amount.currency,
            "amount": str(row.amount.amount),
            "account": row.account,
            "reference": row.reference,
            "method": row.method,
            "is_registered": _yes_no(row.is_registered),
            "registered_by": row.registered_by,
            "is_reversed": _yes_no(row.is_reversed),
            "reverses": row.reverses,
            "reason": row.reason,
        }


_FILES: Mapping[str, tuple[tuple[str, ...], Callable[[date, date], Iterator[Row]]]] = {
    "documents": (_DOCUMENTS, _documents),
    "entries": (_ENTRIES, _entries),
    "payments": (_PAYMENTS, _payments),
}


def _yes_no(value: object) -> str:
    return "yes" if value else "no"


def _amount(amount: Decimal, currency: str) -> str:
    return str(Money(amount, currency).rounded().amount)


_AMOUNTS = frozenset({"net", "tax", "total", "debit", "credit", "outstanding", "amount"})


def _csv(heads: tuple[str, ...], rows: Iterator[Row]) -> Iterator[str]:
    yield _line(list(heads))
    for row in rows:
        yield _line([row[name] if name in _AMOUNTS else _harmless(row[name]) for name in heads])


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _json(rows: Iterator[Row]) -> Iterator[str]:
    """An array, one row a line."""
    between = "[\n"
    for row in rows:
        yield between + json.dumps(dict(row), ensure_ascii=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"
