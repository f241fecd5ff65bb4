"""Rows of a table on paper: cells that wrap, numbers to the right, a box to tick, heads that repeat.

Rule: a text is never cut off; a row is as high as its longest cell. Pages are in `page.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from loadbay.papers import fonts

SIZE = 8.5
_LEADING = 1.25 * SIZE
_PAD = 1.1 * mm
_BOX = 3.6 * mm
TICK = "\N{BALLOT BOX}"
"""A cell with this text is drawn as an empty box to tick."""


@dataclass(frozen=True)
class Column:
    head: str
    width: float
    font: str = fonts.REGULAR
    is_right: bool = False


@dataclass(frozen=True)
class Row:
    """One row, already wrapped: make it with `row` or `heads`."""

    columns: tuple[Column, ...]
    cells: tuple[tuple[str, ...], ...]
    font: str | None = None
    """Instead of the columns' own fonts."""

    @property
    def height(self) -> float:
        return float(max(len(cell) for cell in self.cells) * _LEADING + 2 * _PAD)

    def draw(self, canvas: Canvas, *, x: float, top: float) -> None:
        canvas.setLineWidth(0.6)
        for column, cell in zip(self.columns, self.cells, strict=True):
            if cell == (TICK,):
                canvas.rect(x, top - _PAD - _BOX, _BOX, _BOX)
            else:
                self._draw_cell(canvas, column, cell, x=x, top=top)
            x += column.width
        canvas.setLineWidth(0.3)
        left = x - sum(column.width for column in self.columns)
        canvas.line(left, top - self.height, x, top - self.height)

    def _draw_cell(
        self, canvas: Canvas, column: Column, cell: tuple[str, ...], *, x: float, top: float
    ) -> None:
        canvas.setFont(self.font or column.font, SIZE)
        for number, line in enumerate(cell, start=1):
            y = top - _PAD - number * _LEADING + 0.3 * SIZE
            if column.is_right:
                canvas.drawRightString(x + column.width - _PAD, y, line)
            else:
                canvas.drawString(x, y, line)


def row(columns: Sequence[Column], texts: Sequence[str]) -> Row:
    """A row of texts, wrapped into their columns."""
    cells = tuple(_cell(column, text, column.font) for column, text in zip(columns, texts, strict=True))
    return Row(tuple(columns), cells)


def heads(columns: Sequence[Column]) -> Row:
    """The names of the columns."""
    cells = tuple(_cell(column, column.head, fonts.BOLD) for column in columns)
    return Row(tuple(columns), cells, fonts.BOLD)


def _cell(column: Column, text: str, font: str) -> tuple[str, ...]:
    if text == TICK:
        return (TICK,)
    return fonts.wrapped(text, font=font, size=SIZE, room=column.width - 1.5 * _PAD)
