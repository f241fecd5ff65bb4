"""Time comes in through a parameter. A Clock tells the aware UTC moment and can wait.

Only senders wait, and only here; everybody else leaves waiting to the queue.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def wait(self, seconds: float) -> None:
        """Return after that many seconds (at once when not positive)."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)  # noqa: TID251  the one place that waits


def epoch_milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC of an aware moment."""
    return int(moment.timestamp() * 1000)
