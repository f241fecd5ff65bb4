"""Reading what was paid: of one document for its page, of a period for an export.

Both kinds stand side by side: what the marketplace collected, and what a person registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from loadbay.core.bulk import these
from loadbay.core.errors import NotFound
from loadbay.core.money import Money
from loadbay.erp.ledger.models import Account, Document, Payment, Posting
from loadbay.erp.ledger.payment_rules import PAYMENT, REFUND, REVERSAL

KINDS = (PAYMENT, REFUND, REVERSAL)
_AT_ONCE = 2000


@dataclass(frozen=True)
class PaymentRow:
    """Money that came for a document or went back to the buyer, or the reversal of one of both."""

    posted_on: date
    kind: str
    number: str
    method: str
    amount: Money
    is_registered: bool = False
    """A person registered it; what the marketplace collected is posted with the invoice."""
    account: str = ""
    reference: str = ""
    registered_by: str = ""
    is_reversed: bool = False
    reverses: str = ""
    reason: str = ""


@dataclass(frozen=True)
class PaymentCard:
    """One payment that a person registered, with its document."""

    document: str
    payment: PaymentRow


def payments_of(document: Document) -> tuple[PaymentRow, ...]:
    """In the order in which they were posted."""
    rows = document.postings.filter(kind__in=KINDS).select_related("document").order_by("id")
    return tuple(row for _, row in _rows(list(rows)))


def registered_payment(number: str) -> Payment:
    """One that a person registered. Raises `NotFound`."""
    plain = number.replace("\x00", "").strip().upper()
    found = Payment.objects.filter(number=plain).first()
    if found is None:
        raise NotFound(f"There is no payment {number[:40]}. See the payments of its document.")
    return found


def payment(number: str) -> PaymentCard:
    """As `registered_payment`, for a person to see."""
    found = registered_payment(number)
    postings = Posting.objects.filter(kind=found.kind, number=found.number).select_related("document")
    ((posting, row),) = _rows(list(postings))
    return PaymentCard(posting.document.number, row)


def paid_between(since: date, until: date) -> Iterator[tuple[Posting, PaymentRow]]:
    """Every payment, refund and reversal of a period, oldest first, each with its posting and document."""
    wanted = Posting.objects.filter(kind__in=KINDS, posted_on__range=(since, until))
    batch: list[Posting] = []
    for posting in wanted.select_related("document__customer").order_by("id").iterator(chunk_size=_AT_ONCE):
        batch.append(posting)
        if len(batch) == _AT_ONCE:
            yield from _rows(batch)
            batch = []
    yield from _rows(batch)


def paid_in_all(rows: Iterable[PaymentRow], *, currency: str) -> Money:
    """What the buyer paid and has not got back. A reversed payment and its reversal come to nothing."""
    counted = [row for row in rows if row.kind != REVERSAL and not row.is_reversed]
    signed = [row.amount.amount if row.kind == PAYMENT else -row.amount.amount for row in counted]
    return Money(sum(signed, Decimal(0)), currency).rounded()


def _rows(postings: list[Posting]) -> Iterator[tuple[Posting, PaymentRow]]:
    """A number tells a registered one: its posting bears it, a collected one its invoice's or credit's."""
    found = Payment.objects.filter(number__among=these(row.number for row in postings))
    registered = {
        (row.document_id, row.kind, row.number): row for row in found.select_related("account", "reverses")
    }
    clearing = _clearing(postings)
    for posting in postings:
        mine = registered.get((posting.document_id, posting.kind, posting.number))
        money = Money(posting.amount, posting.currency).rounded()
        shared = (posting.posted_on, posting.kind, posting.number, posting.method, money)
        if mine is None:
            account = clearing[posting.document.clearing_id]
            yield posting, PaymentRow(*shared, account=account)
        else:
            yield posting, _registered(shared, mine)


def _registered(shared: tuple[date, str, str, str, Money], row: Payment) -> PaymentRow:
    return PaymentRow(
        *shared,
        is_registered=True,
        account=row.account.number,
        reference=row.reference,
        registered_by=row.registered_by,
        is_reversed=row.is_reversed,
        reverses=row.reverses.number if row.reverses else "",
        reason=row.reason,
    )


def _clearing(postings: list[Posting]) -> Mapping[int, str]:
    wanted = {posting.document.clearing_id for posting in postings}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "number"))
