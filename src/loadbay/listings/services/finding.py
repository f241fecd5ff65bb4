"""Finding the listing that is meant: by its key, or as people and programs name it."""

from __future__ import annotations

from django.db.models import QuerySet

from loadbay.listings.models import Listing
from loadbay.listings.rules import ListingUnknown


def for_update() -> QuerySet[Listing]:
    """Listings to be locked, with their channels; the channels' own rows stay free."""
    return Listing.objects.select_for_update(of=("self",)).select_related("channel")


def locked(listing_id: int) -> Listing:
    return for_update().get(pk=listing_id)


def called(rows: QuerySet[Listing], *, sku: str, channel: str) -> Listing:
    """The one of these rows with that SKU on that channel. Raises `ListingUnknown`."""
    found = rows.filter(channel__code=channel.strip().upper(), sku=sku.strip()).first()
    if found is None:
        raise ListingUnknown(f"{sku} is not listed on {channel}. Add it first.")
    return found
