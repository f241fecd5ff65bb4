"""The hand-over sheet: what one lorry takes in one collection, and who signed for it.

Rule: its one barcode is the consignment number, which Batch Complete understands. No buyer's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from loadbay.papers import fonts
from loadbay.papers.barcodes import Barcode
from loadbay.papers.page import WIDTH, Frame, Group, render
from loadbay.papers.table import TICK, Column, heads, row

_COLUMNS = (
    Column("", 8 * mm),
    Column("No.", 13 * mm, is_right=True),
    Column("Field call", 34 * mm, fonts.BOLD),
    Column("Parcel", 20 * mm),
    Column("Tracking", 62 * mm),
    Column("Carrier", 27 * mm),
    Column("Weight", 22 * mm, is_right=True),
)


@dataclass(frozen=True)
class DockParcel:
    """A parcel on the sheet; `weight_g` is None where nobody knows it."""

    field_call: str
    parcel: str
    tracking: str
    carrier: str
    weight_g: int | None


@dataclass(frozen=True)
class DockSheet:
    """A consignment; moments are aware, `collection_at` in the local time of the location."""

    consignment: str
    carrier: str
    location: str
    collection_at: datetime
    printed_at: datetime
    parcels: tuple[DockParcel, ...]


def dock_sheet(wanted: DockSheet) -> bytes:
    """The PDF: facts and barcode, the parcels, lines to sign."""
    frame = Frame(
        title=f"Hand-over sheet {wanted.consignment}",
        subtitle=f"{wanted.carrier} · {wanted.location} · {_moment(wanted.collection_at)}",
        foot=f"{wanted.consignment} · printed {wanted.printed_at:%d %b %Y %H:%M}",
    )
    rows = tuple(
        row(
            _COLUMNS,
            (
                TICK,
                str(number),
                parcel.field_call,
                parcel.parcel,
                parcel.tracking or "–",
                parcel.carrier or "–",
                _kilograms(parcel.weight_g),
            ),
        )
        for number, parcel in enumerate(wanted.parcels, start=1)
    )
    table = Group(heads(_COLUMNS), rows, again=heads(_COLUMNS))
    return render(frame, [Group(_Facts(wanted)), table, Group(_Signatures(len(wanted.parcels)))])


@dataclass(frozen=True)
class _Facts:
    """The consignment's barcode and what it is about."""

    sheet: DockSheet

    @property
    def _barcode(self) -> Barcode:
        return Barcode(self.sheet.consignment, room=80 * mm, bar_height=18 * mm, size=14)

    @property
    def height(self) -> float:
        return float(max(self._barcode.height, 26 * mm) + 4 * mm)

    def draw(self, canvas: Canvas, *, x: float, top: float) -> None:
        self._barcode.draw(canvas, x=x, top=top)
        parcels = self.sheet.parcels
        weight = sum(parcel.weight_g or 0 for parcel in parcels)
        unknown = sum(parcel.weight_g is None for parcel in parcels)
        facts = (
            ("Carrier", self.sheet.carrier),
            ("Location", self.sheet.location),
            ("Collection", _moment(self.sheet.collection_at)),
            ("Parcels", str(len(parcels))),
            ("Weight", _kilograms(weight) + (f" and {unknown} not weighed" if unknown else "")),
        )
        for number, (name, value) in enumerate(facts, start=1):
            y = top - number * 5 * mm
            canvas.setFont(fonts.REGULAR, 9)
            canvas.drawString(x + 90 * mm, y, name)
            canvas.setFont(fonts.BOLD, 9)
            canvas.drawString(x + 112 * mm, y, fonts.printable(value))


@dataclass(frozen=True)
class _Signatures:
    """Lines for driver and packer: name, signature, time; the vehicle and the parcels counted."""

    parcels: int
    height: float = 58 * mm

    def draw(self, canvas: Canvas, *, x: float, top: float) -> None:
        canvas.setLineWidth(0.5)
        canvas.setFont(fonts.BOLD, 10)
        canvas.drawString(x, top - 8 * mm, f"Parcels loaded: ________ of {self.parcels}")
        canvas.drawString(x + WIDTH / 2, top - 8 * mm, "Vehicle: ______________________")
        for place, who in enumerate(("Driver", "Packer")):
            y = top - (24 + 17 * place) * mm
            canvas.setFont(fonts.BOLD, 10)
            canvas.drawString(x, y, who)
            canvas.setFont(fonts.REGULAR, 8)
            for left, width, word in ((22, 55, "Name"), (82, 62, "Signature"), (149, 37, "Date and time")):
                canvas.line(x + left * mm, y, x + (left + width) * mm, y)
                canvas.drawString(x + left * mm, y - 4 * mm, word)


def _moment(at: datetime) -> str:
    """In local time, with the name of the time zone, because lorry and office may be far apart."""
    return f"{at:%a %d %b %Y, %H:%M} {at.tzname() or ''}".rstrip()


def _kilograms(grams: int | None) -> str:
    return "–" if grams is None else f"{grams / 1000:.2f} kg"
