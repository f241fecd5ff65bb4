"""Products: search, show, add, change, import, serialise."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router

from loadbay.api.calls import Call, Page, call, file_of, page
from loadbay.api.fields import After, Body, DryRun, Figure, Flag, InPath, Limit, Numbers, Search, Sku, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.catalogue import queries, services
from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.queries import ProductCard, ProductLine
from loadbay.dispatch.services.serials import serialise as serialise_product
from loadbay.stock.intake import ImportReport, import_products
from loadbay.stock.item_queries import sku_of, skus_called
from loadbay.stock.items import change_product

router = Router(tags=["Products"])
_Mm = Annotated[Figure | None, Field(description="Millimetres.", examples=[400])]
_CSV_BODY = {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}


class ProductChange(Body):
    """What is to change of a product; what is left out stays."""

    name: Text | None = Field(None, examples=["Wool rug 120 x 180"])
    brand: Text | None = None
    country_of_origin: Text | None = Field(None, description="Two letters.", examples=["GB"])
    hazmat_class: Text | None = None
    customs_code: Text | None = None
    weight_g: Figure | None = Field(None, description="Grams.", examples=[2400])
    length_mm: _Mm = None
    width_mm: _Mm = None
    height_mm: _Mm = None
    bin: Text | None = Field(None, description="Where it lies in its room.")
    barcodes: list[Text] | None = Field(None, max_length=100, description="All of them, as scanned.")
    is_serialised: Flag | None = None


class NewProduct(ProductChange):
    """A product, or with `contents` a soft bundle whose stock is derived from them."""

    sku: Sku
    name: Text = Field(..., examples=["Wool rug 120 x 180"])
    contents: dict[Sku, Figure] | None = Field(
        None,
        max_length=100,
        description="Units of each component of a soft bundle.",
        examples=[{"MUG-01": 2}],
    )


class Serials(Body):
    """The number of every unit on hand, by stock room."""

    numbers: dict[Text, Numbers] = Field(..., max_length=100, examples=[{"MAIN": ["SN-1", "SN-2"]}])


@call(router, "get", "", declared=Call("products:read", page_of("products", ProductLine)))
def products(request: HttpRequest, search: Search = "", after: After = "", limit: Limit = 50) -> Page:
    """Products by SKU

    `search` takes the beginnings of words, of the SKU or of a barcode, or a serial number.
    """
    rows = queries.products(search=search, after_sku=after, limit=limit + 1, also=skus_called(search))
    return page("products", rows, limit=limit, key="sku")


@call(router, "post", "", declared=Call("products:write", ProductCard, 201, adds=True))
def add(request: HttpRequest, given: NewProduct) -> ProductCard:
    """Add a product or a soft bundle"""
    values = _given(given)
    contents = values.pop("contents", None)
    fields = ProductFields(**values)
    if contents:
        services.create_bundle(fields, contents=contents)
    else:
        services.create_product(fields)
    return queries.product_card(fields.sku.strip())


@call(
    router,
    "post",
    "/import",
    declared=Call("products:write", ImportReport, adds=True, takes=_CSV_BODY),
)
def import_file(request: HttpRequest, dry_run: DryRun = False) -> ImportReport:
    """Import a CSV file of products, all of it or nothing

    The body is the file itself. Its columns are those of *Product Info > Products > Import*.
    """
    return import_products(file_of(request), apply=not dry_run)


@call(
    router,
    "post",
    "/{path:sku}/serialise",
    declared=Call("products:write", parts_of("Serialised", sku=str, items=int)),
)
def serialise(request: HttpRequest, sku: InPath, given: Serials) -> dict[str, Any]:
    """Give every unit of a product its serial number, from now on"""
    return {"sku": sku, "items": serialise_product(sku, numbers=given.numbers)}


@call(router, "get", "/{path:code}", declared=Call("products:read", ProductCard))
def product(request: HttpRequest, code: InPath) -> ProductCard:
    """One product, by SKU, barcode or serial number"""
    return queries.product_card(sku_of(code))


@call(router, "patch", "/{path:code}", declared=Call("products:write", ProductCard))
def change(request: HttpRequest, code: InPath, given: ProductChange) -> ProductCard:
    """Change fields of a product"""
    card = queries.product_card(code)
    now = {name: getattr(card, name) for name in ProductFields.__dataclass_fields__}
    change_product(ProductFields(**now | _given(given)))
    return queries.product_card(card.sku)


def _given(body: ProductChange) -> dict[str, Any]:
    """What was sent, and nothing else; texts that are null are empty."""
    values = body.model_dump(exclude_unset=True)
    texts = {name for name, value in asdict(ProductFields("", "")).items() if isinstance(value, str)}
    values = {name: "" if value is None and name in texts else value for name, value in values.items()}
    if "barcodes" in values:
        values["barcodes"] = tuple(values["barcodes"] or ())
    if values.get("is_serialised", False) is None:
        del values["is_serialised"]
    return values
