"""Keeping the implied order status true: it follows Amazon's status and the sale's through the matrix.

A combination without a line leaves the status as it was and makes one task per combination.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from loadbay.channels.rules import NO_ORDER, Situation, look_up
from loadbay.channels.services import matrices_of
from loadbay.inbox.services import open_task
from loadbay.orders.models import Sale, Shipment


@transaction.atomic
def imply(shipment_pks: Sequence[int]) -> None:
    """Look the shipments up in their channels' matrices and store what is implied."""
    rows = list(
        Shipment.objects.filter(pk__in=list(shipment_pks), building=Shipment.Building.BUILT)
        .select_related("sale")
        .only("channel_id", "shipment_id", "status", "is_balanced", "implied_status", "sale__order_status")
        .order_by("id")
    )
    matrices = matrices_of({row.channel_id for row in rows})
    found: dict[str, list[int]] = {}
    for row in rows:
        situation = Situation(row.status, _order_status(row.sale), balanced=row.is_balanced)
        hit = look_up(matrices[row.channel_id], situation)
        if hit is None:
            _gap(row, situation)
        elif hit.implied.value != row.implied_status:
            found.setdefault(hit.implied.value, []).append(row.pk)
    for implied, pks in found.items():
        Shipment.objects.filter(pk__in=pks).update(implied_status=implied)


def _order_status(sale: Sale) -> str:
    """A cancelled sale is no order any more to the matrix."""
    return NO_ORDER if sale.order_status == Sale.OrderStatus.CANCELLED else sale.order_status


def _gap(row: Shipment, situation: Situation) -> None:
    combination = f"{situation.channel_status} × {situation.order_status}"
    open_task(
        kind="matrix_gap",
        matter=f"{row.channel_id}:{combination}",
        cause="mapping",
        sentence=f"The order status matrix has no line for {combination}.",
        cure="Add a line for this combination to the channel's order status matrix.",
        subjects=[f"shipment:{row.shipment_id}"],
    )
