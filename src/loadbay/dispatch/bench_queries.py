"""Reading the bench: the call in hand, the last answers, a cancellation its packer has not seen yet.

Frozen rows for the page and the command. Nothing here changes anything; the other readings of dispatch are
in `queries.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from loadbay.dispatch.bench_rules import BenchAnswer, Outcome, answer_from_data
from loadbay.dispatch.box_queries import Contents, contents, measured_when_full
from loadbay.dispatch.box_rules import Source, size_words, weight_words
from loadbay.dispatch.models import PACKED_OR_LABELLED, BenchScan, FieldCall, Parcel
from loadbay.dispatch.own_carrier import is_ours
from loadbay.dispatch.print_rules import worst
from loadbay.dispatch.queries import PickLine, picked
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
    in_hand = FieldCall.objects.filter(station=station, state=FieldCall.State.PACKING)
    needed = ("number", "collection_at", "serial_for__product__sku", "sale__shipment__boxes")
    call = in_hand.select_related("sale__shipment", "serial_for__product").only(*needed).first()
    scans = _newest_scans(station)
    parcels = list(call.parcels.select_related("house_box").order_by("id")) if call else []
    place = next((at for at, parcel in enumerate(parcels) if not parcel.is_closed), len(parcels))
    parcel = parcels[place] if place < len(parcels) else None
    inside = contents(call) if call else Contents((), {})
    lines = picked(inside.lines, packed=inside.by_line(), of=[call.pk])[call.pk] if call else ()
    return BenchView(
        station=station,
        field_call=call.number if call else "",
        collection_at=call.collection_at if call else None,
        lines=lines,
        parcel_number=place + 1,
        box=_box(call, parcel, inside) if call else None,
        waits_for_serial=call.serial_for.product.sku if call and call.serial_for else "",
        all_packed=bool(lines) and all(line.packed == line.units for line in lines),
        labels=_labels_of_bench(station),
        answers=tuple(answer_from_data(scan.answer) for scan in scans),
        gone=None if call else _gone(scans, station),
    )


class _Scan(NamedTuple):
    """An answered scan, and the field call it was about."""

    answer: dict[str, str]
    outcome: str
    field_call: str | None
    state: str | None
    station: str | None


def _newest_scans(station: str) -> list[_Scan]:
    rows = BenchScan.objects.filter(station=station).order_by("-id")
    about = ("field_call__number", "field_call__state", "field_call__station")
    return [_Scan(*row) for row in rows.values_list("answer", "outcome", *about)[:MOST_RECENT]]


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


def _box(call: FieldCall, parcel: Parcel | None, inside: Contents) -> BoxShown:
    told = measured_when_full(call, parcel, inside)
    scanned = parcel.house_box if parcel is not None else None
    return BoxShown(
        size=size_words((told.box.length_mm, told.box.width_mm, told.box.height_mm)),
        size_from=f"box {scanned.code}" if scanned else _SIZE_FROM[told.size_from],
        weight=weight_words(told.box.weight_g),
        weight_from=_WEIGHT_FROM[told.weight_from],
    )


def cancelled_in_hand(station: str) -> Gone | None:
    """As `BenchView.gone`, alone."""
    return _gone(_newest_scans(station), station)


def _gone(scans: Sequence[_Scan], station: str) -> Gone | None:
    if not scans or (scans[0].state, scans[0].station) != (FieldCall.State.CANCELLED, station):
        return None
    return Gone(scans[0].field_call or "", was_answered=scans[0].outcome == Outcome.CANCELLED.value)


def _labels_of_bench(station: str) -> tuple[tuple[str, str, str], ...]:
    rows = FieldCall.objects.filter(station=station, state__in=PACKED_OR_LABELLED, packed_at__isnull=False)
    calls = rows.select_related("channel").order_by("-packed_at")
    newest = list(calls.only("number", "state", "label_wanted", "problem", "channel__programme")[:4])
    prints: dict[int, list[tuple[str, str]]] = {}
    jobs = newest_prints([call.pk for call in newest])
    for call_id, state, sentence in jobs.values_list("label__parcel__field_call", "state", "sentence"):
        prints.setdefault(call_id, []).append((state, sentence))
    return tuple((call.number, *_label_of(call, prints.get(call.pk, ()))) for call in newest)


def _label_of(call: FieldCall, prints: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Where the label of a packed call is, and a sentence where there is more to say."""
    if is_ours(call):
        return ("tracking_wanted" if call.state == FieldCall.State.PACKED else "tracked"), call.problem
    if call.state == FieldCall.State.PACKED or call.label_wanted or call.problem:
        return _label_awaited(call.label_wanted, call.problem), call.problem
    return worst(prints) if prints else ("stored", "")


def _label_awaited(label_wanted: str, problem: str) -> str:
    if not label_wanted:
        return "declined"
    return "problem" if problem else "awaited"
