"""A credit on a posted sale, by a person: whole or by lines, with a reason. The ERP is told by the sender.

The sale's row is locked, so that two people cannot credit the same unit; asked twice with one key there is
one credit. Goods that come back are no matter of the credit: they are booked in apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models import Sum

from loadbay.core.errors import NotFound
from loadbay.core.events import record
from loadbay.core.money import Money
from loadbay.inbox.services import close_tasks
from loadbay.orders import erp_rules as rules
from loadbay.orders.erp_rules import Creditable, NothingToCredit
from loadbay.orders.events import SalesCredited
from loadbay.orders.models import Sale, SaleCredit, SaleCreditLine, SaleLine
from loadbay.orders.services.cancelling import CANCELLED_AT_AMAZON
from loadbay.orders.services.differing import credited_by_line, write_credits
from loadbay.orders.services.implying import imply, lock_shipments_of

NO_MONEY = Decimal(0)


@dataclass(frozen=True)
class CreditRow:
    """A credit as people see it. `document` is the books' number, empty until they have it."""

    number: str
    reason: str
    amount: Money
    wanted_at: datetime
    wanted_by: str
    document: str


def creditable(number: str) -> tuple[Creditable, ...]:
    """The lines of a sale with what is left of each."""
    return tuple(_lines(_sale(number)))


def credits_of(number: str) -> tuple[CreditRow, ...]:
    rows = SaleCredit.objects.filter(sale__number=_plain(number)).select_related("sale").order_by("id")
    rows = rows.annotate(net=Sum("lines__net"), tax=Sum("lines__tax"))
    return tuple(
        CreditRow(
            row.number,
            row.reason,
            Money(row.net + row.tax, row.sale.currency).rounded(),
            row.wanted_at,
            row.wanted_by,
            row.document,
        )
        for row in rows
    )


@transaction.atomic
def credit_sale(
    number: str, *, reason: str, units: Mapping[int, int] | None = None, key: str = ""
) -> CreditRow:
    """Credit these units (line → units), or all that is left. Raises `NothingToCredit`, `NotFound`."""
    lock_shipments_of(Sale.objects.filter(number=_plain(number)))
    sale = Sale.objects.select_for_update().filter(number=_plain(number)).first()
    if sale is None:
        raise NotFound(f"There is no sale {number}.")
    key = key.strip()[:40] or uuid4().hex
    known = SaleCredit.objects.filter(key=key, sale=sale).first()
    if known is None:
        known = _credit(sale, reason=rules.check_reason(reason), units=units, key=key)
    return next(row for row in credits_of(sale.number) if row.number == known.number)


def _credit(sale: Sale, *, reason: str, units: Mapping[int, int] | None, key: str) -> SaleCredit:
    if sale.order_status != rules.POSTED:
        raise NothingToCredit(f"{sale.number} is {sale.order_status}. Only a posted sale can be credited.")
    lines = _lines(sale)
    taken = rules.credit_lines(lines, units, currency=sale.currency)
    credit = write_credits(sale, taken, reason=reason, key=key)[0]
    if rules.is_all(lines, taken):
        Sale.objects.filter(pk=sale.pk).update(order_status=Sale.OrderStatus.CREDITED)
        imply([sale.shipment_id])
        close_tasks(CANCELLED_AT_AMAZON, matters=[sale.number])
    record(SalesCredited(sale_ids=[sale.pk]))
    return credit


def _plain(number: str) -> str:
    """As numbers are kept; what no number holds is left out."""
    return number.replace("\x00", "").strip().upper()


def _sale(number: str) -> Sale:
    found = Sale.objects.filter(number=_plain(number)).first()
    if found is None:
        raise NotFound(f"There is no sale {number}.")
    return found


def _lines(sale: Sale) -> Sequence[Creditable]:
    before = credited_by_line(SaleCreditLine.objects.filter(line__sale=sale))
    nothing = {"units": 0, "net": NO_MONEY, "tax": NO_MONEY}
    found = []
    for line in SaleLine.objects.filter(sale=sale).order_by("id"):
        was = before.get(line.pk, nothing)
        found.append(
            Creditable(
                line_id=line.pk,
                description=line.description,
                units=line.units,
                net=line.net,
                tax=line.tax,
                credited_units=was["units"],
                credited_net=was["net"],
                credited_tax=was["tax"],
            )
        )
    return found
