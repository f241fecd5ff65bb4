"""The packing bench: every scan is one transaction, keyed, so that none is lost or counted twice.

The field call's row is the lock; what a scan means is judged by `bench_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Subquery
from psycopg.types.json import Jsonb

from loadbay.catalogue.queries import product_of_code
from loadbay.core.actor import current_actor
from loadbay.core.errors import Refusal
from loadbay.core.events import record
from loadbay.core.locks import hold_for_transaction
from loadbay.dispatch import bench_rules as words
from loadbay.dispatch.bench_queries import cancelled_in_hand
from loadbay.dispatch.bench_rules import BenchAnswer, CodeKind, Outcome, Tone, Wanted
from loadbay.dispatch.box_queries import Contents, contents
from loadbay.dispatch.events import LabelsWanted
from loadbay.dispatch.models import BenchScan, FieldCall, Parcel
from loadbay.dispatch.own_carrier import OURS, is_ours
from loadbay.dispatch.packages import packages_to_make
from loadbay.dispatch.rules import State, Step, advance
from loadbay.dispatch.services import boxes, parting, reopening, serials, tracking
from loadbay.dispatch.services.serials import Taken
from loadbay.journal.services import note

LABEL_PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True)
class Bench:
    """Where a scan was made, by whom, and when."""

    station: str
    user_id: int | None
    now: datetime
    seen: str | None = None
    """The cancelled field call that the packer had been shown when the scan was made, or an empty text; None
    where each answer is read before the next scan is made (the terminal)."""


@transaction.atomic
def scan(*, key: UUID, code: str, bench: Bench) -> BenchAnswer:
    """Judge one scan and change what follows from it. The same key again returns the same answer.

    Raises `WrongInput` for a station that no bench can be called.
    """
    words.check_station(bench.station)
    hold_for_transaction(f"bench:{bench.station}")
    before = list(BenchScan.objects.filter(key=key).values_list("answer", flat=True))
    if before:
        return words.answer_from_data(before[0])
    call = _current(bench.station)
    answer = (_not_seen_yet(bench) if call is None else None) or _judge(code, call, bench)
    BenchScan.objects.create(
        key=key,
        field_call_id=_call_of(answer, call),
        station=bench.station,
        actor=current_actor(),
        code=words.legible(code),
        outcome=answer.outcome.value,
        answer=answer.as_data(),
    )
    return answer


def _call_of(answer: BenchAnswer, call: FieldCall | None) -> int | Subquery | None:
    if call is not None and answer.field_call in {"", call.number}:
        return call.pk
    return (
        Subquery(FieldCall.objects.filter(number=answer.field_call).values("pk"))
        if answer.field_call
        else None
    )


def _current(station: str) -> FieldCall | None:
    """Of the shipment only what most scans ask; the rest of it is read where it is wanted."""
    rows = FieldCall.objects.select_for_update(of=("self",)).filter(
        station=station, state=FieldCall.State.PACKING
    )
    channel = tuple(f"channel__{name}" for name in _OF_A_CHANNEL)
    shipment = ("sale__shipment__is_short", "sale__shipment__held_because", "sale__shipment__hold")
    return rows.select_related("sale__shipment", "channel").only(*_OF_A_CALL, *shipment, *channel).first()


_OF_A_CHANNEL = ("code", "finishes_with_last_scan", "is_watching", "programme")
_OF_A_CALL = tuple(field.name for field in FieldCall._meta.concrete_fields)


def _not_seen_yet(bench: Bench) -> BenchAnswer | None:
    """Whether Amazon cancelled what was in hand here and the packer scanned without knowing it."""
    gone = cancelled_in_hand(bench.station)
    if gone is None:
        return None
    was_seen = gone.was_answered if bench.seen is None else bench.seen == gone.number
    return None if was_seen else words.cancelled(gone.number)


def _judge(raw: str, call: FieldCall | None, bench: Bench) -> BenchAnswer:
    number = call.number if call else ""
    kind, code = words.read_code(raw)
    if call is not None:
        first = _before_all(kind, code, call, bench)
        if first is not None:
            return first
    match kind:
        case CodeKind.UNREADABLE:
            return words.unreadable(number)
        case CodeKind.COMMAND:
            return _command(code, call, bench)
        case CodeKind.FIELD_CALL:
            return _start(code, call, bench)
        case CodeKind.BOX | CodeKind.MEASURE:
            return _box(code, kind, call, bench)
        case CodeKind.GOODS:
            return _goods(code, call, bench)
        case _:
            assert_never(kind)


def _before_all(kind: CodeKind, code: str, call: FieldCall, bench: Bench) -> BenchAnswer | None:
    """What comes before the meaning of a code: a call that is held, a tracking or serial number awaited."""
    held = None if code == words.COMMAND_LEAVE else _held(call)
    if held is not None:
        return held
    if kind in {CodeKind.GOODS, CodeKind.MEASURE} and tracking.is_awaited(call):
        return tracking.scanned(call, code, now=bench.now)
    if call.serial_for_id is not None and kind is CodeKind.GOODS:
        return _take_serial(call, code, bench)
    return None


def _command(code: str, call: FieldCall | None, bench: Bench) -> BenchAnswer:
    if call is None:
        return words.no_field_call()
    if tracking.is_awaited(call) and (code != words.COMMAND_LEAVE or call.part):
        return tracking.leave_for_later(call, now=bench.now)
    if code == words.COMMAND_PART:
        return parting.ship_part(call, station=bench.station, now=bench.now)
    if code == words.COMMAND_NEXT:
        return _next_parcel(call)
    if code == words.COMMAND_LEAVE:
        return _leave(call)
    return _finish(call, bench)


def _box(code: str, kind: CodeKind, call: FieldCall | None, bench: Bench) -> BenchAnswer:
    """Another box or weight for the open parcel; a product that is called like a measure comes first."""
    if kind is CodeKind.MEASURE and product_of_code(code) is not None:
        return _goods(code, call, bench)
    if call is None:
        return words.no_field_call()
    if kind is CodeKind.BOX:
        return boxes.scan_box(call, _open_parcel(call), code)
    return boxes.type_measure(call, _open_parcel(call), code)


def _start(number: str, call: FieldCall | None, bench: Bench) -> BenchAnswer:
    if call is not None and call.number == number:
        return words.plain(
            Outcome.ALREADY_HERE, Tone.NOTE, number, "It is on this bench. Go on scanning.", field_call=number
        )
    if call is not None:
        return words.plain(
            Outcome.OTHER_FIELD_CALL,
            Tone.STOP,
            f"{call.number} is not finished",
            f"Finish {call.number} first, or scan its Put Back command, then scan {number}.",
            field_call=call.number,
        )
    wanted = (
        FieldCall.objects.select_for_update(of=("self",))
        .filter(number=number)
        .select_related("sale__shipment", "channel")
        .defer("sale__shipment__raw")
        .first()
    )
    if wanted is None:
        return words.plain(
            Outcome.UNKNOWN_FIELD_CALL,
            Tone.STOP,
            f"{number} is not known",
            "Scan the field call number on the pick list.",
        )
    if reopening.is_declined(wanted) and not wanted.sale.shipment.is_short:
        return _open_again(wanted, bench)
    return _refuse_start(wanted) or _started(wanted, bench)


def _open_again(call: FieldCall, bench: Bench) -> BenchAnswer:
    """First the reason is told; the same number scanned right after it opens the call."""
    last = BenchScan.objects.filter(station=bench.station).order_by("-id").first()
    if last is None or (last.outcome, last.field_call_id) != (Outcome.DECLINED.value, call.pk):
        return reopening.declined(call)
    try:
        opened = reopening.open_again(
            call.number, station=bench.station, user_id=bench.user_id, now=bench.now
        )
    except Refusal as refusal:
        return words.plain(
            Outcome.DECLINED,
            Tone.STOP,
            f"{call.number} stays closed",
            refusal.sentence,
            field_call=call.number,
        )
    return reopening.opened(opened)


def _refuse_start(call: FieldCall) -> BenchAnswer | None:
    """Why this field call cannot be packed now, or None."""
    number, state = call.number, State(call.state)
    if state is State.CANCELLED:
        return words.cancelled(number)
    if state is State.PACKING:
        who = call.packer.get_username() if call.packer else "somebody"
        return words.plain(
            Outcome.ELSEWHERE,
            Tone.STOP,
            f"{number} is being packed",
            f"{who} packs it at {call.station}. Take another field call.",
            field_call=number,
        )
    if state is State.PACKED and _lacks_goods(call):
        return _held(call)
    if state is State.PACKED and is_ours(call):
        return words.tracking_later(number)
    if state is State.PACKED:
        return words.plain(
            Outcome.LABEL_COMING,
            Tone.STOP,
            f"{number} waits for its label",
            "It is packed. Keep its box on the trouble shelf until the label comes out.",
            field_call=number,
        )
    if state is not State.TO_PACK:
        return words.plain(
            Outcome.ALREADY_PACKED,
            Tone.STOP,
            f"{number} is packed already",
            "Look for its labelled parcel. If the label is spoiled, reprint it in the field call.",
            field_call=number,
        )
    if call.channel.is_watching:
        return words.plain(
            Outcome.WATCHING,
            Tone.STOP,
            f"{call.channel.code} only watches",
            "A label would tell Amazon something. Switch watch mode off in the sales channel first.",
            field_call=number,
        )
    return _held(call)


def _held(call: FieldCall) -> BenchAnswer | None:
    """Why a field call must not be packed although it is its turn, be it in hand already."""
    shipment = call.sale.shipment
    is_stopped = _lacks_goods(call) or shipment.hold == "held"
    if not is_stopped and (not shipment.held_because or call.state == FieldCall.State.PACKING):
        return None
    leave = "Put its goods back with the Put Back command" if call.state == "packing" else "Leave it"
    return words.plain(
        Outcome.HELD,
        Tone.STOP,
        f"{call.number} is held",
        f"{shipment.held_because} {leave}; its task says what to do.",
        field_call=call.number,
    )


def _lacks_goods(call: FieldCall) -> bool:
    """Whether its sale is short of what this call is to pack: a part that goes ahead has its goods."""
    return call.sale.shipment.is_short and not call.part


def _started(call: FieldCall, bench: Bench) -> BenchAnswer:
    call.state = advance(State(call.state), Step.START, number=call.number).value
    call.state_since, call.station, call.packer_id = bench.now, bench.station, bench.user_id
    call.save(update_fields=["state", "state_since", "station", "packer"])
    note(f"field_call:{call.number}", f"On the bench {bench.station}.", what="packing")
    return words.started(call.number, wanted_lines(call))


def _leave(call: FieldCall) -> BenchAnswer:
    if reopening.was_opened_again(call):
        return reopening.lay_aside(call)
    if call.problem:
        reopening.forget_declined(call)
    call.parcels.all().delete()
    serials.put_back(call)
    call.state = advance(State(call.state), Step.LEAVE, number=call.number).value
    call.station, call.packer, call.serial_for = "", None, None
    call.save(update_fields=["state", "station", "packer", "serial_for"])
    note(f"field_call:{call.number}", "Put back, nothing packed.", what="packing")
    return words.plain(
        Outcome.LEFT, Tone.NOTE, f"{call.number} put back", "Its goods are to be packed again later."
    )


def _goods(code: str, call: FieldCall | None, bench: Bench) -> BenchAnswer:
    if call is None:
        return words.no_field_call()
    product = product_of_code(code)
    wanted = wanted_lines(call)
    if product is None:
        return _taken(call, serials.scanned_alone(code, call, wanted), wanted, bench=bench)
    line = words.line_for(product.id, wanted)
    if line is None:
        return words.wrong_item(call.number, product.sku)
    if line.missing <= 0:
        return words.too_many(call.number, line)
    if line.needs_serial:
        call.serial_for_id = line.line
        call.save(update_fields=["serial_for"])
        return words.serial_wanted(call.number, line)
    return _count(call, Taken(line), wanted, bench=bench)


def _take_serial(call: FieldCall, serial: str, bench: Bench) -> BenchAnswer:
    wanted = wanted_lines(call)
    line = next(entry for entry in wanted if entry.line == call.serial_for_id)
    if line.is_serialised:
        judged = serials.scanned_for(line, serial, call, wanted)
        return _taken(call, judged, wanted, bench=bench)
    beside = serials.scanned_beside(line, serial, call, wanted)
    if beside is not None:
        return _taken(call, beside, wanted, bench=bench)
    if product_of_code(serial) is not None:
        return words.serial_still_wanted(call.number, line, serial)
    if any(serial in entry.serials for entry in wanted):
        return words.serial_twice(call.number, line, serial)
    return _taken(call, Taken(line, serial), wanted, bench=bench)


def _taken(
    call: FieldCall, judged: Taken | BenchAnswer, wanted: Sequence[Wanted], *, bench: Bench
) -> BenchAnswer:
    """Count a unit whose serial number was taken; else hand the answer on, still waiting for a number."""
    if isinstance(judged, BenchAnswer):
        return judged
    asked = next((entry for entry in wanted if entry.line == call.serial_for_id), None)
    if asked is not None and asked.product == judged.line.product:
        call.serial_for = None
        call.save(update_fields=["serial_for"])
    return _count(call, judged, wanted, bench=bench)


def _count(call: FieldCall, taken: Taken, wanted: Sequence[Wanted], *, bench: Bench) -> BenchAnswer:
    """One unit of a line goes into the open parcel. The call's row is locked, so nobody else counts it."""
    line, new = taken.line, [taken.serial] if taken.serial else []
    parcel = _open_parcel(call)
    serials.put_in(taken, call, parcel)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_MORE, [parcel.pk, line.line, Jsonb(new)])
    after = replace(line, packed=line.packed + 1, serials=(*line.serials, *new))
    now_wanted = [after if entry is line else entry for entry in wanted]
    if call.channel.finishes_with_last_scan and words.all_packed(now_wanted):
        return _finish(call, bench)
    return words.counted(call.number, after, now_wanted, remark=taken.remark)


_ONE_MORE = """
INSERT INTO dispatch_parcelline AS l (parcel_id, line_id, units, serials) VALUES (%s, %s, 1, %s)
ON CONFLICT (parcel_id, line_id) DO UPDATE SET units = l.units + 1, serials = l.serials || EXCLUDED.serials
"""


def _open_parcel(call: FieldCall) -> Parcel:
    parcels = list(call.parcels.order_by("-id"))
    parcel = next((parcel for parcel in parcels if not parcel.is_closed), None)
    if parcel is not None:
        return parcel
    return Parcel.objects.create(field_call=call, package_id=f"PKG-{len(parcels) + 1}")


def _next_parcel(call: FieldCall) -> BenchAnswer:
    parcel = call.parcels.filter(is_closed=False).order_by("-id").first()
    if reopening.was_opened_again(call):
        return reopening.next_of_the_told(call, parcel)
    if parcel is None or not parcel.lines.exists():
        return words.plain(
            Outcome.EMPTY_PARCEL,
            Tone.STOP,
            "This parcel is empty",
            "Scan at least one item into it before closing it.",
            field_call=call.number,
        )
    if words.all_packed(wanted_lines(call)):
        return words.plain(
            Outcome.ALL_PACKED,
            Tone.NOTE,
            "Everything is packed",
            "No further parcel is needed. Press Packing Finished.",
            field_call=call.number,
        )
    if not packages_to_make(call.pk)[-1].lines:
        return words.part_of_set(call.number)
    parcel.is_closed = True
    parcel.save(update_fields=["is_closed"])
    return words.plain(
        Outcome.NEXT_PARCEL,
        Tone.OK,
        f"Parcel {call.parcels.count()} closed",
        "Scan into the next one.",
        field_call=call.number,
    )


def _finish(call: FieldCall, bench: Bench) -> BenchAnswer:
    inside = contents(call.pk)
    wanted = wanted_in(inside)
    if not words.all_packed(wanted):
        return words.not_all_packed(call.number, wanted, may_part=is_ours(call))
    waiting = _label_awaited(call, bench)
    if waiting is not None:
        return words.plain(
            Outcome.WAIT_FOR_LABEL,
            Tone.NOTE,
            f"Label for {waiting} first",
            f"Wait until the label for {waiting} came out and stick it on, then finish {call.number}.",
            field_call=call.number,
        )
    parcels = boxes.measure_all(call, inside)
    if is_ours(call):
        return tracking.ask(call)
    call.state = advance(State(call.state), Step.FINISH, number=call.number).value
    call.state_since = call.packed_at = bench.now
    call.label_wanted, call.problem, call.tries, call.next_try_at = "make", "", 0, None
    call.save(update_fields=_OF_FINISHING)
    note(f"field_call:{call.number}", "Packing finished.", what="packed")
    record(LabelsWanted(field_call_id=call.pk))
    return words.finished(call.number, parcels=parcels)


_OF_FINISHING = ("state", "state_since", "packed_at", "label_wanted", "problem", "tries", "next_try_at")


def _label_awaited(call: FieldCall, bench: Bench) -> str | None:
    """The number of a field call of this bench whose label is still on its way (at most ten seconds)."""
    rows = FieldCall.objects.filter(station=bench.station, state=FieldCall.State.PACKED, problem="")
    lately = rows.filter(packed_at__gt=bench.now - LABEL_PATIENCE).exclude(OURS).exclude(pk=call.pk)
    return lately.order_by("packed_at").values_list("number", flat=True).first()


def wanted_lines(call: FieldCall) -> list[Wanted]:
    """What the field call needs and what of it is packed, line by line."""
    return wanted_in(contents(call.pk))


def wanted_in(inside: Contents) -> list[Wanted]:
    """As `wanted_lines`, of what was read already."""
    return [
        Wanted(
            line=line.pk,
            product=line.product,
            sku=line.sku,
            name=line.name,
            units=line.units,
            packed=line.packed,
            needs_serial=line.is_serialised or line.wants_serials,
            serials=tuple(number for entry in line.in_parcels for number in entry.serials),
            is_serialised=line.is_serialised,
            room=line.room,
        )
        for line in sorted(inside.lines, key=lambda line: line.pk)
    ]
