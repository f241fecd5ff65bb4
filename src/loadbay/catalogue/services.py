"""Making and changing products, barcodes, bundles and retail prices. Each service is one transaction.

What a value must be like is decided in `rules.py`; a file of products is read in `sheet.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from loadbay.catalogue import rules
from loadbay.catalogue.events import PricesChanged, ProductsChanged
from loadbay.catalogue.fields import COLUMNS, ProductFields
from loadbay.catalogue.models import Barcode, BundleComponent, CustomerCategory, Product, RetailPrice
from loadbay.catalogue.sheet import Fault, Sheet, SheetRow
from loadbay.core.clock import SystemClock
from loadbay.core.errors import WrongInput
from loadbay.core.events import record
from loadbay.core.locks import hold_for_transaction
from loadbay.core.money import Money, parse_money

_SHEET_COLUMNS = {"serialised": "is_serialised"}


@dataclass(frozen=True)
class PriceSet:
    """A retail price as it stands now."""

    sku: str
    category: str
    price: Money
    valid_from: date


@dataclass(frozen=True)
class Saved:
    """How many products a file made and changed."""

    created: int
    updated: int


# --- products ---


@transaction.atomic
def create_product(fields: ProductFields) -> int:
    """Make a product that is not there yet."""
    fields = _checked(fields)
    try:
        with transaction.atomic():
            product = Product.objects.create(sku=fields.sku, **_columns(fields))
    except IntegrityError:
        raise rules.ProductExists(
            f"There is a product {fields.sku} already. Change it, or take another SKU."
        ) from None
    _add_barcodes({product.pk: fields.barcodes})
    record(ProductsChanged(product_ids=[product.pk], contents=[]))
    return product.pk


@transaction.atomic
def update_product(fields: ProductFields) -> int:
    """Set every field of a product; barcodes that are not named any more are taken off it."""
    fields = _checked(fields)
    product = _locked(fields.sku)
    if product.is_bundle:
        _refuse_items_of_bundle(fields)
    Product.objects.filter(pk=product.pk).update(**_columns(fields))
    product.barcodes.exclude(code__in=fields.barcodes).delete()
    _add_barcodes({product.pk: fields.barcodes})
    record(ProductsChanged(product_ids=[product.pk], contents=[]))
    return product.pk


@transaction.atomic
def set_serialised(sku: str) -> None:
    """Its units have numbers from now on; `stock.items.serialise` has them all."""
    product = _locked(sku)
    Product.objects.filter(pk=product.pk).update(is_serialised=True)
    record(ProductsChanged(product_ids=[product.pk], contents=[]))


@transaction.atomic
def create_bundle(fields: ProductFields, *, contents: Mapping[str, int]) -> int:
    """Make a soft bundle: a product whose stock is derived from its contents."""
    _refuse_items_of_bundle(fields)
    product_id = create_product(fields)
    Product.objects.filter(pk=product_id).update(is_bundle=True)
    _write_contents(product_id, sku=fields.sku.strip(), contents=contents)
    return product_id


def _refuse_items_of_bundle(fields: ProductFields) -> None:
    if fields.is_serialised:
        raise rules.BundleNotPossible(
            f"{fields.sku} is a soft bundle, so no unit of it has a number. Serialise what it contains."
        )


@transaction.atomic
def set_contents(sku: str, *, contents: Mapping[str, int]) -> None:
    """Replace what a soft bundle contains."""
    product = _locked(sku)
    if not product.is_bundle:
        raise rules.BundleNotPossible(
            f"{sku} is a product with stock of its own. Make a new soft bundle that contains it instead."
        )
    product.components.all().delete()
    _write_contents(product.pk, sku=sku, contents=contents)


def _write_contents(product_id: int, *, sku: str, contents: Mapping[str, int]) -> None:
    found = {product.sku: product for product in Product.objects.filter(sku__in=contents)}
    for component in contents:
        if component not in found:
            raise rules.ProductUnknown.called(component)
    bundles = frozenset(name for name, product in found.items() if product.is_bundle and name != sku)
    rules.check_contents(sku, contents=contents, bundles=bundles)
    BundleComponent.objects.bulk_create(
        BundleComponent(bundle_id=product_id, component_id=found[name].pk, units=units)
        for name, units in contents.items()
    )
    record(ProductsChanged(product_ids=[product_id], contents=[product_id]))


def _checked(fields: ProductFields) -> ProductFields:
    if not fields.name.strip() or len(fields.name) > 200:
        raise WrongInput(f"{fields.sku} needs a name of up to 200 characters. Fill it in.")
    values = {name: getattr(fields, name) for name in ProductFields.__dataclass_fields__}
    values["sku"] = rules.read_sku(fields.sku)
    values["name"] = fields.name.strip()
    values["country_of_origin"] = rules.read_country(fields.country_of_origin)
    values["barcodes"] = tuple(dict.fromkeys(rules.read_barcode(code)[0] for code in fields.barcodes))
    return ProductFields(**values)


def _columns(fields: ProductFields) -> dict[str, object]:
    return {name: getattr(fields, name) for name in COLUMNS}


def _locked(sku: str) -> Product:
    product = Product.objects.select_for_update().filter(sku=sku.strip()).first()
    if product is None:
        raise rules.ProductUnknown.called(sku)
    return product


# --- barcodes ---


def taken_barcodes(wanted: Mapping[str, str]) -> dict[str, str]:
    """Of these codes (code → the SKU that wants it) those another product has, with that product's SKU.

    A SKU is scanned before a barcode, so another product's SKU is taken too.
    """
    forms = {form: code for code in wanted for form in rules.same_barcodes(code)}
    barcodes = Barcode.objects.filter(code__in=forms).values_list("code", "product__sku")
    skus = Product.objects.filter(sku__in=list(wanted)).values_list("sku", "sku")
    found = [(forms[code], sku) for code, sku in (*barcodes, *skus)]
    return {code: sku for code, sku in found if sku != wanted[code]}


def _add_barcodes(codes: Mapping[int, Sequence[str]]) -> None:
    if not any(codes.values()):
        return
    skus = dict(Product.objects.filter(pk__in=codes).values_list("pk", "sku"))
    hold_for_transaction("barcodes")  # no constraint knows that two spellings are one barcode
    wanted = {code: skus[product_id] for product_id, several in codes.items() for code in several}
    for code, owner in taken_barcodes(wanted).items():
        raise rules.BarcodeTaken(
            f"Barcode {code} belongs to {owner} already. "
            f"Take it off that product, or use another for {wanted[code]}."
        )
    Barcode.objects.bulk_create(
        (
            Barcode(product_id=product_id, code=code, kind=rules.read_barcode(code)[1])
            for product_id, several in codes.items()
            for code in several
        ),
        ignore_conflicts=True,
    )


# --- prices ---


@transaction.atomic
def set_price(
    *, sku: str, category: str, amount: Decimal | str, currency: str, valid_from: date | None = None
) -> PriceSet:
    """Set the retail price for a customer category from a day on (today, in UTC, when none is given)."""
    price = parse_money(str(amount), currency=currency)
    if price.amount == 0:
        raise rules.PriceNotUsable(f"A price of 0 for {sku} cannot be sold at. Give an amount above 0.")
    product, group = _locked(sku), _category(category)
    day = valid_from or SystemClock().now().date()
    _write_prices([(product.pk, group.pk, price)], day=day)
    record(PricesChanged(product_ids=[product.pk]))
    return PriceSet(sku=product.sku, category=group.name, price=price, valid_from=day)


@transaction.atomic
def end_price(*, sku: str, category: str, currency: str, last_day: date) -> None:
    """Say on which day the prices of a product for a category are valid for the last time."""
    product, group = _locked(sku), _category(category)
    prices = RetailPrice.objects.filter(product=product, category=group, currency=currency.strip().upper())
    if not prices.exists():
        raise rules.PriceNotUsable(
            f"{sku} has no price for {category} in {currency}. There is nothing to end."
        )
    prices.filter(valid_from__gt=last_day).delete()
    last = prices.order_by("-valid_from").values("pk")[:1]
    RetailPrice.objects.filter(pk__in=last).update(valid_until=last_day)
    record(PricesChanged(product_ids=[product.pk]))


def _write_prices(prices: Sequence[tuple[int, int, Money]], *, day: date) -> None:
    RetailPrice.objects.bulk_create(
        (
            RetailPrice(
                product_id=product_id,
                category_id=category_id,
                amount=price.amount,
                currency=price.currency,
                valid_from=day,
            )
            for product_id, category_id, price in prices
        ),
        update_conflicts=True,
        unique_fields=["product", "category", "currency", "valid_from"],
        update_fields=["amount", "valid_until"],
    )


def _category(name: str) -> CustomerCategory:
    found = CustomerCategory.objects.filter(name__iexact=name.strip()).first()
    if found is None:
        known = ", ".join(CustomerCategory.objects.order_by("name").values_list("name", flat=True))
        raise rules.CategoryUnknown(f"There is no customer category {name!r}. Known categories: {known}.")
    return found


# --- a file of products ---


def sheet_faults(sheet: Sheet) -> tuple[Fault, ...]:
    """What only the database can tell about a file: barcodes of others, categories, bundles."""
    codes = {code: row.product.sku for row in sheet.rows for code in row.product.barcodes}
    taken = taken_barcodes(codes)
    bundles = set(
        Product.objects.filter(sku__in=[row.product.sku for row in sheet.rows], is_bundle=True).values_list(
            "sku", flat=True
        )
    )
    categories = {name.lower() for name in CustomerCategory.objects.values_list("name", flat=True)}
    faults = list(sheet.faults)
    for row in sheet.rows:
        for code in row.product.barcodes:
            if code in taken:
                cure = f"The barcode belongs to {taken[code]} already. Remove it here or there."
                faults.append(Fault(row.number, "barcode", code, cure))
        if row.price and row.category.lower() not in categories:
            cure = "There is no such customer category. Write Amazon or Retail."
            faults.append(Fault(row.number, "category", row.category, cure))
        if row.product.sku in bundles:
            faults += _bundle_faults(row)
    return tuple(sorted(faults, key=lambda fault: fault.row))


def _bundle_faults(row: SheetRow) -> list[Fault]:
    faults = []
    if row.units:
        cure = "A soft bundle has no stock of its own. Remove the quantity."
        faults.append(Fault(row.number, "quantity", str(row.units), cure))
    if row.product.is_serialised:
        cure = "No unit of a soft bundle has a number. Write no, and mark what it contains."
        faults.append(Fault(row.number, "serialised", "yes", cure))
    return faults


def count_sheet(sheet: Sheet) -> Saved:
    """What applying the file would make and change."""
    known = Product.objects.filter(sku__in=[row.product.sku for row in sheet.rows]).count()
    return Saved(created=len(sheet.rows) - known, updated=known)


@transaction.atomic
def save_sheet(sheet: Sheet) -> Saved:
    """Write products, barcodes and prices of a file without faults. Columns it lacks stay as they are."""
    saved = count_sheet(sheet)
    named = [_SHEET_COLUMNS.get(column, column) for column in sheet.columns]
    Product.objects.bulk_create(
        (
            Product(sku=row.product.sku, **_columns(row.product))
            for row in sorted(sheet.rows, key=lambda row: row.product.sku)
        ),
        update_conflicts=True,
        unique_fields=["sku"],
        update_fields=[column for column in COLUMNS if column in named],
        batch_size=2000,
    )
    skus = [row.product.sku for row in sheet.rows]
    ids = dict(Product.objects.filter(sku__in=skus).values_list("sku", "pk"))
    _add_barcodes({ids[row.product.sku]: row.product.barcodes for row in sheet.rows})
    _save_sheet_prices(sheet, ids=ids)
    record(ProductsChanged(product_ids=sorted(ids.values()), contents=[]))
    return saved


def _save_sheet_prices(sheet: Sheet, *, ids: Mapping[str, int]) -> None:
    groups = {group.name.lower(): group.pk for group in CustomerCategory.objects.all()}
    prices = [
        (ids[row.product.sku], groups[row.category.lower()], row.price) for row in sheet.rows if row.price
    ]
    if prices:
        _write_prices(prices, day=SystemClock().now().date())
        record(PricesChanged(product_ids=_sorted(product_id for product_id, _, _ in prices)))


def _sorted(ids: Iterable[int]) -> list[int]:
    return sorted(set(ids))
