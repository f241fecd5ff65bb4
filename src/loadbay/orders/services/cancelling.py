"""Amazon cancelled: the sale goes with it, its stock is let go, dispatch is told.

Done at any moment between import and lorry; doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Now

from loadbay.channels.models import SalesChannel
from loadbay.core.bulk import these
from loadbay.core.events import record
from loadbay.inbox.services import close_tasks, open_task
from loadbay.journal.services import note_many
from loadbay.orders.events import SalesCancelled
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services.entering import entered
from loadbay.orders.services.ruling import tell_of_gone
from loadbay.stock import services as stock

SETTLED_BY_CANCELLATION = (
    *("short_stock", "order_held", "shipment_stopped", "answer_late", "answer_declined"),
    *("buyer_asks_to_cancel", "order_changed", "shipped_elsewhere"),
)
"""Kinds of tasks on a shipment of which nothing remains to be done once Amazon cancelled it."""


CANCELLED_AT_AMAZON = "cancelled_at_amazon"
"""The kind of task on a posted FBA sale whose order Amazon cancelled; crediting it settles both."""


def holder(shipment_pk: int) -> str:
    """The key under which a shipment's stock is promised."""
    return f"shipment:{shipment_pk}"


@transaction.atomic
def cancel_sales(shipment_pks: Sequence[int]) -> None:
    """Cancel the sales of shipments that Amazon cancelled.

    A posted sale stays, credited or not: its parcel has left, so dispatch makes a task of it. One that Amazon
    ships has no parcel here, so its task is made here.
    """
    sales = list(
        Sale.objects.select_for_update(of=("self",))
        .filter(shipment_id__among=these(shipment_pks))
        .exclude(order_status=Sale.OrderStatus.CANCELLED)
        .select_related("shipment__channel")
        .defer("shipment__raw", "shipment__boxes")
        .order_by("id")
    )
    unbuilt = Shipment.objects.filter(pk__among=these(shipment_pks), building__in=["staged", "waiting"])
    channels = dict(unbuilt.order_by("id").values_list("pk", "channel_id"))
    pending = list(channels)
    if pending:  # an order that Amazon had not released yet holds its goods without a sale
        stock.release([holder(pk) for pk in pending])
    Shipment.objects.filter(pk__in=pending).update(
        building=Shipment.Building.IGNORED, implied_status="Cancelled", held_because=""
    )
    tell_of_gone(pending)
    entered((channels[pk], pk, "Cancelled") for pk in pending)
    Shipment.objects.filter(pk__among=these(shipment_pks)).update(
        promise=Shipment.Promise.NONE, is_short=False
    )
    left = {Sale.OrderStatus.POSTED, Sale.OrderStatus.CREDITED}
    stopping = [sale for sale in sales if sale.order_status not in left]
    Sale.objects.filter(pk__among=these(sale.pk for sale in stopping)).update(
        order_status=Sale.OrderStatus.CANCELLED, cancelled_at=Now()
    )
    note_many(
        [f"sale:{sale.number}" for sale in stopping], "Amazon cancelled the shipment.", what="cancelled"
    )
    _ask_of_posted([sale for sale in sales if sale.order_status == Sale.OrderStatus.POSTED])
    matters = list(
        Shipment.objects.filter(pk__among=these(shipment_pks)).values_list("shipment_id", flat=True)
    )
    for kind in SETTLED_BY_CANCELLATION:
        close_tasks(kind, matters=matters)
    if sales:
        record(SalesCancelled(sale_ids=[sale.pk for sale in sales]))


def _ask_of_posted(sales: Sequence[Sale]) -> None:
    for sale in sales:
        if sale.shipment.channel.programme == SalesChannel.Programme.FBA:
            open_task(
                kind=CANCELLED_AT_AMAZON,
                matter=sale.number,
                cause="decision",
                sentence=f"Amazon cancelled {sale.shipment.shipment_id} after {sale.number} was posted.",
                cure="If the buyer has the money back, press Credit on the sale; that settles it.",
                link=f"/office/sale/{sale.number}/",
                subjects=[f"sale:{sale.number}", f"shipment:{sale.shipment.shipment_id}"],
            )
