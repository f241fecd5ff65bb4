"""What the sender of changes takes and records: one transaction before a message, one after, none during.

What is about to be told counts as not known from the moment it is taken, so that a lost answer or a killed
process only means that it is told again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from loadbay.core.ids import Sku
from loadbay.inbox.services import close_task, open_task
from loadbay.journal.services import note
from loadbay.listings import rules
from loadbay.listings.models import Listing
from loadbay.listings.offer_rules import AT_AMAZON, UNKNOWN, Difference, Offer, differing, ships_itself
from loadbay.listings.ports import ListingChange, ListingToSubmit, OwnShipping
from loadbay.listings.rules import State
from loadbay.listings.services.finding import locked
from loadbay.listings.services.matters import matter_of, subject_of

REFUSED = "listing_change_refused"
MOST_PUT_OFF = timedelta(minutes=10)
"""Trouble of Amazon's goes by; then what was put off meanwhile is to follow soon."""
_CHANGEABLE = [state.value for state in AT_AMAZON]
TO_CHANGE = Q(delisting_wanted=True) | Q(offer_dirty=True, state__in=_CHANGEABLE)
"""Listings of which Amazon is to be told a change, or that they go."""


@dataclass(frozen=True)
class Change:
    """A listing and what of it is to be told now."""

    listing_id: int
    change: ListingChange
    differences: tuple[Difference, ...]

    @property
    def sku(self) -> Sku:
        return self.change.sku


def offer_of(listing: Listing) -> Offer:
    return Offer(listing.country_of_origin, listing.shipping_template, listing.handling_days)


def offer_in(sent: ListingToSubmit) -> Offer:
    """What a submission tells Amazon beside price and stock."""
    return Offer(sent.country_of_origin, sent.shipping_template, sent.handling_days)


def differences_of(listing: Listing) -> tuple[Difference, ...]:
    """What Amazon is to be told of a listing beside price and stock, as far as it may be told."""
    is_own = ships_itself(
        State(listing.state),
        was_linked=bool(listing.linked_because),
        is_at_amazons=rules.has_channel_code(listing.channel_codes),
    )
    return differing(offer_of(listing), listing.offer_told, with_handling=is_own)


def mark_offer(listing: Listing) -> bool:
    """Note on a locked listing whether it has something to tell, to be tried at once. Saves nothing."""
    listing.offer_dirty = bool(differences_of(listing))
    try_at_once(listing)
    if not listing.offer_dirty:
        close_task(REFUSED, matter_of(listing))
    return listing.offer_dirty


def try_at_once(listing: Listing) -> None:
    """Whatever hindered it before counts no more. Saves nothing."""
    listing.offer_next_try_at, listing.offer_tries, listing.offer_refusal = None, 0, ""
    listing.offer_troubles = 0


def wait_longer(listing: Listing, *, reason: str, now: datetime) -> None:
    """Amazon declined it: each time it is tried again later. Saves nothing."""
    listing.offer_refusal, listing.offer_tries = reason, listing.offer_tries + 1
    listing.offer_next_try_at = now + rules.try_again_after(listing.offer_tries)


def due_changes(channel_id: int, *, now: datetime, limit: int) -> tuple[int, ...]:
    """Listings with something to tell that Amazon shows, those never tried first, then the longest due."""
    rows = Listing.objects.filter(
        channel_id=channel_id, offer_dirty=True, delisting_wanted=False, state__in=_CHANGEABLE
    )
    return longest_due(rows, now=now, limit=limit)


def longest_due(rows: QuerySet[Listing], *, now: datetime, limit: int) -> tuple[int, ...]:
    """Those that may be tried now, as they are to be taken."""
    due = rows.filter(Q(offer_next_try_at=None) | Q(offer_next_try_at__lte=now))
    ordered = due.order_by(F("offer_next_try_at").asc(nulls_first=True), "pk")
    return tuple(ordered.values_list("pk", flat=True)[:limit])


@transaction.atomic
def take_change(listing_id: int) -> Change | None:
    """What differs now; None when nothing does any more, which settles the matter, or when it is to go."""
    listing = locked(listing_id)
    if listing.delisting_wanted:
        return None
    found = differences_of(listing)
    if not found or State(listing.state) not in AT_AMAZON:
        if not found:
            mark_offer(listing)
            listing.save(update_fields=_TRIED)
        return None
    listing.offer_told |= {difference.name: UNKNOWN for difference in found}
    listing.save(update_fields=["offer_told"])
    return Change(listing.pk, _as_change(listing, found), found)


_TRIED = ["offer_dirty", "offer_next_try_at", "offer_tries", "offer_refusal", "offer_troubles"]


def _as_change(listing: Listing, differences: tuple[Difference, ...]) -> ListingChange:
    names = {difference.name for difference in differences}
    own = OwnShipping(quantity=0, handling_days=listing.handling_days)
    return ListingChange(
        sku=Sku(listing.sku),
        product_type=listing.product_type,
        country_of_origin=listing.country_of_origin if "country_of_origin" in names else None,
        shipping_template=listing.shipping_template if "shipping_template" in names else None,
        own_shipping=own if "handling_days" in names else None,
    )


@transaction.atomic
def record_changed(change: Change, *, now: datetime) -> None:
    """Amazon took it. What a person changed meanwhile is told next; the listing is looked at soon."""
    listing = locked(change.listing_id)
    listing.offer_told |= {difference.name: difference.wanted for difference in change.differences}
    listing.offer_told_at = now
    mark_offer(listing)
    soon = now + rules.LOOK_AFTER_CHANGE
    if listing.next_look_at is not None:
        listing.next_look_at = min(listing.next_look_at, soon)
    listing.save(update_fields=[*_TRIED, "offer_told", "offer_told_at", "next_look_at"])
    told = "; ".join(difference.wish for difference in change.differences)
    note(subject_of(listing), f"Told to Amazon: {told}.", what="changed")
    close_task(REFUSED, matter_of(listing))


@transaction.atomic
def record_change_refused(change: Change, *, reason: str, now: datetime) -> None:
    """Amazon declined it: it waits longer each time, and holds up no other."""
    listing = locked(change.listing_id)
    if _as_change(listing, change.differences) != change.change:
        return  # a person changed it meanwhile, and that is told next
    wait_longer(listing, reason=reason, now=now)
    listing.save(update_fields=_TRIED)
    words = "; ".join(difference.wish for difference in change.differences)
    open_task(
        kind=REFUSED,
        matter=matter_of(listing),
        cause="mapping",
        sentence=f"Amazon does not take the change of {matter_of(listing)} ({words}): {reason}",
        cure="Mend what Amazon names on its Amazon screen; Loadbay goes on trying by itself.",
        subjects=(subject_of(listing),),
    )


def put_off_change(listing_id: int, *, by: timedelta, now: datetime) -> None:
    """Not now: this one goes behind the others."""
    Listing.objects.filter(pk=listing_id).update(offer_next_try_at=now + by)


@transaction.atomic
def note_trouble(listing_id: int, *, now: datetime) -> None:
    """No usable answer: this one waits, longer each time and never for long, so that the others get on."""
    listing = locked(listing_id)
    listing.offer_troubles = min(listing.offer_troubles + 1, 100)
    listing.offer_next_try_at = now + min(rules.try_again_after(listing.offer_troubles), MOST_PUT_OFF)
    listing.save(update_fields=["offer_troubles", "offer_next_try_at"])


@transaction.atomic
def note_channels(listing_id: int, *, channel_codes: tuple[str, ...], now: datetime) -> None:
    """Which channels Amazon shows just before handling days would be told."""
    listing = locked(listing_id)
    listing.channel_codes = list(channel_codes)
    if rules.has_channel_code(channel_codes):
        listing.shown_by_amazon_at = now
    listing.save(update_fields=["channel_codes", "shown_by_amazon_at"])


def next_change(channel_id: int) -> datetime | None:
    """When the next change, try to take a listing off, or look whether it is gone, is due; None: never."""
    rows = Listing.objects.filter(channel_id=channel_id)
    waiting = rows.filter(TO_CHANGE)
    unsure = rows.filter(state=State.DELISTED.value, submission_wanted=False)
    first = (
        waiting.aggregate(first=Min("offer_next_try_at"))["first"],
        unsure.aggregate(first=Min("gone_look_at"))["first"],
    )
    return min((at for at in first if at is not None), default=None)
