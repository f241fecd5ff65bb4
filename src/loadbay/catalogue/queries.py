"""Reading products, prices and bundles; finding the product behind a scanned code. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Q, QuerySet

from loadbay.catalogue.models import Barcode, BundleComponent, CustomerCategory, Product, RetailPrice
from loadbay.catalogue.rules import ProductUnknown, same_barcodes
from loadbay.core.money import Money


@dataclass(frozen=True)
class FoundProduct:
    """A product as the bench and the building of sales need it."""

    id: int
    sku: str
    name: str
    is_bundle: bool
    is_serialised: bool


@dataclass(frozen=True)
class Component:
    product_id: int
    sku: str
    units: int


@dataclass(frozen=True)
class PriceLine:
    category: str
    price: Money
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class ProductCard:
    id: int
    sku: str
    name: str
    brand: str
    is_bundle: bool
    is_serialised: bool
    country_of_origin: str
    hazmat_class: str
    customs_code: str
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    bin: str
    barcodes: tuple[str, ...]
    contents: tuple[Component, ...]
    prices: tuple[PriceLine, ...]


@dataclass(frozen=True)
class ProductLine:
    id: int
    sku: str
    name: str
    brand: str
    is_bundle: bool


def product_card(sku: str) -> ProductCard:
    """Everything on one product. Raises `ProductUnknown`."""
    product = Product.objects.filter(sku=sku.strip()).first()
    if product is None:
        raise ProductUnknown.called(sku)
    own = {name: getattr(product, name) for name in _CARD_COLUMNS}
    return ProductCard(
        **own,
        barcodes=tuple(product.barcodes.order_by("id").values_list("code", flat=True)),
        contents=contents([product.pk]).get(product.pk, ()),
        prices=_prices(product.pk),
    )


_CARD_COLUMNS = [
    *("id", "sku", "name", "brand", "is_bundle", "is_serialised", "country_of_origin", "hazmat_class"),
    *("customs_code", "weight_g", "length_mm", "width_mm", "height_mm", "bin"),
]


def _prices(product_id: int) -> tuple[PriceLine, ...]:
    rows = RetailPrice.objects.filter(product_id=product_id).select_related("category")
    return tuple(
        PriceLine(
            row.category.name, Money(row.amount, row.currency).rounded(), row.valid_from, row.valid_until
        )
        for row in rows.order_by("category__name", "currency", "-valid_from")
    )


def products(
    *, search: str = "", after_sku: str = "", limit: int = 50, also: Sequence[str] = ()
) -> tuple[ProductLine, ...]:
    """A page of products by SKU; `search` finds beginnings of words, of the SKU, and whole barcodes.

    `also` are SKUs that the search means too, found by what lies above the catalogue.
    """
    found = Product.objects.all()
    if search.strip():
        found = _searched(found, search=search, also=also)
    rows = found.filter(sku__gt=after_sku).order_by("sku")[:limit]
    return tuple(ProductLine(*row) for row in rows.values_list("id", "sku", "name", "brand", "is_bundle"))


def _searched(rows: QuerySet[Product], *, search: str, also: Sequence[str]) -> QuerySet[Product]:
    text = search.strip()[:100]
    wanted = Q(sku__in=also) | Q(sku__startswith=text) | Q(sku__startswith=text.upper())
    scanned = product_of_code(text)
    if scanned is not None:
        wanted |= Q(pk=scanned.id)
    words = re.findall(r"\w+", text)
    if words:
        query = SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
        rows = rows.annotate(words=SearchVector("sku", "name", "brand", config="simple"))
        wanted |= Q(words=query)
    return rows.filter(wanted)


def product_of_code(code: str) -> FoundProduct | None:
    """The product behind a scanned code: its SKU, or one of its barcodes in any of their spellings."""
    text = code.strip()[:60]
    if not text or not text.isprintable():
        return None
    columns = ("pk", "sku", "name", "is_bundle", "is_serialised")
    found = Product.objects.filter(sku=text).values_list(*columns).first()
    if found is None:
        barcodes = Barcode.objects.filter(code__in=same_barcodes(text)).order_by("pk")
        found = barcodes.values_list(*(f"product__{column}" for column in columns)).first()
    return None if found is None else FoundProduct(*found)


def resolve_skus(skus: Iterable[str]) -> dict[str, int]:
    """Ids of the products behind these texts, by SKU first, then by barcode. What is unknown is left out."""
    wanted = sorted(set(skus))
    found = dict(Product.objects.filter(sku__in=wanted).values_list("sku", "pk"))
    rest = {form: sku for sku in wanted if sku not in found for form in same_barcodes(sku)}
    if rest:
        for code, product_id in Barcode.objects.filter(code__in=rest).values_list("code", "product_id"):
            found[rest[code]] = product_id
    return found


def bundle_contents(product_ids: Iterable[int]) -> dict[int, tuple[tuple[int, int], ...]]:
    """Product id and units of everything in each of these soft bundles; other products are left out."""
    return {
        bundle_id: tuple((part.product_id, part.units) for part in parts)
        for bundle_id, parts in contents(product_ids).items()
    }


def contents(product_ids: Iterable[int]) -> dict[int, tuple[Component, ...]]:
    """What each of these soft bundles contains; other products are left out."""
    rows = BundleComponent.objects.filter(bundle_id__in=set(product_ids)).order_by("bundle_id", "id")
    result: dict[int, tuple[Component, ...]] = {}
    for bundle_id, component_id, sku, units in rows.values_list(
        "bundle_id", "component_id", "component__sku", "units"
    ):
        result[bundle_id] = (*result.get(bundle_id, ()), Component(component_id, sku, units))
    return result


def bundles_with(product_ids: Iterable[int]) -> list[int]:
    """The soft bundles that contain any of these products."""
    rows = BundleComponent.objects.filter(component_id__in=set(product_ids))
    return sorted(set(rows.values_list("bundle_id", flat=True)))


def categories() -> tuple[str, ...]:
    """The names of the customer categories."""
    return tuple(CustomerCategory.objects.order_by("name").values_list("name", flat=True))


def price_on(product_ids: Iterable[int], *, category: str, currency: str, day: date) -> dict[int, Money]:
    """The retail price of each product for a category on a day; the latest that has begun decides."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (p.product_id) p.product_id, p.amount, p.valid_until"
            " FROM catalogue_retailprice p JOIN catalogue_customercategory c ON c.id = p.category_id"
            " WHERE p.product_id = ANY(%s) AND c.name = %s AND p.currency = %s AND p.valid_from <= %s"
            " ORDER BY p.product_id, p.valid_from DESC",
            [sorted(set(product_ids)), category, currency, day],
        )
        rows = cursor.fetchall()
    return {
        product_id: Money(amount, currency).rounded()
        for product_id, amount, valid_until in rows
        if valid_until is None or valid_until >= day
    }


def products_priced_from(day: date) -> list[int]:
    """Products of which a retail price begins on that day, or ended the day before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT product_id FROM catalogue_retailprice"
            " WHERE valid_from = %s OR valid_until = %s::date - 1",
            [day, day],
        )
        return sorted(product_id for (product_id,) in cursor.fetchall())


def skus_of(product_ids: Sequence[int]) -> dict[int, str]:
    return dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "sku"))
