"""All due work in this process: what the worker would do, done now, until nothing is due.

Amazon is asked once for what is new; what follows is repeated until a whole turn changes nothing. Work that
was put off for a moment is waited for; what is due later (a listing's next look) is not due now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from loadbay.channels.queries import ChannelCard, channel, channels, working_connection_ids
from loadbay.core.errors import Misconfigured, Retryable, Trouble
from loadbay.jobs import rounds
from loadbay.listings.services.submissions import look_now
from loadbay.orders import readers

PATIENCE = timedelta(seconds=15)
LONGEST = timedelta(minutes=10)


@dataclass
class Synced:
    """What was done, in words, what trouble stood in the way, and when put-off work is due again."""

    steps: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    due_at: datetime | None = None

    def note_due(self, moment: datetime | None) -> None:
        if moment is not None:
            self.due_at = min(moment, self.due_at or moment)


def sync(*, code: str | None, until_idle: bool) -> Synced:
    """One look at Amazon and one turn of everything that follows, or turns until nothing is due."""
    wanted = [channel(code)] if code else list(channels())
    working = set(working_connection_ids())
    cards = [card for card in wanted if card.connection_id in working]
    report = Synced()
    _read_all(cards, report)
    for card in cards:
        look_now(card.id)
    end = rounds.CLOCK.now() + LONGEST
    while _turn(cards, report) and until_idle and rounds.CLOCK.now() < end:
        pass
    return report


def _turn(cards: list[ChannelCard], report: Synced) -> bool:
    """Do everything that is due; true when another turn may find more."""
    before = len(report.steps)
    report.due_at = None
    for connection_id in sorted({card.connection_id for card in cards}):
        _connection_work(connection_id, report)
    for card in cards:
        _channel_work(card, report)
    for job_id in rounds.prints_due():
        report.note_due(rounds.print_label(job_id))
    if len(report.steps) > before:
        return True
    now = rounds.CLOCK.now()
    if report.due_at is None or report.due_at > now + PATIENCE:
        return False
    rounds.CLOCK.wait((report.due_at - now).total_seconds())
    return True


def _read_all(cards: list[ChannelCard], report: Synced) -> None:
    for connection_id in sorted({card.connection_id for card in cards}):
        for status in (*readers.NEW_STATUSES, *readers.OTHER_STATUSES):
            _do(report, connection_id, f"read {status}", partial(_read, connection_id, status))


def _connection_work(connection_id: int, report: Synced) -> None:
    _do(report, connection_id, "built", lambda: rounds.build(connection_id))
    _do(report, connection_id, "answered", lambda: _answer(connection_id, report))
    for field_call_id in rounds.labels_due(connection_id):
        _do(report, connection_id, "labelled", partial(_label, field_call_id, report))
    _do(report, connection_id, "told shipped", lambda: _tell(connection_id, report))
    _do(report, connection_id, "buyers found", lambda: rounds.find_buyers(connection_id))


def _channel_work(card: ChannelCard, report: Synced) -> None:
    for name, work in (
        ("listings submitted", rounds.submit_listings),
        ("listings followed", rounds.follow_listings),
        ("stock sent", rounds.send_stock),
        ("prices sent", rounds.send_prices),
    ):
        _do(report, card.connection_id, name, partial(_channel, work, card.id, report))


def _do(report: Synced, connection_id: int, name: str, work: Callable[[], object]) -> None:
    try:
        done = rounds.stopping_on_misconfigured(connection_id, work)
    except Retryable as trouble:
        report.troubles.append(f"{name}: {trouble.sentence}")
        report.note_due(rounds.CLOCK.now() + (trouble.after or timedelta(seconds=5)))
    except (Misconfigured, Trouble) as trouble:
        report.troubles.append(f"{name}: {trouble.sentence}")
    else:
        if done:
            report.steps.append(f"{name}: {done}")


def _read(connection_id: int, status: str) -> str:
    read = rounds.read_shipments(connection_id, status)
    return f"{read.new} new, {read.changed} changed" if read.new or read.changed else ""


def _answer(connection_id: int, report: Synced) -> int:
    answered = rounds.answer(connection_id)
    report.note_due(answered.due_at)
    return answered.done


def _label(field_call_id: int, report: Synced) -> int:
    later = rounds.label(field_call_id)
    report.note_due(later)
    return 0 if later else 1


def _tell(connection_id: int, report: Synced) -> int:
    told, later = rounds.tell_shipped_counted(connection_id)
    report.note_due(later)
    return told


def _channel(work: Callable[[int], object], channel_id: int, report: Synced) -> int:
    done = work(channel_id)
    if work is not rounds.follow_listings:
        report.note_due(getattr(done, "due_at", None))
    return sum(int(getattr(done, name, 0)) for name in ("told", "refused", "linked"))
