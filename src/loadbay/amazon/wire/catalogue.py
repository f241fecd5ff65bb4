"""Catalog Items 2022-04-01 and Sellers v1, as far as Check ASIN and the connection test read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct


class Summary(Struct, rename="camel"):
    marketplace_id: str = ""
    item_name: str | None = None
    brand: str | None = None


class ProductType(Struct, rename="camel"):
    marketplace_id: str = ""
    product_type: str | None = None


class Identifier(Struct, rename="camel"):
    identifier_type: str = ""
    identifier: str | int = ""


class Identifiers(Struct, rename="camel"):
    marketplace_id: str = ""
    identifiers: list[Identifier] | None = None


class Image(Struct, rename="camel"):
    variant: str = ""
    link: str = ""


class Images(Struct, rename="camel"):
    marketplace_id: str = ""
    images: list[Image] | None = None


class Measure(Struct, rename="camel"):
    unit: str | None = None
    value: Decimal | None = None


class Measures(Struct, rename="camel"):
    height: Measure | None = None
    length: Measure | None = None
    width: Measure | None = None
    weight: Measure | None = None


class Dimensions(Struct, rename="camel"):
    marketplace_id: str = ""
    item: Measures | None = None
    package: Measures | None = None


class CatalogItem(Struct, rename="camel"):
    asin: str
    summaries: list[Summary] | None = None
    product_types: list[ProductType] | None = None
    identifiers: list[Identifiers] | None = None
    images: list[Images] | None = None
    dimensions: list[Dimensions] | None = None
    attributes: dict[str, Any] | None = None


class Marketplace(Struct, rename="camel"):
    id: str
    name: str = ""
    country_code: str = ""
    default_currency_code: str = ""
    default_language_code: str = ""


class Participation(Struct, rename="camel"):
    is_participating: bool = False
    has_suspended_listings: bool = False


class MarketplaceParticipation(Struct, rename="camel"):
    marketplace: Marketplace
    participation: Participation


class Participations(Struct, rename="camel"):
    payload: list[MarketplaceParticipation]
