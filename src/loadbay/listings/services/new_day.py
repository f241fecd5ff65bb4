"""A new day: prices and caps with dates begin and end by themselves, and Amazon is to be told.

Looked at every hour, and at a start: a day on which the machine was off is caught up with.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from loadbay.catalogue.queries import price_on, products_priced_from
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import SalesChannel
from loadbay.listings.models import Listing, StockCap
from loadbay.listings.services.channel_marks import What, mark_channels
from loadbay.listings.services.marking import TOLD, mark_prices_dirty


@transaction.atomic
def mark_new_day(day: date) -> tuple[int, ...]:
    """Dated prices and caps that are in force on this day, or ended before it, and were not looked at since.

    However long nobody looked: a price that began while the machine was off is told too.
    """
    channels = set(mark_prices_dirty(products_priced_from(day)))
    for channel in SalesChannel.objects.order_by("pk"):
        if _mark_prices_other_than_told(channel, day=day):
            channels.add(channel.pk)
    return tuple(sorted(channels | _mark_caps(day)))


def _mark_prices_other_than_told(channel: SalesChannel, *, day: date) -> bool:
    quiet = Listing.objects.filter(TOLD, channel=channel, price_dirty=False, price_in_flight=False)
    told = list(quiet.values_list("pk", "product_id", "price_amount"))
    prices = price_on(
        (product for _, product, _ in told),
        category=channel.price_category,
        currency=MARKETPLACES[channel.marketplace].currency,
        day=day,
    )
    others = [pk for pk, product, amount in told if product in prices and prices[product].amount != amount]
    rows = Listing.objects.select_for_update().filter(pk__in=others).order_by("pk")
    list(rows.values_list("pk", flat=True))
    return Listing.objects.filter(pk__in=others).update(price_dirty=True) > 0


def _mark_caps(day: date) -> set[int]:
    """Mark channels with a figure that was reckoned last before the cap changed last; large ones by steps."""
    begun = StockCap.objects.filter(valid_from__lte=day).values_list("valid_from", flat=True)
    ended = StockCap.objects.filter(valid_until__lt=day).values_list("valid_until", flat=True)
    changes = [*begun, *(last_day + timedelta(days=1) for last_day in ended if last_day)]
    if not changes:
        return set()
    changed_at = datetime.combine(max(changes), time(), tzinfo=UTC)
    stale = Listing.objects.filter(TOLD, figures__is_dirty=False, figures__dirty_since__lt=changed_at)
    channels = set(stale.values_list("channel_id", flat=True).distinct())
    mark_channels(channels, What.STOCK)
    return channels
