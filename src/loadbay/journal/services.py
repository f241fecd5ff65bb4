"""Writing the journal: exchanges with the outside, and the timeline of a thing.

An exchange is written alone and at once, outside any transaction, so that a rollback cannot lose it; the
timeline is written with the change it tells of.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from loadbay.core.actor import current_actor
from loadbay.core.bulk import insert_rows
from loadbay.core.masking import mask_text
from loadbay.core.transactions import is_open
from loadbay.journal.models import Exchange, TimelineEntry
from loadbay.journal.rules import Conversation, kept

# A row of the journal need not wait for the disk: killing a process loses nothing, and a power cut at worst
# the last rows. set_config(..., true) holds for this statement's own transaction only.
_WRITE = """
WITH hurried AS (SELECT set_config('synchronous_commit', 'off', true) AS done)
INSERT INTO journal_exchange (system, connection_id, connection, operation, method, target, status, outcome,
    sentence, started_at, milliseconds, their_id, subjects, request_body, answer_body)
SELECT %s, %s, %s, %s, %s, %s, %s::smallint, %s, %s, %s, %s, %s, %s::text[], %s, %s
FROM hurried WHERE hurried.done IS NOT NULL
RETURNING id
"""


def no_open_transaction(asked: str) -> None:
    """Raises when a business transaction is open: nothing goes outside while rows are locked.

    The transaction that a test wraps around itself does not count.
    """
    if is_open():
        raise transaction.TransactionManagementError(f"{asked} was to go outside within a transaction")


def record_exchange(conversation: Conversation) -> int:
    """Keep a conversation, masked and cut; the answer is its number."""
    no_open_transaction(f"{conversation.system} {conversation.operation}")
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, _columns(conversation))
        return int(cursor.fetchone()[0])


KEEP_OK = timedelta(days=30)
KEEP_TROUBLE = timedelta(days=180)
FORGET_AT_ONCE = 5_000


def forget_exchanges(*, now: datetime) -> int:
    """Delete exchanges whose time has passed: good ones after a month, trouble after half a year.

    A few thousand at a time, oldest first, so that no lock is held for long; returns how many.
    """
    return _forget(Exchange.objects.filter(outcome="ok"), before=now - KEEP_OK) + _forget(
        Exchange.objects.exclude(outcome="ok"), before=now - KEEP_TROUBLE
    )


def _forget(rows: QuerySet[Exchange], *, before: datetime) -> int:
    forgotten = 0
    while ids := list(
        rows.filter(started_at__lt=before).order_by("id").values_list("pk", flat=True)[:FORGET_AT_ONCE]
    ):
        forgotten += Exchange.objects.filter(pk__in=ids).delete()[0]
    return forgotten


def note(
    subject: str, text: str, *, what: str = "note", at: datetime | None = None, exchange: int | None = None
) -> None:
    """Write one line of a subject's timeline, inside the caller's transaction."""
    note_many([subject], text, what=what, at=at, exchange=exchange)


def note_many(
    subjects: Iterable[str],
    text: str,
    *,
    what: str = "note",
    at: datetime | None = None,
    exchange: int | None = None,
) -> None:
    """The same line for many subjects, in one statement."""
    when = {} if at is None else {"at": at}
    _write_lines(((subject, text) for subject in subjects), what=what, exchange_id=exchange, **when)


def note_each(lines: Iterable[tuple[str, str]], *, what: str = "note", exchange: int | None = None) -> None:
    """One line per (subject, text), in one statement."""
    _write_lines(lines, what=what, exchange_id=exchange)


def _write_lines(lines: Iterable[tuple[str, str]], **columns: object) -> None:
    shared = {"actor": current_actor(), **columns}
    insert_rows(TimelineEntry, [{"subject": subject, "text": text, **shared} for subject, text in lines])


def _columns(conversation: Conversation) -> list[object]:
    return [
        conversation.system,
        conversation.connection_id,
        conversation.connection,
        conversation.operation,
        conversation.method,
        _storable(conversation.target)[:500],
        conversation.status,
        conversation.outcome,
        mask_text(_storable(conversation.sentence)),
        conversation.started_at,
        conversation.milliseconds,
        _storable(conversation.their_id),
        [_storable(subject) for subject in dict.fromkeys(conversation.subjects)],
        kept(conversation.request),
        kept(conversation.answer),
    ]


def _storable(text: str) -> str:
    """Words from outside may hold what PostgreSQL's text cannot."""
    return text.encode(errors="replace").decode().replace("\x00", "")
