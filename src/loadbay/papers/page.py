"""A4 pages: what is laid out first is drawn afterwards, so that each page knows how many there are.

Rule: a block knows its height and draws itself; `pages` decides where it stands. Rows are in `table.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from loadbay.papers import fonts

MARGIN = 12 * mm
WIDTH = A4[0] - 2 * MARGIN
_TITLE, _SUBTITLE, _FOOT = 15, 9, 8
_HEAD_HEIGHT = 17 * mm
_FOOT_HEIGHT = 8 * mm
_GAP = 2 * mm


class Block(Protocol):
    """Something with a height that can be drawn with its upper left corner at a point."""

    @property
    def height(self) -> float: ...

    def draw(self, canvas: Canvas, *, x: float, top: float) -> None: ...


@dataclass(frozen=True)
class Group:
    """Rows under one head. A short group stays on one page; on a further page `again` stands above."""

    head: Block
    rows: tuple[Block, ...] = ()
    again: Block | None = None

    @property
    def height(self) -> float:
        return self.head.height + sum(row.height for row in self.rows)


@dataclass(frozen=True)
class Frame:
    """What stands on every page: title, a line below it, heads of columns, a line at the foot."""

    title: str
    subtitle: str
    foot: str
    heads: Block | None = None

    @property
    def room(self) -> float:
        """The height that is left for groups."""
        heads = self.heads.height + _GAP if self.heads else 0
        return float(A4[1] - 2 * MARGIN - _HEAD_HEIGHT - _FOOT_HEIGHT - heads)


def pages(groups: Sequence[Group], *, room: float) -> list[list[Block]]:
    """Which blocks stand on which page, from top to bottom."""
    found: list[list[Block]] = [[]]
    left = room
    for group in groups:
        if found[-1] and _wants_new_page(group, left=left, room=room):
            found.append([])
            left = room
        found[-1].append(group.head)
        left -= group.head.height
        for row in group.rows:
            if row.height > left:
                found.append([group.again or group.head])
                left = room - found[-1][0].height
            found[-1].append(row)
            left -= row.height
        left -= _GAP
        found[-1].append(Space(_GAP))
    return found


def _wants_new_page(group: Group, *, left: float, room: float) -> bool:
    """A short group is not torn apart; a long one flows on, but never leaves its head alone."""
    if group.height <= left:
        return False
    start = group.head.height + sum(row.height for row in group.rows[:2])
    return group.height <= room / 3 or start > left


@dataclass(frozen=True)
class Space:
    """Nothing, of a given height."""

    height: float

    def draw(self, canvas: Canvas, *, x: float, top: float) -> None:
        """There is nothing to draw."""


def render(frame: Frame, groups: Sequence[Group]) -> bytes:
    """The finished PDF. The same input gives the same bytes."""
    fonts.ready()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(fonts.printable(frame.title))
    canvas.setCreator("Loadbay")
    laid = pages(groups, room=frame.room)
    for number, blocks in enumerate(laid, start=1):
        top = _draw_frame(canvas, frame, f"Page {number} of {len(laid)}")
        for block in blocks:
            block.draw(canvas, x=MARGIN, top=top)
            top -= block.height
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_frame(canvas: Canvas, frame: Frame, number: str) -> float:
    """Draws head and foot; returns where the groups begin."""
    top = A4[1] - MARGIN
    canvas.setFont(fonts.BOLD, _TITLE)
    canvas.drawString(MARGIN, top - _TITLE, fonts.printable(frame.title))
    canvas.setFont(fonts.REGULAR, _SUBTITLE)
    line = fonts.wrapped(frame.subtitle, size=_SUBTITLE, room=WIDTH)[0]
    canvas.drawString(MARGIN, top - _TITLE - 1.6 * _SUBTITLE, line)
    canvas.setFont(fonts.REGULAR, _FOOT)
    canvas.drawRightString(MARGIN + WIDTH, top - _TITLE, number)
    canvas.drawString(MARGIN, MARGIN, fonts.printable(frame.foot))
    top -= _HEAD_HEIGHT
    if frame.heads:
        frame.heads.draw(canvas, x=MARGIN, top=top)
        top -= frame.heads.height + _GAP
    return float(top)
