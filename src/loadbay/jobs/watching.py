"""What follows from switching a channel's watch mode, said before anybody does it."""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.dispatch import backlog as dispatch
from loadbay.listings import backlog as listings
from loadbay.orders import backlog as orders


@dataclass(frozen=True)
class Waiting:
    """How many of a thing; `noun` as the page's counting filter wants it."""

    noun: str
    count: int


def goes_out_after_watching(channel_id: int) -> tuple[Waiting, ...]:
    """What was noted while the channel watched and goes to Amazon when that ends, without what is nothing."""
    found = (
        *orders.held_by_watching(channel_id),
        *dispatch.held_by_watching(channel_id),
        *listings.held_by_watching(channel_id),
    )
    return tuple(Waiting(noun, count) for noun, count in found if count)


def stops_with_watching(channel_id: int) -> int:
    """Field calls that cannot go on once the channel watches."""
    return dispatch.in_work(channel_id)
