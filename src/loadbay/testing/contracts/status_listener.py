"""The contract of `orders.ports.StatusListener`.

Subclass it and give three fixtures: `told`, a listener that hears and the events it heard; `away`, one out of
reach; `deaf`, one whose other side refuses for good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from loadbay.core.errors import Rejected, Retryable
from loadbay.orders.ports import StatusListener, StatusNotice

NOTICE = StatusNotice(
    event="0b0e2a6e-6f0a-4a8e-9a55-1d5a1f3f7a10",
    channel="AMZ-UK",
    order="026-1234567-1234567",
    shipment="SHP-1",
    sale="S-000001",
    channel_status="ACCEPTED",
    order_status="Open",
    implied_status="In Progress",
    entered_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
)


@dataclass(frozen=True)
class Told:
    """A listener, and the events that the other side heard, oldest first."""

    listener: StatusListener
    heard: Callable[[], list[str]]


class StatusListenerContract:
    """What a listener does with a notice, whatever is behind it."""

    def test_what_is_told_is_heard(self, told: Told) -> None:
        told.listener.tell(NOTICE)
        assert told.heard() == [NOTICE.event]

    def test_telling_again_is_heard_under_the_same_event(self, told: Told) -> None:
        told.listener.tell(NOTICE)
        told.listener.tell(NOTICE)
        assert told.heard() == [NOTICE.event] * 2

    def test_out_of_reach_is_to_be_tried_later(self, away: StatusListener) -> None:
        with pytest.raises(Retryable):
            away.tell(NOTICE)

    def test_a_refusal_is_told_apart_from_being_away(self, deaf: StatusListener) -> None:
        with pytest.raises(Rejected):
            deaf.tell(NOTICE)
