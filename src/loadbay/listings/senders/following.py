"""Asking Amazon how listings stand: those on their way until they are linked, linked ones in turn for ever.

Amazon's channel code alone proves nothing (plain FBA has it too): a stock figure at our own location must
be there as well. Whoever waits for a person is reminded of in `reminding.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from loadbay.core.clock import Clock
from loadbay.core.errors import Misconfigured, Rejected, Trouble
from loadbay.core.ids import LocationId, Sku
from loadbay.listings import rules
from loadbay.listings.ports import ListingDesk, SeenListing, StockDesk, StockVerdict
from loadbay.listings.rules import LATE_AFTER, State, look_again_after, try_again_after
from loadbay.listings.senders.doors import may_ask
from loadbay.listings.senders.reminding import remind
from loadbay.listings.services import life, submissions
from loadbay.listings.services.submissions import DueListing

LOOK = 50
LINKED_AT_ONCE = 500
"""Linked listings looked at in one run, so that those on their way never wait for them."""
CONFIRMED_AT_ONCE = 20
"""Surprises (gone, back to MFN) that one run looks at once more, one by one."""
_NEW = (State.SUBMITTED,)
_SHOWN = (*rules.WAITING, State.SUPPRESSED)


@dataclass(frozen=True)
class Followed:
    """How many listings were looked at, how many turned out linked, and when the next look is due."""

    looked_at: int = 0
    linked: int = 0
    due_at: datetime | None = None


@dataclass
class _Run:
    """One run of the follower: its desks, its clock, what it has done."""

    channel_id: int
    listing_desk: ListingDesk
    stock_desk: StockDesk
    clock: Clock
    locations: Sequence[str]
    linked_every: timedelta = field(default=life.LOOK_AT_LINKED)
    looked_at: int = 0
    linked: int = 0
    confirmed: int = 0


def follow_listings(
    channel_id: int, *, listing_desk: ListingDesk, stock_desk: StockDesk, clock: Clock
) -> Followed:
    """Look at every listing that is due, of a channel that only watches too: nothing here changes Amazon.

    Retryable, Unclear and Misconfigured are raised on.
    """
    channel = may_ask(channel_id)
    if channel is None:
        return Followed()
    run = _Run(channel_id, listing_desk, stock_desk, clock, life.locations_of(channel_id))
    while due := submissions.due_looks(channel_id, states=_NEW, now=clock.now(), limit=LOOK):
        for listing in due:
            _look_singly(run, listing)
    while due := submissions.due_looks(channel_id, states=_SHOWN, now=clock.now(), limit=LOOK):
        _look_at_all(run, due)
    remind(channel_id, code=channel.code, clock=clock)
    _look_at_linked(run)
    return Followed(run.looked_at, run.linked, submissions.next_look(channel_id, submissions=False))


def _look_at_linked(run: _Run) -> None:
    """The linked listings whose look is the oldest, a page of SKUs per question."""
    now = run.clock.now()
    due = submissions.due_looks(run.channel_id, states=(State.LINKED,), now=now, limit=LINKED_AT_ONCE)
    if due:
        run.linked_every = rules.look_at_linked_every(submissions.count_linked(run.channel_id))
        _look_at_all(run, due)


def _look_singly(run: _Run, listing: DueListing) -> None:
    try:
        seen = run.listing_desk.read(Sku(listing.sku))
    except Rejected as refusal:
        life.record_look_declined(listing.id, reason=refusal.sentence, now=run.clock.now())
        return
    except Trouble:
        submissions.put_off(listing.id, until=run.clock.now() + try_again_after(1))
        raise
    _record(run, listing, seen)


def _look_at_all(run: _Run, due: Sequence[DueListing]) -> None:
    for page in _pages(due, size=run.listing_desk.page_size):
        try:
            found = run.listing_desk.find([Sku(listing.sku) for listing in page])
        except Rejected:
            for listing in page:  # one SKU that Amazon declines is found, and the others are looked at
                _look_singly(run, listing)
        except Trouble:
            submissions.put_off(*(listing.id for listing in page), until=run.clock.now() + try_again_after(1))
            raise
        else:
            _compare(run, page, {seen.sku: seen for seen in found})


def _compare(run: _Run, page: Sequence[DueListing], found: Mapping[Sku, SeenListing]) -> None:
    surprises = []
    for listing in page:
        seen = found.get(Sku(listing.sku))
        if seen is None or listing.would_unlink(seen):
            surprises.append(listing)
        else:
            _record(run, listing, seen)
    for listing in surprises:
        _look_closer(run, listing)


def _pages(due: Sequence[DueListing], *, size: int) -> Iterator[Sequence[DueListing]]:
    for start in range(0, len(due), size):
        yield due[start : start + size]


def _look_closer(run: _Run, listing: DueListing) -> None:
    """A search may be behind: before a listing counts as gone or as MFN, it is asked for by itself."""
    later = look_again_after(LATE_AFTER * 10)
    if run.confirmed >= CONFIRMED_AT_ONCE:
        submissions.put_off(listing.id, until=run.clock.now() + later)
        return
    run.confirmed += 1
    try:
        seen = run.listing_desk.read(Sku(listing.sku))
    except Misconfigured:
        raise
    except Trouble:
        submissions.put_off(listing.id, until=run.clock.now() + later)
        return
    _record(run, listing, seen)


def _record(run: _Run, listing: DueListing, seen: SeenListing | None) -> None:
    run.looked_at += 1
    is_worth_a_look = life.record_seen(
        listing.id, seen=seen, now=run.clock.now(), linked_every=run.linked_every
    )
    if seen is not None and is_worth_a_look and _is_linked(run, listing, seen):
        run.linked += 1


def _is_linked(run: _Run, listing: DueListing, seen: SeenListing) -> bool:
    verdicts: list[StockVerdict] = []
    keys = [(LocationId(location), Sku(listing.sku)) for location in run.locations]
    for start in range(0, len(keys), run.stock_desk.batch_size):
        verdicts.extend(run.stock_desk.fetch(keys[start : start + run.stock_desk.batch_size]))
    return life.record_link_check(
        listing.id, channel_codes=seen.channel_codes, verdicts=verdicts, now=run.clock.now()
    )
