"""Telling Amazon what was changed of listings that are there, and taking off what is to go.

One at a time: a look where handling days are named, Amazon's validation, then the change itself. Each may be
repeated, so an unheard answer is simply asked for again; one bad SKU never holds up others.
"""

from __future__ import annotations

from loadbay.core.clock import Clock
from loadbay.core.errors import Rejected, Trouble
from loadbay.core.ids import Sku
from loadbay.listings import rules
from loadbay.listings.ports import ListingDesk, ListingIssue, SubmissionAnswer
from loadbay.listings.senders.doors import Sent, may_send
from loadbay.listings.services import changing, delisting, life
from loadbay.listings.services.changing import Change
from loadbay.listings.services.submissions import DueListing

LOOK = 50
NO_REASON = "Amazon named no reason."


def change_listings(channel_id: int, *, desk: ListingDesk, clock: Clock) -> Sent:
    """Tell and take off everything that is due. Retryable, Unclear and Misconfigured are raised on."""
    if may_send(channel_id) is None:
        return Sent()
    told = refused = 0
    while leaving := delisting.due_delistings(channel_id, now=clock.now(), limit=LOOK):
        for listing in leaving:
            is_off = _take_off(listing, desk=desk, clock=clock)
            told, refused = (told + 1, refused) if is_off else (told, refused + 1)
    while due := changing.due_changes(channel_id, now=clock.now(), limit=LOOK):
        for listing_id in due:
            taken = _change(listing_id, desk=desk, clock=clock)
            told, refused = told + (taken is True), refused + (taken is False)
    return Sent(told, 0, refused, changing.next_change(channel_id))


def _take_off(listing: DueListing, *, desk: ListingDesk, clock: Clock) -> bool:
    try:
        reason = _declined(desk.delete(Sku(listing.sku)))
    except Rejected as refusal:
        reason = refusal.sentence
    except Trouble:
        changing.put_off_change(listing.id, by=rules.try_again_after(1), now=clock.now())
        raise
    if reason is None:
        life.record_delisted(listing.id, now=clock.now())
    else:
        delisting.record_delist_refused(listing.id, reason=reason, now=clock.now())
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
        changing.put_off_change(listing_id, by=rules.try_again_after(1), now=clock.now())
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
