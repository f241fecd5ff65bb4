"""What an order costs, part by part: goods, delivery, gift wrap, discounts, and the tax in or on each.

Where a shop's prices are with tax, the tax is part of an amount; in the others it comes on top. Both order
interfaces show these figures and no others.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from msgspec import Struct

from amazon_simulator.world.marketplaces import Marketplace
from amazon_simulator.world.order_parts import LineTerms
from amazon_simulator.world.state import Line

PENCE = Decimal("0.01")
ZERO = Decimal("0.00")
GIFT_WRAP = Decimal("3.60")
GIFT_MESSAGE = "With love, and see you at the weekend."
_PLAIN = LineTerms()


class Part(Struct, frozen=True):
    """An amount as the shop shows it, and the tax that belongs to it."""

    amount: Decimal
    tax: Decimal


class Figures(Struct, frozen=True, kw_only=True):
    """One line of an order. Discounts are positive amounts that are taken off."""

    goods: Part
    shipping: Part
    gift: Part
    discount: Part
    shipping_discount: Part
    tax_on_top: Decimal

    @property
    def total(self) -> Decimal:
        paid = self.goods.amount + self.shipping.amount + self.gift.amount
        return paid - self.discount.amount - self.shipping_discount.amount + self.tax_on_top


def of(line: Line, market: Marketplace) -> Figures:
    terms = line.terms or _PLAIN
    goods = part(line.price * line.quantity, market)
    shipping = part(terms.shipping, market)
    gift = part(GIFT_WRAP if line.is_gift and line.has_gift_wrap else ZERO, market)
    discount, shipping_discount = part(terms.discount, market), part(terms.shipping_discount, market)
    tax = goods.tax + shipping.tax + gift.tax - discount.tax - shipping_discount.tax
    return Figures(
        goods=goods,
        shipping=shipping,
        gift=gift,
        discount=discount,
        shipping_discount=shipping_discount,
        tax_on_top=tax if market.sales_tax else ZERO,
    )


def total(lines: Iterable[Line], market: Marketplace) -> Decimal:
    return sum((of(line, market).total for line in lines), ZERO)


@lru_cache(maxsize=4096)
def part(amount: Decimal, market: Marketplace) -> Part:
    return Part(amount.quantize(PENCE), tax_of(amount, market))


def tax_of(amount: Decimal, market: Marketplace) -> Decimal:
    if market.sales_tax:
        return (amount * market.sales_tax).quantize(PENCE, ROUND_HALF_UP)
    return amount - (amount / (1 + market.vat)).quantize(PENCE, ROUND_HALF_UP)
