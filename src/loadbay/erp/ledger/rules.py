"""How a sales document becomes entries that balance, how far it may go, what a number series may be. Pure.

Amounts are Decimal to the cent of the document's currency. Debit is positive and credit negative inside a
`Side`'s sum; an account that comes out at nothing has no entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from loadbay.core.errors import Refusal, WrongInput
from loadbay.core.money import exponent

OPEN, RELEASED, POSTED, CREDITED, CANCELLED = "Open", "Released", "Posted", "Credited", "Cancelled"
RELEASE, POST, CANCEL, CREDIT, CREDIT_THE_REST = "release", "post", "cancel", "credit", "credit the rest"
AMEND = "amend"
NEXT: Mapping[tuple[str, str], str] = {
    (OPEN, AMEND): OPEN,
    (RELEASED, AMEND): RELEASED,
    (OPEN, RELEASE): RELEASED,
    (OPEN, POST): POSTED,
    (RELEASED, POST): POSTED,
    (OPEN, CANCEL): CANCELLED,
    (RELEASED, CANCEL): CANCELLED,
    (POSTED, CREDIT): POSTED,
    (POSTED, CREDIT_THE_REST): CREDITED,
}
"""(status, step) → status. Posting an Open document releases it by itself."""

ROLES: Mapping[str, str] = {
    "receivables": "what buyers owe",
    "clearing": "what the marketplace collected and has not paid out",
    "tax": "tax charged",
    "sales": "goods sold",
    "shipping": "shipping charged",
    "other": "gift wrap and other charges",
    "rounding": "fractions of a cent",
}
ROLE_OF_KIND: Mapping[str, str] = {"goods": "sales", "shipping": "shipping", "other": "other", "tax": "tax"}
"""Which account a line without a number of its own is posted to."""
ZERO = Decimal(0)


class LedgerStepNotAllowed(Refusal):
    """A sales document of the ledger cannot take this step in its status."""

    code = "ledger_step_not_allowed"


class SeriesNotUsable(WrongInput):
    """A number series cannot be set to this: numbers would repeat or be missing."""

    code = "series_not_usable"


class AccountNotUsable(WrongInput):
    """An account of the chart cannot be had or changed like this."""

    code = "account_not_usable"


def advance(status: str, step: str, *, number: str) -> str:
    """The status after a step. Raises `LedgerStepNotAllowed`."""
    try:
        return NEXT[status, step]
    except KeyError:
        hint = "Credit it instead." if (status, step) == (POSTED, CANCEL) else "It stays as it is."
        raise LedgerStepNotAllowed(f"{number} is {status}: {step} is not possible. {hint}") from None


def to_cents(amount: Decimal, *, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Amounts:
    """A line as it is posted: its account, its net, its tax."""

    account: int
    net: Decimal
    tax: Decimal


def rounding_of(lines: Iterable[tuple[Decimal, Decimal]], *, total: Decimal) -> Decimal:
    """What the total says more (or less) than the rounded lines."""
    return total - sum((net + tax for net, tax in lines), ZERO)


@dataclass(frozen=True)
class Side:
    """One entry to write: exactly one of debit and credit is more than nothing."""

    account: int
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True)
class Chart:
    """The accounts that postings need by their meaning: role → account."""

    roles: Mapping[str, int]

    def __getitem__(self, role: str) -> int:
        try:
            return self.roles[role]
        except KeyError:
            raise AccountNotUsable(
                f"No account is for {ROLES[role]}. Give one the role {role} on Sales > Ledger > Accounts."
            ) from None


def invoice(lines: Sequence[Amounts], chart: Chart) -> tuple[Side, ...]:
    """The buyer owes everything; income and tax are credited."""
    sums: dict[int, Decimal] = {}
    owed = ZERO
    for line in lines:
        owed += line.net + line.tax
        sums[line.account] = sums.get(line.account, ZERO) - line.net
        if line.tax:
            sums[chart["tax"]] = sums.get(chart["tax"], ZERO) - line.tax
    receivables = chart["receivables"]
    sums[receivables] = sums.get(receivables, ZERO) + owed
    return sides(sums)


def payment(amount: Decimal, chart: Chart) -> tuple[Side, ...]:
    """The marketplace has the money: it owes now, and the buyer no more."""
    if chart["clearing"] == chart["receivables"]:
        return ()
    return sides({chart["clearing"]: amount, chart["receivables"]: -amount})


def reversed_sides(entries: Sequence[Side]) -> tuple[Side, ...]:
    """The same the other way round: what a credit is to an invoice, a refund to a payment."""
    return tuple(Side(entry.account, entry.credit, entry.debit) for entry in entries)


def sides(sums: Mapping[int, Decimal]) -> tuple[Side, ...]:
    found = [(account, amount) for account, amount in sums.items() if amount]
    return tuple(Side(account, max(amount, ZERO), max(-amount, ZERO)) for account, amount in found)


def balance(entries: Iterable[Side]) -> Decimal:
    """Debits less credits: nothing, for every posting."""
    return sum((entry.debit - entry.credit for entry in entries), ZERO)


# --- number series ---

_PREFIX = re.compile(r"[A-Z0-9._-]{0,9}[A-Z._-]")
LONGEST_PREFIX = 10


def check_prefix(text: str) -> str:
    """A prefix as it is kept. It ends in no digit, so that every number says where its prefix ends."""
    prefix = text.strip().upper()
    if not _PREFIX.fullmatch(prefix):
        raise SeriesNotUsable(
            f"Prefix {text[:40]!r} cannot be used. Take up to {LONGEST_PREFIX} letters, digits, '.', '_', "
            "'-', the last of them no digit, such as INV-."
        )
    return prefix


def check_next(wanted: int, *, highest: int | None, is_gapless: bool, words: str) -> int:
    """The next number of a prefix of which `highest` was used already (None: none was)."""
    if not 1 <= wanted < 10**9:
        raise SeriesNotUsable(f"Next number {wanted} cannot be used. Give one from 1 to 999999999.")
    if highest is None:
        return wanted
    if wanted <= highest:
        raise SeriesNotUsable(
            f"Number {wanted} was used: the last one of {words} with this prefix is {highest}. Go on with "
            f"{highest + 1}, or take another prefix."
        )
    if is_gapless and wanted != highest + 1:
        raise SeriesNotUsable(
            f"{words} must have no gap: after {highest} comes {highest + 1}. Another prefix begins anew."
        )
    return wanted
