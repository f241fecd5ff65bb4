"""Which product a line of an order means: listing first, then SKU, then barcode (PRODUCT section 7).

Asked when a shipment is staged, and again when it is built for lines that nobody knew then.
"""

from __future__ import annotations

from collections.abc import Collection

from loadbay.catalogue.queries import resolve_skus
from loadbay.listings.queries import products_of_listings

Sold = tuple[int, str]
"""(channel id, SKU at Amazon)"""


def products_sold(sold: Collection[Sold]) -> dict[Sold, int]:
    """The product behind each; what means none is left out. No product is ever made of it."""
    found = products_of_listings(sold)
    rest = {sku for channel, sku in sold if (channel, sku) not in found}
    by_code = resolve_skus(sorted(rest)) if rest else {}
    others = {pair: by_code[pair[1]] for pair in sold if pair not in found and pair[1] in by_code}
    return found | others
