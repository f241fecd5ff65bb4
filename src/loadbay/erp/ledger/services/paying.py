"""Payments that a person registers on a document the shop collects, refunds, and reversing one made in error.

Nothing is deleted: a reversal is an entry the other way round. The document's row is locked, then series and
balances, as by posting; the database sees to it that no amount stands twice under one reference.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from loadbay.channels.queries import first_time_zone
from loadbay.core.actor import current_actor
from loadbay.core.money import Money
from loadbay.erp.ledger import payment_rules as rules
from loadbay.erp.ledger.models import Document, Entry, Payment
from loadbay.erp.ledger.payment_queries import registered_payment
from loadbay.erp.ledger.payment_rules import PAYMENT, REFUND, REVERSAL, Standing, WantedPayment
from loadbay.erp.ledger.queries import document_numbered, taking_payments
from loadbay.erp.ledger.rules import Side, reversed_sides, sides
from loadbay.erp.ledger.services.numbering import take
from loadbay.erp.ledger.services.writing import ToPost, write
from loadbay.journal.services import note

_WORDS = {PAYMENT: "paid to", REFUND: "given back from"}


@transaction.atomic
def register_payment(number: str, wanted: WantedPayment, *, now: datetime) -> str:
    """Money that came for a document, whole or a part; the payment's number.

    Raises `PaymentNotPossible`, `PaymentAlreadyRegistered` or `NotFound`.
    """
    return _register(PAYMENT, number, wanted, today=_day(now))


@transaction.atomic
def register_refund(number: str, wanted: WantedPayment, *, now: datetime) -> str:
    """Money that went back to the buyer, at most what was paid too much; the refund's number."""
    return _register(REFUND, number, wanted, today=_day(now))


@transaction.atomic
def reverse_payment(number: str, *, reason: str, now: datetime, on: date | None = None) -> str:
    """Take a payment or a refund back that was registered in error; the reversal's number."""
    found = registered_payment(number)
    document = Document.objects.select_for_update().get(pk=found.document_id)
    found.refresh_from_db()
    standing = _standing(document)
    _check_reversible(found, standing)
    words = rules.check_reason(reason, number=found.number)
    today = _day(now)
    day = rules.check_day(on or today, since=found.paid_on, today=today, standing=standing)
    Payment.objects.filter(pk=found.pk).update(is_reversed=True)
    row = Payment(kind=REVERSAL, amount=found.amount, account_id=found.account_id, paid_on=day, reason=words)
    row.reverses = found
    posted = {"posting__kind": found.kind, "posting__number": found.number, "posting__document": document}
    rows = Entry.objects.filter(**posted).order_by("id")
    entries = reversed_sides([Side(one.account_id, one.debit, one.credit) for one in rows])
    _post(row, document, entries, moves=rules.REVERSED_BY[found.kind])
    note(f"document:{document.number}", f"{row.number}: {found.number} reversed. {words}", what="payment")
    return row.number


def _check_reversible(found: Payment, standing: Standing) -> None:
    if found.kind == REVERSAL:
        raise rules.PaymentNotPossible(
            f"{found.number} is a reversal itself, and {standing.in_words}. Register what it took back again."
        )
    if found.is_reversed:
        raise rules.PaymentAlreadyRegistered(
            f"{found.number} was reversed already, with {found.reversal.number}; {standing.in_words}. It is "
            "not reversed twice: nothing is left to do."
        )


def _register(kind: str, number: str, wanted: WantedPayment, *, today: date) -> str:
    document = _locked(number)
    standing = _standing(document)
    rules.check_document(standing)
    amount = rules.read_amount(wanted.amount, standing)
    # A channel's day may begin before that of the shop.
    since = min(document.ordered_on, today)
    day = rules.check_day(wanted.on or today, since=since, today=today, standing=standing)
    reference = rules.check_reference(wanted.reference, standing)
    others = taking_payments().exclude(pk=document.receivables_id)
    accounts = dict(others.values_list("number", "pk"))
    account = rules.check_account(wanted.account, accounts, standing)
    _refuse_again(document, kind, amount, reference)
    rules.check_room(kind, amount, standing)
    row = Payment(kind=kind, amount=amount, account_id=accounts[account], paid_on=day, reference=reference)
    entries = sides({accounts[account]: amount, document.receivables_id: -amount})
    _post(row, document, entries if kind == PAYMENT else reversed_sides(entries), moves=kind)
    money = Money(amount, document.currency)
    words = f"{row.number}: {money} {_WORDS[kind]} account {account}, {reference}."
    note(f"document:{document.number}", f"{words} Now {_standing(document).in_words}.", what="payment")
    return row.number


def _refuse_again(document: Document, kind: str, amount: Decimal, reference: str) -> None:
    known = Payment.objects.filter(
        document=document, kind=kind, amount=amount, reference=reference, is_reversed=False
    ).first()
    if known is not None:
        raise rules.PaymentAlreadyRegistered(
            f"{Money(amount, document.currency)} with reference {reference} is registered on "
            f"{document.number} already, as {known.number}; {_standing(document).in_words}. "
            "If it really came twice, give the second one a reference of its own."
        )


def _post(row: Payment, document: Document, entries: tuple[Side, ...], *, moves: str) -> None:
    """Number it, write it with its entries, and move what is outstanding."""
    (row.number,) = take("payment", count=1)
    row.document, row.registered_by = document, current_actor()
    row.save(force_insert=True)
    write([ToPost(row.kind, row.number, document.pk, document.currency, row.amount, row.paid_on, entries)])
    document.outstanding = rules.outstanding_after(moves, row.amount, document.outstanding)
    document.save(update_fields=["outstanding"])


def _locked(number: str) -> Document:
    """By any of its numbers; two people at once wait for one another here."""
    return document_numbered(number, among=Document.objects.select_for_update())


def _standing(document: Document) -> Standing:
    return Standing(
        number=document.number,
        status=document.status,
        is_posted=document.invoice is not None,
        is_collected=document.is_collected,
        ordered_on=document.ordered_on,
        outstanding=Money(document.outstanding, document.currency).rounded(),
    )


def _day(now: datetime) -> date:
    """The calendar day where the shop is."""
    return now.astimezone(ZoneInfo(first_time_zone())).date()
