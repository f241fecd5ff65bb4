"""Making sales documents: many with a handful of statements, each once by its external document number.

Everything that would be refused later (a customer or an account that is not there) is refused here, so that
no half document stands; what is there already is handed back or, where it is another sale's, refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from loadbay.core.bulk import insert_rows, these
from loadbay.core.errors import Refusal, WrongInput
from loadbay.core.locks import hold_for_transaction
from loadbay.erp.ledger.models import Document, DocumentLine
from loadbay.erp.ledger.rules import ROLE_OF_KIND, Chart, rounding_of, to_cents
from loadbay.erp.ledger.services.chart import accounts_by_number, chart
from loadbay.erp.ledger.services.numbering import take
from loadbay.orders.erp_ports import DocumentToMake, LineToMake, LineType
from loadbay.parties.queries import customers_called

Outcome = Document | Refusal


class DocumentNotUsable(WrongInput):
    """The ledger cannot make a sales document of this; the sentence names what to mend."""

    code = "document_not_usable"


@dataclass(frozen=True)
class Ground:
    """What making needs to know, read once per batch."""

    chart: Chart
    customers: Mapping[str, int]
    accounts: Mapping[str, int]


@dataclass(frozen=True)
class LineRow:
    """A line to write."""

    key: str
    line: LineToMake | None
    account: int
    net: Decimal
    tax: Decimal


@transaction.atomic
def make_documents(wanted: Sequence[DocumentToMake]) -> list[Outcome]:
    """A document or a refusal for each, in the same order."""
    hold_for_transaction("ledger:make")
    known = _known(wanted)
    ground = ground_of(wanted)
    found: dict[str, Outcome] = {}
    fresh: dict[str, tuple[DocumentToMake, list[LineRow]]] = {}
    for each in wanted:
        if each.external_number in fresh or each.external_number in found:
            continue
        try:
            if each.external_number in known:
                found[each.external_number] = _same(each, known[each.external_number])
            else:
                fresh[each.external_number] = (each, rows_of(each, ground))
        except Refusal as refusal:
            found[each.external_number] = refusal
    _refuse_second_of_a_sale(fresh, found)
    found.update(_write(list(fresh.values()), ground))
    return [found[each.external_number] for each in wanted]


def _known(wanted: Sequence[DocumentToMake]) -> dict[str, Document]:
    rows = Document.objects.filter(external_number__among=these(each.external_number for each in wanted))
    return {row.external_number: row for row in rows}


def _same(wanted: DocumentToMake, row: Document) -> Document:
    is_same = row.reference == wanted.reference and row.currency == wanted.currency
    if not is_same or row.net + row.tax != wanted.total.amount:
        raise DocumentNotUsable(
            f"External document number {wanted.external_number} is that of {row.number}, {row.reference}, "
            f"over {to_cents(row.net + row.tax, currency=row.currency)} {row.currency}; "
            f"{wanted.reference} over {wanted.total} needs another one."
        )
    return row


def _refuse_second_of_a_sale(
    fresh: dict[str, tuple[DocumentToMake, list[LineRow]]], found: dict[str, Outcome]
) -> None:
    references = {each.reference: name for name, (each, _) in fresh.items()}
    rows = Document.objects.filter(reference__among=these(references))
    for reference, number in rows.values_list("reference", "number"):
        name = references[reference]
        del fresh[name]
        found[name] = DocumentNotUsable(
            f"Sale {reference} has {number} already; its external document number must not change."
        )
    for name, (each, _) in list(fresh.items()):
        if references[each.reference] != name:
            del fresh[name]
            found[name] = DocumentNotUsable(f"Sale {each.reference} was named twice.")


def ground_of(wanted: Sequence[DocumentToMake]) -> Ground:
    named = {
        line.number for each in wanted for line in each.lines if line.type is LineType.ACCOUNT and line.number
    }
    return Ground(chart(), customers_called({each.customer for each in wanted}), accounts_by_number(named))


def rows_of(wanted: DocumentToMake, ground: Ground) -> list[LineRow]:
    """The lines to the cent, and a line for what that took or gave."""
    if wanted.customer not in ground.customers:
        raise DocumentNotUsable(
            f"There is no customer {wanted.customer}. Add it, then hand the sale over again."
        )
    if not wanted.lines:
        raise DocumentNotUsable(f"Sale {wanted.reference} has no line, so there is nothing to post.")
    rows = [
        LineRow(
            line.key,
            line,
            _account(line, ground),
            to_cents(line.net, currency=wanted.currency),
            to_cents(line.tax, currency=wanted.currency),
        )
        for line in wanted.lines
    ]
    off = rounding_of([(row.net, row.tax) for row in rows], total=wanted.total.amount)
    if off:
        rows.append(LineRow("", None, ground.chart["rounding"], off, Decimal(0)))
    return rows


def _account(line: LineToMake, ground: Ground) -> int:
    if line.type is LineType.ACCOUNT and line.number:
        if line.number not in ground.accounts:
            raise DocumentNotUsable(
                f"{line.description} goes to account {line.number}, which is not there or blocked. "
                "Add it on Sales > Ledger > Accounts, or change the shipping method."
            )
        return ground.accounts[line.number]
    return ground.chart[ROLE_OF_KIND[line.kind.value]]


def _write(fresh: Sequence[tuple[DocumentToMake, list[LineRow]]], ground: Ground) -> dict[str, Outcome]:
    numbers = take("order", count=len(fresh))
    columns = [
        _document(each, rows, number, ground) for (each, rows), number in zip(fresh, numbers, strict=True)
    ]
    pks = insert_rows(Document, columns)
    insert_rows(
        DocumentLine,
        [line_row(pk, row) for pk, (_, rows) in zip(pks, fresh, strict=True) for row in rows],
    )
    return {
        each.external_number: Document(pk=pk, **row)
        for pk, (each, _), row in zip(pks, fresh, columns, strict=True)
    }


def _document(
    wanted: DocumentToMake, rows: Sequence[LineRow], number: str, ground: Ground
) -> dict[str, object]:
    return {
        "number": number,
        "external_number": wanted.external_number,
        "reference": wanted.reference,
        "channel": wanted.channel,
        "customer_id": ground.customers[wanted.customer],
        "status": Document.Status.OPEN.value,
        "currency": wanted.currency,
        "net": sum((row.net for row in rows), Decimal(0)),
        "tax": sum((row.tax for row in rows), Decimal(0)),
        "ordered_on": wanted.ordered_on,
        "dimension_1": wanted.dimension_1,
        "dimension_2": wanted.dimension_2,
        "shipping_agent": wanted.shipping_agent,
        "payment_method": wanted.payment_method,
        "is_collected": wanted.is_collected,
        "receivables_id": ground.chart["receivables"],
        "tax_account_id": ground.chart["tax"],
        "clearing_id": ground.chart["clearing"],
    }


def line_row(document_id: int, row: LineRow) -> dict[str, object]:
    line = row.line
    return {
        "document_id": document_id,
        "key": row.key,
        "kind": line.kind.value if line else "rounding",
        "type": line.type.value if line else "account",
        "number": line.number if line else "",
        "account_id": row.account,
        "description": line.description if line else "Rounding",
        "units": line.units if line else 1,
        "net": row.net,
        "tax": row.tax,
        "credited_units": 0,
        "credited_net": Decimal(0),
        "credited_tax": Decimal(0),
    }
