"""Telling Amazon what was changed of listings that are there, and taking off what is to go.

One at a time: a look where handling days are named, Amazon's validation, then the change itself. Each may be
repeated, so an unheard answer is simply asked for again; one bad SKU never holds up others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from loadbay.core.clock import Clock
from loadbay.core.errors import Rejected, Trouble
from loadbay.listings import rules
from loadbay.listings.ports import ListingDesk, ListingIssue, SubmissionAnswer
from loadbay.listings.senders.doors import Sent, may_send
from loadbay.listings.services import changing, delisting, life
from loadbay.listings.services.changing import Change

LOOK = 50
NO_REASON = "Amazon named no reason."


def change_listings(channel_id: int, *, desk: ListingDesk, clock: Clock) -> Sent:
    """Tell and take off everything that is due. Retryable, Unclear and Misconfigured are raised on.

    A channel that begins to watch, or whose connection stops, is left at the next listing.
    """
    told = refused = 0
    for act, listing_id in _due(channel_id, clock=clock):
        if may_send(channel_id) is None:
            return Sent(told, 0, refused)
        taken = act(listing_id, desk=desk, clock=clock)
        told, refused = told + (taken is True), refused + (taken is False)
    return Sent(told, 0, refused, changing.next_change(channel_id))


class _Act(Protocol):
    """One thing to do of one listing: whether Amazon took it, None when there was nothing to tell."""

    def __call__(self, listing_id: int, *, desk: ListingDesk, clock: Clock) -> bool | None: ...


def _due(channel_id: int, *, clock: Clock) -> Iterator[tuple[_Act, int]]:
    """What must be gone or is to go, then what changed; asked anew after each page, until nothing is due."""
    while unsure := delisting.due_checks(channel_id, now=clock.now(), limit=LOOK):
        yield from ((_see_gone, listing_id) for listing_id in unsure)
    while leaving := delisting.due_delistings(channel_id, now=clock.now(), limit=LOOK):
        yield from ((_take_off, listing_id) for listing_id in leaving)
    while due := changing.due_changes(channel_id, now=clock.now(), limit=LOOK):
        yield from ((_change, listing_id) for listing_id in due)


def _see_gone(listing_id: int, *, desk: ListingDesk, clock: Clock) -> None:
    """What Amazon accepted to take off and still shows is taken off once more."""
    sku = delisting.take_check(listing_id)
    if sku is None:
        return
    try:
        seen = desk.read(sku)
    except Rejected:
        seen = None  # Amazon says nothing about it, so what it accepted is believed
    except Trouble:
        delisting.put_off_check(listing_id, until=clock.now() + rules.LOOK_AFTER_CHANGE)
        raise
    if seen is None:
        delisting.record_gone(listing_id)
    else:
        delisting.record_still_there(listing_id, now=clock.now())


def _take_off(listing_id: int, *, desk: ListingDesk, clock: Clock) -> bool | None:
    sku = delisting.take_delisting(listing_id)
    if sku is None:
        return None
    try:
        reason = _declined(desk.delete(sku))
    except Rejected as refusal:
        reason = refusal.sentence
    except Trouble:
        changing.note_trouble(listing_id, now=clock.now())
        raise
    if reason is None:
        life.record_delisted(listing_id, now=clock.now())
    else:
        delisting.record_delist_refused(listing_id, reason=reason, now=clock.now())
    return reason is None


def _change(listing_id: int, *, desk: ListingDesk, clock: Clock) -> bool | None:
    """Whether Amazon took it; None when there was nothing to tell, or not now."""
    change = changing.take_change(listing_id)
    if change is None:
        return None
    try:
        if change.change.own_shipping is not None and not _is_still_own(change, desk=desk, clock=clock):
            return None
        reason = _asked(change, desk=desk)
    except Rejected as refusal:
        reason = refusal.sentence
    except Trouble:
        changing.note_trouble(listing_id, now=clock.now())
        raise
    if reason is None:
        changing.record_changed(change, now=clock.now())
    else:
        changing.record_change_refused(change, reason=reason, now=clock.now())
    return reason is None


def _is_still_own(change: Change, *, desk: ListingDesk, clock: Clock) -> bool:
    """Whether the seller still ships it, seen just before: a DEFAULT record would undo the conversion.

    What is seen is kept, so that the next take leaves the handling days out.
    """
    seen = desk.read(change.sku)
    if seen is None:
        changing.put_off_change(change.listing_id, by=rules.LOOK_AFTER_CHANGE, now=clock.now())
        return False
    if not rules.has_channel_code(seen.channel_codes):
        return True
    changing.note_channels(change.listing_id, channel_codes=seen.channel_codes, now=clock.now())
    return False


def _asked(change: Change, *, desk: ListingDesk) -> str | None:
    """Why Amazon declined it, in the preview or for good; None when it was taken."""
    issues = desk.preview_change(change.change)
    if any(issue.severity == "ERROR" for issue in issues):
        return _words(issues)
    return _declined(desk.change(change.change))


def _declined(answer: SubmissionAnswer) -> str | None:
    return None if answer.accepted else _words(answer.issues)


def _words(issues: tuple[ListingIssue, ...]) -> str:
    errors = [issue.message for issue in issues if issue.severity == "ERROR"]
    return "; ".join(errors or [issue.message for issue in issues]) or NO_REASON
