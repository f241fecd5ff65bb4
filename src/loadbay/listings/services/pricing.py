"""What the price sender takes and records: one transaction before a message, one after it, none during it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q

from loadbay.catalogue.queries import price_on
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import SalesChannel
from loadbay.core.money import Money
from loadbay.inbox.services import close_tasks, open_task
from loadbay.listings.models import Listing
from loadbay.listings.rules import try_again_after
from loadbay.listings.services.marking import TOLD


@dataclass(frozen=True)
class PriceToTell:
    listing_id: int
    sku: str
    product_type: str
    price: Money


@dataclass(frozen=True)
class TakenPrices:
    """What one look found: prices to tell, and how many listings needed nothing."""

    prices: tuple[PriceToTell, ...]
    unchanged: int


@transaction.atomic
def recover_in_flight(channel_id: int) -> None:
    """Prices whose answer a killed process never heard are not known to Amazon any more."""
    Listing.objects.filter(channel_id=channel_id, price_in_flight=True).update(
        price_dirty=True, price_in_flight=False, price_amount=None
    )


@transaction.atomic
def take_prices(channel: SalesChannel, *, limit: int, now: datetime) -> TakenPrices:
    """Dirty prices of told listings; what Amazon has already, and what has no price, becomes clean."""
    due = Q(price_next_try_at=None) | Q(price_next_try_at__lte=now)
    rows = list(
        Listing.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(TOLD, due, channel=channel, price_dirty=True)
        .order_by("price_next_try_at", "pk")[:limit]
    )
    prices = price_on(
        [row.product_id for row in rows],
        category=channel.price_category,
        currency=MARKETPLACES[channel.marketplace].currency,
        day=now.date(),
    )
    taken, known = [], []
    for row in rows:
        price = prices.get(row.product_id)
        if price is None:
            _ask_for_price(row, channel=channel)
        elif (row.price_amount, row.price_currency) != (price.amount, price.currency):
            taken.append(PriceToTell(row.pk, row.sku, row.product_type, price))
        else:
            known.append(f"{row.sku} on {channel.code}")
    _settle(known)
    flying = [price.listing_id for price in taken]
    Listing.objects.filter(pk__in=[row.pk for row in rows]).update(price_dirty=False, price_refusal="")
    Listing.objects.filter(pk__in=flying).update(price_in_flight=True)
    return TakenPrices(tuple(taken), len(rows) - len(taken))


def _ask_for_price(listing: Listing, *, channel: SalesChannel) -> None:
    open_task(
        kind="price_missing",
        matter=f"{listing.sku} on {channel.code}",
        cause="mapping",
        sentence=f"{listing.sku} has no {channel.price_category} price any more; Amazon keeps the last one.",
        cure="Set one under Product Info > Financial > Retail prices, or take the listing off Amazon.",
        subjects=(listing.sku,),
    )


def _settle(matters: Sequence[str]) -> None:
    """Amazon has the price of these, so nothing is asked of a person any more."""
    if matters:
        close_tasks("price_refused", matters=matters)
        close_tasks("price_missing", matters=matters)


@transaction.atomic
def record_told(price: PriceToTell, *, sku_at: str, now: datetime) -> None:
    """Amazon took the price."""
    Listing.objects.filter(pk=price.listing_id).update(
        price_in_flight=False,
        price_amount=price.price.amount,
        price_currency=price.price.currency,
        price_told_at=now,
        price_tries=0,
        price_next_try_at=None,
        price_refusal="",
    )
    _settle([sku_at])


@transaction.atomic
def record_refused(price: PriceToTell, *, sku_at: str, reason: str, now: datetime) -> None:
    """Amazon declined the price: it waits longer each time, and holds up no other."""
    listing = Listing.objects.select_for_update().get(pk=price.listing_id)
    listing.price_dirty, listing.price_in_flight = True, False
    listing.price_refusal, listing.price_tries = reason, listing.price_tries + 1
    listing.price_next_try_at = now + try_again_after(listing.price_tries)
    listing.save(
        update_fields=["price_dirty", "price_in_flight", "price_refusal", "price_tries", "price_next_try_at"]
    )
    open_task(
        kind="price_refused",
        matter=sku_at,
        cause="mapping",
        sentence=f"Amazon does not take the price {price.price} of {price.sku}: {reason}",
        cure="Mend what Amazon names, or set another price; Loadbay goes on trying by itself.",
        subjects=(price.sku,),
    )


@transaction.atomic
def give_back(prices: Iterable[PriceToTell], *, was_sent: bool) -> None:
    """Prices that were taken and not answered."""
    rows = Listing.objects.filter(pk__in=[price.listing_id for price in prices])
    list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    if was_sent:
        rows.update(price_dirty=True, price_in_flight=False, price_amount=None)
    else:
        rows.update(price_dirty=True, price_in_flight=False)


def next_due(channel_id: int) -> datetime | None:
    waiting = Listing.objects.filter(TOLD, channel_id=channel_id, price_dirty=True)
    found: datetime | None = waiting.aggregate(first=Min("price_next_try_at"))["first"]
    return found
