"""What a product, a barcode, a bundle and a price must be like.

Pure. A barcode of 8, 12, 13 or 14 digits must agree with its check digit; anything else is our own code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from loadbay.core.errors import NotFound, Refusal, WrongInput

GTIN_LENGTHS = (8, 12, 13, 14)
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/#+-]{0,39}")
_OWN_CODE = re.compile(r"[!-~]{1,60}")
MOST_GRAMS = 1_000_000
MOST_MILLIMETRES = 100_000


class ProductUnknown(NotFound):
    """No product has that SKU."""

    code = "product_unknown"

    @classmethod
    def called(cls, sku: str) -> ProductUnknown:
        return cls(f"There is no product {sku[:60]!r}. Check the SKU, or import the product first.")


class ProductExists(Refusal):
    """A second product with the same SKU."""

    code = "product_exists"


class SkuNotUsable(WrongInput):
    """A text that cannot be a SKU."""

    code = "sku_not_usable"


class BarcodeWrong(WrongInput):
    """A barcode whose check digit does not agree, or that no scanner can read."""

    code = "barcode_wrong"


class BarcodeTaken(Refusal):
    """A barcode that scans to another product already."""

    code = "barcode_taken"


class BundleNotPossible(Refusal):
    """Contents that cannot make a soft bundle."""

    code = "bundle_not_possible"


class CategoryUnknown(NotFound):
    """No customer category has that name."""

    code = "category_unknown"


class PriceNotUsable(WrongInput):
    """An amount that cannot be a retail price."""

    code = "price_not_usable"


def check_digit(digits: str) -> str:
    """The GS1 check digit for the digits before it (weights 3 and 1 from the right)."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def is_gtin(code: str) -> bool:
    """Whether it is an EAN-8, UPC-A, EAN-13 or GTIN-14 with the right check digit."""
    is_number = code.isascii() and code.isdigit()
    return is_number and len(code) in GTIN_LENGTHS and check_digit(code[:-1]) == code[-1]


def read_barcode(text: str) -> tuple[str, str]:
    """The code and its kind (`gtin` or `own`); a number as long as a barcode must end in its check digit."""
    code = text.strip()
    if not _OWN_CODE.fullmatch(code):
        raise BarcodeWrong(
            f"{text[:60]!r} cannot be a barcode. Use 1 to 60 letters, digits or signs, without spaces."
        )
    if not (code.isdigit() and len(code) in GTIN_LENGTHS):
        return code, "own"
    if not is_gtin(code):
        raise BarcodeWrong(
            f"The check digit of barcode {code} is wrong: it should end in {check_digit(code[:-1])}. "
            "Read the number below the bars again."
        )
    return code, "gtin"


def same_barcodes(code: str) -> tuple[str, ...]:
    """The ways a scanner may send the same number: a UPC-A is an EAN-13 with a leading zero."""
    if not is_gtin(code):
        return (code,)
    bare = code.lstrip("0")
    forms = [bare.zfill(length) for length in GTIN_LENGTHS if len(bare) <= length]
    return tuple(dict.fromkeys((code, *forms)))


def read_sku(text: str) -> str:
    sku = text.strip()
    if not _SKU.fullmatch(sku):
        raise SkuNotUsable(
            f"{text[:60]!r} cannot be a SKU. Use up to 40 letters, digits, spaces and . _ / # + -, "
            "beginning with a letter or digit."
        )
    return sku


def read_country(text: str, *, field: str = "country of origin") -> str:
    """Two capital letters, or nothing."""
    code = text.strip().upper()
    if code and not re.fullmatch(r"[A-Z]{2}", code):
        raise WrongInput(f"{field} {text[:20]!r} is not a country code. Write two letters, such as GB.")
    return code


def check_contents(bundle: str, *, contents: Mapping[str, int], bundles: frozenset[str]) -> None:
    """Refuses contents that no stock could be derived from. `bundles` are those SKUs that are bundles."""
    if not contents:
        raise BundleNotPossible(f"{bundle} contains nothing. Name at least one product and its units.")
    for sku, units in contents.items():
        if sku == bundle:
            raise BundleNotPossible(f"{bundle} cannot contain itself. Leave it out of its contents.")
        if sku in bundles:
            raise BundleNotPossible(
                f"{sku} is a soft bundle itself. Put the products it contains into {bundle} instead."
            )
        if not 1 <= units <= 1000:
            raise BundleNotPossible(f"{units} units of {sku} cannot be in {bundle}. Give 1 to 1000.")
