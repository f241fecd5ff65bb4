"""Reading serialised items: those of a product, one by its number, and what a scanned code stands for.

A number alone names an item only while no other product's item bears it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loadbay.catalogue.queries import product_of_code
from loadbay.catalogue.rules import ProductUnknown
from loadbay.journal.queries import TimelineLine, timeline
from loadbay.stock import item_ledger
from loadbay.stock.item_rules import Item, ItemUnknown, NumberAmbiguous
from loadbay.stock.models import SerialisedItem

LONGEST_NUMBER = 60


@dataclass(frozen=True)
class ItemRow:
    """An item as people see it. `state` is `returned` for one in stock that left once and came back."""

    id: int
    sku: str
    number: str
    state: str
    room: str
    field_call: str
    parcel: str
    reason: str
    since: datetime

    @property
    def went(self) -> str:
        """Where it went: the field call and parcel it is in or left with, or why it was disposed of."""
        return " ".join(filter(None, [self.field_call, self.parcel])) or self.reason


@dataclass(frozen=True)
class Scanned:
    """What a stock number stands for: a product, and its item where the number is that of one."""

    sku: str
    is_serialised: bool
    number: str = ""


@dataclass(frozen=True)
class ItemPage:
    rows: tuple[ItemRow, ...]
    after: str | None
    """The number after which the next page begins, or None."""


def items(sku: str, *, only_here: bool = False, after: str = "", limit: int = 50) -> ItemPage:
    """A page of a product's items, by number: all that ever were, or those that lie in a room."""
    rows = SerialisedItem.objects.filter(product__sku=sku, number__gt=after)
    if only_here:
        rows = rows.filter(room__isnull=False)
    found = list(rows.select_related("product", "room").order_by("number")[: limit + 1])
    return ItemPage(tuple(map(_row, found[:limit])), found[limit - 1].number if len(found) > limit else None)


def item(sku: str, *, number: str) -> ItemRow:
    """One item of a product. Raises `ItemUnknown`."""
    row = SerialisedItem.objects.filter(product__sku=sku, number=_cut(number))
    found = row.select_related("product", "room").first()
    if found is None:
        raise ItemUnknown(f"No {sku} has the number {number[:LONGEST_NUMBER]!r}. Read it on the item again.")
    return _row(found)


def history(item_id: int) -> list[TimelineLine]:
    """What happened to an item, newest first."""
    return timeline(item_ledger.timeline_of(item_id))


def called(number: str) -> list[Item]:
    """Every item that bears this number, whatever its product and wherever it is."""
    wanted = _cut(number)
    return item_ledger.read(SerialisedItem.objects.filter(number=wanted)) if wanted else []


def one_called(number: str) -> Item | None:
    """The item that bears this number. Raises `NumberAmbiguous` when several products have one."""
    found = called(number)
    if len(found) > 1:
        raise NumberAmbiguous(
            f"{number} is the number of an item of {words_of(found)}. Name the product's code first."
        )
    return found[0] if found else None


def words_of(found: Sequence[Item]) -> str:
    """The products of these items, for a sentence."""
    return " and of ".join(sorted({one.sku for one in found}))


def sku_of(code: str) -> str:
    """The SKU behind a stock number: a product's code, a barcode, or the number of one serialised item.

    Raises `ProductUnknown`, or `NumberAmbiguous` when several products have an item of that number.
    """
    return scanned(code).sku


def scanned(code: str) -> Scanned:
    """The product behind a stock number, and the item. Raises as `sku_of` does."""
    product = product_of_code(code)
    if product is not None:
        return Scanned(product.sku, product.is_serialised)
    found = one_called(code)
    if found is None:
        raise ProductUnknown.called(code)
    return Scanned(found.sku, is_serialised=True, number=found.number)


def sku_of_number(number: str) -> str:
    """The product of the one item of that number. Raises `ItemUnknown` or `NumberAmbiguous`."""
    found = one_called(number)
    if found is None:
        raise ItemUnknown(f"No item has the number {number[:LONGEST_NUMBER]!r}. Read it on the item again.")
    return found.sku


def skus_called(number: str) -> tuple[str, ...]:
    """The products that have an item of this number, for a search."""
    return tuple(sorted({one.sku for one in called(number)}))


def _cut(number: str) -> str:
    text = number.strip()
    return text if len(text) <= LONGEST_NUMBER and text.isprintable() else ""


def _row(row: SerialisedItem) -> ItemRow:
    is_here = row.state == SerialisedItem.State.IN_STOCK
    is_disposed = row.state == SerialisedItem.State.DISPOSED
    return ItemRow(
        id=row.pk,
        sku=row.product.sku,
        number=row.number,
        state="returned" if is_here and row.came_back else row.state,
        room=row.room.code if row.room else "",
        field_call="" if is_here or is_disposed else row.reference,
        parcel=row.parcel,
        reason=row.reference if is_disposed else "",
        since=row.since,
    )
