"""Amazon cancelled: the field call stops wherever it is, its stock is let go or put back.

A parcel that already left stays completed and becomes a task, because it comes back as a return.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from loadbay.core.bulk import these
from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.dispatch.events import FieldCallsCancelled
from loadbay.dispatch.models import FieldCall, Label
from loadbay.dispatch.parts import goods_of
from loadbay.dispatch.queries import waits_to_be_put_back
from loadbay.dispatch.rules import State, Step, advance
from loadbay.dispatch.services.labels import ABOUT_LABELS
from loadbay.inbox.services import close_kinds, close_task, open_task
from loadbay.journal.services import note
from loadbay.stock import services as stock


class NothingToPutBack(Refusal):
    """The field call has no goods to put back on the shelf."""

    code = "nothing_to_put_back"


@transaction.atomic
def stop_field_calls(sale_ids: Sequence[int], *, now: datetime) -> None:
    """Stop the field calls of cancelled sales. Stopping twice changes nothing."""
    calls = list(
        FieldCall.objects.select_for_update(of=("self",))
        .filter(sale_id__among=these(sale_ids))
        .exclude(state=FieldCall.State.CANCELLED)
        .select_related("sale__shipment")
        .defer("sale__shipment__raw", "sale__shipment__boxes")
        .order_by("id")
    )
    stopped = [call for call in calls if call.state != FieldCall.State.COMPLETED]
    for call in calls:
        if call.state == FieldCall.State.COMPLETED:
            _left_already(call)
    for call in stopped:
        _stop(call, now)
    if stopped:
        record(FieldCallsCancelled(field_call_ids=[call.pk for call in stopped]))


@transaction.atomic
def put_back(number: str) -> None:
    """A person put the goods of a cancelled, labelled parcel back on the shelf; they can be sold again."""
    call = FieldCall.objects.select_for_update(of=("self",)).filter(number=number.strip().upper()).first()
    if call is None:
        raise NotFound(f"There is no field call {number}.")
    if not waits_to_be_put_back(call):
        raise NothingToPutBack(f"{call.number} has no goods waiting to be put back.")
    stock.put_back(goods_of(call))
    close_task("put_back", call.number)
    note(f"field_call:{call.number}", "Goods put back on the shelf.", what="put_back")


def _stop(call: FieldCall, now: datetime) -> None:
    was = State(call.state)
    call.state = advance(was, Step.CANCEL, number=call.number).value
    call.state_since, call.label_wanted, call.serial_for, call.next_try_at = now, "", None, None
    if was is not State.PACKING:
        call.station = ""  # no bench has it in hand any more, so none is told with its next scan
    call.save(update_fields=["state", "state_since", "station", "label_wanted", "serial_for", "next_try_at"])
    Label.objects.filter(parcel__field_call=call).update(is_void=True)
    call.parcels.update(consignment=None)
    key = goods_of(call)
    if was in {State.PACKED, State.LABELLED}:
        stock.move_stage([key], to="put_back")
        open_task(
            kind="put_back",
            matter=call.number,
            cause="decision",
            sentence=f"{call.number} was packed when Amazon cancelled it.",
            cure="Take the parcel off the lorry's place, put the goods back, then press Put Back.",
            subjects=[f"field_call:{call.number}"],
        )
    else:
        stock.release([key])
    close_kinds((*ABOUT_LABELS, "print_trouble"), matter=call.number)
    note(f"field_call:{call.number}", "Amazon cancelled it; nothing is to be sent.", what="cancelled")


def _left_already(call: FieldCall) -> None:
    open_task(
        kind="cancelled_on_lorry",
        matter=call.number,
        cause="decision",
        sentence=f"Amazon cancelled {call.number} after its parcel left on the lorry.",
        cure="Nothing more is told to Amazon. Expect the parcel back as a return and book it in then.",
        subjects=[f"field_call:{call.number}", f"shipment:{call.sale.shipment.shipment_id}"],
        is_alert=True,
    )
