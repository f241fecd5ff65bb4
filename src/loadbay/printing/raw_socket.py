"""A network printer that takes bytes on a TCP port (9100), as label printers do.

Rule: before the first byte left, nothing happened and it may be tried again; after it, nobody knows what came
out. The address comes from the shop's settings only, never from a label or a caller.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from loadbay.core.errors import Retryable, Unclear
from loadbay.dispatch.ports import PaperFormat

_SMALL_BUFFER = 16 * 1024
"""Little waits unseen in our own machine, so a printer that stopped taking bytes is noticed."""
_PIECE = 16 * 1024


@dataclass(frozen=True)
class Patience:
    """Seconds: to connect, for all bytes to be taken, and for the printer's own goodbye."""

    connect: float = 5
    send: float = 40
    goodbye: float = 0.5


@dataclass(frozen=True)
class RawSocketPrinter:
    """Implements `LabelPrinter`. `host` and `port` are the printer's configured address."""

    host: str
    port: int
    patience: Patience = Patience()

    def print(self, content: bytes, *, format: PaperFormat, title: str) -> None:
        with self._connected(title) as link:
            self._send(link, content, title)
            self._wait_for_goodbye(link, title)

    def _connected(self, title: str) -> socket.socket:
        try:
            link = socket.create_connection((self.host, self.port), timeout=self.patience.connect)
        except (OSError, UnicodeError) as fault:
            raise Retryable(
                f"The printer at {self._place} cannot be reached ({_words(fault)}), so nothing of {title} "
                "was sent. Look whether it is switched on and connected."
            ) from fault
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SMALL_BUFFER)
        return link

    def _send(self, link: socket.socket, content: bytes, title: str) -> None:
        until = monotonic() + self.patience.send
        sent = 0
        rest = memoryview(content)
        try:
            while sent < len(content):
                link.settimeout(max(0.01, until - monotonic()))
                sent += link.send(rest[sent : sent + _PIECE])
            link.shutdown(socket.SHUT_WR)
        except OSError as fault:
            raise self._broken(fault, title, sent=sent, of=len(content)) from fault

    def _wait_for_goodbye(self, link: socket.socket, title: str) -> None:
        """Printers say nothing or close; one that throws the connection away did not take everything."""
        until = monotonic() + self.patience.goodbye
        try:
            while (left := until - monotonic()) > 0:
                link.settimeout(left)
                if not link.recv(1024):
                    return
        except TimeoutError:
            return
        except OSError as fault:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            raise Unclear(
                f"The printer at {self._place} broke the connection after {title} was sent "
                f"({_words(fault)}). Look whether the label came out before it is printed again."
            ) from fault

    def _broken(self, fault: OSError, title: str, *, sent: int, of: int) -> Retryable | Unclear:
        if sent == 0:
            return Retryable(
                f"The printer at {self._place} took nothing of {title} ({_words(fault)}). "
                "Look whether it is ready."
            )
        return Unclear(
            f"The printer at {self._place} stopped after {sent} of {of} bytes of {title} ({_words(fault)}). "
            "Look for paper, ribbon and an open lid, and whether the label came out."
        )

    @property
    def _place(self) -> str:
        return f"{self.host}:{self.port}"


def _words(fault: Exception) -> str:
    if isinstance(fault, TimeoutError):
        return "no answer in time"
    return (getattr(fault, "strerror", None) or str(fault) or type(fault).__name__).lower()
