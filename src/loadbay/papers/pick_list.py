"""The pick list: what to fetch for each field call, with its number as a barcode for the bench.

Rule: only numbers that start a field call are barcodes here. The goods' own codes stand as text, so that
nobody packs by scanning the paper instead of the goods.
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

_BARCODE_ROOM = 62 * mm
_COLUMNS = (
    Column("", 7 * mm),
    Column("Room", 20 * mm),
    Column("Bin", 21 * mm, fonts.BOLD),
    Column("SKU", 31 * mm),
    Column("Goods", 64 * mm),
    Column("Barcode", 29 * mm),
    Column("Units", 14 * mm, fonts.BOLD, is_right=True),
)


@dataclass(frozen=True)
class Goods:
    """What to take from where."""

    room: str
    bin: str
    sku: str
    name: str
    barcode: str
    units: int


@dataclass(frozen=True)
class PickCall:
    """A field call; `collection_at` is aware and in the local time of the place it is collected at."""

    number: str
    carrier: str
    location: str
    collection_at: datetime
    goods: tuple[Goods, ...]

    @property
    def units(self) -> int:
        return sum(line.units for line in self.goods)


@dataclass(frozen=True)
class PickList:
    """`about` says what was asked for; `left_out` are field calls that must not be picked now."""

    about: str
    printed_at: datetime
    calls: tuple[PickCall, ...]
    left_out: tuple[str, ...] = ()


def pick_list(wanted: PickList) -> bytes:
    """The PDF: field calls in the order given, each with its goods by room and bin."""
    units = sum(call.units for call in wanted.calls)
    counts = f"{_count(len(wanted.calls), 'field call')}, {_count(units, 'unit')}"
    frame = Frame(
        title="Pick list",
        subtitle=f"{wanted.about} · {counts}",
        foot=f"Printed {wanted.printed_at:%d %b %Y %H:%M}",
        heads=heads(_COLUMNS),
    )
    notes = [_held(wanted.left_out)] if wanted.left_out else []
    return render(frame, [*notes, *(_group(call) for call in wanted.calls)])


@dataclass(frozen=True)
class _CallHead:
    """The bar above a field call's goods: its barcode, when the lorry comes, how much there is."""

    call: PickCall

    @property
    def height(self) -> float:
        return float(self._barcode.height + 4 * mm)

    @property
    def _barcode(self) -> Barcode:
        return Barcode(self.call.number, room=_BARCODE_ROOM, bar_height=11 * mm, size=12)

    def draw(self, canvas: Canvas, *, x: float, top: float) -> None:
        canvas.setLineWidth(1)
        canvas.line(x, top, x + WIDTH, top)
        self._barcode.draw(canvas, x=x, top=top - 3 * mm)
        left = x + _BARCODE_ROOM + 6 * mm
        canvas.setFont(fonts.BOLD, 12)
        canvas.drawString(left, top - 7 * mm, f"Lorry {self.call.collection_at:%H:%M, %a %d %b %Y}")
        canvas.setFont(fonts.REGULAR, 9)
        place = fonts.printable(f"{self.call.carrier} · {self.call.location}")
        canvas.drawString(left, top - 12 * mm, place)
        canvas.drawString(left, top - 16.5 * mm, _count(self.call.units, "unit"))


@dataclass(frozen=True)
class _Line:
    """One line of text on its own."""

    text: str
    font: str = fonts.BOLD
    height: float = 6 * mm

    def draw(self, canvas: Canvas, *, x: float, top: float) -> None:
        canvas.setFont(self.font, 9)
        canvas.drawString(x, top - 4 * mm, self.text)


def _group(call: PickCall) -> Group:
    goods = sorted(call.goods, key=lambda line: (line.room, line.bin, line.sku))
    rows = tuple(
        row(
            _COLUMNS,
            (TICK, line.room, line.bin or "–", line.sku, line.name, line.barcode, str(line.units)),
        )
        for line in goods
    )
    return Group(_CallHead(call), rows, again=_Line(f"{call.number}, continued"))


def _held(numbers: tuple[str, ...]) -> Group:
    text = f"Not to be picked now, because they are held: {', '.join(numbers)}"
    first, *rest = (_Line(line) for line in fonts.wrapped(text, font=fonts.BOLD, size=9, room=WIDTH))
    return Group(first, tuple(rest))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
