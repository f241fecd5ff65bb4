"""Reading the journal: exchanges by what they were about, newest first, and a subject's timeline.

Pages are cut by key (`before`), so that the millionth page costs what the first one costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loadbay.core.errors import NotFound
from loadbay.journal.models import Exchange, TimelineEntry
from loadbay.journal.rules import opened

KINDS = ("order", "shipment", "sku", "asin", "location")


@dataclass(frozen=True)
class ExchangeRow:
    """A line of the list of exchanges."""

    id: int
    system: str
    connection: str
    operation: str
    method: str
    target: str
    status: int | None
    outcome: str
    sentence: str
    started_at: datetime
    milliseconds: int
    their_id: str
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class OpenedExchange:
    """An exchange with what is kept of its bodies."""

    row: ExchangeRow
    request: str
    answer: str


@dataclass(frozen=True)
class TimelineLine:
    id: int
    subject: str
    at: datetime
    actor: str
    what: str
    text: str
    exchange_id: int | None


_COLUMNS = tuple(ExchangeRow.__dataclass_fields__)


def exchanges(
    *,
    subjects: Sequence[str] = (),
    outcome: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[ExchangeRow]:
    """Exchanges about any of the subjects (all of them without one), newest first."""
    rows = Exchange.objects.order_by("-id")
    if subjects:
        rows = rows.filter(subjects__overlap=list(subjects))
    if outcome:
        rows = rows.filter(outcome=outcome)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_row(values) for values in rows.values_list(*_COLUMNS)[:limit]]


def has_answered(connection_id: int) -> bool:
    """Whether an exchange over a connection went well, as far back as they are kept."""
    return Exchange.objects.filter(connection_id=connection_id, outcome="ok").exists()


def search_exchanges(text: str, *, before: int | None = None, limit: int = 50) -> list[ExchangeRow]:
    """Exchanges about an order, shipment, SKU or ASIN, as a person types it."""
    wanted = text.strip()
    if ":" in wanted:
        return exchanges(subjects=[wanted], before=before, limit=limit)
    return exchanges(subjects=[f"{kind}:{wanted}" for kind in KINDS], before=before, limit=limit)


def exchange(number: int) -> OpenedExchange:
    """One exchange with its bodies. Raises `NotFound`."""
    row = Exchange.objects.filter(id=number).first()
    if row is None:
        raise NotFound(f"There is no exchange {number}. It may have been purged.")
    seen = _row(tuple(getattr(row, name) for name in _COLUMNS))
    return OpenedExchange(seen, opened(bytes(row.request_body)), opened(bytes(row.answer_body)))


def timeline(
    *subjects: str, before: int | None = None, what: str = "", limit: int = 200
) -> list[TimelineLine]:
    """What happened to the subjects, newest first; with `what`, only entries of that kind."""
    rows = TimelineEntry.objects.filter(subject__in=subjects).order_by("-id")
    if what:
        rows = rows.filter(what=what)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [
        TimelineLine(row.id, row.subject, row.at, row.actor, row.what, row.text, row.exchange_id)
        for row in rows[:limit]
    ]


def _row(values: tuple) -> ExchangeRow:
    named = dict(zip(_COLUMNS, values, strict=True))
    return ExchangeRow(**{**named, "subjects": tuple(named["subjects"])})
