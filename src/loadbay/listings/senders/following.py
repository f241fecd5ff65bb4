"""Asking Amazon how submitted listings stand, until they are linked, and reminding people of those that wait.

Amazon's channel code alone proves nothing (plain FBA has it too): a stock figure at our own location must
be there as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loadbay.core.clock import Clock
from loadbay.core.errors import Rejected, Trouble
from loadbay.core.ids import LocationId, Sku
from loadbay.inbox.queries import sentence_of
from loadbay.inbox.services import close_task, open_task
from loadbay.listings.ports import ListingDesk, SeenListing, StockDesk, StockVerdict
from loadbay.listings.rules import LATE_AFTER, look_again_after, try_again_after
from loadbay.listings.senders.doors import may_send
from loadbay.listings.services import life, submissions
from loadbay.listings.services.submissions import DueListing

LOOK = 50
SHOWN = 10


@dataclass(frozen=True)
class Followed:
    """How many listings were looked at, how many turned out linked, and when the next look is due."""

    looked_at: int = 0
    linked: int = 0
    due_at: datetime | None = None


def follow_listings(
    channel_id: int, *, listing_desk: ListingDesk, stock_desk: StockDesk, clock: Clock
) -> Followed:
    """Look at every listing that is due. Retryable, Unclear and Misconfigured are raised on."""
    channel = may_send(channel_id)
    if channel is None:
        return Followed()
    looked_at = linked = 0
    locations = life.locations_of(channel_id)
    while due := submissions.due_looks(channel_id, now=clock.now(), limit=LOOK):
        for listing in due:
            seen = _look(listing, desk=listing_desk, clock=clock)
            if seen is not None and _is_linked(
                listing, seen, locations=locations, desk=stock_desk, clock=clock
            ):
                linked += 1
        looked_at += len(due)
    _remind(channel_id, code=channel.code, clock=clock)
    return Followed(looked_at, linked, submissions.next_look(channel_id, submissions=False))


def _look(listing: DueListing, *, desk: ListingDesk, clock: Clock) -> SeenListing | None:
    """What Amazon shows, recorded; it comes back only when its stock is worth a look."""
    try:
        seen = desk.read(Sku(listing.sku))
    except Rejected:
        submissions.put_off(listing.id, until=clock.now() + look_again_after(LATE_AFTER * 10))
        return None
    except Trouble:
        submissions.put_off(listing.id, until=clock.now() + try_again_after(1))
        raise
    return seen if life.record_seen(listing.id, seen=seen, now=clock.now()) else None


def _is_linked(
    listing: DueListing, seen: SeenListing, *, locations: Sequence[str], desk: StockDesk, clock: Clock
) -> bool:
    verdicts: list[StockVerdict] = []
    keys = [(LocationId(location), Sku(listing.sku)) for location in locations]
    for start in range(0, len(keys), desk.batch_size):
        verdicts.extend(desk.fetch(keys[start : start + desk.batch_size]))
    return life.record_link_check(
        listing.id, channel_codes=seen.channel_codes, verdicts=verdicts, now=clock.now()
    )


def _remind(channel_id: int, *, code: str, clock: Clock) -> None:
    late, waiting = submissions.late_and_waiting(channel_id, since=clock.now() - LATE_AFTER)
    _keep(
        "listing_late",
        matter=code,
        skus=late,
        sentence=f"Amazon does not show {len(late)} submitted listings after 20 minutes: {_named(late)}.",
        cure="Amazon may be slow. Look for the SKUs in Seller Central; Loadbay goes on looking.",
    )
    _keep(
        "listing_conversion",
        matter=code,
        skus=waiting,
        sentence=f"{len(waiting)} listings wait to be changed to Onsite FBA: {_named(waiting)}.",
        cure="Change them in Seller Central; a hazmat form may be asked for. Loadbay sees it by itself.",
    )


def _keep(kind: str, *, matter: str, skus: tuple[str, ...], sentence: str, cure: str) -> None:
    """One task per channel and kind, told anew only when the SKUs are others."""
    if not skus:
        close_task(kind, matter)
    elif sentence != sentence_of(kind, matter=matter):
        open_task(kind=kind, matter=matter, cause="decision", sentence=sentence, cure=cure, subjects=skus)


def _named(skus: tuple[str, ...]) -> str:
    more = f" and {len(skus) - SHOWN} more" if len(skus) > SHOWN else ""
    return ", ".join(skus[:SHOWN]) + more
