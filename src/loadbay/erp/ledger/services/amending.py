"""Making documents that are not posted equal to their sales again; number and status are kept.

What was posted is never changed. Documents are locked in key order; a refusal leaves its document as it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from loadbay.core.bulk import insert_rows
from loadbay.core.errors import Refusal
from loadbay.erp.ledger import rules
from loadbay.erp.ledger.models import Document, DocumentLine
from loadbay.erp.ledger.rules import to_cents
from loadbay.erp.ledger.services.making import (
    DocumentNotUsable,
    Ground,
    LineRow,
    ground_of,
    line_row,
    rows_of,
)
from loadbay.erp.ledger.services.posting import DocumentUnknown, locked
from loadbay.journal.services import note
from loadbay.orders.erp_ports import DocumentToMake

Outcome = Document | Refusal


@transaction.atomic
def amend_documents(wanted: Sequence[DocumentToMake]) -> list[Outcome]:
    """The document as it is now, or a refusal, for each in the same order."""
    ground = ground_of(wanted)
    known = {row.external_number: row for row in locked([each.external_number for each in wanted])}
    found: dict[str, Outcome] = {}
    for each in wanted:
        try:
            found[each.external_number] = _amended(each, known.get(each.external_number), ground)
        except Refusal as refusal:
            found[each.external_number] = refusal
    return [found[each.external_number] for each in wanted]


def _amended(wanted: DocumentToMake, row: Document | None, ground: Ground) -> Document:
    if row is None:
        raise DocumentUnknown(f"The ledger has no document {wanted.external_number}.")
    if (row.reference, row.currency) != (wanted.reference, wanted.currency):
        raise DocumentNotUsable(
            f"{row.number} is the document of {row.reference} in {row.currency}; {wanted.reference} in "
            f"{wanted.currency} needs another one."
        )
    rules.advance(row.status, rules.AMEND, number=row.number)
    lines = rows_of(wanted, ground)
    before = to_cents(row.net + row.tax, currency=row.currency)
    if not _write(row, wanted, lines, ground):
        return row
    now = to_cents(row.net + row.tax, currency=row.currency)
    words = f"Amended: {before} → {now} {row.currency}." if before != now else "Amended."
    note(f"document:{row.number}", words, what="amended")
    return row


_HEAD = (
    *("customer_id", "net", "tax", "ordered_on", "channel", "dimension_1", "dimension_2"),
    *("shipping_agent", "payment_method", "is_collected"),
)


def _write(row: Document, wanted: DocumentToMake, lines: Sequence[LineRow], ground: Ground) -> bool:
    """Whether anything is other than it was."""
    head = {
        "customer_id": ground.customers[wanted.customer],
        "net": sum((line.net for line in lines), rules.ZERO),
        "tax": sum((line.tax for line in lines), rules.ZERO),
    }
    head |= {name: getattr(wanted, name) for name in _HEAD if name not in head}
    fresh = [line_row(row.pk, line) for line in lines]
    columns = tuple(fresh[0])
    there = DocumentLine.objects.filter(document=row).order_by("id")
    is_same = all(getattr(row, name) == value for name, value in head.items())
    if is_same and [dict(zip(columns, one, strict=True)) for one in there.values_list(*columns)] == fresh:
        return False
    for name, value in head.items():
        setattr(row, name, value)
    row.save(update_fields=[name.removesuffix("_id") for name in _HEAD])
    there.delete()
    insert_rows(DocumentLine, fresh)
    return True
