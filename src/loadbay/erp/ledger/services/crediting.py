"""Crediting lines of posted documents: a posting the other way round, once per credit number.

What was posted stays as it was. The last unit of the last line takes the rounding line along, so that a
document that is credited whole comes out at exactly nothing on every account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from loadbay.core.actor import current_actor
from loadbay.core.bulk import insert_rows
from loadbay.core.errors import Refusal, WrongInput
from loadbay.erp.ledger import rules
from loadbay.erp.ledger.models import Credit, CreditLine, Document, DocumentLine
from loadbay.erp.ledger.rules import ZERO, Amounts, to_cents
from loadbay.erp.ledger.services.numbering import take
from loadbay.erp.ledger.services.posting import DocumentUnknown, accounts_of, lines_of, locked
from loadbay.erp.ledger.services.writing import ToPost, write
from loadbay.journal.services import note
from loadbay.orders.erp_ports import CreditToMake

_TAKE = """
    UPDATE ledger_documentline AS l SET credited_units = l.credited_units + t.units,
        credited_net = l.credited_net + t.net, credited_tax = l.credited_tax + t.tax
    FROM unnest(%s::bigint[], %s::int[], %s::numeric[], %s::numeric[]) AS t (pk, units, net, tax)
    WHERE l.id = t.pk
"""


class CreditNotPossible(WrongInput):
    """A credit takes back more than was posted, or its document is not posted."""

    code = "credit_not_possible"


@dataclass(frozen=True)
class Made:
    """The credit as it is in the ledger, and its document after it."""

    number: str
    document: Document


@dataclass(frozen=True)
class _Taken:
    """How much of a line is taken back, to the cent."""

    line: DocumentLine
    units: int
    net: Decimal
    tax: Decimal


Outcome = Made | Refusal


def make_credits(wanted: Sequence[CreditToMake]) -> list[Outcome]:
    """A credit or a refusal for each, one transaction each: credits are few, and a person waits for one."""
    return [_outcome(each) for each in wanted]


def _outcome(wanted: CreditToMake) -> Outcome:
    try:
        return _make(wanted)
    except Refusal as refusal:
        return refusal


@transaction.atomic
def _make(wanted: CreditToMake) -> Made:
    documents = locked([wanted.external_number])
    if not documents:
        raise DocumentUnknown(f"The ledger has no document {wanted.external_number}.")
    (document,) = documents
    known = Credit.objects.filter(external_number=wanted.credit_number).first()
    if known is not None:
        if known.document_id != document.pk:
            raise CreditNotPossible(f"Credit number {wanted.credit_number} belongs to another document.")
        return Made(known.number, document)
    return _posted(document, wanted)


def _posted(document: Document, wanted: CreditToMake) -> Made:
    lines = lines_of([document.pk])[document.pk]
    taken = _taken(document, lines, wanted)
    is_rest = all(_is_all(taken, line) for line in lines)
    status = rules.advance(
        document.status, rules.CREDIT_THE_REST if is_rest else rules.CREDIT, number=document.number
    )
    (number,) = take("credit", count=1)
    net, tax = sum((t.net for t in taken), Decimal(0)), sum((t.tax for t in taken), Decimal(0))
    credit = Credit.objects.create(
        number=number,
        external_number=wanted.credit_number,
        document=document,
        reason=wanted.reason,
        net=net,
        tax=tax,
        posted_on=wanted.on,
        posted_by=current_actor(),
    )
    _write(credit, document, taken)
    document.status = status
    document.outstanding -= ZERO if document.is_collected else net + tax
    document.save(update_fields=["status", "outstanding"])
    note(f"document:{document.number}", f"Credited with {number}: {wanted.reason}", what="credited")
    return Made(number, document)


def _taken(document: Document, lines: Sequence[DocumentLine], wanted: CreditToMake) -> list[_Taken]:
    """The wanted lines; and the rounding line, once nothing else is left."""
    if document.status != rules.POSTED:
        raise CreditNotPossible(
            f"{document.number} is {document.status}. Only what is posted can be credited."
        )
    known = {line.key: line for line in lines}
    taken: list[_Taken] = []
    for each in wanted.lines:
        line = known.get(each.key) if each.key else None
        if line is None:
            raise CreditNotPossible(f"{document.number} has no line {each.key!r}.")
        if any(one.line.pk == line.pk for one in taken):
            raise CreditNotPossible(
                f"Line {line.description} of {document.number} is named twice in the credit."
            )
        net, tax = (to_cents(amount, currency=document.currency) for amount in (each.net, each.tax))
        taken.append(_checked(_Taken(line, each.units, net, tax), document))
    if not taken:
        raise CreditNotPossible(f"The credit on {document.number} names no line.")
    others = [line for line in lines if line.key]
    if all(_is_all(taken, line) for line in others):
        taken += [_Taken(line, _left(line), line.net, line.tax) for line in lines if not line.key]
    return taken


def _checked(taken: _Taken, document: Document) -> _Taken:
    line, left = taken.line, _left(taken.line)
    left_net, left_tax = line.net - line.credited_net, line.tax - line.credited_tax
    if not 0 <= taken.units <= left or not (taken.units or taken.net or taken.tax):
        raise CreditNotPossible(
            f"{taken.units} of {line.description} on {document.number} cannot be credited; {left} are left."
        )
    if taken.units and taken.units == left:
        taken = _Taken(line, left, left_net, left_tax)
    for amount, rest in ((taken.net, left_net), (taken.tax, left_tax)):
        if abs(amount) > abs(rest) or amount * rest < 0:
            raise CreditNotPossible(
                f"{amount} {document.currency} of {line.description} on {document.number} are too much; "
                f"{to_cents(rest, currency=document.currency)} is left."
            )
    return taken


def _left(line: DocumentLine) -> int:
    return line.units - line.credited_units


def _is_all(taken: Sequence[_Taken], line: DocumentLine) -> bool:
    """Whether nothing of the line is left: no unit and, as a risen price has no units of its own, no cent."""
    mine = [one for one in taken if one.line.pk == line.pk]
    units = line.credited_units + sum(one.units for one in mine)
    net = line.credited_net + sum(one.net for one in mine)
    tax = line.credited_tax + sum(one.tax for one in mine)
    return (units, net, tax) == (line.units, line.net, line.tax)


def _write(credit: Credit, document: Document, taken: Sequence[_Taken]) -> None:
    rows = [
        {"credit_id": credit.pk, "line_id": one.line.pk, "units": one.units, "net": one.net, "tax": one.tax}
        for one in taken
    ]
    insert_rows(CreditLine, rows)
    columns = [[row[name] for row in rows] for name in ("line_id", "units", "net", "tax")]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, columns)
    amount = credit.net + credit.tax
    accounts = accounts_of(document)
    lines = [Amounts(one.line.account_id, one.net, one.tax) for one in taken]
    entries = rules.reversed_sides(rules.invoice(lines, accounts))
    shared = (credit.number, document.pk, document.currency, amount, credit.posted_on)
    postings = [ToPost("credit", *shared, entries)]
    if document.is_collected and amount:
        back = rules.reversed_sides(rules.payment(amount, accounts))
        postings.append(ToPost("refund", *shared, back, document.payment_method))
    write(postings)
