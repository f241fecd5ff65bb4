"""The steps of a listing's life, as Amazon's answers, shipments and people make them happen.

Each records what was seen; the table in `rules.py` decides what follows. Nothing here asks Amazon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from loadbay.channels.models import ChannelRoom
from loadbay.core.clock import SystemClock
from loadbay.core.events import record
from loadbay.journal.queries import timeline
from loadbay.journal.services import note
from loadbay.listings import rules
from loadbay.listings.events import ListingLinked, ListingStateChanged
from loadbay.listings.models import Listing, StockFigure
from loadbay.listings.offer_rules import AT_AMAZON
from loadbay.listings.ports import ListingToSubmit, SeenListing, StockVerdict, SubmissionAnswer
from loadbay.listings.rules import State, Step
from loadbay.listings.services.changing import differences_of, mark_offer, offer_in
from loadbay.listings.services.finding import called, for_update, locked
from loadbay.listings.services.marking import lock_figures, mark_listings
from loadbay.listings.services.matters import (
    settle_matters,
    settle_senders,
    subject_of,
    tell_gone,
    tell_rejected,
    tell_suppressed,
    tell_unlinked,
)
from loadbay.listings.services.templates import settle_template

LOOK_AT_LINKED = timedelta(minutes=15)


@transaction.atomic
def record_submission(
    listing_id: int,
    *,
    answer: SubmissionAnswer,
    sent: ListingToSubmit | None,
    is_current: bool,
    now: datetime,
) -> None:
    """What Amazon said to a submission; unless `is_current`, it was changed meanwhile and is sent again."""
    listing = locked(listing_id)
    if (State(listing.state), Step.SUBMIT if answer.accepted else Step.REJECT) not in rules.NEXT:
        return  # it was linked while Amazon was being asked, so the answer decides nothing any more
    listing.issues = [asdict(issue) for issue in answer.issues]
    is_wanted = listing.submission_wanted and not listing.delisting_wanted
    listing.submission_wanted = is_wanted and not is_current
    if answer.accepted:
        _keep_submitted(listing, answer=answer, sent=sent, now=now)
        _step(listing, Step.SUBMIT, because="Amazon accepted the submission.", at=now)
        listing.next_look_at = now + rules.look_again_after(timedelta(0))
    else:
        words = "; ".join(issue.message for issue in answer.issues) or "Amazon named no reason."
        _step(listing, Step.REJECT, because=words, at=now)
    listing.save()


def _keep_submitted(
    listing: Listing, *, answer: SubmissionAnswer, sent: ListingToSubmit | None, now: datetime
) -> None:
    """Everything that Amazon has accepted with a submission; what it had before counts no more."""
    listing.submission_id, listing.submitted_at = answer.submission_id, now
    listing.channel_codes, listing.shown_by_amazon_at, listing.missing_since = [], None, None
    if sent is not None:
        listing.price_amount, listing.price_currency = sent.price.amount, sent.price.currency
        listing.price_told_at = now
        listing.offer_told = offer_in(sent).as_told()
        listing.offer_told_at = now
    mark_offer(listing)


@transaction.atomic
def record_seen(
    listing_id: int, *, seen: SeenListing | None, now: datetime, linked_every: timedelta = LOOK_AT_LINKED
) -> bool:
    """What Amazon shows of a listing now. Says whether its stock at our location is worth a look."""
    listing = locked(listing_id)
    listing.checked_at = now
    if seen is not None:
        had, was = _errors(listing.issues), listing.state
        _keep_seen(listing, seen=seen, at=now)
        _follow(listing, seen=seen, at=now)
        if listing.state == was and had != _errors(listing.issues):
            _note_issues(listing, at=now)
    elif State(listing.state) in AT_AMAZON:
        _miss(listing, at=now)
    listing.next_look_at = _next_look(listing, now=now, linked_every=linked_every)
    listing.save()
    if State(listing.state) is State.DELISTED:
        settle_template(listing.channel, [listing.shipping_template])
    is_waiting = State(listing.state) in rules.WAITING
    return is_waiting and seen is not None and rules.has_channel_code(seen.channel_codes)


@transaction.atomic
def record_look_declined(listing_id: int, *, reason: str, now: datetime) -> None:
    """Amazon does not say how this one stands: it holds up no other, and its timeline says so, once."""
    listing = locked(listing_id)
    listing.next_look_at = now + rules.look_again_after(rules.LATE_AFTER * 10)
    listing.save(update_fields=["next_look_at"])
    words = f"Amazon does not say how it stands: {reason}"[:1000]
    if words not in {entry.text for entry in timeline(subject_of(listing), limit=1)}:
        note(subject_of(listing), words, what="issues", at=now)


def _keep_seen(listing: Listing, *, seen: SeenListing, at: datetime) -> None:
    listing.issues = [asdict(issue) for issue in seen.issues]
    listing.product_type = listing.product_type or seen.product_type
    listing.channel_codes, listing.missing_since = list(seen.channel_codes), None
    if rules.has_channel_code(seen.channel_codes):
        listing.shown_by_amazon_at = at
    if State(listing.state) in AT_AMAZON and differences_of(listing):
        listing.offer_dirty = True


def _note_issues(listing: Listing, *, at: datetime) -> None:
    errors = "; ".join(_errors(listing.issues))
    words = f"Amazon says: {errors}" if errors else "Amazon has nothing against it any more."
    note(subject_of(listing), words[:1000], what="issues", at=at)


def _errors(issues: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(issue["message"]) for issue in issues if issue["severity"] == "ERROR"]


def _follow(listing: Listing, *, seen: SeenListing, at: datetime) -> None:
    state = State(listing.state)
    errors = "; ".join(_errors(listing.issues))
    if state is State.SUBMITTED and seen.channel_codes:
        _step(listing, Step.APPEAR, because="Amazon shows it.", at=at)
    elif state is State.SUBMITTED and errors:
        _step(listing, Step.REJECT, because=errors, at=at)
    elif _is_unlinked(listing, seen):
        _unlink(listing, at=at)
    elif seen.is_suppressed:
        _suppress(listing, because=errors or "Amazon names no reason.", at=at)
    elif state is State.SUPPRESSED:
        again = Step.RESUME if listing.linked_because else Step.RESTORE
        _step(listing, again, because="Amazon shows it again.", at=at)
    elif state is State.LIVE_AS_MFN and not rules.has_channel_code(seen.channel_codes):
        _step(listing, Step.WAIT, because="It is to be changed to Onsite FBA in Seller Central.", at=at)


def _suppress(listing: Listing, *, because: str, at: datetime) -> None:
    """Taken from sale, or still so for reasons that may have changed."""
    if (State(listing.state), Step.SUPPRESS) in rules.NEXT:
        _step(listing, Step.SUPPRESS, because=f"Amazon took it from sale: {because}", at=at)
    if State(listing.state) is State.SUPPRESSED:
        tell_suppressed(listing, because=because)


def _is_unlinked(listing: Listing, seen: SeenListing) -> bool:
    return rules.is_unlinked(
        State(listing.state),
        channel_codes=seen.channel_codes,
        was_shown_by_amazon=listing.shown_by_amazon_at is not None,
    )


def _unlink(listing: Listing, *, at: datetime) -> None:
    """It went back to MFN: what Amazon was told counts no more, and is told anew after the next link.

    That Amazon showed its code stays known: should a late shipment link it, the next look unlinks it again.
    """
    listing.linked_because, listing.price_amount = "", None
    _forget_figures(listing)
    because = "Amazon shows it as MFN again: it was changed back in Seller Central."
    _step(listing, Step.UNLINK, because=because, at=at)
    # Handling days come with a quantity of 0, which would stop what somebody may want to sell himself now.
    listing.offer_told |= {"handling_days": listing.handling_days}
    mark_offer(listing)
    tell_unlinked(listing)


def _miss(listing: Listing, *, at: datetime) -> None:
    """Amazon does not show it any more; after a while that is believed."""
    listing.missing_since = listing.missing_since or at
    if at - listing.missing_since >= rules.GONE_AFTER:
        was_wanted = listing.delisting_wanted
        _delist(listing, because="Amazon does not show it any more.", at=at)
        if not was_wanted:
            tell_gone(listing)


def _next_look(listing: Listing, *, now: datetime, linked_every: timedelta) -> datetime:
    if listing.missing_since is not None:
        return now + rules.GONE_AFTER
    if State(listing.state) is State.LINKED:
        return now + linked_every
    waited = now - max(listing.state_since, listing.submitted_at or listing.state_since)
    return now + rules.look_again_after(waited)


@transaction.atomic
def record_delisted(listing_id: int, *, now: datetime) -> None:
    """Amazon accepted to take a listing off, as a person wanted; whether it is gone is seen soon.

    A Save that was pressed while Amazon was being asked stays.
    """
    listing = locked(listing_id)
    is_saved_again = listing.submission_wanted and not listing.delisting_wanted
    if (State(listing.state), Step.DELIST) in rules.NEXT:
        _delist(listing, because="Taken off Amazon.", at=now)
    listing.delisting_wanted, listing.submission_wanted = False, is_saved_again
    listing.gone_look_at = None if is_saved_again else now + rules.LOOK_AFTER_CHANGE
    listing.offer_next_try_at, listing.offer_refusal = None, ""
    listing.save()
    settle_template(listing.channel, [listing.shipping_template])


def _delist(listing: Listing, *, because: str, at: datetime) -> None:
    """It is not at Amazon: nothing is told any more, and all is told anew when it is listed again."""
    _step(listing, Step.DELIST, because=because, at=at)
    listing.linked_because, listing.price_amount, listing.price_refusal = "", None, ""
    listing.price_dirty = listing.submission_wanted = listing.delisting_wanted = False
    listing.channel_codes, listing.shown_by_amazon_at, listing.missing_since = [], None, None
    listing.offer_told, listing.offer_told_at, listing.issues = {}, None, []
    _forget_figures(listing)
    mark_offer(listing)
    settle_senders(listing)


@transaction.atomic
def record_link_check(
    listing_id: int, *, channel_codes: Sequence[str], verdicts: Sequence[StockVerdict], now: datetime
) -> bool:
    """Amazon's figures of a listing at our locations: with its channel code they prove the link.

    Amazon's own sequence numbers are kept, so that our next message passes them.
    """
    listing = locked(listing_id)
    answered = [verdict for verdict in verdicts if verdict.accepted]
    if not rules.is_proof_of_link(channel_codes=channel_codes, fetched_at_our_location=bool(answered)):
        return False
    if (State(listing.state), Step.LINK) not in rules.NEXT:
        return False  # a shipment or a person was quicker
    proof = f"Amazon shows {', '.join(channel_codes)} and its stock at our location."
    _link(listing, because=proof, at=now)
    with connection.cursor() as cursor:
        for verdict in answered:
            cursor.execute(
                "UPDATE listings_stockfigure SET sequence = greatest(sequence, %s), amazon_sellable = %s,"
                " amazon_reserved = %s WHERE listing_id = %s AND location = %s",
                [verdict.sequence or 0, verdict.sellable, verdict.reserved, listing.pk, verdict.location],
            )
    return True


@transaction.atomic
def confirm_linked(*, sku: str, channel: str, person: str) -> int:
    """A person says that the listing was converted and is linked."""
    listing = called(for_update(), sku=sku, channel=channel)
    if State(listing.state) in (State.DRAFT, State.REJECTED):
        raise rules.StepNotAllowed(
            f"{sku} is not at Amazon yet, so it cannot be linked. {rules.NEXT_STEP[State(listing.state)]}"
        )
    listing.shown_by_amazon_at = None  # who says so knows more than the looks before
    _link(listing, because=f"{person or 'A person'} said so.", at=SystemClock().now())
    return listing.pk


@transaction.atomic
def seen_in_shipments(sold: Mapping[str, datetime], channel_id: int) -> int:
    """Amazon sold these SKUs from our location, which proves their links. How many are new comes back.

    `sold`: when the newest of each SKU's shipments was created; one from before it went back proves nothing.
    """
    waiting = Listing.objects.filter(channel_id=channel_id, sku__in=list(sold), type=Listing.Type.ONSITE_FBA)
    waiting = waiting.exclude(state__in=[Listing.State.LINKED, Listing.State.DELISTED])
    found = list(waiting.order_by("pk").values_list("pk", flat=True))
    linked = 0
    for listing in (locked(listing_id) for listing_id in found):
        is_proof = rules.is_shipment_proof(sold[listing.sku], went_back_at=_went_back_at(listing))
        if is_proof and (State(listing.state), Step.LINK) in rules.NEXT and not listing.linked_because:
            proof = "Amazon made a shipment of it at our location."
            _link(listing, because=proof, at=SystemClock().now())
            linked += 1
    return linked


def _went_back_at(listing: Listing) -> datetime | None:
    has_gone = rules.went_back(
        channel_codes=listing.channel_codes, was_shown_by_amazon=listing.shown_by_amazon_at is not None
    )
    return listing.state_since if has_gone else None


def _link(listing: Listing, *, because: str, at: datetime) -> None:
    _step(listing, Step.LINK, because=because, at=at)
    listing.linked_because = because[:200]
    listing.submission_wanted = False
    listing.price_dirty = True
    listing.next_look_at = None
    mark_offer(listing)
    listing.save()
    _forget_figures(listing)
    mark_listings([listing.pk], urgent=False)
    record(ListingLinked(channel_id=listing.channel_id, listing_ids=[listing.pk]))


def _forget_figures(listing: Listing) -> None:
    """What Amazon held of its stock is not known any more: after the next link every figure is told."""
    figures = StockFigure.objects.filter(listing=listing)
    lock_figures(figures.values_list("pk", flat=True))
    figures.update(acknowledged_quantity=None, amazon_sellable=None, amazon_reserved=None)


def _step(listing: Listing, step: Step, *, because: str, at: datetime) -> None:
    before = State(listing.state)
    after = rules.advance(before, step, sku=listing.sku)
    listing.state = after.value
    if after is State.REJECTED:
        tell_rejected(listing, because=because)
    if after is before:
        return
    listing.state_since = at
    settle_matters(listing)
    note(subject_of(listing), because, what=after.value)
    record(
        ListingStateChanged(
            channel_id=listing.channel_id, listing_id=listing.pk, state=after.value, because=because[:500]
        )
    )


def locations_of(channel_id: int) -> tuple[str, ...]:
    """The marketplace's locations that a channel's stock rooms stand for."""
    rows = ChannelRoom.objects.filter(channel_id=channel_id).order_by("position", "id")
    return tuple(dict.fromkeys(rows.values_list("location", flat=True)))
