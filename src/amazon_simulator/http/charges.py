"""What External Fulfillment says of money: charges without tax, discounts, and the tax line by line.

The figures are those of `world.amounts`, so that a shipment and its order never tell two prices.
"""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from amazon_simulator.world import amounts
from amazon_simulator.world.amounts import PENCE, Figures, Part
from amazon_simulator.world.marketplaces import Marketplace
from amazon_simulator.world.state import Line

Charge = dict[str, Any]
NOTHING = Part(Decimal(0), Decimal(0))


def of_line(line: Line, market: Marketplace) -> list[Charge]:
    figures = amounts.of(line, market)
    charges = [_charge("PRODUCT", figures.goods, figures.discount, market)]
    if figures.shipping.amount:
        charges.append(_charge("SHIPPING", figures.shipping, figures.shipping_discount, market))
    if figures.gift.amount:
        charges.append(_charge("GIFT_WRAP", figures.gift, NOTHING, market))
    return charges


def of_shipment(lines: Iterable[Line], market: Marketplace) -> list[Charge]:
    """The whole, and the delivery in it."""
    return _totals(tuple(amounts.of(line, market) for line in lines), market)


@lru_cache(maxsize=4096)
def _totals(lines: tuple[Figures, ...], market: Marketplace) -> list[Charge]:
    paid = [part for each in lines for part in (each.goods, each.shipping, each.gift)]
    off = [part for each in lines for part in (each.discount, each.shipping_discount)]
    shipping, shipping_off = [each.shipping for each in lines], [each.shipping_discount for each in lines]
    return [
        _charge("TOTAL", _sum(paid), _sum(off), market),
        _charge("SHIPPING", _sum(shipping), _sum(shipping_off), market),
    ]


def of_price(price: Decimal, market: Marketplace) -> Charge:
    return _charge("PRODUCT", amounts.part(price, market), NOTHING, market)


def _sum(parts: list[Part]) -> Part:
    amount = sum((part.amount for part in parts), Decimal(0))
    return Part(amount, sum((part.tax for part in parts), Decimal(0)))


@lru_cache(maxsize=4096)
def _charge(kind: str, paid: Part, off: Part, market: Marketplace) -> Charge:
    """Shared by all who pay the same; nobody changes it."""
    is_inside = not market.sales_tax
    base = paid.amount - paid.tax if is_inside else paid.amount
    base_off = off.amount - off.tax if is_inside else off.amount
    rate = str(market.vat if is_inside else market.sales_tax)
    taxes = {"type": "VAT", "rate": rate, "charge": _split(paid.tax, off.tax, market)}
    return {
        "chargeType": kind,
        "baseCharge": _split(base, base_off, market),
        "taxBreakup": [taxes],
        "totalTax": {**taxes, "type": "TOTAL"},
        "totalCharge": _split(base + paid.tax, base_off + off.tax, market),
    }


def _split(base: Decimal, off: Decimal, market: Marketplace) -> dict[str, Any]:
    return {
        "baseAmount": _amount(base, market),
        "discountAmount": _amount(off, market),
        "netAmount": _amount(base - off, market),
    }


def _amount(value: Decimal, market: Marketplace) -> dict[str, str]:
    return {"value": str(value.quantize(PENCE)), "currencyCode": market.currency}
