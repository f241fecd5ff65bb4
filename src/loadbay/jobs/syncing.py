"""All due work in this process: what the worker would do, done now, until nothing is due.

Amazon is asked once for what is new; what follows is repeated until a whole turn changes nothing. Work that
was put off for a moment is waited for; what is due later (a listing's next look) is not due now. Each piece
of work has the lock of its task, so that it takes turns with the workers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from loadbay.channels.queries import ChannelCard, channel, channels, working_connection_ids
from loadbay.core.errors import Misconfigured, Retryable, Trouble
from loadbay.core.locks import alone
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


@dataclass(frozen=True)
class Step:
    """One piece of work: what a report calls it, and the lock that its task holds too (`tasks.py`)."""

    name: str
    lock: str
    work: Callable[[], object]


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
            work = partial(_read, connection_id, status)
            _do(report, connection_id, Step(f"read {status}", f"read:{connection_id}:{status}", work))


def _connection_work(connection_id: int, report: Synced) -> None:
    mine = str(connection_id)
    for step in (
        Step("built", f"build:{mine}", partial(rounds.build, connection_id)),
        Step("answered", f"answer:{mine}", partial(_answer, connection_id, report)),
        *(
            Step("labelled", f"label:{pk}", partial(_label, pk, report))
            for pk in rounds.labels_due(connection_id)
        ),
        Step("told shipped", f"tell:{mine}", partial(_tell, connection_id, report)),
        Step("buyers found", f"buyers:{mine}", partial(rounds.find_buyers, connection_id)),
    ):
        _do(report, connection_id, step)


def _channel_work(card: ChannelCard, report: Synced) -> None:
    for name, lock, work in (
        ("listings submitted", "submit", rounds.submit_listings),
        ("listings followed", "follow", rounds.follow_listings),
        ("stock sent", "stock", rounds.send_stock),
        ("prices sent", "prices", rounds.send_prices),
    ):
        step = Step(name, f"{lock}:{card.id}", partial(_channel, work, card.id, report))
        _do(report, card.connection_id, step)


def _do(report: Synced, connection_id: int, step: Step) -> None:
    name = step.name
    try:
        with alone(step.lock):
            done = rounds.stopping_on_misconfigured(connection_id, step.work)
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
