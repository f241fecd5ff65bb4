"""A page of products with what people look for beside them: what is free, and the Amazon price.

Rule: one query per question, whatever the number of rows. Used by the lists of Product Info.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from loadbay.catalogue import queries as catalogue
from loadbay.channels import queries as channels
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.core.clock import SystemClock
from loadbay.core.money import Money
from loadbay.stock import queries as stock
from loadbay.stock.item_queries import skus_called

PER_PAGE = 50


@dataclass(frozen=True)
class ProductRow:
    """One line of a list of products. Bundles have no stock of their own."""

    line: catalogue.ProductLine
    on_hand: int | None
    free: int | None
    price: Money | None


@dataclass(frozen=True)
class ProductPage:
    rows: tuple[ProductRow, ...]
    search: str
    next_key: str | None
    is_first: bool


def page_of_products(request: HttpRequest) -> ProductPage:
    search, after = request.GET.get("search", "").strip(), request.GET.get("after", "")
    also = skus_called(search)
    lines = catalogue.products(search=search, after_sku=after, limit=PER_PAGE + 1, also=also)
    shown = lines[:PER_PAGE]
    return ProductPage(
        rows=_rows(shown),
        search=search,
        next_key=shown[-1].sku if len(lines) > PER_PAGE else None,
        is_first=not after,
    )


def _rows(lines: tuple[catalogue.ProductLine, ...]) -> tuple[ProductRow, ...]:
    ids = [line.id for line in lines]
    prices = _prices(ids)
    on_hand: dict[int, int] = {}
    free: dict[int, int] = {}
    for (product_id, _), position in stock.positions(ids).items():
        on_hand[product_id] = on_hand.get(product_id, 0) + position.on_hand
        free[product_id] = free.get(product_id, 0) + position.free
    return tuple(
        ProductRow(
            line,
            None if line.is_bundle else on_hand.get(line.id, 0),
            None if line.is_bundle else free.get(line.id, 0),
            prices.get(line.id),
        )
        for line in lines
    )


def _prices(ids: list[int]) -> dict[int, Money]:
    """In the category and currency of a sales channel; those that are told of listings go first."""
    cards = sorted(channels.channels(), key=lambda card: card.programme != "smartconnect")
    wanted = [(card.price_category, MARKETPLACES[card.marketplace].currency) for card in cards]
    today, found = SystemClock().now().date(), dict[int, Money]()
    for category, currency in dict.fromkeys(wanted or [("Amazon", "GBP")]):
        found = catalogue.price_on(ids, category=category, currency=currency, day=today) | found
    return found
