"""The printer of whoever looks at the bench page: the page fetches the bytes and opens its print window.

Rule: nothing is ever sent from here. A label for such a printer waits until the page has fetched it
(`dispatch.print_queries.browser_jobs`).
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.core.errors import Rejected, Retryable
from loadbay.dispatch.ports import PaperFormat


@dataclass(frozen=True)
class BrowserPrinter:
    """Implements `LabelPrinter`."""

    name: str

    def print(self, content: bytes, *, format: PaperFormat, title: str) -> None:
        if format is PaperFormat.ZPL:
            raise Rejected(
                f"{title} is a ZPL label, and {self.name} is a browser, which cannot print ZPL. "
                "Print it on a label printer.",
                reason="format",
            )
        raise Retryable(
            f"{self.name} prints where the bench page is open, so nothing of {title} was sent from here. "
            "Open Pack Items Ready for Dispatch; what waits prints there."
        )
