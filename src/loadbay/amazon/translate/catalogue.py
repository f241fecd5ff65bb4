"""A catalogue item and a seller's marketplaces in our words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from loadbay.amazon.translate.boxes import grams, millimetres
from loadbay.amazon.wire import catalogue as wire
from loadbay.amazon.wire.loose import decode, text
from loadbay.channels.ports import SeenMarketplace
from loadbay.core.ids import Asin
from loadbay.listings.ports import CatalogueItem

_BARCODES = frozenset({"EAN", "UPC", "GTIN", "ISBN", "JAN"})
_NO_HAZARD = frozenset({"", "not_applicable", "none"})


class _OfMarketplace(Protocol):
    marketplace_id: str


Part = TypeVar("Part", bound=_OfMarketplace)


def item(body: bytes, *, marketplace_id: str) -> CatalogueItem:
    """What the catalogue holds, without restrictions. Raises `Unreadable` when the answer is no item."""
    seen = decode(body, wire.CatalogItem)
    summary = _ours(seen.summaries, marketplace_id) or wire.Summary()
    kind = _ours(seen.product_types, marketplace_id)
    codes = _ours(seen.identifiers, marketplace_id)
    sizes = _measures(_ours(seen.dimensions, marketplace_id))
    attributes = seen.attributes or {}
    return CatalogueItem(
        asin=Asin(text(seen.asin)),
        title=text(summary.item_name),
        brand=text(summary.brand),
        image_url=_main_image(_ours(seen.images, marketplace_id)),
        product_type=text(kind.product_type) if kind else "",
        country_of_origin=_attribute(attributes, "country_of_origin", marketplace_id).upper(),
        barcodes=tuple(
            text(code.identifier)
            for code in (codes.identifiers or () if codes else ())
            if text(code.identifier_type).upper() in _BARCODES
        ),
        length_mm=_side(sizes.length),
        width_mm=_side(sizes.width),
        height_mm=_side(sizes.height),
        weight_g=grams(sizes.weight.value, unit=sizes.weight.unit) if sizes.weight else None,
        hazmat=_hazard(attributes, marketplace_id),
    )


def marketplaces(body: bytes) -> tuple[SeenMarketplace, ...]:
    """Raises `Unreadable` when the answer is no list of participations."""
    return tuple(
        SeenMarketplace(
            marketplace_id=text(entry.marketplace.id),
            country=text(entry.marketplace.country_code).upper(),
            name=text(entry.marketplace.name),
            currency=text(entry.marketplace.default_currency_code).upper(),
            language=text(entry.marketplace.default_language_code),
            is_participating=entry.participation.is_participating,
            is_suspended=entry.participation.has_suspended_listings,
        )
        for entry in decode(body, wire.Participations).payload
    )


def _ours(parts: Sequence[Part] | None, marketplace_id: str) -> Part | None:
    return next((part for part in parts or () if part.marketplace_id in {marketplace_id, ""}), None)


def _measures(sizes: wire.Dimensions | None) -> wire.Measures:
    """The package's measures; the item's where the package is not known."""
    if sizes is None:
        return wire.Measures()
    return sizes.package or sizes.item or wire.Measures()


def _side(side: wire.Measure | None) -> int | None:
    return millimetres(side.value, unit=side.unit) if side else None


_PICTURES = ("https://", "http://127.0.0.1:", "http://localhost:")
"""Encrypted, or on this machine (the simulator)."""


def _main_image(images: wire.Images | None) -> str:
    found = images.images or () if images else ()
    ordered = sorted(found, key=lambda i: i.variant != "MAIN")
    links = [i.link for i in ordered if i.link.startswith(_PICTURES)]
    return links[0] if links else ""


def _hazard(attributes: dict[str, Any], marketplace_id: str) -> str:
    declared = _attribute(attributes, "supplier_declared_dg_hz_regulation", marketplace_id)
    return "" if declared.casefold() in _NO_HAZARD else declared


def _attribute(attributes: dict[str, Any], name: str, marketplace_id: str) -> str:
    entries = attributes.get(name)
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("marketplace_id", marketplace_id) == marketplace_id:
            value = entry.get("value")
            return value.strip() if isinstance(value, str) else ""
    return ""
