"""What a product file says of serialised items, checked before anything is written: each bad cell is named.

A file without the column `serialised` says nothing of it, so what stands in the catalogue counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from loadbay.catalogue.models import Product
from loadbay.catalogue.rules import same_barcodes
from loadbay.catalogue.sheet import Fault, Sheet, SheetRow
from loadbay.core.errors import Refusal
from loadbay.stock import item_rules, items
from loadbay.stock.item_rules import HERE
from loadbay.stock.models import SerialisedItem

COLUMN = "serial_numbers"


WhyItStays = Callable[[Sequence[Product]], dict[str, str]]
"""`items.why_it_stays`, or for a preview `items.why_it_would_stay`."""


def item_faults(sheet: Sheet, *, why_it_stays: WhyItStays) -> tuple[Fault, ...]:
    """Marks that cannot change now, and numbers that cannot be booked in."""
    products = {p.sku: p for p in Product.objects.filter(sku__in=[row.product.sku for row in sheet.rows])}
    marked = "serialised" in sheet.columns
    faults = _mark_faults(sheet.rows, products, why_it_stays=why_it_stays) if marked else []
    numbered = []
    for row in sheet.rows:
        product = products.get(row.product.sku)
        is_serialised = row.product.is_serialised if marked or product is None else product.is_serialised
        if row.numbers or (is_serialised and row.units):
            found = list(_cell_faults(row, is_serialised=is_serialised))
            faults += found
            numbered += [] if found else [row]
    return tuple(sorted([*faults, *_taken(numbered, sheet=sheet)], key=lambda fault: fault.row))


def _mark_faults(
    rows: Sequence[SheetRow], products: dict[str, Product], *, why_it_stays: WhyItStays
) -> list[Fault]:
    changed = {
        row.product.sku: row
        for row in rows
        if (known := products.get(row.product.sku)) and known.is_serialised != row.product.is_serialised
    }
    stay = why_it_stays([products[sku] for sku in changed]) if changed else {}
    return [
        Fault(
            changed[sku].number,
            "serialised",
            "yes" if changed[sku].product.is_serialised else "no",
            f"{sku} {sentence}",
        )
        for sku, sentence in stay.items()
    ]


def _cell_faults(row: SheetRow, *, is_serialised: bool) -> Iterator[Fault]:
    """What the row alone shows: numbers that are none, too few, too many, or of a product without."""
    try:
        numbers = item_rules.read_numbers(row.numbers)
        if is_serialised:
            item_rules.check_fits(numbers, sku=row.product.sku)
            item_rules.check_count(numbers, units=row.units or 0, sku=row.product.sku)
        else:
            item_rules.check_plain(numbers, sku=row.product.sku)
    except Refusal as refusal:
        yield _fault(row, refusal.sentence)


def _taken(rows: Sequence[SheetRow], *, sheet: Sheet) -> Iterator[Fault]:
    """What the row alone does not show: numbers that scan to a product, and items that are here already."""
    if not rows:
        return
    numbers = [number for row in rows for number in row.numbers]
    codes = {**items.why_not(numbers), **_codes_of_the_file(numbers, sheet)}
    here = SerialisedItem.objects.filter(number__in=numbers, state__in=[state.value for state in HERE])
    lying = {
        (sku, number): room for sku, number, room in here.values_list("product__sku", "number", "room__code")
    }
    for row in rows:
        for number in row.numbers:
            if number in codes:
                yield _fault(row, codes[number])
            elif (row.product.sku, number) in lying:
                room = lying[row.product.sku, number]
                yield _fault(row, f"{number} of {row.product.sku} is in {room} already. Remove it here.")


def _codes_of_the_file(numbers: Sequence[str], sheet: Sheet) -> dict[str, str]:
    """Of these numbers those that will scan to a product once the file is in, with the words for it."""
    coming = {code: row.product.sku for row in sheet.rows for code in row.product.barcodes}
    coming |= {row.product.sku: row.product.sku for row in sheet.rows}
    return {
        number: item_rules.scans_to(number, coming[code])
        for number in numbers
        for code in (number, *same_barcodes(number))
        if code in coming
    }


def _fault(row: SheetRow, sentence: str) -> Fault:
    return Fault(row.number, COLUMN, "|".join(row.numbers)[:60], sentence)
