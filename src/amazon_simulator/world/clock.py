"""Where time comes from: a clock is passed in, never asked for globally.

`SystemClock` serves the running program, `MovableClock` the tests. The virtual offset lives in the state.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of aware UTC moments."""

    def now(self) -> datetime:
        """Give the present moment, aware and in UTC; it may stand still but must be aware."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, *, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def to_the_millisecond(moment: datetime) -> datetime:
    """Cut a moment to what Amazon's answers can show, so that what is shown equals what is compared."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """Write a moment as Amazon does: UTC, milliseconds, a Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
