"""Related > Setup > Items: codes of the channel and what each of them is in our books.

All the lines that are given are kept or none is; what orders waited for goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from loadbay.catalogue.queries import resolve_skus, skus_of
from loadbay.channels.definition_rules import DefinitionNotUsable
from loadbay.channels.item_rules import ITEM, KINDS, SKU, ItemLine, check_code, check_item, item_key
from loadbay.channels.models import MappedItem, SalesChannel
from loadbay.channels.services.defining import begin, tell_mapped
from loadbay.journal.services import note_each


@transaction.atomic
def save_items(code: str, wanted: Sequence[ItemLine]) -> tuple[str, ...]:
    """Keep these codes; others stay as they are. What changed comes back in words.

    Raises `DefinitionNotUsable` or `NotFound`. A line without a kind is one that nobody has mapped.
    """
    channel = begin(code)
    lines = checked_items(wanted)
    products = products_named(lines)
    known = {(row.code_type, row.external_id): row for row in _rows(channel)}
    changed, mapped = [], []
    for line in lines:
        row = known.get((line.code_type, line.external_id)) or MappedItem(
            channel=channel, code_type=line.code_type, external_id=line.external_id
        )
        was = _line_of(row)
        if row.pk and was == line:
            continue
        row.kind = line.kind
        row.product_id = products.get(line.number) if line.kind == ITEM else None
        row.number = "" if line.kind == ITEM else line.number
        row.save()
        changed.append(f"{line.name}: {_words(was)} → {_words(line)}.")
        if line.kind:
            mapped.append(item_key(line.code_type, line.external_id))
    note_each([(f"channel:{channel.code}", words) for words in changed], what="definition")
    tell_mapped(channel, mapped)
    return tuple(changed)


@transaction.atomic
def remove_items(code: str, gone: Sequence[ItemLine]) -> tuple[str, ...]:
    """Forget these codes; the usual order (listing, SKU, barcode) counts for them again."""
    channel = begin(code)
    rows = {(row.code_type, row.external_id): row for row in _rows(channel)}
    words = []
    for line in gone:
        row = rows.get((line.code_type, line.external_id))
        if row is None:
            raise DefinitionNotUsable(
                line.external_id, "external_id", f"{channel.code} maps no {line.name}. Nothing was removed."
            )
        row.delete()
        words.append(f"{line.name} removed.")
    note_each([(f"channel:{channel.code}", one) for one in words], what="definition")
    tell_mapped(channel, [item_key(line.code_type, line.external_id) for line in gone])
    return tuple(words)


def checked_items(wanted: Iterable[ItemLine]) -> list[ItemLine]:
    """The lines as they are kept. Raises `DefinitionNotUsable` for the first that cannot be."""
    lines = [check_code(line) for line in wanted]
    products = products_named(lines)
    seen: set[tuple[str, str]] = set()
    for line in lines:
        check_item(line, products=products)
        if (line.code_type, line.external_id) in seen:
            raise DefinitionNotUsable(line.external_id, "external_id", f"{line.name} stands there twice.")
        seen.add((line.code_type, line.external_id))
    return lines


def products_named(lines: Iterable[ItemLine]) -> dict[str, int]:
    """The products that lines of the kind item name, by SKU."""
    named = {line.number for line in lines if line.kind == ITEM}
    found = resolve_skus(named) if named else {}
    exact = skus_of(list(found.values()))
    return {sku: pk for sku, pk in found.items() if exact[pk] == sku}


def forget_unmapped(skus: Iterable[str]) -> dict[int, list[str]]:
    """These SKUs are products now: rows that only said that nobody knew them go. Their keys by channel."""
    rows = MappedItem.objects.filter(code_type=SKU, external_id__in=list(skus), kind="")
    found: dict[int, list[str]] = {}
    for channel_id, sku in rows.values_list("channel_id", "external_id"):
        found.setdefault(channel_id, []).append(item_key(SKU, sku))
    rows.delete()
    return found


def _rows(channel: SalesChannel) -> Iterable[MappedItem]:
    return MappedItem.objects.filter(channel=channel).select_related("product")


def _line_of(row: MappedItem) -> ItemLine:
    number = row.product.sku if row.product_id and row.product else row.number
    return ItemLine(row.code_type, row.external_id, row.kind, number)


def _words(line: ItemLine) -> str:
    return f"{KINDS[line.kind]} {line.number}" if line.kind else "not mapped"
