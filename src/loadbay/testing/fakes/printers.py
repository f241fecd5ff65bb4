"""A printer in memory: what it printed can be read, and trouble can be ordered for the next label."""

from __future__ import annotations

from dataclasses import dataclass, field

from loadbay.core.errors import Rejected
from loadbay.dispatch.ports import PaperFormat
from loadbay.testing.fakes.troubles import Troubles


@dataclass(frozen=True)
class FakeLabel:
    """What came out."""

    title: str
    format: PaperFormat
    content: bytes


@dataclass
class FakePrinter:
    """Implements `LabelPrinter`. Order trouble with `troubles.next("print", Unclear(…))`."""

    takes: frozenset[PaperFormat] = frozenset(PaperFormat)
    troubles: Troubles = field(default_factory=Troubles)
    labels: list[FakeLabel] = field(default_factory=list)

    def print(self, content: bytes, *, format: PaperFormat, title: str) -> None:
        with self.troubles.around("print"):
            if format not in self.takes:
                raise Rejected(f"{title} is a {format.value.upper()} label, which this printer lacks.")
            self.labels.append(FakeLabel(title, format, content))
