"""A card to hang up at the bench: the scanner's commands as barcodes, with what each does.

Rule: the commands come in as values; which there are is decided in `dispatch.bench_rules`.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from loadbay.papers import fonts
from loadbay.papers.barcodes import Barcode
from loadbay.papers.page import WIDTH, Frame, Group, render

_WORDS_ROOM = WIDTH - 92 * mm


@dataclass(frozen=True)
class Command:
    """What a scan of `code` does: its name on the screen, and one sentence."""

    code: str
    name: str
    sentence: str


def command_sheet(commands: tuple[Command, ...]) -> bytes:
    """The PDF, one command below the other, far enough apart that a scanner hits only one."""
    frame = Frame(
        title="Commands for the bench",
        subtitle="Scan one of these instead of pressing a key.",
        foot="Hang this up where the scanner reaches it.",
    )
    return render(frame, [Group(_Card(command)) for command in commands])


@dataclass(frozen=True)
class _Card:
    command: Command
    height: float = 52 * mm

    def draw(self, canvas: Canvas, *, x: float, top: float) -> None:
        canvas.setLineWidth(0.8)
        canvas.roundRect(x, top - 48 * mm, WIDTH, 46 * mm, 3 * mm)
        Barcode(self.command.code, room=84 * mm, bar_height=26 * mm, size=11).draw(
            canvas, x=x + 2 * mm, top=top - 9 * mm
        )
        left = x + 90 * mm
        canvas.setFont(fonts.BOLD, 15)
        canvas.drawString(left, top - 16 * mm, fonts.printable(self.command.name))
        canvas.setFont(fonts.REGULAR, 10)
        for number, line in enumerate(fonts.wrapped(self.command.sentence, size=10, room=_WORDS_ROOM)):
            canvas.drawString(left, top - 24 * mm - number * 5 * mm, line)
