"""What a scan at the bench means: pure judgement, no database.

Wrong scans are daily bread, so outcomes are returned, each with a tone (colour and sound) and words that
say what happened, to which thing, and what to do now.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from loadbay.core.errors import WrongInput
from loadbay.dispatch.box_rules import is_measure

STATION_LIMIT = 40


def check_station(station: str) -> None:
    """Raises `WrongInput` for a name that no bench can have."""
    if len(station) > STATION_LIMIT or not station.isprintable():
        raise WrongInput(
            f"Station {station[:60]!r} is longer than {STATION_LIMIT} letters or unreadable. "
            "Give the bench a shorter name."
        )


COMMAND_FINISH = "LB-FINISH"
COMMAND_NEXT = "LB-NEXT"
COMMAND_LEAVE = "LB-LEAVE"
COMMAND_PART = "LB-PART"
BOX_PREFIX = "LB-BOX-"
COMMANDS = (COMMAND_FINISH, COMMAND_NEXT, COMMAND_LEAVE, COMMAND_PART)
LONGEST_CODE = 120
_FIELD_CALL = re.compile(r"FC-\d{1,18}\Z")


class Tone(Enum):
    OK = "ok"
    NOTE = "note"
    STOP = "stop"


class Outcome(Enum):
    """Every answer the bench can give."""

    STARTED = "started"
    ALREADY_HERE = "already_here"
    COUNTED = "counted"
    ALL_PACKED = "all_packed"
    SERIAL_WANTED = "serial_wanted"
    FINISHED = "finished"
    NEXT_PARCEL = "next_parcel"
    LEFT = "left"
    NO_FIELD_CALL = "no_field_call"
    UNKNOWN_FIELD_CALL = "unknown_field_call"
    UNKNOWN_CODE = "unknown_code"
    UNREADABLE = "unreadable"
    WRONG_ITEM = "wrong_item"
    TOO_MANY = "too_many"
    SERIAL_TWICE = "serial_twice"
    ITEM_UNKNOWN = "item_unknown"
    ITEM_AMBIGUOUS = "item_ambiguous"
    ITEM_ELSEWHERE = "item_elsewhere"
    ITEM_GONE = "item_gone"
    ITEM_OUT_OF_REACH = "item_out_of_reach"
    NOT_ALL_PACKED = "not_all_packed"
    EMPTY_PARCEL = "empty_parcel"
    PART_OF_SET = "part_of_set"
    OTHER_FIELD_CALL = "other_field_call"
    CANCELLED = "cancelled"
    ALREADY_PACKED = "already_packed"
    ELSEWHERE = "elsewhere"
    HELD = "held"
    WAIT_FOR_LABEL = "wait_for_label"
    WATCHING = "watching"
    BOX_SET = "box_set"
    UNKNOWN_BOX = "unknown_box"
    NO_MEASURE = "no_measure"
    DECLINED = "declined"
    OPENED = "opened"
    LAID_ASIDE = "laid_aside"
    PARCELS_FIXED = "parcels_fixed"
    LABEL_COMING = "label_coming"
    TRACKING_WANTED = "tracking_wanted"
    TRACKED = "tracked"
    TRACKING_LATER = "tracking_later"
    NO_TRACKING = "no_tracking"
    PART_ASKED = "part_asked"
    WHOLE_ONLY = "whole_only"


@dataclass(frozen=True)
class BenchAnswer:
    """The bench's answer to one scan."""

    outcome: Outcome
    tone: Tone
    headline: str
    sentence: str
    field_call: str = ""

    def as_data(self) -> dict[str, str]:
        return {
            "outcome": self.outcome.value,
            "tone": self.tone.value,
            "headline": self.headline,
            "sentence": self.sentence,
            "field_call": self.field_call,
        }


def answer_from_data(data: dict[str, str]) -> BenchAnswer:
    return BenchAnswer(
        Outcome(data["outcome"]), Tone(data["tone"]), data["headline"], data["sentence"], data["field_call"]
    )


class CodeKind(Enum):
    COMMAND = "command"
    FIELD_CALL = "field_call"
    BOX = "box"
    MEASURE = "measure"
    GOODS = "goods"
    UNREADABLE = "unreadable"


def read_code(raw: str) -> tuple[CodeKind, str]:
    """What kind of code was scanned, and the code itself: trimmed, upper case for our own codes."""
    code = raw.strip()
    if not code or len(code) > LONGEST_CODE or not code.isprintable():
        return CodeKind.UNREADABLE, code[:LONGEST_CODE]
    folded = code.upper()
    if folded in COMMANDS:
        return CodeKind.COMMAND, folded
    if _FIELD_CALL.match(folded):
        return CodeKind.FIELD_CALL, folded
    if folded.startswith(BOX_PREFIX):
        return CodeKind.BOX, folded
    if is_measure(code):
        return CodeKind.MEASURE, code
    return CodeKind.GOODS, code


def legible(raw: str) -> str:
    """A scan as it can be kept and shown: cut, with a mark for each character that cannot be read."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in read_code(raw)[1])


@dataclass(frozen=True)
class Wanted:
    """One line on the bench: so many units of a product, so many packed already (in all parcels)."""

    line: int
    product: int
    sku: str
    name: str
    units: int
    packed: int
    needs_serial: bool
    serials: tuple[str, ...] = ()
    is_serialised: bool = False
    room: str = ""

    @property
    def missing(self) -> int:
        return self.units - self.packed


def line_for(product: int, wanted: Sequence[Wanted]) -> Wanted | None:
    """The line that takes the next unit of a product, or the full one when all are packed."""
    mine = [line for line in wanted if line.product == product]
    return next((line for line in mine if line.missing > 0), mine[-1] if mine else None)


def line_for_item(product: int, wanted: Sequence[Wanted], *, room: str) -> Wanted | None:
    """The line that takes an item that lies in a room: best one that picks from there."""
    mine = sorted(wanted, key=lambda line: line.room != room)
    return line_for(product, mine)


def all_packed(wanted: Sequence[Wanted]) -> bool:
    return all(line.missing == 0 for line in wanted)


def started(number: str, wanted: Sequence[Wanted]) -> BenchAnswer:
    units = sum(line.missing for line in wanted)
    return BenchAnswer(
        Outcome.STARTED, Tone.OK, number, f"Scan {units} {'item' if units == 1 else 'items'}.", number
    )


def counted(number: str, line: Wanted, wanted: Sequence[Wanted], *, remark: str = "") -> BenchAnswer:
    """`line` and `wanted` as they are after the unit was counted; a remark makes a note of it."""
    answer = _counted(number, line, wanted)
    return replace(answer, tone=Tone.NOTE, sentence=f"{remark} {answer.sentence}") if remark else answer


def _counted(number: str, line: Wanted, wanted: Sequence[Wanted]) -> BenchAnswer:
    if all_packed(wanted):
        return BenchAnswer(
            Outcome.ALL_PACKED,
            Tone.OK,
            f"{line.sku}: {line.packed} of {line.units}",
            "Everything is in. Press Packing Finished or scan its command.",
            number,
        )
    left = sum(entry.missing for entry in wanted)
    return BenchAnswer(
        Outcome.COUNTED,
        Tone.OK,
        f"{line.sku}: {line.packed} of {line.units}",
        f"{left} more to scan.",
        number,
    )


def serial_wanted(number: str, line: Wanted) -> BenchAnswer:
    return BenchAnswer(
        Outcome.SERIAL_WANTED,
        Tone.NOTE,
        f"Serial number of {line.sku}",
        "Scan the serial number now.",
        number,
    )


def serial_still_wanted(number: str, line: Wanted, code: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.SERIAL_WANTED,
        Tone.STOP,
        f"Serial number of {line.sku}",
        f"{code} is a product's own code. Scan the serial number on this very item.",
        number,
    )


def part_of_set(number: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.PART_OF_SET,
        Tone.STOP,
        "Only part of a set",
        "Amazon counts whole sets. Put at least one whole set into this parcel, then close it.",
        number,
    )


def serial_twice(number: str, line: Wanted, serial: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.SERIAL_TWICE,
        Tone.STOP,
        "Serial number scanned before",
        f"{serial} is already in {number}. Scan the serial number of another {line.sku}.",
        number,
    )


def too_many(number: str, line: Wanted) -> BenchAnswer:
    return BenchAnswer(
        Outcome.TOO_MANY,
        Tone.STOP,
        "One too many",
        f"{number} needs {line.units} of {line.sku} and has them. Put this one back.",
        number,
    )


def wrong_item(number: str, sku: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.WRONG_ITEM,
        Tone.STOP,
        "Wrong item",
        f"{sku} does not belong in {number}. Put it back and take the right one.",
        number,
    )


def unknown_code(number: str, code: str, *, serialised: Sequence[str] = ()) -> BenchAnswer:
    """`serialised` are the SKUs still wanted whose items have numbers: the code may be a number of theirs."""
    cure = "Scan the item's own barcode or its stock number."
    if serialised:
        cure = (
            f"If it is the serial number of {' or '.join(serialised)}, the item was never booked in: "
            "book it in at Goods In, or take another."
        )
    return BenchAnswer(
        Outcome.UNKNOWN_CODE,
        Tone.STOP,
        "Unknown code",
        f"{code} is no product, barcode, serial number or field call here. {cure}",
        number,
    )


def item_unknown(number: str, line: Wanted, serial: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.ITEM_UNKNOWN,
        Tone.STOP,
        f"No {line.sku} with this number",
        f"{serial} was never booked in. Scan the serial number again, take another {line.sku}, "
        "or have this one booked in at Goods In.",
        number,
    )


def item_ambiguous(number: str, serial: str, products: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.ITEM_AMBIGUOUS,
        Tone.STOP,
        "Which product?",
        f"{serial} is the number of an item of {products}. Scan the product's barcode first, then {serial}.",
        number,
    )


def item_of_other(number: str, line: Wanted, serial: str, products: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.SERIAL_WANTED,
        Tone.STOP,
        f"Serial number of {line.sku}",
        f"{serial} is the number of an item of {products}. Scan the serial number on this very {line.sku}.",
        number,
    )


def beside(asked: Wanted, serial: str, line: Wanted) -> str:
    """The remark on an item that counts while the number of another unit was asked for."""
    return f"{serial} is an item of {line.sku} and is in. The serial number of {asked.sku} is still wanted."


def item_elsewhere(number: str, line: Wanted, serial: str, where: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.ITEM_ELSEWHERE,
        Tone.STOP,
        "Packed elsewhere already",
        f"{serial} is in {where}. Look there before you pack this one; else take another {line.sku}.",
        number,
    )


def item_gone(number: str, line: Wanted, serial: str, how: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.ITEM_GONE,
        Tone.STOP,
        "Not in stock any more",
        f"{serial} {how}. Take another {line.sku}; if this one came back, it is booked in at Goods In first.",
        number,
    )


def item_out_of_reach(number: str, line: Wanted, serial: str, room: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.ITEM_OUT_OF_REACH,
        Tone.STOP,
        f"It belongs to {room}",
        f"{serial} is on hand in {room}, which does not feed this sales channel. "
        f"Take another {line.sku}, or have it transferred first.",
        number,
    )


def unreadable(number: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.UNREADABLE,
        Tone.STOP,
        "Unreadable scan",
        "The scanner sent nothing that can be a code. Scan again.",
        number,
    )


def no_field_call() -> BenchAnswer:
    return BenchAnswer(
        Outcome.NO_FIELD_CALL,
        Tone.STOP,
        "No field call yet",
        "Scan a field call number from the pick list first.",
    )


def not_all_packed(number: str, wanted: Sequence[Wanted], *, may_part: bool = False) -> BenchAnswer:
    missing = ", ".join(f"{line.missing} × {line.sku}" for line in wanted if line.missing)
    cure = "Or scan Ship these, rest later." if may_part else "A shipment ships whole or not at all."
    return BenchAnswer(
        Outcome.NOT_ALL_PACKED, Tone.STOP, "Not finished", f"{number} still needs {missing}. {cure}", number
    )


def finished(number: str, *, parcels: int) -> BenchAnswer:
    if parcels == 1:
        what, cure = f"Label for {number}", "Stick it on this box."
    else:
        what = f"{parcels} labels for {number}"
        cure = "They come in the order of the parcels: the first one belongs on parcel 1."
    return BenchAnswer(Outcome.FINISHED, Tone.OK, what, f"{cure} The next field call may be scanned.", number)


def tracking_wanted(number: str, *, agent: str, parcel: int, parcels: int) -> BenchAnswer:
    """The goods are in; the carrier's label has to go on each box, and its number into Loadbay."""
    which = f" of parcel {parcel}" if parcels > 1 else ""
    return BenchAnswer(
        Outcome.TRACKING_WANTED,
        Tone.NOTE,
        f"Tracking number{which}",
        f"Stick {agent}'s label on it and scan its tracking number, or type it. Press Packing Finished once "
        "more to give it later in the office.",
        number,
    )


def part_asked(number: str, *, now_in: str, later: str) -> BenchAnswer:
    """What would go and what would wait; the command scanned once more does it."""
    return BenchAnswer(
        Outcome.PART_ASKED,
        Tone.NOTE,
        f"Ship {now_in} now?",
        f"{later} would wait as a field call of its own. Scan Ship these, rest later once more to do it; "
        "else go on scanning.",
        number,
    )


def tracked(number: str, *, agent: str, consignment: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.TRACKED,
        Tone.OK,
        f"{number} is ready",
        f"Put it with {agent}'s parcels: {consignment}.",
        number,
    )


def tracking_later(number: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.TRACKING_LATER,
        Tone.NOTE,
        f"{number} is packed",
        "Its tracking number is still wanted: give it in the field call, or with loadbay field-call ship.",
        number,
    )


def no_tracking(number: str, why: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.NO_TRACKING,
        Tone.STOP,
        "No tracking number",
        f"{why} Scan the number on the carrier's label.",
        number,
    )


def cancelled(number: str) -> BenchAnswer:
    return BenchAnswer(
        Outcome.CANCELLED,
        Tone.STOP,
        f"{number} is cancelled",
        "Amazon cancelled it. Put the goods back on the shelf; nothing is to be sent.",
        number,
    )


def plain(outcome: Outcome, tone: Tone, headline: str, sentence: str, *, field_call: str = "") -> BenchAnswer:
    return BenchAnswer(outcome, tone, headline, sentence, field_call)
