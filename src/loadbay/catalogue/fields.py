"""The values a product is made of, between layers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProductFields:
    """What can be set on a product. Millimetres, grams, ISO country; barcodes as scanned."""

    sku: str
    name: str
    brand: str = ""
    is_serialised: bool = False
    country_of_origin: str = ""
    hazmat_class: str = ""
    customs_code: str = ""
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    bin: str = ""
    barcodes: tuple[str, ...] = ()


COLUMNS = tuple(name for name in ProductFields.__dataclass_fields__ if name not in ("sku", "barcodes"))
"""The fields that stand in the product's own row."""
