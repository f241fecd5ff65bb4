"""Amazon's charges as ours: net after discount, tax apart, one currency per shipment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from loadbay.amazon.wire import shipments as wire
from loadbay.amazon.wire.loose import Unreadable, amount
from loadbay.core.money import Money
from loadbay.orders.ports import ChargeKind, SeenCharge

# GIFT is not in the model's enum but stands in Amazon's own examples. TOTAL repeats the sum of others: the
# header's that of every line and of its own further charges (sandbox example: 92 + 25 + 35 = 152).
_KINDS = {
    "PRODUCT": ChargeKind.PRODUCT,
    "SHIPPING": ChargeKind.SHIPPING,
    "GIFT_WRAP": ChargeKind.GIFT_WRAP,
    "GIFT": ChargeKind.GIFT_WRAP,
}
_REPEATS = "TOTAL"
_NO_AMOUNT = Decimal(0)


def charges(seen: Sequence[wire.Charge] | None) -> tuple[SeenCharge, ...]:
    """The charges that add up. Raises `Unreadable` for amounts that are none."""
    return tuple(_charge(charge) for charge in seen or () if charge.charge_type.strip().upper() != _REPEATS)


def total(seen: Sequence[wire.Charge] | None) -> SeenCharge | None:
    """What the header says everything amounts to, or None where it does not say."""
    named = [charge for charge in seen or () if charge.charge_type.strip().upper() == _REPEATS]
    return _charge(named[0]) if named else None


def currency_of(found: Iterable[SeenCharge]) -> str:
    """The one currency of all charges, empty when there is no charge. Raises `Unreadable` for two."""
    currencies = {charge.net.currency for charge in found}
    if len(currencies) > 1:
        raise Unreadable(f"charges in several currencies: {', '.join(sorted(currencies))}")
    return currencies.pop() if currencies else ""


def _charge(charge: wire.Charge) -> SeenCharge:
    base = charge.base_charge
    if base is None or (base.net_amount or base.base_amount) is None:
        raise Unreadable(f"charge {charge.charge_type} without an amount")
    net = _money(base.net_amount or base.base_amount)
    return SeenCharge(
        kind=_KINDS.get(charge.charge_type.strip().upper(), ChargeKind.OTHER),
        net=net,
        tax=Money(_tax(charge, net), net.currency),
        discount=Money(_value(base.discount_amount, net.currency), net.currency),
    )


def _tax(charge: wire.Charge, net: Money) -> Decimal:
    if charge.total_tax and charge.total_tax.charge and charge.total_tax.charge.net_amount:
        return _value(charge.total_tax.charge.net_amount, net.currency)
    if charge.total_charge and charge.total_charge.net_amount:
        return _value(charge.total_charge.net_amount, net.currency) - net.amount
    return _NO_AMOUNT


def _value(seen: wire.Amount | None, currency: str) -> Decimal:
    if seen is None:
        return _NO_AMOUNT
    if _currency(seen.currency_code) != currency:
        raise Unreadable(f"one charge in {currency} and {seen.currency_code}")
    return amount(seen.value, name="charge")


def _money(seen: wire.Amount | None) -> Money:
    if seen is None:
        raise Unreadable("a charge without an amount")
    return Money(amount(seen.value, name="charge"), _currency(seen.currency_code))


@lru_cache(maxsize=200)
def _currency(written: str) -> str:
    code = written.strip().upper()
    if len(code) != 3 or not code.isalpha():
        raise Unreadable(f"{code[:40]!r} is not a currency")
    return code
