"""Amazon changed an order whose field call is under way: unpacked ones follow, packed ones ask a person.

Called in the transaction in which the change was seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from loadbay.core.bulk import these
from loadbay.dispatch.models import IN_WORK, FieldCall
from loadbay.dispatch.services.opening import pick_again
from loadbay.orders.models import ShipmentLine
from loadbay.orders.services.amending import ask_a_person, ask_of_wishes
from loadbay.orders.services.shrinking import shrink_sale


@transaction.atomic
def follow_changes(shipment_pks: Sequence[int], *, resized: Sequence[int]) -> None:
    """What is not packed yet becomes what the order is now; the rest is held, with a task."""
    calls = FieldCall.objects.select_for_update(of=("self",)).filter(
        sale__shipment_id__among=these(shipment_pks), state__in=IN_WORK
    )
    for call in calls.select_related("sale").order_by("id"):
        pk = call.sale.shipment_id
        if pk in resized:
            _resize(call, pk)
        if ShipmentLine.objects.filter(shipment_id=pk, shipped_units__gt=0).exists():
            ask_a_person(
                pk,
                kind="shipped_elsewhere",
                sentence=f"Amazon counts units of {call.number} as shipped, and Loadbay did not ship them.",
                cure="Look in Seller Central what was sent. If nothing is left, book the goods out and leave "
                "it; to send what this field call holds all the same, press Ship Anyway.",
            )


def ask_of_what_came_before(sale_ids: Sequence[int]) -> None:
    """What had left in part, or its buyer wanted cancelled, before the sale stood: a person decides."""
    lines = ShipmentLine.objects.filter(shipment__sale__among=these(sale_ids))
    marked = lines.filter(Q(shipped_units__gt=0) | ~Q(cancel_asked=""))
    rows = list(marked.values_list("shipment_id", "shipped_units"))
    if rows:
        ask_of_wishes(sale_ids)
    parts = sorted({pk for pk, units in rows if units})
    if parts:
        follow_changes(parts, resized=())


def _resize(call: FieldCall, shipment_pk: int) -> None:
    if call.state == FieldCall.State.TO_PACK:
        call.lines.all().delete()
        shrink_sale(shipment_pk)
        pick_again([call.sale_id])
        return
    ask_a_person(
        shipment_pk,
        kind="order_changed",
        sentence=f"Amazon changed the order of {call.number} after packing had begun.",
        cure="Compare it with Seller Central and take out what was cancelled; then press Ship Anyway.",
    )
