"""Which product a line of an order means: listing first, then SKU, then barcode (PRODUCT section 7).

Asked when a shipment is staged, and again when it is built for lines that nobody knew then. What a person
mapped in *Related > Setup > Items* goes before all of it, and is asked when it is built.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from loadbay.catalogue.queries import resolve_skus
from loadbay.channels.definition_rules import Charge
from loadbay.channels.item_rules import ASIN, SKU, Target
from loadbay.channels.mapping_queries import mapped_items
from loadbay.core.bulk import update_many
from loadbay.listings.queries import products_of_listings
from loadbay.orders.models import ShipmentLine
from loadbay.orders.services.sale_rows import LineToBuild, ShipmentToBuild

Sold = tuple[int, str]
"""(channel id, SKU at Amazon)"""


def products_sold(sold: Collection[Sold]) -> dict[Sold, int]:
    """The product behind each; what means none is left out. No product is ever made of it."""
    found = products_of_listings(sold)
    rest = {sku for channel, sku in sold if (channel, sku) not in found}
    by_code = resolve_skus(sorted(rest)) if rest else {}
    others = {pair: by_code[pair[1]] for pair in sold if pair not in found and pair[1] in by_code}
    return found | others


Named = tuple[int, str, str]
"""(channel id, SKU at Amazon, ASIN where it is known)"""


def mapped_sold(sold: Collection[Named]) -> dict[Named, Target]:
    """What a person mapped each to, its SKU before its ASIN; what nobody mapped is left out."""
    codes = {(channel, SKU, sku) for channel, sku, _ in sold}
    codes |= {(channel, ASIN, asin) for channel, _, asin in sold if asin}
    mapped = mapped_items(codes)
    found = {}
    for channel, sku, asin in sold:
        target = mapped.get((channel, SKU, sku)) or mapped.get((channel, ASIN, asin))
        if target is not None:
            found[channel, sku, asin] = target
    return found


def resolved(
    rows: Sequence[ShipmentToBuild], lines: Mapping[int, list[LineToBuild]]
) -> Mapping[int, list[LineToBuild]]:
    """What a person mapped goes first; what meant no product when it was staged may mean one now."""
    named = {line.pk: (row.channel_id, line.sku, line.asin) for row in rows for line in lines[row.pk]}
    mapped = mapped_sold(set(named.values()))
    every = [line for row in rows for line in lines[row.pk]]
    wanted = [line for line in every if line.product_id is None and named[line.pk] not in mapped]
    products = products_sold({named[line.pk][:2] for line in wanted}) if wanted else {}
    pairs = ((line.pk, products.get(named[line.pk][:2])) for line in wanted)
    found = {pk: product for pk, product in pairs if product is not None}
    update_many(ShipmentLine, "product_id", found)
    return {
        pk: [
            _as_mapped(line, mapped[named[line.pk]])
            if named[line.pk] in mapped
            else line._replace(product_id=found.get(line.pk, line.product_id))
            for line in mine
        ]
        for pk, mine in lines.items()
    }


def _as_mapped(line: LineToBuild, target: Target) -> LineToBuild:
    posted = None if target.product_id is not None else Charge(target.kind, target.number)
    return line._replace(product_id=target.product_id, posted=posted, is_mapped=True)
