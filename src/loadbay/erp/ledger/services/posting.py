"""Releasing, posting, cancelling and crediting documents of the ledger. One transaction a batch.

Documents are locked in key order, and then the series and the balances, always in this order. Doing a step
again hands the document back as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection, transaction

from loadbay.core.bulk import these
from loadbay.core.errors import NotFound, Refusal
from loadbay.erp.ledger import rules
from loadbay.erp.ledger.models import Document, DocumentLine
from loadbay.erp.ledger.rules import Amounts, Chart
from loadbay.erp.ledger.services.numbering import take
from loadbay.erp.ledger.services.writing import ToPost, write
from loadbay.journal.services import note_each
from loadbay.orders.erp_ports import DocumentToPost

Outcome = Document | Refusal


class DocumentUnknown(NotFound):
    """The ledger has no sales document of that number."""

    code = "document_unknown"


@transaction.atomic
def release_documents(external_numbers: Sequence[str]) -> list[Outcome]:
    return _step(external_numbers, rules.RELEASE, done=(rules.RELEASED, rules.POSTED, rules.CREDITED))


@transaction.atomic
def cancel_documents(external_numbers: Sequence[str]) -> list[Outcome]:
    return _step(external_numbers, rules.CANCEL, done=(rules.CANCELLED,))


@transaction.atomic
def post_documents(wanted: Sequence[DocumentToPost]) -> list[Outcome]:
    """Post invoices, and the payments of what a marketplace collected."""
    days = {each.external_number: each.on for each in wanted}
    done = (rules.POSTED, rules.CREDITED)
    rows, outcomes = _advanced(list(days), rules.POST, done=done)
    if rows:
        _post(rows, days)
        note_each([(f"document:{row.number}", f"Posted as {row.invoice}.") for row in rows], what="posted")
    return [outcomes[each.external_number] for each in wanted]


def _step(external_numbers: Sequence[str], step: str, *, done: Sequence[str]) -> list[Outcome]:
    rows, outcomes = _advanced(external_numbers, step, done=done)
    for status in {row.status for row in rows}:
        Document.objects.filter(pk__among=these(row.pk for row in rows if row.status == status)).update(
            status=status
        )
    note_each([(f"document:{row.number}", f"{row.status}.") for row in rows], what="status")
    return [outcomes[number] for number in external_numbers]


def _advanced(
    external_numbers: Sequence[str], step: str, *, done: Sequence[str]
) -> tuple[list[Document], dict[str, Outcome]]:
    """The locked documents that take the step now, and what becomes of each number."""
    known = {row.external_number: row for row in locked(external_numbers)}
    moved: list[Document] = []
    outcomes: dict[str, Outcome] = {}
    for number in dict.fromkeys(external_numbers):
        row = known.get(number)
        try:
            if row is None:
                raise DocumentUnknown(f"The ledger has no document {number}.")
            if row.status not in done:
                row.status = rules.advance(row.status, step, number=row.number)
                moved.append(row)
            outcomes[number] = row
        except Refusal as refusal:
            outcomes[number] = refusal
    return moved, outcomes


def locked(external_numbers: Sequence[str]) -> list[Document]:
    rows = Document.objects.select_for_update().filter(external_number__among=these(external_numbers))
    return list(rows.order_by("id"))


_POSTED = """
    UPDATE ledger_document AS d SET status = 'Posted', invoice = t.invoice, posted_on = t.posted_on,
        outstanding = CASE WHEN d.is_collected THEN 0 ELSE d.net + d.tax END
    FROM unnest(%s::bigint[], %s::text[], %s::date[]) AS t (pk, invoice, posted_on) WHERE d.id = t.pk
"""


def _post(rows: Sequence[Document], days: Mapping[str, date]) -> None:
    lines = lines_of([row.pk for row in rows])
    postings: list[ToPost] = []
    for row, number in zip(rows, take("invoice", count=len(rows)), strict=True):
        row.invoice, row.posted_on = number, days[row.external_number]
        postings += _postings(row, lines[row.pk], invoice=number, on=days[row.external_number])
    columns = [[row.pk for row in rows], [row.invoice for row in rows], [row.posted_on for row in rows]]
    with connection.cursor() as cursor:
        cursor.execute(_POSTED, columns)
    write(postings)


def _postings(row: Document, lines: Sequence[DocumentLine], *, invoice: str, on: date) -> list[ToPost]:
    amount, accounts = row.net + row.tax, accounts_of(row)
    entries = rules.invoice([Amounts(line.account_id, line.net, line.tax) for line in lines], accounts)
    found = [ToPost("invoice", invoice, row.pk, row.currency, amount, on, entries)]
    if row.is_collected and amount:
        paid = rules.payment(amount, accounts)
        found.append(ToPost("payment", invoice, row.pk, row.currency, amount, on, paid, row.payment_method))
    return found


def accounts_of(row: Document) -> Chart:
    """The accounts that were the document's when it was made: a credit reverses it on the same ones."""
    return Chart({"receivables": row.receivables_id, "tax": row.tax_account_id, "clearing": row.clearing_id})


def lines_of(document_pks: Sequence[int]) -> dict[int, list[DocumentLine]]:
    found: dict[int, list[DocumentLine]] = {pk: [] for pk in document_pks}
    for line in DocumentLine.objects.filter(document_id__among=these(document_pks)).order_by("id"):
        found[line.document_id].append(line)
    return found
