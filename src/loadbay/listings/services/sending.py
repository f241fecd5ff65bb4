"""What a stock sender takes and records: one transaction before a message, one after it, none during it.

A taken figure is in flight. What was in flight when a process died, and what got no clear answer, counts as
not known to Amazon and is sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Min

from loadbay.channels.models import SalesChannel
from loadbay.inbox.services import close_tasks, open_task
from loadbay.listings.figures import derive
from loadbay.listings.models import Listing, StockFigure
from loadbay.listings.ports import StockVerdict
from loadbay.listings.rules import try_again_after
from loadbay.listings.services.marking import TOLD, TOLD_SQL, lock_figures
from loadbay.listings.stock_rules import is_urgent, may_wait, next_sequence

RETRY_SOON = timedelta(seconds=30)
Urgency = StockFigure.Urgency


@dataclass(frozen=True)
class Figure:
    """A figure on its way. `sequence` is the number it goes with; 0 before Amazon's own was fetched."""

    id: int
    sku: str
    location: str
    quantity: int
    sequence: int
    is_urgent: bool
    had_trouble: bool


@dataclass(frozen=True)
class Taken:
    """What one look found: figures to tell, how many needed nothing, how many wait for the schedule."""

    figures: tuple[Figure, ...]
    unchanged: int
    waiting: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.figures or self.unchanged or self.waiting)


@transaction.atomic
def recover_in_flight(channel_id: int) -> int:
    """Put figures whose answer a killed process never heard back in line."""
    flying = StockFigure.objects.filter(listing__channel_id=channel_id, in_flight=True)
    lock_figures(flying.values_list("pk", flat=True))
    return _lose(flying)


class _Due(NamedTuple):
    """A dirty figure as it is read, in the order of the statement's columns."""

    id: int
    listing_id: int
    sku: str
    location: str
    sequence: int
    acknowledged: int | None
    sent: int | None
    urgency: int
    had_trouble: bool

    def may_wait(self, told: int) -> bool:
        its_turn = self.urgency == Urgency.ITS_TURN
        return not its_turn and may_wait(told, acknowledged=self.acknowledged, sent=self.sent)


_DUE = f"""
    SELECT f.id, f.listing_id, l.sku, f.location, f.sequence, f.acknowledged_quantity, f.sent_quantity,
        f.urgency, f.refusal <> ''
    FROM listings_stockfigure f JOIN listings_listing l ON l.id = f.listing_id
    WHERE f.is_dirty AND l.channel_id = %s AND l.type = 'onsite_fba' AND {TOLD_SQL}
        AND (f.next_try_at IS NULL OR f.next_try_at <= %s) AND f.urgency <= %s
    ORDER BY f.urgency, f.dirty_since, f.id LIMIT %s FOR UPDATE OF f SKIP LOCKED
"""


@transaction.atomic
def take_figures(channel: SalesChannel, *, limit: int, now: datetime) -> Taken:
    """The most urgent dirty figures, reckoned now; those that Amazon knows already become clean.

    Where the channel sends on schedule, what may wait stays dirty, out of the way until its turn or its next
    mark.
    """
    on_schedule = channel.send_mode == SalesChannel.SendMode.ON_SCHEDULE
    lowest = Urgency.ITS_TURN if on_schedule else Urgency.FOR_THE_SCHEDULE
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [channel.pk, now, lowest, limit])
        rows = [_Due._make(row) for row in cursor.fetchall()]
    derived = derive([(row.listing_id, row.location) for row in rows], day=now.date())
    clean, taken, waiting = [], [], []
    for row in rows:
        told = derived[row.listing_id, row.location].sum.told
        if told == row.acknowledged:
            clean.append((row.id, f"{row.sku} at {row.location}", row.had_trouble))
        elif on_schedule and row.may_wait(told):
            waiting.append(row.id)
        else:
            taken.append(_figure(row, told=told, now=now))
    _clean(clean)
    _fly(taken, now=now)
    if waiting:
        late = StockFigure.objects.filter(pk__in=waiting)
        late.update(urgency=Urgency.FOR_THE_SCHEDULE, next_try_at=None)  # its turn is the next try
    return Taken(tuple(taken), len(clean), len(waiting))


def _figure(row: _Due, *, told: int, now: datetime) -> Figure:
    number = next_sequence(row.sequence, now=now) if row.sequence else 0
    urgent = is_urgent(told, acknowledged=row.acknowledged)
    return Figure(row.id, row.sku, row.location, told, number, urgent, row.had_trouble)


_TURN = f"""
    UPDATE listings_stockfigure SET urgency = %s WHERE id IN (
        SELECT f.id FROM listings_stockfigure f JOIN listings_listing l ON l.id = f.listing_id
        JOIN channels_saleschannel c ON c.id = l.channel_id
        WHERE c.id = %s AND NOT c.is_watching AND c.send_mode = 'on_schedule'
            AND f.is_dirty AND f.urgency = ANY(%s) AND {TOLD_SQL}
        ORDER BY f.listing_id, f.location FOR UPDATE OF f)
"""


@transaction.atomic
def take_turn(channel_id: int) -> None:
    """The schedule's turn of a channel: whatever of it waits may go, and what was marked just now with it."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [Urgency.ITS_TURN, channel_id, [Urgency.NORMAL, Urgency.FOR_THE_SCHEDULE]])


def _clean(figures: Sequence[tuple[int, str, bool]]) -> None:
    """Amazon shows these figures already, whatever it may have refused meanwhile."""
    rows = StockFigure.objects.filter(pk__in=[figure_id for figure_id, _, _ in figures])
    rows.update(is_dirty=False, refusal="", tries=0, next_try_at=None)
    _settle([matter for _, matter, had_trouble in figures if had_trouble])


def _fly(figures: Sequence[Figure], *, now: datetime) -> None:
    """Store quantity and sequence number before anything is sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_stockfigure f SET is_dirty = false, in_flight = true,"
            " sent_quantity = u.quantity, sequence = greatest(f.sequence, u.sequence), sent_at = %s"
            " FROM unnest(%s::bigint[], %s::int[], %s::bigint[]) AS u (id, quantity, sequence)"
            " WHERE f.id = u.id",
            [
                now,
                [figure.id for figure in figures],
                [figure.quantity for figure in figures],
                [figure.sequence for figure in figures],
            ],
        )


@transaction.atomic
def synchronise(figure: Figure, *, amazon: StockVerdict, now: datetime) -> Figure:
    """Give a figure that was never told a number above Amazon's own."""
    number = next_sequence(amazon.sequence or 0, now=now)
    StockFigure.objects.filter(pk=figure.id).update(sequence=number)
    return replace(figure, sequence=number)


@transaction.atomic
def record_accepted(pairs: Sequence[tuple[Figure, StockVerdict]], *, now: datetime) -> None:
    """Amazon took these figures. A movement meanwhile has marked its figure again, and that mark stays."""
    if not pairs:
        return
    lock_figures(figure.id for figure, _ in pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_stockfigure f SET in_flight = false, acknowledged_quantity = u.quantity,"
            " acknowledged_at = %s, amazon_sellable = u.sellable, amazon_reserved = u.reserved, refusal = '',"
            " tries = 0, stale_refusals = 0, next_try_at = NULL"
            " FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[])"
            " AS u (id, quantity, sellable, reserved)"
            " WHERE f.id = u.id",
            [
                now,
                [figure.id for figure, _ in pairs],
                [figure.quantity for figure, _ in pairs],
                [verdict.sellable for _, verdict in pairs],
                [verdict.reserved for _, verdict in pairs],
            ],
        )
    _settle([_matter(figure) for figure, _ in pairs if figure.had_trouble])


def _settle(matters: Sequence[str]) -> None:
    if matters:
        close_tasks("stock_refused", matters=matters)
        close_tasks("stock_stale", matters=matters)


@transaction.atomic
def record_refused(figure: Figure, *, reason: str, now: datetime) -> None:
    """Amazon declined one figure: it waits longer each time, and holds up no other."""
    row = StockFigure.objects.select_for_update().get(pk=figure.id)
    row.is_dirty, row.in_flight = True, False
    row.refusal, row.tries = reason, row.tries + 1
    row.next_try_at = now + try_again_after(row.tries)
    row.save(update_fields=["is_dirty", "in_flight", "refusal", "tries", "next_try_at"])
    open_task(
        kind="stock_refused",
        matter=_matter(figure),
        cause="mapping",
        sentence=f"Amazon does not take the stock of {figure.sku} at {figure.location}: {reason}",
        cure="Mend what Amazon names; Loadbay goes on trying by itself.",
        subjects=(figure.sku,),
    )


@transaction.atomic
def record_put_off(figure: Figure, *, reason: str, now: datetime) -> None:
    """Amazon could not take one figure just now, and may have it or not."""
    StockFigure.objects.filter(pk=figure.id).update(
        is_dirty=True,
        in_flight=False,
        acknowledged_quantity=None,
        refusal=reason,
        next_try_at=now + RETRY_SOON,
    )


@transaction.atomic
def record_stale(figure: Figure, *, amazon: StockVerdict | None, now: datetime) -> None:
    """Our sequence number was too low. With Amazon's own passed it is sent again; the second time is told."""
    row = StockFigure.objects.select_for_update().get(pk=figure.id)
    seen = amazon.sequence if amazon is not None and amazon.sequence is not None else 0
    row.sequence = max(row.sequence, seen)
    row.is_dirty, row.in_flight, row.acknowledged_quantity = True, False, None
    row.stale_refusals += 1
    row.refusal = "Amazon had a higher sequence number."
    if row.stale_refusals >= 2:
        row.next_try_at = now + try_again_after(row.stale_refusals)
    row.save()
    if row.stale_refusals >= 2:
        open_task(
            kind="stock_stale",
            matter=_matter(figure),
            cause="bug",
            sentence=f"Amazon keeps refusing the stock of {figure.sku} at {figure.location} as out of date.",
            cure="See whether another program sends stock for this SKU, and stop it.",
            subjects=(figure.sku,),
            is_alert=True,
        )


@transaction.atomic
def give_back(figures: Iterable[Figure], *, was_sent: bool) -> None:
    """Figures that were taken and not answered. What may have been sent is not known to Amazon any more."""
    ids = [figure.id for figure in figures]
    lock_figures(ids)
    rows = StockFigure.objects.filter(pk__in=ids)
    if was_sent:
        _lose(rows)
    else:
        rows.update(is_dirty=True, in_flight=False)


def _lose(rows: object) -> int:
    return rows.update(is_dirty=True, in_flight=False, acknowledged_quantity=None)  # type: ignore[attr-defined]


def next_due(channel_id: int) -> datetime | None:
    """When the earliest figure that waits may be tried again; None when none waits."""
    told = Listing.objects.filter(TOLD, channel_id=channel_id)
    waiting = StockFigure.objects.filter(is_dirty=True, listing__in=told)
    found: datetime | None = waiting.aggregate(first=Min("next_try_at"))["first"]
    return found


def _matter(figure: Figure) -> str:
    return f"{figure.sku} at {figure.location}"
