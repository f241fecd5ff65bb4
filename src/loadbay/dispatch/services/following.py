"""Amazon changed an order whose field call is under way: unpacked ones follow, packed ones ask a person.

Called in the transaction in which the change was seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import now as the_moment

from loadbay.core.bulk import these
from loadbay.core.errors import Refusal
from loadbay.dispatch.models import IN_WORK, FieldCall
from loadbay.dispatch.parts import goods_of
from loadbay.dispatch.rules import State, Step, advance
from loadbay.dispatch.services.completing import post_what_left
from loadbay.dispatch.services.opening import pick_again
from loadbay.inbox.services import open_task
from loadbay.journal.services import note
from loadbay.orders.models import Shipment, ShipmentLine
from loadbay.orders.services.amending import ask_a_person, ask_of_wishes
from loadbay.orders.services.implying import imply
from loadbay.orders.services.promising import requests_for
from loadbay.orders.services.shrinking import shrink_sale
from loadbay.stock import items as stock_items
from loadbay.stock import services as stock


@transaction.atomic
def follow_changes(shipment_pks: Sequence[int], *, resized: Sequence[int]) -> None:
    """What is not packed yet becomes what the order is now; the rest is held, with a task."""
    for call in _calls_of(shipment_pks):
        pk = call.sale.shipment_id
        if pk in resized:
            _resize(call, pk)
        if ShipmentLine.objects.filter(shipment_id=pk, shipped_units__gt=F("gone_units")).exists():
            ask_a_person(
                pk,
                kind="shipped_elsewhere",
                sentence=f"Amazon counts units of {call.number} as shipped, and Loadbay did not ship them.",
                cure="Look in Seller Central what was sent, and book it out. If something is left, press "
                "Ship Anyway: just that is picked.",
            )


def _calls_of(shipment_pks: Sequence[int]) -> list[FieldCall]:
    """The field calls of what is still to be sent, locked; parts that go ahead are left out."""
    calls = FieldCall.objects.select_for_update(of=("self",)).filter(
        sale__shipment_id__among=these(shipment_pks), state__in=IN_WORK, part=0
    )
    return list(calls.select_related("sale", "channel").order_by("id"))


class OnTheBench(Refusal):
    """A field call is being packed; what is to be picked cannot change under the packer's hands."""

    code = "on_the_bench"


@transaction.atomic
def pick_the_rest(shipment_pks: Sequence[int]) -> None:
    """Of these orders a part left without us: just the rest is promised and picked. Raises `OnTheBench`.

    What is packed already is to be packed anew, because it holds units that left.
    """
    for call in _calls_of(shipment_pks):
        if call.state == FieldCall.State.PACKING:
            raise OnTheBench(
                f"{call.number} is on the bench {call.station}. Put it back there, then press Ship Anyway."
            )
        if call.state != FieldCall.State.TO_PACK:
            _unpack(call)
        _promise_anew(call)
        note(f"field_call:{call.number}", "A part of it left without us; the rest is picked.", what="picked")


def _unpack(call: FieldCall) -> None:
    call.state = advance(State(call.state), Step.UNPACK, number=call.number).value
    call.station, call.packer, call.packed_at = "", None, None
    call.save(update_fields=["state", "station", "packer", "packed_at"])
    call.parcels.all().delete()
    stock_items.unpack([goods_of(call)])
    open_task(
        kind="pack_anew",
        matter=call.number,
        cause="decision",
        sentence=f"{call.number} is packed with units of which a part left without Loadbay.",
        cure="Take its boxes to the bench, take the goods out and pack it anew; then settle this task.",
        subjects=[f"field_call:{call.number}"],
        is_alert=True,
    )


def _promise_anew(call: FieldCall) -> None:
    """Promise just what is left of the order, and pick that. With nothing left there is nothing to send."""
    shipment = Shipment.objects.defer("raw", "boxes").get(pk=call.sale.shipment_id)
    requests = requests_for([shipment])
    if requests:
        stock.reserve_again(requests)
        pick_again([call.sale_id])
        return
    stock.release([goods_of(call)])
    call.lines.all().delete()
    call.state = advance(State(call.state), Step.CANCEL, number=call.number).value
    call.save(update_fields=["state"])
    note(f"field_call:{call.number}", "Nothing of it is left to be sent.", what="cancelled")
    if FieldCall.objects.filter(sale_id=call.sale_id, state=FieldCall.State.COMPLETED).exists():
        post_what_left([call.sale_id], now=the_moment())
        imply([shipment.pk])


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
        _promise_anew(call)
        return
    ask_a_person(
        shipment_pk,
        kind="order_changed",
        sentence=f"Amazon changed the order of {call.number} after packing had begun.",
        cure="Compare it with Seller Central and take out what was cancelled; then press Ship Anyway.",
    )
