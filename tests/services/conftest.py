"""A shop for the tests of services: one channel, a clock that stands, Amazon as a fake.

The imports stand inside, because Django is set up after the conftests of folders were read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.standing import copied


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock of the shop, and of what follows from its events."""
    from loadbay.jobs import rounds  # noqa: PLC0415
    from loadbay.testing.fakes import FakeClock  # noqa: PLC0415

    clock = FakeClock()
    monkeypatch.setattr(rounds, "CLOCK", clock)
    return clock


@pytest.fixture
def shop_maker() -> Callable[[], Any]:
    """What makes the shop in which a test begins."""
    return a_shop


@pytest.fixture
def shop(standing_shop: Any, clock: Any) -> Any:
    """One SmartConnect channel, and Amazon beside it."""
    return copied(standing_shop, clock=clock)


def a_shop() -> Any:
    """Its queue is empty: a job of a shop that has stood for long would be overdue."""
    from tests.builders import Shop  # noqa: PLC0415
    from tests.services.settings_shop import forget_jobs  # noqa: PLC0415

    shop = Shop()
    forget_jobs()
    return shop
