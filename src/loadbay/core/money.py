"""Money: a Decimal amount with its ISO 4217 currency; different currencies never mix.

Exponents are ISO's own (the iso4217 package), because CLDR's differ for a dozen currencies.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from iso4217 import Currency

from loadbay.core.errors import WrongInput


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount in one currency (`currency` is the upper-case ISO code)."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def times(self, units: int) -> Money:
        return Money(self.amount * units, self.currency)

    def rounded(self) -> Money:
        """To the currency's own number of decimals, halves to even."""
        step = Decimal(1).scaleb(-exponent(self.currency))
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_EVEN), self.currency)

    def __str__(self) -> str:
        return f"{self.rounded().amount} {self.currency}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")


def exponent(currency: str) -> int:
    """Decimals of a currency (GBP 2, JPY 0). Unknown currencies count as 2."""
    try:
        return Currency(currency).exponent or 0
    except ValueError:
        return 2


def is_currency(code: str) -> bool:
    """Whether this is an ISO code of a currency, in capitals."""
    try:
        return str(Currency(code).code) == code
    except ValueError:
        return False


def parse_money(text: str, *, currency: str, field: str = "amount") -> Money:
    """Money from what a person typed. Raises `WrongInput` naming the field."""
    try:
        code = Currency(currency.strip().upper()).code
    except ValueError:
        raise WrongInput(
            f"Currency {currency!r} is not known. Give an ISO code of three letters, such as GBP."
        ) from None
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise WrongInput(f"{field} {text!r} is not a number. Write it like 12.99.") from None
    money = Money(amount, code)
    if not amount.is_finite() or amount < 0 or amount >= Decimal("1e10"):
        raise WrongInput(f"{field} {text!r} is out of range. Give a number from 0 to 9999999999.")
    if money.rounded().amount != amount:
        raise WrongInput(f"{field} {text!r} has too many decimals. {code} has {exponent(code)}.")
    return money.rounded()
