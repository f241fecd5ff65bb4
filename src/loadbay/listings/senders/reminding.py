"""Reminding people of listings: one task per channel of late ones, one of those to be converted.

Such a task is about what waits now: its words and its links are replaced, never added to.
"""

from __future__ import annotations

from loadbay.core.clock import Clock
from loadbay.inbox.services import close_task, restate_task
from loadbay.listings.rules import LATE_AFTER
from loadbay.listings.services import submissions

SHOWN = 10


def remind(channel_id: int, *, code: str, clock: Clock) -> None:
    late, waiting = submissions.late_and_waiting(channel_id, since=clock.now() - LATE_AFTER)
    _keep(
        "listing_late",
        board=f"board:{code}:submitted",
        skus=late,
        sentence=f"Amazon does not show {_count(late)} submitted 20 minutes ago: {_named(late)}.",
        cure="Amazon may be slow. Look for the SKUs in Seller Central; Loadbay goes on looking.",
    )
    stuck = submissions.waiting_with_errors(channel_id)
    first = f" Amazon names errors of {_named(stuck)}, which are to be mended first." if stuck else ""
    _keep(
        "listing_conversion",
        board=f"board:{code}:waiting",
        skus=waiting,
        sentence=f"{_count(waiting)} to be changed to Onsite FBA: {_named(waiting)}.{first}",
        cure="Change them in Seller Central; a hazmat form may be asked for. Loadbay sees it by itself.",
    )


def _keep(kind: str, *, board: str, skus: tuple[str, ...], sentence: str, cure: str) -> None:
    """`board`: the key of the listings it is about, on the conversion board."""
    matter = board.split(":")[1]
    if not skus:
        close_task(kind, matter)
        return
    restate_task(
        kind=kind,
        matter=matter,
        cause="decision",
        sentence=sentence,
        cure=cure,
        subjects=(board, *(f"listing:{matter}:{sku}" for sku in skus[:SHOWN])),
    )


def _count(skus: tuple[str, ...]) -> str:
    return f"{len(skus)} listing{'' if len(skus) == 1 else 's'}"


def _named(skus: tuple[str, ...]) -> str:
    more = f" and {len(skus) - SHOWN} more" if len(skus) > SHOWN else ""
    return ", ".join(skus[:SHOWN]) + more
