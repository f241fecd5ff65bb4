"""Marking all listings of sales channels, once a setting changed what Amazon should know of them.

A small channel is marked in the transaction of the change. A large one is noted (`ChannelMark`) and marked
step by step, each step a transaction of its own, so that neither a person nor a stock movement waits for it.
Marking twice is harmless, like every mark (`marking.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from django.db import transaction

from loadbay.listings.models import ChannelMark, Listing
from loadbay.listings.services.marking import mark_for_setting, mark_prices_of_listings

What = ChannelMark.What
STEP = 2000
"""Listings marked in one transaction; a channel of no more of them is marked at once."""

_MARKS: Mapping[str, Callable[[Sequence[int]], object]] = {
    What.STOCK: mark_for_setting,
    What.PRICES: mark_prices_of_listings,
}
"""In the order in which it is done: what could oversell first."""


@transaction.atomic
def mark_channels(channel_ids: Collection[int], what: What) -> bool:
    """Mark every told listing of these channels, or note that it is to be done; whether the queue has to.

    One that is being marked already begins anew: what was marked before may have been reckoned since. All are
    marked together or none, so that figures are locked in the order in which every mark locks them.
    """
    ids = _ids_after(0, channel_ids, limit=STEP + 1)
    if len(ids) <= STEP:
        _MARKS[what](ids)
        return False
    ChannelMark.objects.bulk_create(
        [ChannelMark(channel_id=channel_id, what=what, after=0) for channel_id in sorted(channel_ids)],
        update_conflicts=True,
        unique_fields=["channel", "what"],
        update_fields=["after"],
    )
    return True


def to_mark(channel_id: int) -> list[What]:
    """What of a channel's listings is still to be marked, the urgent first."""
    rows = ChannelMark.objects.filter(channel_id=channel_id)
    noted = set(rows.values_list("what", flat=True))
    return [What(what) for what in _MARKS if what in noted]


def channels_to_mark() -> list[int]:
    return sorted(set(ChannelMark.objects.values_list("channel_id", flat=True)))


@transaction.atomic
def mark_next(channel_id: int, what: What) -> None:
    """One step: the next listings of a channel, and how far it has come, together.

    Its note is changed last, as in a change of the channel, so that the two never block each other; and only
    if it is as it was found, so that a change meanwhile has everything marked anew.
    """
    noted = ChannelMark.objects.filter(channel_id=channel_id, what=what)
    after = noted.values_list("after", flat=True).first()
    if after is None:
        return
    ids = _ids_after(after, [channel_id], limit=STEP)
    _MARKS[what](ids)
    as_found = noted.filter(after=after)
    if len(ids) < STEP:
        as_found.delete()
    else:
        as_found.update(after=ids[-1])


def _ids_after(after: int, channel_ids: Collection[int], *, limit: int) -> list[int]:
    rows = Listing.objects.filter(channel_id__in=channel_ids, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])
