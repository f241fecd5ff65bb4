"""What the sender of submissions and the follower take, and how a try is put off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from loadbay.core.ids import Asin, Sku
from loadbay.listings.models import Listing
from loadbay.listings.ports import ListingToSubmit, SeenListing
from loadbay.listings.rules import EDITABLE, FOLLOWED, WAITING, State, is_unlinked
from loadbay.listings.services.editing import price_of

TO_SEND = [state.value for state in (*EDITABLE, State.SUBMITTED)]
_WAITING = [state.value for state in WAITING]
TO_FOLLOW = [state.value for state in (*FOLLOWED, State.SUPPRESSED)]
FEW = 200
"""So many linked listings are looked at whenever a person asks how listings stand."""


@dataclass(frozen=True)
class DueListing:
    """A listing that Amazon is to be asked about."""

    id: int
    sku: str
    state: str = ""
    was_shown_by_amazon: bool = False

    def would_unlink(self, seen: SeenListing) -> bool:
        """Whether what is seen says that somebody changed a linked listing back to MFN."""
        return bool(self.state) and is_unlinked(
            State(self.state), channel_codes=seen.channel_codes, was_shown_by_amazon=self.was_shown_by_amazon
        )


def due_submissions(channel_id: int, *, now: datetime, limit: int) -> tuple[int, ...]:
    """Listings that a person saved and Amazon has not answered yet, oldest first."""
    rows = Listing.objects.filter(
        Q(next_look_at=None) | Q(next_look_at__lte=now),
        channel_id=channel_id,
        submission_wanted=True,
        state__in=TO_SEND,
    )
    return tuple(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def is_wanted(listing_id: int) -> bool:
    """Whether a person still wants it submitted, on a channel that does not only watch."""
    rows = Listing.objects.filter(pk=listing_id, submission_wanted=True, state__in=TO_SEND)
    return rows.filter(channel__is_watching=False).exists()


def submission_of(listing_id: int, *, now: datetime) -> ListingToSubmit | None:
    """What is to be submitted as the listing stands now; None without a price.

    The quantity is 0, so that nothing sells before a person has converted the listing.
    """
    listing = Listing.objects.select_related("channel").get(pk=listing_id)
    price = price_of(listing, day=now.date())
    if price is None:
        return None
    return ListingToSubmit(
        sku=Sku(listing.sku),
        asin=Asin(listing.asin),
        product_type=listing.product_type,
        condition=listing.condition,
        price=price,
        quantity=0,
        country_of_origin=listing.country_of_origin,
        shipping_template=listing.shipping_template,
        handling_days=listing.handling_days,
    )


def due_looks(
    channel_id: int, *, states: Collection[State], now: datetime, limit: int
) -> tuple[DueListing, ...]:
    """Listings in these states that Amazon is to be asked about now, the longest due first."""
    rows = Listing.objects.filter(
        Q(next_look_at=None) | Q(next_look_at__lte=now),
        channel_id=channel_id,
        state__in=[state.value for state in states],
    )
    ordered = rows.order_by(F("next_look_at").asc(nulls_first=True), "pk")[:limit]
    columns = ordered.values_list("pk", "sku", "state", "shown_by_amazon_at")
    return tuple(DueListing(pk, sku, state, shown is not None) for pk, sku, state, shown in columns)


def count_linked(channel_id: int) -> int:
    return Listing.objects.filter(channel_id=channel_id, state=State.LINKED.value).count()


def look_now(channel_id: int) -> None:
    """A person asks how listings stand: every one on its way is looked at with the next turn.

    A small shop's linked ones too; thousands of them keep to their turn.
    """
    Listing.objects.filter(channel_id=channel_id, state__in=TO_FOLLOW).update(next_look_at=None)
    if count_linked(channel_id) <= FEW:
        Listing.objects.filter(channel_id=channel_id, state=State.LINKED.value).update(next_look_at=None)


def put_off(*listing_ids: int, until: datetime) -> None:
    Listing.objects.filter(pk__in=listing_ids).update(next_look_at=until)


def next_look(channel_id: int, *, submissions: bool) -> datetime | None:
    """When the next submission, or the next look, is due; None when none waits."""
    rows = Listing.objects.filter(channel_id=channel_id, next_look_at__isnull=False)
    if submissions:
        rows = rows.filter(submission_wanted=True, state__in=TO_SEND)
    else:
        rows = rows.filter(state__in=TO_FOLLOW)
    return rows.order_by("next_look_at").values_list("next_look_at", flat=True).first()


def late_and_waiting(channel_id: int, *, since: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """SKUs that Amazon does not show though submitted before `since`, and those that wait for a person."""
    rows = Listing.objects.filter(channel_id=channel_id).order_by("sku").values_list("sku", flat=True)
    late = rows.filter(state=State.SUBMITTED.value, submitted_at__lt=since)
    waiting = rows.filter(state__in=_WAITING)
    return tuple(late), tuple(waiting)


def waiting_with_errors(channel_id: int) -> tuple[str, ...]:
    """Those that wait for a person and that Amazon would refuse to convert."""
    rows = Listing.objects.filter(channel_id=channel_id, state__in=_WAITING)
    stuck = rows.filter(issues__contains=[{"severity": "ERROR"}])
    return tuple(stuck.order_by("sku").values_list("sku", flat=True))
