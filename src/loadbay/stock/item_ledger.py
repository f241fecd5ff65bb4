"""The statements that read and write serialised items, many at once.

Rule: whoever changes how many items lie in a room holds that room's level (`ledger.lock_levels`) and writes
the movement in the same transaction; a constraint trigger of the database compares both at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.db.models.functions import Now

from loadbay.core.bulk import insert_rows
from loadbay.journal.services import note_many
from loadbay.stock.item_rules import NEXT, Item, ItemState, ItemStep
from loadbay.stock.models import SerialisedItem


def timeline_of(item_id: int) -> str:
    """The subject under which an item's life is noted."""
    return f"item:{item_id}"


def read(rows: QuerySet[SerialisedItem]) -> list[Item]:
    """The items of these rows, by number."""
    return [_item(row) for row in rows.select_related("product", "room").order_by("number", "product_id")]


def _item(row: SerialisedItem) -> Item:
    return Item(
        id=row.pk,
        product_id=row.product_id,
        sku=row.product.sku,
        number=row.number,
        state=ItemState(row.state),
        room_id=row.room_id,
        room=row.room.code if row.room else "",
        holder=row.holder,
        parcel=row.parcel,
        reference=row.reference,
    )


def locked(product_id: int, numbers: Iterable[str]) -> dict[str, Item]:
    """The items of a product with these numbers, their rows locked."""
    rows = SerialisedItem.objects.select_for_update(of=("self",))
    return {item.number: item for item in read(rows.filter(product_id=product_id, number__in=set(numbers)))}


def locked_many(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Item]:
    """The items of these (product, number), their rows locked."""
    keys = set(wanted)
    rows = SerialisedItem.objects.select_for_update(of=("self",)).filter(
        product_id__in={product_id for product_id, _ in keys}, number__in={number for _, number in keys}
    )
    found = {(item.product_id, item.number): item for item in read(rows)}
    return {key: item for key, item in found.items() if key in keys}


def held(holders: Sequence[str]) -> list[Item]:
    """The packed items of these holders, their rows locked."""
    rows = SerialisedItem.objects.select_for_update(of=("self",))
    return read(rows.filter(holder__in=list(holders), state=ItemState.PACKED.value))


def packed_of(holders: Sequence[str]) -> list[Item]:
    """The packed items of these holders as they stand."""
    return read(SerialisedItem.objects.filter(holder__in=list(holders), state=ItemState.PACKED.value))


def insert(fresh: Iterable[tuple[int, str]], *, room_id: int, reference: str) -> list[int]:
    """New items, (product, number), in a room. Raises as the database does when one is there already."""
    shared = {"room_id": room_id, "state": "in_stock", "reference": reference}
    rows = [{"product_id": product_id, "number": number, **shared} for product_id, number in sorted(fresh)]
    return insert_rows(SerialisedItem, rows)


def step(items: Sequence[Item], to: ItemStep, **columns: object) -> None:
    """Take the same step with all these items, whose rows are locked and allow it."""
    if not items:
        return
    states = {NEXT[item.state, to] for item in items}
    (state,) = states
    SerialisedItem.objects.filter(pk__in=[item.id for item in items]).update(
        state=state.value, since=Now(), **columns
    )


def note(items: Iterable[Item], text: str, *, what: str) -> None:
    """The same line in the timeline of each item."""
    note_ids([item.id for item in items], text, what=what)


def note_ids(item_ids: Iterable[int], text: str, *, what: str) -> None:
    note_many([timeline_of(item_id) for item_id in item_ids], text, what=what)
