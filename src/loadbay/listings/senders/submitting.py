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
    """Submit every saved listing of a channel. Retryable, Unclear and Misconfigured are raised on."""
    if may_send(channel_id) is None:
        return Sent()
    told = refused = 0
    while due := submissions.due_submissions(channel_id, now=clock.now(), limit=LOOK):
        for listing_id in due:
            if _submit(listing_id, desk=desk, clock=clock):
                told += 1
            else:
                refused += 1
    return Sent(told, 0, refused, submissions.next_look(channel_id, submissions=True))


def _submit(listing_id: int, *, desk: ListingDesk, clock: Clock) -> bool:
    wanted = submissions.submission_of(listing_id, now=clock.now())
    if wanted is None:
        words = "The product has no retail price for this channel any more. Set one, then press Save again."
        answer = _declined(words, code="no_price")
    else:
        answer = _heard(listing_id, wanted, desk=desk, clock=clock)
    record_submission(
        listing_id,
        answer=answer,
        sent=wanted,
        is_current=wanted == submissions.submission_of(listing_id, now=clock.now()),
        now=clock.now(),
    )
    return answer.accepted


def _heard(listing_id: int, wanted: ListingToSubmit, *, desk: ListingDesk, clock: Clock) -> SubmissionAnswer:
    """Amazon's answer; without one, this listing is put off behind the others and the trouble raised on."""
    try:
        return _asked(wanted, desk=desk)
    except Trouble:
        submissions.put_off(listing_id, until=clock.now() + try_again_after(1))
        raise


def _asked(wanted: ListingToSubmit, *, desk: ListingDesk) -> SubmissionAnswer:
    """Amazon's answer; what it declines, in the preview or for good, is an answer too."""
    try:
        issues = desk.preview(wanted)
        if any(issue.severity == "ERROR" for issue in issues):
            return SubmissionAnswer(accepted=False, submission_id="", issues=issues)
        return desk.submit(wanted)
    except Rejected as refusal:
        return _declined(refusal.sentence, code=refusal.reason)


def _declined(words: str, *, code: str) -> SubmissionAnswer:
    issue = ListingIssue(code=code, message=words, severity="ERROR")
    return SubmissionAnswer(accepted=False, submission_id="", issues=(issue,))
