"""The steps of a listing's life, as Amazon's answers, shipments and people make them happen.

Each records what was seen; the table in `rules.py` decides what follows. Nothing here asks Amazon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import connection, transaction

from loadbay.channels.models import ChannelRoom
from loadbay.core.clock import SystemClock
from loadbay.core.events import record
from loadbay.core.money import Money
from loadbay.journal.services import note
from loadbay.listings import rules
from loadbay.listings.events import ListingLinked, ListingStateChanged
from loadbay.listings.models import Listing
from loadbay.listings.ports import SeenListing, StockVerdict, SubmissionAnswer
from loadbay.listings.rules import State, Step
from loadbay.listings.services.marking import mark_listings


@transaction.atomic
def record_submission(
    listing_id: int, *, answer: SubmissionAnswer, price: Money | None, is_current: bool, now: datetime
) -> None:
    """What Amazon said to a submission; unless `is_current`, it was changed meanwhile and is sent again."""
    listing = _locked(listing_id)
    if (State(listing.state), Step.SUBMIT if answer.accepted else Step.REJECT) not in rules.NEXT:
        return  # it was linked while Amazon was being asked, so the answer decides nothing any more
    listing.issues = [asdict(issue) for issue in answer.issues]
    listing.submission_wanted = not is_current
    if answer.accepted:
        listing.submission_id, listing.submitted_at = answer.submission_id, now
        if price is not None:
            listing.price_amount, listing.price_currency = price.amount, price.currency
            listing.price_told_at = now
        _step(listing, Step.SUBMIT, because="Amazon accepted the submission.", at=now)
        listing.next_look_at = now + rules.look_again_after(timedelta(0))
    else:
        words = "; ".join(issue.message for issue in answer.issues) or "Amazon named no reason."
        _step(listing, Step.REJECT, because=words, at=now)
    listing.save()


@transaction.atomic
def record_seen(listing_id: int, *, seen: SeenListing | None, now: datetime) -> bool:
    """What Amazon shows of a listing now. Says whether its stock at our location is worth a look."""
    listing = _locked(listing_id)
    listing.checked_at = now
    if seen is not None:
        listing.issues = [asdict(issue) for issue in seen.issues]
        listing.product_type = listing.product_type or seen.product_type
        _follow(listing, seen=seen, at=now)
    waited = now - max(listing.state_since, listing.submitted_at or listing.state_since)
    listing.next_look_at = now + rules.look_again_after(waited)
    listing.save()
    is_waiting = State(listing.state) in (State.LIVE_AS_MFN, State.AWAITING_CONVERSION)
    return is_waiting and seen is not None and rules.has_channel_code(seen.channel_codes)


def _follow(listing: Listing, *, seen: SeenListing, at: datetime) -> None:
    state = State(listing.state)
    errors = [issue.message for issue in seen.issues if issue.severity == "ERROR"]
    if state is State.SUBMITTED and seen.channel_codes:
        _step(listing, Step.APPEAR, because="Amazon shows it.", at=at)
    elif state is State.SUBMITTED and errors:
        _step(listing, Step.REJECT, because="; ".join(errors), at=at)
    elif seen.is_suppressed and (state, Step.SUPPRESS) in rules.NEXT:
        _step(listing, Step.SUPPRESS, because="; ".join(errors) or "Amazon suppresses it.", at=at)
    elif state is State.SUPPRESSED and not seen.is_suppressed:
        again = Step.RESUME if listing.linked_because else Step.RESTORE
        _step(listing, again, because="Amazon shows it again.", at=at)
    elif state is State.LIVE_AS_MFN and not rules.has_channel_code(seen.channel_codes):
        _step(listing, Step.WAIT, because="It is to be changed to Onsite FBA in Seller Central.", at=at)


@transaction.atomic
def record_link_check(
    listing_id: int, *, channel_codes: Sequence[str], verdicts: Sequence[StockVerdict], now: datetime
) -> bool:
    """Amazon's figures of a listing at our locations: with its channel code they prove the link.

    Amazon's own sequence numbers are kept, so that our next message passes them.
    """
    listing = _locked(listing_id)
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
    rows = Listing.objects.select_for_update(of=("self",)).select_related("channel")
    listing = rows.filter(channel__code=channel.strip().upper(), sku=sku.strip()).first()
    if listing is None:
        raise rules.ListingUnknown(f"{sku} is not listed on {channel}. Add it first.")
    if State(listing.state) in (State.DRAFT, State.REJECTED):
        raise rules.StepNotAllowed(
            f"{sku} is not at Amazon yet, so it cannot be linked. {rules.NEXT_STEP[State(listing.state)]}"
        )
    _link(listing, because=f"{person or 'A person'} said so.", at=SystemClock().now())
    return listing.pk


@transaction.atomic
def seen_in_shipments(skus: Sequence[str], channel_id: int) -> int:
    """Amazon sold these SKUs from our location, which proves their links. How many are new comes back."""
    waiting = Listing.objects.filter(channel_id=channel_id, sku__in=list(skus), type=Listing.Type.ONSITE_FBA)
    waiting = waiting.exclude(state__in=[Listing.State.LINKED, Listing.State.DELISTED])
    found = list(waiting.order_by("pk").values_list("pk", flat=True))
    linked = 0
    for listing in (_locked(listing_id) for listing_id in found):
        if (State(listing.state), Step.LINK) in rules.NEXT and not listing.linked_because:
            proof = "Amazon made a shipment of it at our location."
            _link(listing, because=proof, at=SystemClock().now())
            linked += 1
    return linked


def _link(listing: Listing, *, because: str, at: datetime) -> None:
    _step(listing, Step.LINK, because=because, at=at)
    listing.linked_because = because[:200]
    listing.submission_wanted = False
    listing.price_dirty = True
    listing.next_look_at = None
    listing.save()
    mark_listings([listing.pk], urgent=False)
    record(ListingLinked(channel_id=listing.channel_id, listing_ids=[listing.pk]))


def _step(listing: Listing, step: Step, *, because: str, at: datetime) -> None:
    before = State(listing.state)
    after = rules.advance(before, step, sku=listing.sku)
    listing.state = after.value
    if after is before:
        return
    listing.state_since = at
    note(f"listing:{listing.channel.code}:{listing.sku}", because, what=after.value)
    record(
        ListingStateChanged(
            channel_id=listing.channel_id, listing_id=listing.pk, state=after.value, because=because[:500]
        )
    )


def _locked(listing_id: int) -> Listing:
    rows = Listing.objects.select_for_update(of=("self",)).select_related("channel")
    return rows.get(pk=listing_id)


def locations_of(channel_id: int) -> tuple[str, ...]:
    """The marketplace's locations that a channel's stock rooms stand for."""
    rows = ChannelRoom.objects.filter(channel_id=channel_id).order_by("position", "id")
    return tuple(dict.fromkeys(rows.values_list("location", flat=True)))
