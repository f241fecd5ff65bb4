"""A listener in memory: what it heard can be read, and trouble can be ordered for the next telling."""

from __future__ import annotations

from dataclasses import dataclass, field

from loadbay.orders.ports import StatusNotice
from loadbay.testing.fakes.troubles import Troubles


@dataclass
class FakeStatusListener:
    """Implements `StatusListener`. Order trouble with `troubles.next("tell", Retryable(…))`."""

    troubles: Troubles = field(default_factory=Troubles)
    heard: list[StatusNotice] = field(default_factory=list)

    def tell(self, notice: StatusNotice) -> None:
        with self.troubles.around("tell"):
            self.heard.append(notice)
