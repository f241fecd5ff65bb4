"""What can happen to products and prices. Recorded once per call of a service."""

from __future__ import annotations

from loadbay.core.events import event


@event("catalogue.products_changed")
class ProductsChanged:
    """Products were made or changed; `contents` names bundles whose contents are others now."""

    product_ids: list[int]
    contents: list[int]


@event("catalogue.prices_changed")
class PricesChanged:
    """Retail prices of these products were set or ended."""

    product_ids: list[int]
