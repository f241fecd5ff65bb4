"""Documents and entries of a period as CSV or JSON, row by row, for another bookkeeping.

Buyers are named by their code alone. A cell that a spreadsheet would run as a formula is made a text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from loadbay.core.errors import WrongInput
from loadbay.core.money import Money
from loadbay.erp.ledger.models import Document, Entry
from loadbay.erp.ledger.queries import with_rows

KINDS = ("documents", "entries")
FORMATS = ("csv", "json")
Row = Mapping[str, str]
_DOCUMENTS = (
    *("number", "external_number", "sale", "channel", "customer", "status", "ordered_on", "invoice"),
    *("posted_on", "currency", "net", "tax", "total", "dimension_1", "dimension_2", "shipping_agent"),
    "payment_method",
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
    heads, rows = (_DOCUMENTS, _documents) if kind == "documents" else (_ENTRIES, _entries)
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


def _amount(amount: Decimal, currency: str) -> str:
    return str(Money(amount, currency).rounded().amount)


_AMOUNTS = frozenset({"net", "tax", "total", "debit", "credit"})


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
