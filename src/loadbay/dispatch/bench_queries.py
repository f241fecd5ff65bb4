"""Reading the bench: the call in hand, the last answers, a cancellation its packer has not seen yet.

Frozen rows for the page and the command. Nothing here changes anything; the other readings of dispatch are
in `queries.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from loadbay.dispatch.bench_rules import BenchAnswer, Outcome, answer_from_data
from loadbay.dispatch.box_queries import Boxes, Contents, contents, measured_when_full
from loadbay.dispatch.box_rules import Source, size_words, weight_words
from loadbay.dispatch.models import PACKED_OR_LABELLED, STILL_TO_PACK, BenchScan, FieldCall, HouseBox, Parcel
from loadbay.dispatch.own_carrier import is_of_our_carrier
from loadbay.dispatch.pick_queries import PickLine, as_pick_line
from loadbay.dispatch.print_rules import worst
from loadbay.dispatch.services.printers import newest_prints

MOST_RECENT = 8


@dataclass(frozen=True)
class Gone:
    """A field call that Amazon cancelled while a bench had it, and whether a scan was answered with that."""

    number: str
    was_answered: bool


@dataclass(frozen=True)
class BoxShown:
    """What will be told of the parcel in hand, in words, and where each comes from."""

    size: str
    size_from: str
    weight: str
    weight_from: str


@dataclass(frozen=True)
class BenchView:
    """What the bench shows: the call in hand, its lines, labels on their way, the last answers."""

    station: str
    field_call: str
    collection_at: datetime | None
    lines: tuple[PickLine, ...]
    parcel_number: int
    box: BoxShown | None
    waits_for_serial: str
    """The SKU of the unit whose serial number is asked for, or an empty text."""
    all_packed: bool
    labels: tuple[tuple[str, str, str], ...]
    """(number, state word, sentence) of what was packed here lately."""
    answers: tuple[BenchAnswer, ...]
    gone: Gone | None
    """What Amazon cancelled at this bench since it last dealt with anything else."""


def bench(station: str) -> BenchView:
    call, parcels = _in_hand(station)
    scans = _newest_scans(station, most=MOST_RECENT)
    place = next((at for at, parcel in enumerate(parcels) if not parcel.is_closed), len(parcels))
    parcel = parcels[place] if place < len(parcels) else None
    inside = contents(call.pk) if call else Contents(())
    lines = tuple(as_pick_line(line) for line in inside.lines)
    return BenchView(
        station=station,
        field_call=call.number if call else "",
        collection_at=call.collection_at if call else None,
        lines=lines,
        parcel_number=place + 1,
        box=_box(call, parcel, inside) if call else None,
        waits_for_serial=(call.serial_for or "") if call else "",
        all_packed=bool(lines) and all(line.packed == line.units for line in lines),
        labels=_labels_of_bench(station),
        answers=tuple(answer_from_data(scan.answer) for scan in scans),
        gone=None if call else _gone(scans, station),
    )


class _InHand(NamedTuple):
    """The field call in hand. `serial_for` is the SKU whose serial number is asked for."""

    pk: int
    number: str
    collection_at: datetime
    serial_for: str | None
    boxes: Boxes


_OF_THE_CALL = len(_InHand._fields)
_OF_A_PARCEL = (
    *("id", "is_closed", "is_size_given", "is_weight_given"),
    *("length_mm", "width_mm", "height_mm", "weight_g"),
)
_OF_A_BOX = ("id", "code", "name", "length_mm", "width_mm", "height_mm", "weight_g")

# Written out, as in `pick_queries`: whatever is scanned, this is asked.
_IN_HAND = f"""
SELECT c.id, c.number, c.collection_at, asked.sku, s.boxes::json,
    {", ".join(f"p.{name}" for name in _OF_A_PARCEL)}, {", ".join(f"b.{name}" for name in _OF_A_BOX)}
FROM dispatch_fieldcall c
JOIN orders_sale o ON o.id = c.sale_id
JOIN orders_shipment s ON s.id = o.shipment_id
LEFT JOIN dispatch_fieldcallline l ON l.id = c.serial_for_id
LEFT JOIN catalogue_product asked ON asked.id = l.product_id
LEFT JOIN dispatch_parcel p ON p.field_call_id = c.id
LEFT JOIN dispatch_housebox b ON b.id = p.house_box_id
WHERE c.station = %s AND c.state = %s
ORDER BY p.id
"""


def _in_hand(station: str) -> tuple[_InHand | None, list[Parcel]]:
    """The field call in hand, and as much of its parcels as the page shows, in packing order."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_HAND, [station, FieldCall.State.PACKING])
        rows = cursor.fetchall()
    parcels = [_parcel(row[_OF_THE_CALL:]) for row in rows if row[_OF_THE_CALL] is not None]
    return (_InHand(*rows[0][:_OF_THE_CALL]) if rows else None), parcels


def _parcel(row: Sequence[Any]) -> Parcel:
    said, box = row[: len(_OF_A_PARCEL)], row[len(_OF_A_PARCEL) :]
    house_box = None if box[0] is None else HouseBox(**dict(zip(_OF_A_BOX, box, strict=True)))
    return Parcel(**dict(zip(_OF_A_PARCEL, said, strict=True)), house_box=house_box)


class _Scan(NamedTuple):
    """An answered scan, and the field call it was about."""

    answer: dict[str, str]
    outcome: str
    field_call: str | None
    state: str | None
    station: str | None


def _newest_scans(station: str, *, most: int) -> list[_Scan]:
    rows = BenchScan.objects.filter(station=station).order_by("-id")
    about = ("field_call__number", "field_call__state", "field_call__station")
    return [_Scan(*row) for row in rows.values_list("answer", "outcome", *about)[:most]]


_SIZE_FROM = {
    Source.PERSON: "typed",
    Source.BOX: "box scanned",
    Source.AMAZON: "Amazon's box",
    Source.PRODUCT: "the product's own size",
    Source.HOUSE: "house box",
}
_WEIGHT_FROM = {
    Source.PERSON: "typed",
    Source.AMAZON: "Amazon's weight",
    Source.PRODUCT: "goods and box",
    Source.HOUSE: "assumed: the goods have no weight",
}


def _box(call: _InHand, parcel: Parcel | None, inside: Contents) -> BoxShown:
    told = measured_when_full(call.boxes, parcel, inside)
    scanned = parcel.house_box if parcel is not None else None
    return BoxShown(
        size=size_words((told.box.length_mm, told.box.width_mm, told.box.height_mm)),
        size_from=f"box {scanned.code}" if scanned else _SIZE_FROM[told.size_from],
        weight=weight_words(told.box.weight_g),
        weight_from=_WEIGHT_FROM[told.weight_from],
    )


def cancelled_in_hand(station: str) -> Gone | None:
    """As `BenchView.gone`, alone."""
    return _gone(_newest_scans(station, most=1), station)


def _gone(scans: Sequence[_Scan], station: str) -> Gone | None:
    if not scans or (scans[0].state, scans[0].station) != (FieldCall.State.CANCELLED, station):
        return None
    return Gone(scans[0].field_call or "", was_answered=scans[0].outcome == Outcome.CANCELLED.value)


class _Packed(NamedTuple):
    """A field call that was packed here lately."""

    pk: int
    number: str
    state: str
    label_wanted: str
    problem: str
    programme: str

    @property
    def is_ours(self) -> bool:
        return is_of_our_carrier(self.programme)

    @property
    def awaits_label(self) -> bool:
        return self.state == FieldCall.State.PACKED or bool(self.label_wanted or self.problem)


def _labels_of_bench(station: str) -> tuple[tuple[str, str, str], ...]:
    rows = FieldCall.objects.filter(station=station, state__in=PACKED_OR_LABELLED, packed_at__isnull=False)
    columns = ("pk", "number", "state", "label_wanted", "problem", "channel__programme")
    newest = [_Packed(*row) for row in rows.order_by("-packed_at").values_list(*columns)[:4]]
    prints: dict[int, list[tuple[str, str]]] = {}
    labelled = [call.pk for call in newest if not (call.is_ours or call.awaits_label)]
    told = ("label__parcel__field_call", "state", "sentence")
    for call_id, state, sentence in newest_prints(labelled).values_list(*told) if labelled else ():
        prints.setdefault(call_id, []).append((state, sentence))
    return tuple((call.number, *_label_of(call, prints.get(call.pk, ()))) for call in newest)


def _label_of(call: _Packed, prints: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Where the label of a packed call is, and a sentence where there is more to say."""
    if call.is_ours:
        return ("tracking_wanted" if call.state == FieldCall.State.PACKED else "tracked"), call.problem
    if call.awaits_label:
        return _label_awaited(call.label_wanted, call.problem), call.problem
    return worst(prints) if prints else ("stored", "")


def _label_awaited(label_wanted: str, problem: str) -> str:
    if not label_wanted:
        return "declined"
    return "problem" if problem else "awaited"


class Pickup(NamedTuple):
    """A lorry of the day, and how much of what it takes is still to be packed."""

    collection_at: datetime
    location: str
    carrier: str
    to_pack: int
    labelled: int


_PICKUPS = """
SELECT c.collection_at, c.location, a.name,
    count(*) FILTER (WHERE c.state = ANY(%s)), count(*) FILTER (WHERE c.state = %s)
FROM dispatch_fieldcall c JOIN parties_shippingagent a ON a.id = c.agent_id
WHERE c.collection_date = %s
GROUP BY c.collection_at, c.location, c.agent_id, a.name
ORDER BY c.collection_at
"""


def pickups_on(day: date) -> tuple[Pickup, ...]:
    """Those of a collection date, earliest first; `queries.collections_on` says more of each."""
    with connection.cursor() as cursor:
        cursor.execute(_PICKUPS, [list(STILL_TO_PACK), FieldCall.State.LABELLED, day])
        return tuple(Pickup(*row) for row in cursor.fetchall())
