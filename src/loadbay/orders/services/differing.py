"""Posted sales whose orders change: what became less is credited, the more stands on a further document.

What was posted is never changed. Documents less the credits that follow changes are what the marketplace says
now; what a person credited besides is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from loadbay.core.actor import current_actor
from loadbay.core.bulk import Row, insert_rows
from loadbay.core.events import record
from loadbay.core.money import Money
from loadbay.journal.services import note
from loadbay.orders import erp_rules as rules
from loadbay.orders.erp_rules import Charged, Credited, Wished
from loadbay.orders.events import SalesCredited
from loadbay.orders.models import Sale, SaleCredit, SaleCreditLine, SaleLine, SaleSupplement
from loadbay.orders.services.building import sold_again
from loadbay.orders.services.implying import lock_shipments_of
from loadbay.orders.services.sale_rows import sale_line_rows

REASON = "Amazon changed the order after it was posted."
_LEFT = (Sale.OrderStatus.POSTED, Sale.OrderStatus.CREDITED)
_NOTHING = Decimal(0)


@transaction.atomic
def follow_posted(shipment_pks: Sequence[int]) -> None:
    """Credit and supplement the posted ones of these sales, so that the books say what the order says now.

    Doing it twice changes nothing: only what still differs is handed over.
    """
    posted = Sale.objects.filter(shipment_id__in=list(shipment_pks), order_status__in=_LEFT)
    lock_shipments_of(posted)
    changed = [sale.pk for sale in posted.select_for_update().order_by("id") if _follow(sale)]
    if changed:
        record(SalesCredited(sale_ids=changed))


def _follow(sale: Sale) -> bool:
    less, more = rules.differences(_charged(sale), _wished(sale))
    if less:
        write_credits(sale, less, reason=REASON, follows_change=True)
    if more:
        _supplement(sale, more)
    return bool(less or more)


def _wished(sale: Sale) -> list[Wished]:
    """The lines of the order as it is now."""
    rows = sale_line_rows(sale.pk, sold_again(sale.shipment_id))
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    return [
        Wished(tuple(row[name] for name in _KEY), row["units"], row["net"], row["tax"])  # type: ignore[arg-type]
        for row in found
    ]


_KEY = ("kind", "product_id", "charge_type", "charge_number", "description")


def _charged(sale: Sale) -> list[Charged]:
    """The lines of its documents, less what earlier changes took back."""
    taken = SaleCreditLine.objects.filter(line__sale=sale)
    all_credits = credited_by_line(taken)
    followed = credited_by_line(taken.filter(credit__follows_change=True))
    nothing = {"units": 0, "net": _NOTHING, "tax": _NOTHING}
    found = []
    for line in SaleLine.objects.filter(sale=sale).order_by("id"):
        ours, everybodys = followed.get(line.pk, nothing), all_credits.get(line.pk, nothing)
        found.append(
            Charged(
                line.pk,
                (line.kind, line.product_id, line.charge_type, line.charge_number, line.description),
                line.units - ours["units"],
                line.net - ours["net"],
                line.tax - ours["tax"],
                line.units - everybodys["units"],
                line.net - everybodys["net"],
                line.tax - everybodys["tax"],
            )
        )
    return found


def credited_by_line(rows: QuerySet[SaleCreditLine]) -> dict[int, dict[str, Any]]:
    """Line of a sale → units, net and tax of these credit lines together."""
    found = rows.values("line_id").annotate(units=Sum("units"), net=Sum("net"), tax=Sum("tax"))
    return {row["line_id"]: row for row in found}


def write_credits(
    sale: Sale, taken: Sequence[Credited], *, reason: str, key: str = "", follows_change: bool = False
) -> list[SaleCredit]:
    """One credit for each document that lines of it stand on, the sale's first document first.

    The sale's row is locked. `key` names the first of them for whoever asks again.
    """
    lines = SaleLine.objects.filter(pk__in=[one.line_id for one in taken])
    documents = dict(lines.values_list("pk", "supplement_id"))
    by_document: dict[int, list[Credited]] = defaultdict(list)
    for one in taken:
        by_document[documents[one.line_id] or 0].append(one)
    written: list[SaleCredit] = []
    for supplement_id, mine in sorted(by_document.items()):
        credit = SaleCredit.objects.create(
            sale=sale,
            supplement_id=supplement_id or None,
            follows_change=follows_change,
            number=f"{sale.number}-C{SaleCredit.objects.filter(sale=sale).count() + 1}",
            key=uuid4().hex if written or not key else key,
            reason=reason,
            wanted_by=current_actor(),
        )
        insert_rows(SaleCreditLine, [_credit_line(credit.pk, one) for one in mine])
        amount = Money(sum((one.net + one.tax for one in mine), _NOTHING), sale.currency).rounded()
        note(f"sale:{sale.number}", f"{credit.number}: {amount} credited. {reason}", what="credited")
        written.append(credit)
    return written


def _credit_line(credit_pk: int, one: Credited) -> Row:
    return {
        "credit_id": credit_pk,
        "line_id": one.line_id,
        "units": one.units,
        "net": one.net,
        "tax": one.tax,
    }


def _supplement(sale: Sale, more: Sequence[Wished]) -> None:
    count = SaleSupplement.objects.filter(sale=sale).count() + 1
    row = SaleSupplement.objects.create(
        sale=sale,
        number=f"{sale.number}-A{count}",
        external_document=f"{sale.external_document[:75]}-A{count}",
    )
    insert_rows(
        SaleLine,
        [
            {
                "sale_id": sale.pk,
                "supplement_id": row.pk,
                **dict(zip(_KEY, one.key, strict=True)),
                "units": one.units,
                "net": one.net,
                "tax": one.tax,
            }
            for one in more
        ],
    )
    net, tax = sum((one.net for one in more), _NOTHING), sum((one.tax for one in more), _NOTHING)
    Sale.objects.filter(pk=sale.pk).update(net_total=F("net_total") + net, tax_total=F("tax_total") + tax)
    amount = Money(net + tax, sale.currency).rounded()
    note(f"sale:{sale.number}", f"{row.number}: {amount} charged besides. {REASON}", what="supplement")


def amount_of(number: str) -> Money:
    """What the documents of a sale less the credits that follow changes come to."""
    sale = Sale.objects.get(number=number)
    charged = _charged(sale)
    return Money(sum((line.net + line.tax for line in charged), _NOTHING), sale.currency).rounded()
