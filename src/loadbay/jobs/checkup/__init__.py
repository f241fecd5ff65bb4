"""Looks at the shop and at what it needs, for the doctor of the terminal, the API and the screens."""

from __future__ import annotations

from collections.abc import Iterator

from loadbay.core.clock import Clock
from loadbay.jobs.checkup import devices, shop
from loadbay.jobs.checkup.finding import Finding


def everything(clock: Clock) -> Iterator[Finding]:
    """All findings on a database whose schema is up to date."""
    yield devices.clock(clock)
    now = clock.now()
    yield from shop.queue()
    yield from devices.all_printers()
    yield from shop.all_connections(now)
    yield from shop.freshness(now)
    yield shop.ledger()
    yield from shop.backlog(now)
    yield from shop.alerts()
    yield shop.tasks()
