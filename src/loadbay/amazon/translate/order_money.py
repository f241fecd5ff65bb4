"""What an order's items cost, in our words: Amazon's breakdowns as charges, discounts taken off. Pure.

Amazon's TAX is what comes on top; where prices are with tax it names none. What it does not say of which
part is the goods', so that a line always adds up to what its breakdowns say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from loadbay.amazon.wire import order_items as wire
from loadbay.amazon.wire.loose import Unreadable, amount, text
from loadbay.amazon.wire.orders import Money as WireMoney
from loadbay.amazon.wire.orders import Proceeds
from loadbay.core.money import Money
from loadbay.orders.ports import ChargeKind, SeenCharge

_NOTHING = Decimal(0)
_KINDS = {"ITEM": ChargeKind.PRODUCT, "SHIPPING": ChargeKind.SHIPPING, "GIFT_WRAP": ChargeKind.GIFT_WRAP}
_TAX, _DISCOUNT, _TIP = "TAX", "DISCOUNT", "DELIVERY_TIP"
Sums = dict[ChargeKind, Decimal]


def charges(seen: Sequence[wire.Breakdown] | None) -> tuple[SeenCharge, ...]:
    """The charges of one item. Raises `Unreadable` for amounts that are none, and for two currencies."""
    if not seen:
        return ()
    currency = one_currency(entry.subtotal.currency_code for entry in seen)
    gross, tax, discount = Sums(), Sums(), Sums()
    for entry in seen:
        kind, value = text(entry.type).upper(), _value(entry.subtotal)
        if kind == _TAX:
            _spread(tax, value, entry.detailed_breakdowns)
        elif kind == _DISCOUNT:
            _spread(discount, abs(value), entry.detailed_breakdowns)
        else:
            _add(gross, _KINDS.get(kind, ChargeKind.OTHER), value)
    kinds = dict.fromkeys((ChargeKind.PRODUCT, *gross, *tax, *discount))
    return tuple(
        SeenCharge(
            kind,
            net=Money(gross.get(kind, _NOTHING) - discount.get(kind, _NOTHING), currency),
            tax=Money(tax.get(kind, _NOTHING), currency),
            discount=Money(discount.get(kind, _NOTHING), currency),
        )
        for kind in kinds
    )


def of_the_order(seen: Proceeds | None) -> tuple[SeenCharge, ...]:
    """What the order costs besides its items: the tip for its delivery."""
    shares = seen.breakdowns or () if seen else ()
    tips = [share for share in shares if text(share.type).upper() == _TIP]
    return tuple(_plain(ChargeKind.OTHER, tip.subtotal) for tip in tips)


def total(seen: Proceeds | None) -> SeenCharge | None:
    """What the order says everything amounts to, tax and all."""
    if seen is None or seen.grand_total is None:
        return None
    return _plain(ChargeKind.OTHER, seen.grand_total)


def one_currency(codes: Iterable[str]) -> str:
    """The one currency of an order. Raises `Unreadable` for several, and for what is none."""
    known = {text(code).upper() for code in codes}
    if len(known) > 1:
        raise Unreadable(f"amounts in several currencies: {', '.join(sorted(known))}")
    for code in known:
        if len(code) != 3 or not code.isalpha():
            raise Unreadable(f"{code[:40]!r} is not a currency")
    return known.pop() if known else ""


def _spread(into: Sums, whole: Decimal, details: Sequence[wire.Named] | None) -> None:
    """What is said of delivery, gift wrap and the rest is theirs; the goods have what remains."""
    for detail in details or ():
        kind = _KINDS.get(text(detail.subtype).upper())
        if kind in {ChargeKind.SHIPPING, ChargeKind.GIFT_WRAP} and detail.value is not None:
            part = abs(_value(detail.value)) if whole >= 0 else _value(detail.value)
            _add(into, kind, part)
            whole -= part
    _add(into, ChargeKind.PRODUCT, whole)


def _add(into: Sums, kind: ChargeKind, value: Decimal) -> None:
    into[kind] = into.get(kind, _NOTHING) + value


def _plain(kind: ChargeKind, seen: WireMoney) -> SeenCharge:
    currency = one_currency([seen.currency_code])
    nothing = Money(_NOTHING, currency)
    return SeenCharge(kind, net=Money(_value(seen), currency), tax=nothing, discount=nothing)


def _value(seen: WireMoney) -> Decimal:
    return amount(seen.amount, name="an amount")
