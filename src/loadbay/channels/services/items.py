"""Related > Setup > Items: codes of the channel and what each of them is in our books.

All the lines that are given are kept or none is; what orders waited for goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from loadbay.catalogue.queries import resolve_skus, skus_of
from loadbay.channels.definition_rules import DefinitionNotUsable
from loadbay.channels.item_rules import ITEM, KINDS, SKU, ItemLine, check_code, check_item, item_key
from loadbay.channels.models import MappedItem, SalesChannel
from loadbay.channels.services.defining import begin, tell_mapped
from loadbay.core.bulk import insert_rows, update_rows
from loadbay.journal.services import note_each


@transaction.atomic
def save_items(code: str, wanted: Sequence[ItemLine]) -> tuple[str, ...]:
    """Keep these codes; others stay as they are. What changed comes back in words.

    Raises `DefinitionNotUsable` or `NotFound`. A line without a kind is one that nobody has mapped.
    """
    channel = begin(code)
    lines = checked_items(wanted)
    products = products_named(lines)
    known = _known(channel, lines)
    moved = [(line, *known.get(_key(line), (None, None))) for line in lines]
    moved = [(line, pk, was) for line, pk, was in moved if line != was]
    _write(channel, [(line, pk) for line, pk, _ in moved], products)
    changed = [
        f"{line.name}: {_words(was or ItemLine(line.code_type, line.external_id))} → {_words(line)}."
        for line, _, was in moved
    ]
    note_each([(f"channel:{channel.code}", words) for words in changed], what="definition")
    tell_mapped(channel, [item_key(*_key(line)) for line, _, _ in moved if line.kind])
    return tuple(changed)


def _write(
    channel: SalesChannel, moved: Sequence[tuple[ItemLine, int | None]], products: Mapping[str, int]
) -> None:
    """New codes and known ones, one statement each: a file may bring tens of thousands."""
    columns = [(line, pk, _columns(line, products)) for line, pk in moved]
    insert_rows(
        MappedItem,
        [
            {"channel_id": channel.pk, "code_type": line.code_type, "external_id": line.external_id, **row}
            for line, pk, row in columns
            if pk is None
        ],
    )
    update_rows(MappedItem, {pk: row for _, pk, row in columns if pk is not None})


def _columns(line: ItemLine, products: Mapping[str, int]) -> dict[str, object]:
    is_product = line.kind == ITEM
    return {
        "kind": line.kind,
        "product_id": products[line.number] if is_product else None,
        "number": "" if is_product else line.number,
    }


@transaction.atomic
def remove_items(code: str, gone: Sequence[ItemLine]) -> tuple[str, ...]:
    """Forget these codes; the usual order (listing, SKU, barcode) counts for them again."""
    channel = begin(code)
    known = _known(channel, gone)
    for line in gone:
        if _key(line) not in known:
            raise DefinitionNotUsable(
                line.external_id, "external_id", f"{channel.code} maps no {line.name}. Nothing was removed."
            )
    MappedItem.objects.filter(pk__in=[pk for pk, _ in known.values()]).delete()
    words = [f"{line.name} removed." for line in gone]
    note_each([(f"channel:{channel.code}", one) for one in words], what="definition")
    tell_mapped(channel, [item_key(*_key(line)) for line in gone])
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


def _known(channel: SalesChannel, lines: Sequence[ItemLine]) -> dict[tuple[str, str], tuple[int, ItemLine]]:
    """Those of the codes that are there: their row's id and what it says."""
    rows = MappedItem.objects.filter(channel=channel)
    rows = rows.filter(external_id__in={line.external_id for line in lines})
    wanted = {_key(line) for line in lines}
    columns = ("pk", "code_type", "external_id", "kind", "number", "product__sku")
    return {
        (code_type, external_id): (pk, ItemLine(code_type, external_id, kind, sku or number))
        for pk, code_type, external_id, kind, number, sku in rows.values_list(*columns)
        if (code_type, external_id) in wanted
    }


def _key(line: ItemLine) -> tuple[str, str]:
    return (line.code_type, line.external_id)


def _words(line: ItemLine) -> str:
    return f"{KINDS[line.kind]} {line.number}" if line.kind else "not mapped"
