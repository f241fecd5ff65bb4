"""Sending saved listings: Amazon's validation first, then the one submission with price and quantity 0.

Submitting the same twice is harmless at Amazon, so an unheard answer is simply asked for again.
"""

from __future__ import annotations

from loadbay.core.clock import Clock
from loadbay.core.errors import Rejected, Trouble
from loadbay.listings.ports import ListingDesk, ListingIssue, ListingToSubmit, SubmissionAnswer
from loadbay.listings.rules import try_again_after
from loadbay.listings.senders.doors import Sent, may_send
from loadbay.listings.services import submissions
from loadbay.listings.services.life import record_submission

LOOK = 50


def submit_listings(channel_id: int, *, desk: ListingDesk, clock: Clock) -> Sent:
    """Submit every saved listing of a channel. Retryable, Unclear and Misconfigured are raised on.

    A channel that begins to watch, or whose connection stops, is left at the next listing.
    """
    told = refused = 0
    while due := submissions.due_submissions(channel_id, now=clock.now(), limit=LOOK):
        for listing_id in due:
            if may_send(channel_id) is None:
                return Sent(told, 0, refused)
            taken = _submit(listing_id, desk=desk, clock=clock)
            told, refused = told + (taken is True), refused + (taken is False)
    return Sent(told, 0, refused, submissions.next_look(channel_id, submissions=True))


def _submit(listing_id: int, *, desk: ListingDesk, clock: Clock) -> bool | None:
    """Whether Amazon took it; None when nobody wants it any more, as somebody may have said meanwhile."""
    if not submissions.is_wanted(listing_id):
        return None
    wanted = submissions.submission_of(listing_id, now=clock.now())
    if wanted is None:
        words = "The product has no retail price for this channel any more. Set one, then press Save again."
        answer = _declined(words, code="no_price")
    else:
        heard = _heard(listing_id, wanted, desk=desk, clock=clock)
        if heard is None:
            return None
        answer = heard
    record_submission(
        listing_id,
        answer=answer,
        sent=wanted,
        is_current=wanted == submissions.submission_of(listing_id, now=clock.now()),
        now=clock.now(),
    )
    return answer.accepted


def _heard(
    listing_id: int, wanted: ListingToSubmit, *, desk: ListingDesk, clock: Clock
) -> SubmissionAnswer | None:
    """Amazon's answer; without one, this listing is put off behind the others and the trouble raised on."""
    try:
        return _asked(listing_id, wanted, desk=desk)
    except Trouble:
        submissions.put_off(listing_id, until=clock.now() + try_again_after(1))
        raise


def _asked(listing_id: int, wanted: ListingToSubmit, *, desk: ListingDesk) -> SubmissionAnswer | None:
    """Amazon's answer; what it declines, in the preview or for good, is an answer too.

    None when the wish was withdrawn while Amazon looked at it.
    """
    try:
        issues = desk.preview(wanted)
        if any(issue.severity == "ERROR" for issue in issues):
            return SubmissionAnswer(accepted=False, submission_id="", issues=issues)
        return desk.submit(wanted) if submissions.is_wanted(listing_id) else None
    except Rejected as refusal:
        return _declined(refusal.sentence, code=refusal.reason)


def _declined(words: str, *, code: str) -> SubmissionAnswer:
    issue = ListingIssue(code=code, message=words, severity="ERROR")
    return SubmissionAnswer(accepted=False, submission_id="", issues=(issue,))
