"""Keeping the implied order status true: it follows Amazon's status and the sale's through the matrix.

A combination without a line leaves the status as it was and makes one task per combination.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from loadbay.channels.rules import NO_ORDER, Situation, look_up
from loadbay.channels.services import matrices_of
from loadbay.core.bulk import these
from loadbay.core.transactions import joined
from loadbay.orders.erp_rules import counts_as
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services.entering import entered
from loadbay.orders.services.gaps import Gap, tell_gaps


@joined
def imply(shipment_pks: Sequence[int]) -> None:
    """Look the shipments up in their channels' matrices; store what is implied, and do what hangs on it."""
    rows = Shipment.objects.select_for_update(no_key=True).filter(pk__among=these(shipment_pks))
    imply_locked(rows.filter(building=Shipment.Building.BUILT).only(*OF_IMPLYING).order_by("id"))


OF_IMPLYING = ("building", "channel_id", "shipment_id", "status", "is_balanced", "implied_status")


def imply_locked(shipments: Iterable[Shipment]) -> None:
    """As `imply`, of rows that the caller has locked and read, as far as `OF_IMPLYING`.

    Their sales are asked for after that: what a statement joins to a row whose lock it had to wait for is as
    it was before the wait.
    """
    rows = [row for row in shipments if row.building == Shipment.Building.BUILT]
    if not rows:
        return
    sales = Sale.objects.filter(shipment_id__among=these(row.pk for row in rows))
    order_statuses = dict(sales.values_list("shipment_id", "order_status"))
    matrices = matrices_of({row.channel_id for row in rows})
    found: dict[str, list[int]] = {}
    gaps: dict[Gap, list[str]] = {}
    for row in rows:
        order_status = _as_the_matrix_knows(order_statuses.get(row.pk), channel_status=row.status)
        situation = Situation(row.status, order_status, balanced=row.is_balanced)
        hit = look_up(matrices[row.channel_id], situation)
        if hit is None:
            gaps.setdefault((row.channel_id, situation), []).append(row.shipment_id)
        elif hit.implied.value != row.implied_status:
            found.setdefault(hit.implied.value, []).append(row.pk)
    tell_gaps(gaps)
    for implied, pks in found.items():
        Shipment.objects.filter(pk__among=these(pks)).update(implied_status=implied)
    channels = {row.pk: row.channel_id for row in rows}
    if found:
        entered((channels[pk], pk, implied) for implied, pks in found.items() for pk in pks)


def lock_shipments_of(sales: QuerySet[Sale]) -> None:
    """Before sales are locked whose status may change: a cancellation locks shipments, then sales, too."""
    rows = Shipment.objects.select_for_update(no_key=True).filter(sale__in=sales)
    list(rows.order_by("id").values_list("pk"))


def order_status_of(sale: Sale | None, *, channel_status: str) -> str:
    """What the sale is to the matrix, which knows neither cancelled nor credited."""
    return _as_the_matrix_knows(sale.order_status if sale else None, channel_status=channel_status)


def _as_the_matrix_knows(order_status: str | None, *, channel_status: str) -> str:
    if order_status is None:
        return NO_ORDER
    return counts_as(order_status, channel_status=channel_status) or NO_ORDER
