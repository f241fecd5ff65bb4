"""The contract of `dispatch.ports.LabelPrinter`, for drivers that send bytes.

Subclass it and give two fixtures: `tried`, a printer that works and what came out of it, and `away`, the same
kind of printer, out of reach.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from loadbay.core.errors import Retryable
from loadbay.dispatch.ports import LabelPrinter, PaperFormat

EVERY_BYTE = bytes(range(256)) * 400
TITLE = "FC-000123 P1"
AWKWARD_TITLES = ("", "../../etc/passwd", "a/b\\c:d\n\x00", "Łódź — weiß", ".hidden", "x" * 5000)


@dataclass(frozen=True)
class Tried:
    """A printer, and everything that came out of it, oldest first."""

    printer: LabelPrinter
    came_out: Callable[[], list[bytes]]


class LabelPrinterContract:
    """What a driver does with finished bytes, whatever it drives."""

    @pytest.mark.parametrize("kind", list(PaperFormat), ids=lambda kind: kind.value)
    def test_the_bytes_come_out_unchanged(self, tried: Tried, kind: PaperFormat) -> None:
        tried.printer.print(EVERY_BYTE, format=kind, title=TITLE)
        assert tried.came_out() == [EVERY_BYTE]

    def test_printing_again_gives_a_second_label(self, tried: Tried) -> None:
        tried.printer.print(b"^XA^FDone^FS^XZ", format=PaperFormat.ZPL, title=TITLE)
        tried.printer.print(b"^XA^FDtwo^FS^XZ", format=PaperFormat.ZPL, title=TITLE)
        assert tried.came_out() == [b"^XA^FDone^FS^XZ", b"^XA^FDtwo^FS^XZ"]

    @pytest.mark.parametrize("title", AWKWARD_TITLES)
    def test_a_title_never_changes_what_comes_out(self, tried: Tried, title: str) -> None:
        tried.printer.print(b"^XA^XZ", format=PaperFormat.ZPL, title=title)
        assert tried.came_out() == [b"^XA^XZ"]

    def test_out_of_reach_means_nothing_was_sent(self, away: LabelPrinter) -> None:
        with pytest.raises(Retryable) as trouble:
            away.print(b"^XA^XZ", format=PaperFormat.ZPL, title=TITLE)
        assert TITLE in trouble.value.sentence
