"""A clock that moves when it is told to, and when somebody waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class FakeClock:
    """Implements `core.clock.Clock`. `waits` tells how long each waiting was asked to last."""

    moment: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.advance(max(0.0, seconds))

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
