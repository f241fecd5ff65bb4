"""Ship these, rest later: what lies in the boxes becomes a part of its own, the rest a new field call.

MFN only: a shipment of Amazon's own lorry ships whole or not at all. The part is told to Amazon with exactly
its units; the sale is posted once its last field call left.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F, Max

from loadbay.core.bulk import insert_rows
from loadbay.core.events import record
from loadbay.dispatch import bench_rules as words
from loadbay.dispatch.bench_rules import BenchAnswer, Outcome, Tone
from loadbay.dispatch.box_queries import contents
from loadbay.dispatch.events import FieldCallsOpened
from loadbay.dispatch.models import BenchScan, FieldCall, FieldCallLine
from loadbay.dispatch.own_carrier import is_ours
from loadbay.dispatch.parts import Share, goods_of, packed_by_line, shares
from loadbay.dispatch.services import boxes, tracking
from loadbay.dispatch.services.opening import open_rest
from loadbay.journal.services import note
from loadbay.orders.models import ShipmentLine
from loadbay.stock.splitting import Taken, split


def ship_part(call: FieldCall, *, station: str, now: datetime) -> BenchAnswer:
    """Scanned once, it says what would go and what would wait; scanned again right after, it does it."""
    packed = packed_by_line(call)
    mine = shares(call, packed)
    refused = _refused(call, packed, mine)
    if refused is not None:
        return refused
    if not _was_asked(call, station):
        return _asked(call, packed)
    boxes.measure_all(call, contents(call.pk))
    call.parcels.filter(lines=None).delete()  # an empty box that was opened for the rest
    rest = _split(call, packed, mine, now=now)
    note(f"field_call:{call.number}", f"Goes ahead; the rest is {rest}.", what="part")
    note(f"field_call:{rest}", f"The rest of {call.number}, which goes ahead.", what="part")
    return tracking.ask(call)


def _refused(call: FieldCall, packed: Mapping[int, int], mine: Mapping[int, Share]) -> BenchAnswer | None:
    if not is_ours(call):
        return words.plain(
            Outcome.WHOLE_ONLY,
            Tone.STOP,
            "It ships whole or not at all",
            f"{call.number} is collected by Amazon. Pack everything, or put it back.",
            field_call=call.number,
        )
    if not any(packed.values()):
        return words.plain(
            Outcome.EMPTY_PARCEL,
            Tone.STOP,
            "Nothing is packed",
            "Scan what goes now, then Ship these, rest later.",
            field_call=call.number,
        )
    if all(share.packed == share.sold for share in mine.values()):
        return words.plain(
            Outcome.ALL_PACKED,
            Tone.NOTE,
            "Everything is packed",
            "Nothing is left for later. Press Packing Finished.",
            field_call=call.number,
        )
    if not all(share.is_whole for share in mine.values()):
        return words.part_of_set(call.number)
    return None


def _was_asked(call: FieldCall, station: str) -> bool:
    last = BenchScan.objects.filter(station=station).order_by("-id").first()
    return last is not None and (last.outcome, last.field_call_id) == (Outcome.PART_ASKED.value, call.pk)


def _asked(call: FieldCall, packed: Mapping[int, int]) -> BenchAnswer:
    rows = call.lines.order_by("id").values_list("pk", "product__sku", "units")
    parts = [(sku, packed.get(pk, 0), units) for pk, sku, units in rows]
    return words.part_asked(
        call.number,
        now_in=", ".join(f"{inside} × {sku}" for sku, inside, _ in parts if inside),
        later=", ".join(f"{units - inside} × {sku}" for sku, inside, units in parts if units > inside),
    )


def _split(call: FieldCall, packed: Mapping[int, int], mine: Mapping[int, Share], *, now: datetime) -> str:
    """The call keeps what is packed; the rest is a new one with what is missing. Returns its number."""
    shipments = goods_of(call)
    siblings = FieldCall.objects.filter(sale_id=call.sale_id)
    call.part = (siblings.aggregate(last=Max("part"))["last"] or 0) + 1
    call.save(update_fields=["part"])
    lines = list(call.lines.select_related("shipment_line").order_by("id"))
    taken = [
        Taken(line.shipment_line.sku, line.product_id, line.room_id, packed[line.pk])
        for line in lines
        if packed.get(line.pk)
    ]
    sold: dict[str, int] = {}
    for ordered in {line.shipment_line_id: line.shipment_line for line in lines}.values():
        sold[ordered.sku] = sold.get(ordered.sku, 0) + mine[ordered.pk].packed
    split(shipments, into=goods_of(call), taken=taken, sold=sold)
    rest = open_rest(call, now=now)
    insert_rows(
        FieldCallLine,
        [
            {
                "field_call_id": rest.pk,
                "shipment_line_id": line.shipment_line_id,
                "product_id": line.product_id,
                "room_id": line.room_id,
                "units": line.units - packed.get(line.pk, 0),
                "sold_units": mine[line.shipment_line_id].sold - mine[line.shipment_line_id].packed,
            }
            for line in lines
            if line.units > packed.get(line.pk, 0)
        ],
    )
    for line in lines:
        line.units, line.sold_units = packed.get(line.pk, 0), mine[line.shipment_line_id].packed
    FieldCallLine.objects.filter(pk__in=[line.pk for line in lines if not line.units]).delete()
    FieldCallLine.objects.bulk_update([line for line in lines if line.units], ["units", "sold_units"])
    for pk, share in mine.items():
        if share.packed:
            ShipmentLine.objects.filter(pk=pk).update(gone_units=F("gone_units") + share.packed)
    record(FieldCallsOpened(field_call_ids=[rest.pk]))
    return rest.number
