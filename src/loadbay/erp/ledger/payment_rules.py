"""What may be paid on a document, given back or reversed, and the sentence that refuses it. Pure.

Amounts are in the document's own currency. `outstanding` is what was invoiced, less what was credited, less
what was paid: less than nothing where more was paid than is owed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from loadbay.core.errors import Refusal, WrongInput
from loadbay.core.money import Money, exponent

PAYMENT, REFUND, REVERSAL = "payment", "refund", "reversal"
LONGEST_REFERENCE, LONGEST_REASON = 60, 200
_AMOUNT = re.compile(r"[+-]?[0-9]{1,10}(\.[0-9]{1,10})?")
_ZERO = Decimal(0)


class PaymentNotPossible(WrongInput):
    """A payment, refund or reversal cannot be registered like this; `field` is what to mend, if it is one."""

    code = "payment_not_possible"

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class PaymentAlreadyRegistered(Refusal):
    """The same amount with the same reference stands on the document already."""

    code = "payment_already_registered"


@dataclass(frozen=True)
class WantedPayment:
    """Money that came for a document, or went back, as a person gives it. Without a day it is today's."""

    amount: str
    account: str
    reference: str
    on: date | None = None


@dataclass(frozen=True)
class Standing:
    """A document, as far as a payment on it needs it."""

    number: str
    status: str
    is_posted: bool
    is_collected: bool
    ordered_on: date
    outstanding: Money

    @property
    def in_words(self) -> str:
        """What is outstanding, for a refusal that names it."""
        if self.outstanding.amount < 0:
            over = Money(-self.outstanding.amount, self.outstanding.currency)
            return f"on {self.number} {over} was paid too much"
        return f"{self.outstanding} of {self.number} is outstanding"


def check_document(standing: Standing) -> None:
    """Whether a person may register anything on the document at all."""
    if standing.is_collected:
        raise PaymentNotPossible(
            f"Amazon collected the money of {standing.number}, so nothing of it is outstanding. What the "
            "shop collects is said in Related > Setup > Payment Methods, with Payment Method Behaviour "
            "Mapped; it counts where the payment method was known before the document was posted."
        )
    if not standing.is_posted:
        raise PaymentNotPossible(
            f"{standing.number} is {standing.status}: nothing of it is outstanding before it is posted. "
            "That follows once its sale has left; register the payment then."
        )


def read_amount(text: str, standing: Standing) -> Decimal:
    """The amount as it is kept: more than nothing, in no smaller part than the currency has."""
    currency = standing.outstanding.currency
    typed = text.strip()
    if not _AMOUNT.fullmatch(typed):
        raise PaymentNotPossible(
            f"{text[:30]!r} is no amount, and {standing.in_words}. Give figures alone, such as "
            f"{Money(Decimal(12), currency).rounded().amount}.",
            field="amount",
        )
    amount = Decimal(typed)
    if amount <= 0:
        raise PaymentNotPossible(
            f"{typed} is not more than nothing, and {standing.in_words}. Give what came or went as a "
            "positive amount; what came by mistake is reversed, and money given back is a refund.",
            field="amount",
        )
    decimals = exponent(currency)
    if amount != amount.quantize(Decimal(1).scaleb(-decimals)):
        raise PaymentNotPossible(
            f"{typed} has more decimals than {currency}, which has {decimals}; {standing.in_words}. Round it "
            "to what was really paid.",
            field="amount",
        )
    return amount


def check_room(kind: str, amount: Decimal, standing: Standing) -> None:
    """A payment takes at most what is outstanding, a refund at most what was paid beyond it."""
    money = Money(amount, standing.outstanding.currency)
    left = standing.outstanding.amount
    if kind == PAYMENT and amount > left:
        cure = f"Register {standing.outstanding}, and the rest on the document it is for."
        if left <= 0:
            cure = "Check for which document it came."
        raise PaymentNotPossible(f"{money} is more than is owed: {standing.in_words}. {cure}", field="amount")
    if kind == REFUND and amount > -left:
        over = Money(-left, standing.outstanding.currency)
        cure = f"Give back at most {over}." if left < 0 else "Credit the sale first, then give back."
        raise PaymentNotPossible(f"{money} cannot be given back: {standing.in_words}. {cure}", field="amount")


def check_day(on: date, *, since: date, today: date, standing: Standing) -> date:
    """Neither before the document was ordered (or the payment made) nor after today."""
    if on > today:
        raise PaymentNotPossible(
            f"{on} has not come yet, and {standing.in_words}. Give the day on which the money moved.",
            field="on",
        )
    if on < since:
        raise PaymentNotPossible(
            f"{on} is before {since}, and {standing.in_words}. Give the day on which the money moved.",
            field="on",
        )
    return on


def check_account(number: str, known: Collection[str], standing: Standing) -> str:
    """One of the accounts that payments may be registered to."""
    wanted = number.strip().upper()
    if wanted in known:
        return wanted
    if not known:
        cure = "No account takes payments: tick it on an asset account of Sales > Ledger > Accounts."
    else:
        cure = f"Name one that takes payments: {', '.join(sorted(known))}."
    raise PaymentNotPossible(
        f"Account {number[:20]!r} takes no payments, and {standing.in_words}. {cure}", field="account"
    )


def check_reference(text: str, standing: Standing) -> str:
    """What the payment is found by again. A second one alike is refused, so one is always needed."""
    reference = " ".join(text.split())
    if not reference or len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise PaymentNotPossible(
            f"A payment needs a reference of 1 to {LONGEST_REFERENCE} characters, and {standing.in_words}. "
            "Give the number of the bank entry or of the receipt, and no names.",
            field="reference",
        )
    return reference


def check_reason(text: str, *, number: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise PaymentNotPossible(
            f"Reversing {number} needs a reason of 1 to {LONGEST_REASON} characters. Say what was wrong.",
            field="reason",
        )
    return reason


def outstanding_after(kind: str, amount: Decimal, outstanding: Decimal) -> Decimal:
    """What is outstanding once it is posted."""
    return outstanding - amount if kind == PAYMENT else outstanding + amount


REVERSED_BY = {PAYMENT: REFUND, REFUND: PAYMENT}
"""A reversed payment moves what is outstanding as a refund would, and the other way round."""
