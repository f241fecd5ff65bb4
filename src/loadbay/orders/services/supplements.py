"""Further documents of sales that became more after they were posted: what is due, what the ERP has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from loadbay.core.bulk import update_rows
from loadbay.journal.services import note_each
from loadbay.orders import erp_rules as rules
from loadbay.orders.erp_ports import DocumentToMake, SeenDocument
from loadbay.orders.models import SaleSupplement
from loadbay.orders.services.documents import Due, due_of, lines_of_supplements, to_make


@dataclass(frozen=True)
class SupplementDue:
    """A further document that the ERP has not posted yet, as it is wanted; `on` is its posting date."""

    pk: int
    due: Due
    to_make: DocumentToMake
    on: date
    status: str


def supplements_due(erp: str, *, now: datetime, limit: int) -> list[SupplementDue]:
    """Those whose sale's first document is posted, oldest first."""
    rows = SaleSupplement.objects.filter(
        Q(sale__document_try_at=None) | Q(sale__document_try_at__lte=now),
        ~Q(status__in=[rules.POSTED, rules.CREDITED]),
        sale__document_status__in=[rules.POSTED, rules.CREDITED],
        sale__document_is_stopped=False,
        sale__shipment__channel__erp=erp,
    )
    rows = rows.select_related("sale__shipment__channel").order_by("id")
    found = list(rows.defer("sale__shipment__raw", "sale__shipment__boxes")[:limit])
    heads = to_make([row.sale_id for row in found])
    lines = lines_of_supplements([row.pk for row in found])
    return [_due(row, replace(heads[row.sale_id], lines=tuple(lines[row.pk])), now) for row in found]


def _due(row: SaleSupplement, head: DocumentToMake, now: datetime) -> SupplementDue:
    wanted = replace(head, external_number=row.external_document, reference=row.number)
    zone = ZoneInfo(row.sale.shipment.channel.time_zone)
    return SupplementDue(
        row.pk, due_of(row.sale, now), wanted, row.wanted_at.astimezone(zone).date(), row.status
    )


@transaction.atomic
def have_supplements(found: Sequence[tuple[SupplementDue, SeenDocument]]) -> None:
    """The ERP has these documents like this."""
    there = {one.pk: {"document": seen.number, "status": seen.status.value} for one, seen in found}
    update_rows(SaleSupplement, there)
    note_each(
        [
            (
                f"sale:{one.due.sale}",
                f"{one.to_make.reference} in the books: {seen.number}, {seen.status.value}.",
            )
            for one, seen in found
            if seen.status.value != one.status
        ],
        what="document",
    )
