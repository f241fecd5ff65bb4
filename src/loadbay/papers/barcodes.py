"""Barcodes as scanners at the bench and the dock like them: Code 128 with its words below.

Rule: bars are never thinner than `THINNEST`; a code too long for its room is refused, not squeezed.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from loadbay.papers import fonts

THINNEST = 0.25 * mm
"""What a hand scanner still reads at arm's length from a laser print."""
WIDEST = 0.45 * mm
_QUIET_MODULES = 20


@dataclass(frozen=True)
class Barcode:
    """A Code 128 symbol as wide as its room allows. `size` is that of the words below it."""

    code: str
    room: float
    bar_height: float = 12 * mm
    size: float = 10

    def __post_init__(self) -> None:
        if not self.code or not self.code.isascii() or not self.code.isprintable():
            raise ValueError(f"{self.code[:60]!r} cannot be a barcode: it needs printable ASCII letters")
        if self.bar_width < THINNEST:
            raise ValueError(f"{self.code[:60]!r} is too long for a barcode of {self.room / mm:.0f} mm")

    @property
    def bar_width(self) -> float:
        modules = Code128(self.code, barWidth=1, quiet=0).width + _QUIET_MODULES
        return float(min(WIDEST, self.room / modules))

    @property
    def height(self) -> float:
        return self.bar_height + 1.35 * self.size

    def draw(self, canvas: Canvas, *, x: float, top: float) -> None:
        """Draw it with its upper left corner, quiet zone included, at that point."""
        quiet = self.bar_width * _QUIET_MODULES / 2
        symbol = Code128(self.code, barWidth=self.bar_width, barHeight=self.bar_height, quiet=0)
        symbol.drawOn(canvas, x + quiet, top - self.bar_height)
        fonts.ready()
        canvas.setFont(fonts.BOLD, self.size)
        canvas.drawString(x + quiet, top - self.bar_height - 1.1 * self.size, self.code)
