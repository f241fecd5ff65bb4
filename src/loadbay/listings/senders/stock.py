"""Telling Amazon the stock of linked listings, most urgent first, in Amazon's batches.

A refused SKU waits alone; trouble with a whole batch puts its figures back in line and is raised on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loadbay.core.clock import Clock
from loadbay.core.errors import Rejected, Trouble
from loadbay.core.ids import LocationId, Sku
from loadbay.listings.ports import StockDesk, StockToTell, StockVerdict
from loadbay.listings.senders.doors import Sent, may_send
from loadbay.listings.services import sending
from loadbay.listings.services.sending import Figure

BATCHES_PER_LOOK = 20
"""Few enough that a sold-out SKU overtakes a backlog within a second."""


@dataclass
class _Run:
    """One run of a sender: its desks, its clock, what it has done."""

    desk: StockDesk
    urgent_desk: StockDesk
    clock: Clock
    told: int = 0
    refused: int = 0


def send_stock(
    channel_id: int, *, desk: StockDesk, clock: Clock, urgent_desk: StockDesk | None = None
) -> Sent:
    """Tell everything that is due, until nothing is. Trouble is raised on; nothing is lost by it.

    A channel that begins to watch, or whose connection stops, is left at the next look.
    """
    channel = may_send(channel_id)
    if channel is None:
        return Sent()
    run, unchanged = _Run(desk, urgent_desk or desk, clock), 0
    sending.recover_in_flight(channel_id)
    while channel is not None:
        taken = sending.take_figures(channel, limit=desk.batch_size * BATCHES_PER_LOOK, now=clock.now())
        unchanged += taken.unchanged
        if taken.is_empty:
            break
        _tell(run, taken.figures)
        channel = may_send(channel_id) if taken.figures else channel
    return Sent(run.told, unchanged, run.refused, sending.next_due(channel_id))


def _tell(run: _Run, figures: Sequence[Figure]) -> None:
    waiting = list(figures)
    for batch in _batches(figures, size=run.desk.batch_size):
        try:
            _tell_batch(run, _synchronised(run, batch))
        except Trouble:
            sending.give_back(batch, was_sent=True)
            sending.give_back(waiting[len(batch) :], was_sent=False)
            raise
        waiting = waiting[len(batch) :]


def _batches(figures: Sequence[Figure], *, size: int) -> Iterator[Sequence[Figure]]:
    for start in range(0, len(figures), size):
        yield figures[start : start + size]


def _synchronised(run: _Run, batch: Sequence[Figure]) -> list[Figure]:
    """The batch with Amazon's own sequence number on figures that were never told; refused ones left out."""
    fresh = [figure for figure in batch if figure.sequence == 0]
    if not fresh:
        return list(batch)
    answers = dict(zip(fresh, _fetch(run, fresh), strict=True))
    ready = [figure for figure in batch if figure.sequence != 0]
    for figure, answer in answers.items():
        if answer.accepted:
            ready.append(sending.synchronise(figure, amazon=answer, now=run.clock.now()))
        else:
            _note_refusal(run, figure, answer)
    return ready


def _fetch(run: _Run, figures: Sequence[Figure]) -> tuple[StockVerdict, ...]:
    return run.desk.fetch([(LocationId(figure.location), Sku(figure.sku)) for figure in figures])


def _tell_batch(run: _Run, figures: Sequence[Figure]) -> None:
    if not figures:
        return
    desk = run.urgent_desk if any(figure.is_urgent for figure in figures) else run.desk
    try:
        verdicts = desk.tell([_to_tell(figure) for figure in figures])
    except Rejected as refusal:
        _tell_singly(run, figures, refusal=refusal)
        return
    _record(run, list(zip(figures, verdicts, strict=True)))


def _tell_singly(run: _Run, figures: Sequence[Figure], *, refusal: Rejected) -> None:
    """Amazon declined the whole batch: find the entry it means, and let the others through."""
    if len(figures) == 1:
        sending.record_refused(figures[0], reason=refusal.sentence, now=run.clock.now())
        run.refused += 1
        return
    for figure in figures:
        _tell_batch(run, [figure])


def _to_tell(figure: Figure) -> StockToTell:
    return StockToTell(Sku(figure.sku), LocationId(figure.location), figure.quantity, figure.sequence)


def _record(run: _Run, pairs: Sequence[tuple[Figure, StockVerdict]]) -> None:
    accepted = [(figure, verdict) for figure, verdict in pairs if verdict.accepted]
    sending.record_accepted(accepted, now=run.clock.now())
    run.told += len(accepted)
    for figure, verdict in pairs:
        if not verdict.accepted:
            _note_refusal(run, figure, verdict)


def _note_refusal(run: _Run, figure: Figure, verdict: StockVerdict) -> None:
    now = run.clock.now()
    if verdict.is_stale:
        sending.record_stale(figure, amazon=_fetch(run, [figure])[0], now=now)
    elif verdict.is_retryable:
        sending.record_put_off(figure, reason=verdict.reason, now=now)
    else:
        sending.record_refused(figure, reason=verdict.reason, now=now)
        run.refused += 1
