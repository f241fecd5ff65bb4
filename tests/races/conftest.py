"""A shop in a database of its own, in which several threads really commit.

The imports stand inside, because Django is set up after the conftests of folders were read.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.racing import own_database  # noqa: F401  a fixture


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock of the shop, and of what follows from its events."""
    from loadbay.jobs import rounds  # noqa: PLC0415
    from loadbay.testing.fakes import FakeClock  # noqa: PLC0415

    clock = FakeClock()
    monkeypatch.setattr(rounds, "CLOCK", clock)
    return clock


@pytest.fixture
def shop(own_database: None, clock: Any) -> Any:  # noqa: F811
    from tests.builders import Shop  # noqa: PLC0415

    return Shop(clock=clock)
