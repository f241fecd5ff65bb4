"""Taking a listing off Amazon: a person's wish, kept until Amazon accepted it (`life.record_delisted`).

What Amazon accepted is only queued there: a look soon after must find it gone, else it is asked again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from loadbay.core.events import record
from loadbay.core.ids import Sku
from loadbay.inbox.services import close_task, open_task
from loadbay.journal.services import note
from loadbay.listings import rules
from loadbay.listings.events import ListingChangeWanted
from loadbay.listings.models import Listing
from loadbay.listings.rules import State, Step
from loadbay.listings.services.changing import longest_due, try_at_once, wait_longer
from loadbay.listings.services.finding import called, for_update, locked
from loadbay.listings.services.matters import matter_of, subject_of

REFUSED = "listing_delist_refused"
STILL_THERE = "it accepted that and still shows it."


@transaction.atomic
def want_delisting(sku: str, channel: str) -> int:
    """Take the listing off Amazon. Refused where it is not there, or where the channel only watches."""
    listing = called(for_update(), sku=sku, channel=channel)
    _refuse(listing)
    listing.delisting_wanted, listing.submission_wanted, listing.gone_look_at = True, False, None
    try_at_once(listing)
    listing.save()
    note(subject_of(listing), "To be taken off Amazon.", what="listing")
    record(ListingChangeWanted(channel_id=listing.channel_id, listing_ids=[listing.pk]))
    return listing.pk


def may_be_delisted(sku: str, channel: str) -> None:
    """Raises the refusal that `want_delisting` would raise; changes nothing."""
    _refuse(called(Listing.objects.select_related("channel"), sku=sku, channel=channel))


def _refuse(listing: Listing) -> None:
    if (State(listing.state), Step.DELIST) not in rules.NEXT:
        state = State(listing.state)
        words = "is a Draft" if state is State.DRAFT else "was taken off already"
        raise rules.StepNotAllowed(
            f"{listing.sku} {words}, so there is nothing to take off Amazon. {rules.NEXT_STEP[state]}"
        )
    if listing.channel.is_watching:
        raise rules.StepNotAllowed(
            f"{listing.channel.code} only watches, so Loadbay takes nothing off Amazon there. "
            f"Take {listing.sku} off in Seller Central, or end the watching first."
        )


def due_delistings(channel_id: int, *, now: datetime, limit: int) -> tuple[int, ...]:
    """Listings to be taken off, those never tried first, then the longest due."""
    rows = Listing.objects.filter(channel_id=channel_id, delisting_wanted=True)
    return longest_due(rows, now=now, limit=limit)


def take_delisting(listing_id: int) -> Sku | None:
    """Which SKU is to go, just before Amazon is told; None when nobody wants that any more."""
    rows = Listing.objects.filter(pk=listing_id, delisting_wanted=True, channel__is_watching=False)
    sku = rows.values_list("sku", flat=True).first()
    return None if sku is None else Sku(sku)


@transaction.atomic
def record_delist_refused(listing_id: int, *, reason: str, now: datetime) -> None:
    """Amazon declined to take it off: it waits longer each time, and holds up no other."""
    listing = locked(listing_id)
    wait_longer(listing, reason=reason, now=now)
    listing.save()
    _tell_refused(listing, reason=reason)


def _tell_refused(listing: Listing, *, reason: str) -> None:
    open_task(
        kind=REFUSED,
        matter=matter_of(listing),
        cause="mapping",
        sentence=f"Amazon does not take {matter_of(listing)} off: {reason}",
        cure="Take it off in Seller Central; Loadbay goes on trying by itself.",
        subjects=(subject_of(listing),),
    )


def due_checks(channel_id: int, *, now: datetime, limit: int) -> tuple[int, ...]:
    """Listings that Amazon accepted to take off and that must be gone by now."""
    rows = _unsure().filter(channel_id=channel_id, gone_look_at__lte=now)
    return tuple(rows.order_by("gone_look_at", "pk").values_list("pk", flat=True)[:limit])


def take_check(listing_id: int) -> Sku | None:
    """Which SKU must be gone; None when it was saved again meanwhile."""
    sku = _unsure().filter(pk=listing_id).values_list("sku", flat=True).first()
    return None if sku is None else Sku(sku)


def _unsure() -> QuerySet[Listing]:
    return Listing.objects.filter(
        state=State.DELISTED.value, submission_wanted=False, gone_look_at__isnull=False
    )


def put_off_check(listing_id: int, *, until: datetime) -> None:
    _unsure().filter(pk=listing_id).update(gone_look_at=until)


@transaction.atomic
def record_gone(listing_id: int) -> None:
    """Amazon does not show it any more: it is off."""
    listing = locked(listing_id)
    listing.gone_look_at, listing.offer_tries, listing.offer_refusal = None, 0, ""
    listing.save(update_fields=["gone_look_at", "offer_tries", "offer_refusal"])
    close_task(REFUSED, matter_of(listing))


@transaction.atomic
def record_still_there(listing_id: int, *, now: datetime) -> None:
    """Amazon accepted to take it off and shows it all the same: it is asked again; a second time is told."""
    listing = locked(listing_id)
    if listing.gone_look_at is None or listing.submission_wanted:
        return  # saved again while Amazon was being asked
    listing.gone_look_at, listing.delisting_wanted = None, True
    wait_longer(listing, reason=STILL_THERE, now=now)
    listing.save()
    note(subject_of(listing), "Amazon still shows it, so it is taken off once more.", what="listing")
    if listing.offer_tries > 1:
        _tell_refused(listing, reason=STILL_THERE)
