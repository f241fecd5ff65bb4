"""Writing postings: a row for each, its entries, and the balances they move, in three statements a batch.

All entries of a posting are written by one statement: the database refuses it when they do not balance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from loadbay.core.bulk import insert_rows
from loadbay.erp.ledger.models import Entry, Posting
from loadbay.erp.ledger.rules import Side

_MOVE = """
    INSERT INTO ledger_accountbalance (account_id, currency, debit, credit)
    SELECT account, currency, debit, credit
    FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::numeric[])
        AS t (account, currency, debit, credit)
    ORDER BY account, currency
    ON CONFLICT (account_id, currency) DO UPDATE SET
        debit = ledger_accountbalance.debit + EXCLUDED.debit,
        credit = ledger_accountbalance.credit + EXCLUDED.credit
"""


@dataclass(frozen=True)
class ToPost:
    """A posting that is to be written. One without entries (a free order) is written too."""

    kind: str
    number: str
    document_id: int
    currency: str
    amount: Decimal
    on: date
    entries: Sequence[Side]
    method: str = ""


def write(postings: Sequence[ToPost]) -> None:
    """Within the transaction that posts the documents."""
    pks = insert_rows(Posting, [_row(posting) for posting in postings])
    entries = [
        (pk, posting.currency, entry)
        for pk, posting in zip(pks, postings, strict=True)
        for entry in posting.entries
    ]
    insert_rows(
        Entry,
        [
            {
                "posting_id": pk,
                "account_id": entry.account,
                "currency": currency,
                "debit": entry.debit,
                "credit": entry.credit,
            }
            for pk, currency, entry in entries
        ],
    )
    _move([(currency, entry) for _, currency, entry in entries])


def _row(posting: ToPost) -> dict[str, object]:
    return {
        "kind": posting.kind,
        "number": posting.number,
        "document_id": posting.document_id,
        "currency": posting.currency,
        "amount": posting.amount,
        "method": posting.method,
        "posted_on": posting.on,
    }


def _move(entries: Sequence[tuple[str, Side]]) -> None:
    sums: dict[tuple[int, str], tuple[Decimal, Decimal]] = {}
    for currency, entry in entries:
        debit, credit = sums.get((entry.account, currency), (Decimal(0), Decimal(0)))
        sums[entry.account, currency] = (debit + entry.debit, credit + entry.credit)
    if not sums:
        return
    columns = (
        [account for account, _ in sums],
        [currency for _, currency in sums],
        [debit for debit, _ in sums.values()],
        [credit for _, credit in sums.values()],
    )
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, columns)
