"""Gathers what stands on our papers and has them drawn: pick list, hand-over sheet, cards.

Rule: finished PDF bytes come out; the papers know no tables and these functions draw nothing. Screens and
commands both call them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from loadbay.core.errors import NotFound, WrongInput
from loadbay.dispatch.bench_rules import COMMAND_FINISH, COMMAND_LEAVE, COMMAND_NEXT, COMMAND_PART
from loadbay.dispatch.box_queries import house_boxes
from loadbay.dispatch.models import Printer
from loadbay.dispatch.pick_queries import PickLine, pick_lines
from loadbay.dispatch.ports import PaperFormat
from loadbay.dispatch.print_queries import loaded_parcels, zone_of_consignment, zones
from loadbay.dispatch.queries import FieldCallFilter, FieldCallRow, batch, enquiry
from loadbay.papers import trial_label as trial
from loadbay.papers.command_sheet import Command, command_sheet
from loadbay.papers.dock_sheet import DockParcel, DockSheet, dock_sheet
from loadbay.papers.pick_list import Goods, PickCall, PickList, pick_list

MOST_CALLS = 1000
TO_PICK = "to_pack"

COMMANDS = (
    Command(COMMAND_FINISH, "Packing Finished", "Closes the field call and asks Amazon for its label."),
    Command(COMMAND_NEXT, "Next parcel", "Closes this box; what you scan now goes into the next one."),
    Command(
        COMMAND_PART, "Ship these, rest later", "Own carrier only: what is packed goes now, the rest waits."
    ),
    Command(COMMAND_LEAVE, "Put back", "Leaves the field call; its goods are packed again later."),
)


def pick_list_pdf(wanted: FieldCallFilter, *, now: datetime, most: int = MOST_CALLS) -> bytes:
    """What is still to pick among the field calls that fit; held ones are only named."""
    rows = _to_pick(replace(wanted, state=wanted.state or TO_PICK), most=most)
    ready = [row for row in rows if not row.held_because]
    held = tuple(row.number for row in rows if row.held_because)
    if not ready:
        raise NotFound(_nothing(wanted, held))
    lines = pick_lines([row.id for row in ready])
    zone_by_id = zones([row.id for row in ready])
    return pick_list(
        PickList(
            about=_about(wanted, ready),
            printed_at=now.astimezone(zone_by_id[ready[0].id]),
            calls=tuple(_call(row, lines[row.id], zone_by_id[row.id]) for row in ready),
            left_out=held,
        )
    )


def dock_sheet_pdf(code: str, *, now: datetime) -> bytes:
    """The hand-over sheet of the consignment that a number or a parcel's code leads to."""
    found = batch(code)
    zone = zone_of_consignment(found.consignment)
    parcels = loaded_parcels(found.consignment)
    if not parcels:
        raise NotFound(f"{found.consignment} has no labelled parcel (any more), so there is nothing to load.")
    return dock_sheet(
        DockSheet(
            consignment=found.consignment,
            carrier=found.carrier,
            location=found.location,
            collection_at=found.collection_at.astimezone(zone),
            printed_at=now.astimezone(zone),
            parcels=tuple(
                DockParcel(
                    field_call=parcel.field_call,
                    parcel=parcel.package_id,
                    tracking=parcel.tracking_id,
                    carrier=parcel.carrier,
                    weight_g=parcel.weight_g,
                )
                for parcel in parcels
            ),
        )
    )


def command_sheet_pdf() -> bytes:
    """The card with the commands of the bench, and the boxes of the house."""
    boxes = (
        Command(row.barcode, f"Box {row.code}", f"{row.name + ': ' if row.name else ''}{row.words}.")
        for row in house_boxes()
    )
    return command_sheet((*COMMANDS, *boxes))


@dataclass(frozen=True)
class TrialLabel:
    """A small label to try a printer with, in the format that it prints best."""

    title: str
    format: PaperFormat
    content: bytes


def trial_label(printer: Printer, *, now: datetime) -> TrialLabel:
    takes = printer.formats.split(",")
    wanted = trial.Trial(printer.name, now)
    if PaperFormat.ZPL.value in takes:
        return TrialLabel(trial.CODE, PaperFormat.ZPL, trial.as_zpl(wanted))
    if PaperFormat.PNG.value in takes:
        return TrialLabel(trial.CODE, PaperFormat.PNG, trial.as_png(wanted))
    return TrialLabel(trial.CODE, PaperFormat.PDF, trial.as_pdf(wanted))


def _to_pick(wanted: FieldCallFilter, *, most: int) -> Sequence[FieldCallRow]:
    found = enquiry(wanted, size=most)
    if found.after is not None:
        raise WrongInput(
            f"More than {most} field calls fit, too many for one pick list. "
            "Choose a carrier, a collection date or a stock room."
        )
    return found.rows


def _call(row: FieldCallRow, lines: Sequence[PickLine], zone: ZoneInfo) -> PickCall:
    return PickCall(
        number=row.number,
        carrier=row.carrier,
        location=row.location,
        collection_at=row.collection_at.astimezone(zone),
        goods=tuple(
            Goods(
                room=line.room,
                bin=line.bin,
                sku=line.sku,
                name=line.name,
                barcode=line.barcode,
                units=line.units,
            )
            for line in lines
        ),
    )


def _about(wanted: FieldCallFilter, rows: Sequence[FieldCallRow]) -> str:
    """What was asked for, in the words of the enquiry; the carrier by its name."""
    day = f"{wanted.collection_date:%A %d %B %Y}" if wanted.collection_date else "every collection date"
    carrier = rows[0].carrier if wanted.carrier else "every carrier"
    return " · ".join(part for part in (carrier, day, wanted.channel, wanted.room, wanted.text) if part)


def _nothing(wanted: FieldCallFilter, held: tuple[str, ...]) -> str:
    if held:
        return f"All that fits is held ({len(held)} field calls, {held[0]} first). Look at its task."
    day = f" on {wanted.collection_date:%d %B %Y}" if wanted.collection_date else ""
    return f"There is no field call to pick{day}. Choose another date or carrier."
