"""Boxes: those the house keeps, and which box and weight a parcel is told with.

What a person said of a parcel stays; what nobody said is found anew when packing finishes. After Amazon has
the label, a change of the box asks for a new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction

from loadbay.core.errors import NotFound, Refusal, WrongInput
from loadbay.core.events import record
from loadbay.dispatch.bench_rules import BOX_PREFIX, BenchAnswer, Outcome, Tone, plain
from loadbay.dispatch.box_queries import Contents, contents, measured_of, measured_when_full
from loadbay.dispatch.box_rules import (
    NoMeasure,
    Sides,
    TypedSize,
    read_measure,
    read_size,
    read_weight,
    size_words,
    weight_words,
)
from loadbay.dispatch.events import LabelsWanted
from loadbay.dispatch.models import IN_WORK, FieldCall, HouseBox, Parcel
from loadbay.dispatch.packages import remember_what_amazon_has
from loadbay.dispatch.services.reopening import check_may_change, field_call_in_work
from loadbay.journal.services import note
from loadbay.orders.ports import Box

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,11}\Z")
LONGEST_NAME = 40


class BoxInUse(Refusal):
    """A box of the house holds a parcel that has not left yet."""

    code = "box_in_use"


@dataclass(frozen=True)
class NewBox:
    """A box for the house: `size` and `weight` as a person types them (`40x30x20`, `0.15` or `150 g`)."""

    code: str
    size: str
    weight: str
    name: str = ""
    is_house_box: bool = False


@transaction.atomic
def add_box(new: NewBox) -> HouseBox:
    """The first box becomes the house box. Raises `WrongInput` naming the field."""
    code, name = new.code.strip().upper(), new.name.strip()
    if not _CODE.match(code):
        raise WrongInput(f"Code {new.code[:30]!r} is none for a barcode. Use 1 to 12 of A-Z, 0-9 and -.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongInput(f"Name {name[:60]!r} is longer than {LONGEST_NAME} letters or unreadable.")
    if HouseBox.objects.filter(code=code).exists():
        raise WrongInput(f"Code {code} is taken. Choose another one, or remove that box first.")
    sides, grams = _sides(new.size), _grams(new.weight)
    row = HouseBox.objects.create(
        code=code, name=name, length_mm=sides[0], width_mm=sides[1], height_mm=sides[2], weight_g=grams
    )
    if new.is_house_box or HouseBox.objects.count() == 1:
        make_house_box(code)
        row.refresh_from_db()
    return row


@transaction.atomic
def make_house_box(code: str) -> None:
    """From now on this box is taken where nobody says another one."""
    row = _box(code)
    HouseBox.objects.filter(is_house_box=True).exclude(pk=row.pk).update(is_house_box=False)
    HouseBox.objects.filter(pk=row.pk).update(is_house_box=True)


@transaction.atomic
def remove_box(code: str) -> None:
    """Parcels that left in it keep their measures. Raises `BoxInUse` while one that has not left lies in it:
    its weight is found with the weight of the empty box."""
    row = _box(code)
    calls = FieldCall.objects.filter(parcels__house_box=row, state__in=IN_WORK).order_by("id").distinct()
    numbers = list(calls.values_list("number", flat=True))
    if numbers:
        more = f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
        raise BoxInUse(
            f"Box {row.code} holds parcels of {', '.join(numbers[:3])}{more} that have not left. "
            "Remove it once they are completed, or give them another box first."
        )
    row.delete()


def _box(code: str) -> HouseBox:
    wanted = code.strip().upper().removeprefix(BOX_PREFIX)
    row = HouseBox.objects.select_for_update().filter(code=wanted).first()
    if row is None:
        raise NotFound(f"The house has no box {wanted[:30]}. See: loadbay box list.")
    return row


def _sides(text: str) -> Sides:
    typed = read_size(text)
    if isinstance(typed, NoMeasure):
        raise WrongInput(f"Size: {_without_letter(typed.sentence)}")
    return typed.sides


def _grams(text: str) -> int:
    typed = read_weight(text)
    if isinstance(typed, NoMeasure):
        raise WrongInput(f"Weight: {_without_letter(typed.sentence)}")
    return typed.grams


def _without_letter(sentence: str) -> str:
    """The letter before a measure is only typed at the bench."""
    return re.sub(r"\b[WB] (?=\d)", "", sentence)


# --- the box of a parcel ---


_MEASURES = ("length_mm", "width_mm", "height_mm", "weight_g")


def measure(parcel: Parcel, call: FieldCall) -> None:
    """Store what is told of a parcel."""
    _take(measured_of(call, parcel, contents(call.pk)).box, parcel)
    parcel.save(update_fields=_MEASURES)


def measure_all(call: FieldCall, inside: Contents) -> int:
    """Close every parcel of a call and store what is told of each; how many there are comes back."""
    parcels = list(call.parcels.select_related("house_box").order_by("id"))
    for parcel in parcels:
        _take(measured_of(call, parcel, inside).box, parcel)
        parcel.is_closed = True
        parcel.save(update_fields=[*_MEASURES, "is_closed"])
    return len(parcels)


def _take(box: Box, parcel: Parcel) -> None:
    parcel.length_mm, parcel.width_mm = box.length_mm, box.width_mm
    parcel.height_mm, parcel.weight_g = box.height_mm, box.weight_g


def scan_box(call: FieldCall, parcel: Parcel, code: str) -> BenchAnswer:
    """A box of the house was scanned at the bench: the open parcel goes into it."""
    wanted = code.removeprefix(BOX_PREFIX)
    row = HouseBox.objects.filter(code=wanted).first()
    if row is None:
        return plain(
            Outcome.UNKNOWN_BOX,
            Tone.STOP,
            "Unknown box",
            f"The house has no box {wanted}. Scan one from the command sheet, or type its size: B 40x30x20.",
            field_call=call.number,
        )
    _put_into(parcel, row)
    return _box_set(call, parcel, f"Box {row.code}")


def type_measure(call: FieldCall, parcel: Parcel, code: str) -> BenchAnswer:
    """A weight or a size was typed at the bench, for the open parcel."""
    typed = read_measure(code)
    if isinstance(typed, NoMeasure):
        return plain(Outcome.NO_MEASURE, Tone.STOP, "Not taken", typed.sentence, field_call=call.number)
    if isinstance(typed, TypedSize):
        _give_size(parcel, typed.sides)
        return _box_set(call, parcel, size_words(typed.sides))
    _give_weight(parcel, typed.grams)
    return _box_set(call, parcel, weight_words(typed.grams))


def _box_set(call: FieldCall, parcel: Parcel, what: str) -> BenchAnswer:
    box = measured_when_full(call.sale.shipment.boxes, parcel, contents(call.pk)).box
    told = f"{size_words((box.length_mm, box.width_mm, box.height_mm))}, {weight_words(box.weight_g)}"
    sentence = f"{told}: that is told of parcel {parcel.package_id.removeprefix('PKG-')}."
    return plain(Outcome.BOX_SET, Tone.OK, what, sentence, field_call=call.number)


def _put_into(parcel: Parcel, row: HouseBox) -> None:
    _give_size(parcel, (row.length_mm, row.width_mm, row.height_mm))
    parcel.house_box = row
    parcel.save(update_fields=["house_box"])


def _give_size(parcel: Parcel, sides: Sides) -> None:
    parcel.length_mm, parcel.width_mm, parcel.height_mm = sides
    parcel.is_size_given, parcel.house_box = True, None
    parcel.save(update_fields=["length_mm", "width_mm", "height_mm", "is_size_given", "house_box"])


def _give_weight(parcel: Parcel, grams: int) -> None:
    parcel.weight_g, parcel.is_weight_given = grams, True
    parcel.save(update_fields=["weight_g", "is_weight_given"])


@dataclass(frozen=True)
class Change:
    """What a person says of a parcel's box; empty means it stays. `box` is the code of one of the house."""

    size: str = ""
    weight: str = ""
    box: str = ""


@transaction.atomic
def change_box(number: str, *, package_id: str, change: Change) -> None:
    """Another box or weight for a packed parcel: Amazon is told, and asked for a (new) label.

    Raises `WrongInput`, `NotFound`, or a refusal that says why it cannot be changed now.
    """
    call = field_call_in_work(number)
    check_may_change(call)
    parcel = call.parcels.filter(package_id=package_id.strip().upper()).first()
    if parcel is None:
        raise NotFound(f"{call.number} has no parcel {package_id[:30]}.")
    if not (change.size or change.weight or change.box):
        raise WrongInput("Size: nothing was said. Give a size, a weight, or a box of the house.")
    remember_what_amazon_has(call.pk, status=call.sale.shipment.status)
    if change.box:
        _put_into(parcel, _box(change.box))
    if change.size:
        _give_size(parcel, _sides(change.size))
    if change.weight:
        _give_weight(parcel, _grams(change.weight))
    measure(parcel, call)
    call.label_wanted = "remake" if call.state == FieldCall.State.LABELLED else "make"
    call.tries, call.next_try_at = 0, None
    call.save(update_fields=["label_wanted", "tries", "next_try_at"])
    note(f"field_call:{call.number}", f"Box of {parcel.package_id}: {_words(parcel)}.", what="box")
    record(LabelsWanted(field_call_id=call.pk))


def _words(parcel: Parcel) -> str:
    sides = (parcel.length_mm or 0, parcel.width_mm or 0, parcel.height_mm or 0)
    return f"{size_words(sides)}, {weight_words(parcel.weight_g or 0)}"
