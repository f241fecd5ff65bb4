"""What Amazon was told at locations that a sales channel gives up."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from loadbay.channels.setting_rules import RoomInUse
from loadbay.listings.models import Listing, StockFigure
from loadbay.listings.services.marking import TOLD

_NEVER_SENT = Q(sent_quantity=None)
_KNOWN_AS_NONE = Q(acknowledged_quantity=0, in_flight=False)


@transaction.atomic
def give_up_places(channel_id: int, *, locations: Sequence[str]) -> None:
    """Forget the figures of locations that go. Raises `RoomInUse` while Amazon may still sell from there.

    What is not linked (any more) is not sold from our stock at all.
    """
    told = Listing.objects.filter(TOLD, channel_id=channel_id)
    for location in locations:
        figures = StockFigure.objects.select_for_update().filter(
            listing__channel_id=channel_id, location=location
        )
        selling = figures.filter(listing__in=told).exclude(_NEVER_SENT | _KNOWN_AS_NONE)
        skus = list(selling.order_by("listing_id").values_list("listing__sku", flat=True))
        if skus:
            raise RoomInUse(
                "rooms",
                f"Amazon still sells {_named(skus)} from {location}. Set the global stock cap to 0, "
                "or transfer the goods, until Amazon was told 0 there; then take it away.",
                part=location,
            )
        figures.delete()


def _named(skus: Sequence[str]) -> str:
    return skus[0] if len(skus) == 1 else f"{skus[0]} and {len(skus) - 1} more SKUs"
