"""Saying that Amazon may have to be told something: figures and prices become dirty, nothing is reckoned.

A mark always touches its row, dirty or not: so a sender that is just reading waits for us, or we for it, and
no change falls between (see `sending.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Q

from loadbay.core.transactions import joined
from loadbay.listings.models import Listing, StockFigure

TOLD_SQL = "(l.state = 'linked' OR (l.state = 'suppressed' AND l.linked_because <> ''))"
TOLD = Q(state=Listing.State.LINKED) | (Q(state=Listing.State.SUPPRESSED) & ~Q(linked_because=""))
"""Listings whose stock and price leave (`rules.is_told`, for the database)."""

_MARK = f"""
    INSERT INTO listings_stockfigure AS f
        (listing_id, location, is_dirty, urgency, sequence, in_flight, refusal, stale_refusals, tries)
    SELECT l.id, r.location, true, %(urgency)s, 0, false, '', 0, 0
    FROM listings_listing l
    JOIN (SELECT DISTINCT channel_id, location FROM channels_channelroom) r ON r.channel_id = l.channel_id
    WHERE l.type = 'onsite_fba' AND {TOLD_SQL} AND %(which)s
    ORDER BY l.id, r.location
    ON CONFLICT (listing_id, location) DO UPDATE SET
        is_dirty = true,
        dirty_since = CASE WHEN f.is_dirty THEN f.dirty_since ELSE now() END,
        urgency = CASE WHEN f.is_dirty THEN least(f.urgency, EXCLUDED.urgency) ELSE EXCLUDED.urgency END
    RETURNING (SELECT channel_id FROM listings_listing WHERE id = f.listing_id)
"""
_MARK_PRICES = f"""
    UPDATE listings_listing SET price_dirty = true, price_next_try_at = NULL, price_tries = 0
    WHERE id IN (
        SELECT l.id FROM listings_listing l WHERE %(which)s AND {TOLD_SQL} ORDER BY l.id FOR UPDATE)
"""
_OF_PRODUCTS = """(l.product_id = ANY(%(ids)s) OR l.product_id IN
    (SELECT bundle_id FROM catalogue_bundlecomponent WHERE component_id = ANY(%(ids)s)))"""
_OF_LISTINGS = "l.id = ANY(%(ids)s)"
_URGENCY = {True: StockFigure.Urgency.URGENT, False: StockFigure.Urgency.NORMAL}


@joined
def mark_stock_dirty(product_ids: Iterable[int], *, urgent: bool) -> tuple[int, ...]:
    """The stock of these products changed: mark every told listing of them, and of bundles with them.

    The channels that now have something to look at come back.
    """
    return _mark(_OF_PRODUCTS, ids=sorted(set(product_ids)), urgency=_URGENCY[urgent])


@transaction.atomic
def mark_listings(listing_ids: Iterable[int], *, urgent: bool) -> tuple[int, ...]:
    """Mark these listings, as far as they are told at all."""
    return _mark(_OF_LISTINGS, ids=sorted(set(listing_ids)), urgency=_URGENCY[urgent])


@transaction.atomic
def mark_for_setting(listing_ids: Iterable[int]) -> None:
    """A setting of their channel or of the shop changed. Some are lower now, which ones is known once they
    are reckoned: so they go ahead of the others, but behind what is known to be lower."""
    _mark(_OF_LISTINGS, ids=sorted(set(listing_ids)), urgency=StockFigure.Urgency.SETTING)


@transaction.atomic
def mark_prices_of_listings(listing_ids: Iterable[int]) -> None:
    """Their prices come from elsewhere now: each is looked at, as far as it is told at all."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK_PRICES.replace("%(which)s", "l.id = ANY(%s)"), [sorted(set(listing_ids))])


def _mark(which: str, *, ids: list[int], urgency: StockFigure.Urgency) -> tuple[int, ...]:
    if not ids:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_MARK.replace("%(which)s", which), {"ids": ids, "urgency": int(urgency)})
        return tuple(sorted({channel_id for (channel_id,) in cursor.fetchall()}))


@transaction.atomic
def mark_prices_dirty(product_ids: Iterable[int]) -> tuple[int, ...]:
    """Prices of these products changed. The channels that have something to look at come back."""
    with connection.cursor() as cursor:
        statement = _MARK_PRICES.replace("%(which)s", "l.product_id = ANY(%s)")
        cursor.execute(f"{statement} RETURNING channel_id", [sorted(set(product_ids))])
        return tuple(sorted({channel_id for (channel_id,) in cursor.fetchall()}))


def lock_figures(figure_ids: Iterable[int]) -> None:
    """Lock figures in the order in which a mark does: a movement and a sender never block each other."""
    rows = StockFigure.objects.select_for_update().filter(pk__in=list(figure_ids))
    list(rows.order_by("listing_id", "location").values_list("pk", flat=True))
