"""Stands before a driver: what the printer takes goes through, a PNG for a ZPL printer is drawn as ZPL.

Rule: bytes in a format that the printer takes are never touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.core.errors import Rejected
from loadbay.dispatch.ports import LabelPrinter, PaperFormat
from loadbay.dispatch.print_rules import Passage, passage
from loadbay.papers.zpl import UnusablePicture, png_to_zpl


@dataclass(frozen=True)
class FittingPrinter:
    """Implements `LabelPrinter` for a printer that takes certain formats."""

    driver: LabelPrinter
    name: str
    takes: frozenset[PaperFormat]

    def print(self, content: bytes, *, format: PaperFormat, title: str) -> None:
        match passage(format, takes=self.takes):
            case Passage.AS_IT_IS:
                self.driver.print(content, format=format, title=title)
            case Passage.DRAWN_AS_ZPL:
                self.driver.print(self._drawn(content, title), format=PaperFormat.ZPL, title=title)
            case Passage.NOT_AT_ALL:
                raise Rejected(self._refusal(format, title), reason="format")

    def _drawn(self, content: bytes, title: str) -> bytes:
        try:
            return png_to_zpl(content)
        except UnusablePicture as fault:
            raise Rejected(
                f"{title} cannot be drawn for {self.name}: {fault}. Make the label again.", reason="picture"
            ) from fault

    def _refusal(self, format: PaperFormat, title: str) -> str:
        takes = " and ".join(sorted(known.value.upper() for known in self.takes))
        return (
            f"{title} is a {format.value.upper()} label, and {self.name} only prints {takes}. "
            f"Print it on a printer that takes {format.value.upper()}, or add that format to this printer."
        )
