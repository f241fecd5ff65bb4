"""What is still to be told to Amazon about listings: how many, and since when the oldest waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q, QuerySet

from loadbay.channels.models import Connection
from loadbay.listings.models import ChannelMark, Listing, StockFigure
from loadbay.listings.offer_rules import AT_AMAZON
from loadbay.listings.services.changing import TO_CHANGE
from loadbay.listings.services.marking import TOLD

LOOK_LATE = timedelta(minutes=10)


def backlog() -> tuple[tuple[str, int, datetime | None], ...]:
    """(what, how many, since when): stock figures, prices, submissions, changes; of live channels."""
    live = Listing.objects.filter(channel__is_watching=False)
    figures, prices, wanted, changed = _to_tell(live)
    told = figures.aggregate(count=Count("pk"), since=Min("dirty_since"))
    return (
        ("stock figures to tell", told["count"], told["since"]),
        ("prices to tell", prices.count(), None),
        ("listings to submit", wanted.count(), None),
        ("listings to change", changed.count(), None),
    )


def held_by_watching(channel_id: int) -> tuple[tuple[str, int], ...]:
    """(what, how many) of a channel that goes to Amazon once it does not watch any more."""
    figures, prices, wanted, changed = _to_tell(Listing.objects.filter(channel_id=channel_id))
    return (
        ("stock figure", figures.count()),
        ("price", prices.count()),
        ("listing to submit,listings to submit", wanted.count()),
        ("listing to change,listings to change", changed.count()),
    )


def _to_tell(
    listings: QuerySet[Listing],
) -> tuple[QuerySet[StockFigure], QuerySet[Listing], QuerySet[Listing], QuerySet[Listing]]:
    linked = listings.exclude(linked_because="")
    return (
        StockFigure.objects.filter(is_dirty=True, listing__in=linked),
        linked.filter(price_dirty=True),
        listings.filter(submission_wanted=True),
        listings.filter(TO_CHANGE),
    )


def waiting(*, most: int, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """What waits to be done by itself, where connections work: kind → (subject, last trouble), oldest first.

    What Amazon declined is left out: it has a task of its own.
    """
    working = Listing.objects.filter(channel__connection__state=Connection.State.WORKING)
    live = working.filter(channel__is_watching=False)
    figures, prices, wanted, changed = _to_tell(live)
    sku = "listing__sku"
    return {
        "sales channels to mark": _channels_to_mark(),
        "stock figures to tell": _named(
            figures.filter(tries=0).order_by("dirty_since", "id").values_list(sku, "refusal")[:most]
        ),
        "prices to tell": _named(
            prices.filter(price_tries=0).order_by("id").values_list("sku", "price_refusal")[:most]
        ),
        "listings to submit": _named((name, "") for name in _skus(wanted)[:most]),
        "listings to change": _named((name, "") for name in _skus(changed.filter(offer_tries=0))[:most]),
        "listings to look at": _named((name, "") for name in _unseen(working, now=now)[:most]),
    }


def _channels_to_mark() -> list[tuple[str, str]]:
    """Codes of channels whose listings are not all marked since a setting changed."""
    codes = ChannelMark.objects.order_by("channel__code").values_list("channel__code", flat=True)
    return [(f"channel:{code}", "") for code in dict.fromkeys(codes)]


def _unseen(working: QuerySet[Listing], *, now: datetime) -> QuerySet[Listing, str]:
    """SKUs whose turn to be looked at is past by more than the follower needs for those before them."""
    rows = working.filter(state__in=[Listing.State.SUBMITTED, *(state.value for state in AT_AMAZON)])
    late = rows.filter(Q(next_look_at=None) | Q(next_look_at__lte=now - LOOK_LATE))
    return late.order_by(F("next_look_at").asc(nulls_first=True), "id").values_list("sku", flat=True)


def _skus(rows: QuerySet[Listing]) -> QuerySet[Listing, str]:
    return rows.order_by("id").values_list("sku", flat=True)


def _named(rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"sku:{name}", why) for name, why in rows]


def put_off_figures(channel_id: int) -> tuple[tuple[str, str, datetime, bool], ...]:
    """(SKU at location, why, when it is tried again, whether Amazon declined it) of stock figures."""
    rows = StockFigure.objects.filter(
        is_dirty=True,
        next_try_at__isnull=False,
        listing__in=Listing.objects.filter(TOLD, channel_id=channel_id),
    )
    columns = ("listing__sku", "location", "refusal", "next_try_at", "tries")
    found = rows.order_by("next_try_at", "id").values_list(*columns)
    return tuple((f"{sku} at {place}", why, at, tries > 0) for sku, place, why, at, tries in found)


def put_off_prices(channel_id: int) -> tuple[tuple[str, str, datetime], ...]:
    """(SKU, why, when it is tried again) of prices that Amazon declined."""
    rows = Listing.objects.filter(TOLD, channel_id=channel_id, price_dirty=True)
    rows = rows.filter(price_next_try_at__isnull=False).order_by("price_next_try_at", "id")
    return tuple(rows.values_list("sku", "price_refusal", "price_next_try_at"))


def put_off_changes(channel_id: int) -> tuple[tuple[str, str, datetime], ...]:
    """(SKU, why Amazon declined it or nothing, when it is tried again) of changes and of taking off."""
    rows = Listing.objects.filter(TO_CHANGE, channel_id=channel_id, offer_next_try_at__isnull=False)
    columns = rows.order_by("offer_next_try_at", "id").values_list(
        "sku", "offer_refusal", "offer_next_try_at"
    )
    return tuple(columns)


def put_off_submissions(channel_id: int) -> tuple[tuple[str, datetime], ...]:
    """(SKU, when it is tried again) of submissions that Amazon could not take yet."""
    rows = Listing.objects.filter(channel_id=channel_id, submission_wanted=True, next_look_at__isnull=False)
    return tuple(rows.order_by("next_look_at", "id").values_list("sku", "next_look_at"))


def refused_listings(channel_id: int) -> tuple[str, ...]:
    """SKUs that Amazon refused and nobody has sent again."""
    rows = Listing.objects.filter(
        channel_id=channel_id, state=Listing.State.REJECTED, submission_wanted=False
    )
    return tuple(rows.order_by("sku").values_list("sku", flat=True))
