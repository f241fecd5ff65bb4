"""Product files: products, barcodes and prices, with the goods they bring, in one transaction or not at all.

The same file books its goods in once only: its movements carry the file's fingerprint as reference.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import transaction

from loadbay.catalogue.services import count_sheet, save_sheet, sheet_faults
from loadbay.catalogue.sheet import Fault, Sheet, read_sheet
from loadbay.core.errors import Refusal
from loadbay.stock import items
from loadbay.stock.item_intake import item_faults
from loadbay.stock.models import Movement, StockRoom
from loadbay.stock.services import Delivery, goods_in_many


class SheetHasFaults(Refusal):
    """A product file with bad rows. Nothing of it was imported; `faults` names each cell."""

    code = "sheet_has_faults"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        shown = " ".join(str(fault) for fault in faults[:5])
        more = f" And {len(faults) - 5} more." if len(faults) > 5 else ""
        super().__init__(f"Nothing was imported, {len(faults)} cells cannot be used. {shown}{more}")
        self.faults = faults


class SheetImportedAlready(Refusal):
    """The same file again, with quantities that are booked in already."""

    code = "sheet_imported_already"


@dataclass(frozen=True)
class ImportReport:
    """What a product file did, or would do (`is_applied` says which)."""

    is_applied: bool
    created: int
    updated: int
    prices: int
    units: int
    faults: tuple[Fault, ...]


@transaction.atomic
def import_products(data: bytes, *, apply: bool) -> ImportReport:
    """Import a CSV file of products; without `apply`, say what it would do and name every bad cell.

    With `apply` a single bad cell refuses the whole file (`SheetHasFaults`).
    """
    sheet = read_sheet(data)
    why_it_stays = items.why_it_stays if apply else items.why_it_would_stay
    faults = (*sheet_faults(sheet), *_room_faults(sheet), *item_faults(sheet, why_it_stays=why_it_stays))
    if apply and faults:
        raise SheetHasFaults(faults)
    counted = save_sheet(sheet) if apply else count_sheet(sheet)
    deliveries = [
        Delivery(row.product.sku, row.room.upper(), row.units, row.numbers)
        for row in sheet.rows
        if row.units is not None
    ]
    reference = f"import {hashlib.sha256(data).hexdigest()[:16]}"
    _refuse_second_time(deliveries, reference=reference)
    if apply and deliveries:
        goods_in_many(deliveries, reference=reference, reason="product import")
    return ImportReport(
        is_applied=apply,
        created=counted.created,
        updated=counted.updated,
        prices=sum(row.price is not None for row in sheet.rows),
        units=sum(line.units for line in deliveries),
        faults=faults,
    )


def _refuse_second_time(deliveries: list[Delivery], *, reference: str) -> None:
    """After the products were written, so that the same file at the same moment waits for the first one."""
    skus = [line.sku for line in deliveries[:1]]
    before = Movement.objects.filter(product__sku__in=skus, reference=reference).first()
    if before is not None:
        raise SheetImportedAlready(
            f"This file was imported on {before.at:%d %B %Y at %H:%M} UTC and its quantities are booked in. "
            "Remove the columns quantity and room to change the products only."
        )


def _room_faults(sheet: Sheet) -> tuple[Fault, ...]:
    known = set(StockRoom.objects.values_list("code", flat=True))
    cure = f"There is no such stock room. Known rooms: {', '.join(sorted(known)) or 'none'}."
    return tuple(
        Fault(row.number, "room", row.room, cure)
        for row in sheet.rows
        if row.units is not None and row.room.upper() not in known
    )
