"""The letters on our papers: Noto Sans (Latin, Greek, Cyrillic), embedded into each PDF.

It comes from the package pymupdf-fonts, whose modules hold a packed font each (SIL Open Font License 1.1).
Rule: any text goes through `printable` before it is drawn, so that no letter becomes an empty box.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import import_module
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "NotoSans_Regular"
BOLD = "NotoSans_Bold"
_UNKNOWN = "?"
_BREAKS_AFTER = " -/_.,"


@cache
def _font(name: str) -> TTFont:
    font = TTFont(name, file(name))
    pdfmetrics.registerFont(font)
    return font


def ready() -> None:
    """Make both fonts known to reportlab; again is harmless."""
    _font(REGULAR)
    _font(BOLD)


def file(name: str) -> BytesIO:
    """The font as a file, for reportlab and for whoever draws pictures."""
    return BytesIO(_unpacked(name))


@cache
def _unpacked(name: str) -> bytes:
    """Named only here, not imported above: unpacking costs, and most processes draw no paper."""
    return bytes(import_module(f"pymupdf_fonts.{name}").fontbuffer)


def printable(text: str) -> str:
    """The text in one line and in letters that the font has.

    A letter it lacks is drawn as its plain root; one without a root (a Chinese one) becomes a question mark.
    """
    known = _font(REGULAR).face.charToGlyph
    letters = (_letter(letter, known) for letter in unicodedata.normalize("NFC", text))
    return " ".join("".join(letters).split())


def _letter(letter: str, known: dict[int, int]) -> str:
    if letter.isspace() or unicodedata.category(letter) == "Cc":
        return " "
    if unicodedata.category(letter) in {"Cf", "Mn", "Cn", "Co", "Cs"}:
        return ""
    if ord(letter) in known:
        return letter
    roots = [root for root in unicodedata.normalize("NFKD", letter) if unicodedata.category(root) != "Mn"]
    return "".join(root if ord(root) in known else _UNKNOWN for root in roots)


def width(text: str, *, font: str = REGULAR, size: float) -> float:
    """How wide the text is drawn, in points."""
    ready()
    return float(pdfmetrics.stringWidth(text, font, size))


def wrapped(text: str, *, font: str = REGULAR, size: float, room: float) -> tuple[str, ...]:
    """The printable text in lines that fit into `room` points; a word longer than a line is cut."""
    lines: list[str] = []
    rest = printable(text)
    while rest:
        end = _fitting(rest, font, size, room)
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return tuple(lines) or ("",)


def _fitting(text: str, font: str, size: float, room: float) -> int:
    """How many letters go into one line: up to the last place where it may break."""
    if width(text, font=font, size=size) <= room:
        return len(text)
    end, used = 0, 0.0
    while end < len(text) and (used := used + width(text[end], font=font, size=size)) <= room:
        end += 1
    if end < len(text) and text[end] == " ":
        return end
    last = max(text.rfind(mark, 0, end) for mark in _BREAKS_AFTER)
    return last + 1 if last > 0 else max(1, end)
