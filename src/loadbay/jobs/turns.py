"""All due work in this process: what the workers would do, done now, until nothing is due.

Steps are repeated turn by turn. Amazon is asked once for what is new (`Step.is_once`); what was put off for a
moment is waited for; what is due later than that (a listing's next look) is not due now. A step
that speaks with Amazon holds the lock of its task, so that it takes turns with the workers; of two that print
one label, its row decides. What the steps are: `syncing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from loadbay.core.clock import Clock
from loadbay.core.errors import Misconfigured, Retryable, Trouble
from loadbay.core.locks import alone

PATIENCE = timedelta(seconds=15)
"""What is due within this time is waited for."""
LONGEST = timedelta(minutes=10)
AGAIN = timedelta(seconds=5)
"""When a step is tried again whose trouble named no time; doubled each time, so that it ends."""


@dataclass(frozen=True)
class Setback:
    """One thing that stands in the way: of which step and thing, which kind of trouble, in words.

    `due_at` is when it is tried again by itself; empty when a person has to decide.
    """

    step: str
    subject: str
    kind: str
    sentence: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Due:
    """Something that is to be done later, by the next sync or a worker."""

    step: str
    subject: str
    due_at: datetime


@dataclass(frozen=True)
class Outcome:
    """What one step did: counts by name, and what was declined for good."""

    done: Mapping[str, int] = field(default_factory=dict)
    setbacks: tuple[Setback, ...] = ()


@dataclass(frozen=True)
class Step:
    """One piece of work on one subject, and a lock: that of its task (`tasks`), where the task has one."""

    name: str
    subject: str
    lock: str
    work: Callable[[], Outcome]
    connection_id: int | None = None
    is_once: bool = False


class Plan(Protocol):
    """What there is to do, and what stays undone."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a count may have."""

    def steps(self) -> Iterable[Step]:
        """The steps of one turn, in order; made one by one, as the steps before have left things."""

    def standing(self) -> tuple[Setback, ...]:
        """What is put off now, or stopped, as the tables have it."""

    def later(self) -> tuple[Due, ...]:
        """What is to be looked at again although nothing is wrong."""


@dataclass(frozen=True)
class Synced:
    """What was done, what trouble stands at the end, and what is due later."""

    done: Mapping[str, int]
    troubles: tuple[Setback, ...]
    due: tuple[Due, ...]


def run(plan: Plan, *, clock: Clock, until_idle: bool) -> Synced:
    """One turn of every step, or turns until nothing is due any more."""
    turns = _Turns(plan, clock)
    end = clock.now() + LONGEST
    while turns.one() and until_idle and clock.now() < end:
        pass
    return turns.report()


@dataclass
class _Turns:
    """The state between turns. A step's key is its name and its subject."""

    plan: Plan
    clock: Clock
    done: Counter[str] = field(default_factory=Counter)
    declined: dict[tuple[str, str], Setback] = field(default_factory=dict)
    failed: dict[tuple[str, str], Setback] = field(default_factory=dict)
    tries: Counter[tuple[str, str]] = field(default_factory=Counter)
    finished: set[tuple[str, str]] = field(default_factory=set)
    stopped: set[int] = field(default_factory=set)
    awaited: set[tuple[str, str, datetime]] = field(default_factory=set)

    def one(self) -> bool:
        """Do everything that is due; true when another turn may find more, after waiting for it."""
        before = sum(self.done.values())
        for step in self.plan.steps():
            if self._is_due(step):
                self._do(step)
        return sum(self.done.values()) > before or self._wait()

    def report(self) -> Synced:
        standing = self.plan.standing()
        troubles = {(entry.step, entry.subject): entry for entry in (*self.failed.values(), *standing)}
        due = [Due(entry.step, entry.subject, entry.due_at) for entry in troubles.values() if entry.due_at]
        return Synced(
            done={name: self.done[name] for name in self.plan.names},
            troubles=(*troubles.values(), *self.declined.values()),
            due=tuple(sorted([*due, *self.plan.later()], key=lambda entry: entry.due_at)),
        )

    def _is_due(self, step: Step) -> bool:
        key = (step.name, step.subject)
        if key in self.finished or step.connection_id in self.stopped:
            return False
        failed = self.failed.get(key)
        return failed is None or (failed.due_at is not None and failed.due_at <= self.clock.now())

    def _do(self, step: Step) -> None:
        key = (step.name, step.subject)
        self.failed.pop(key, None)
        try:
            with alone(step.lock):
                outcome = step.work()
        except Misconfigured:
            if step.connection_id is not None:
                self.stopped.add(step.connection_id)  # the plan tells why it stands still
        except Retryable as trouble:
            again = self.clock.now() + (trouble.after or AGAIN * 2 ** self.tries[key])
            self.tries[key] += 1
            self.failed[key] = Setback(*key, trouble.kind, trouble.sentence, again)
        except Trouble as trouble:
            self.failed[key] = Setback(*key, trouble.kind, trouble.sentence)
        else:
            self.finished |= {key} if step.is_once else set()
            self.done.update(outcome.done)
            self.declined.update({(entry.step, entry.subject): entry for entry in outcome.setbacks})

    def _wait(self) -> bool:
        """Wait for the first thing that is due within our patience; each moment of it is awaited once."""
        now = self.clock.now()
        near = [
            key
            for entry in (*self.failed.values(), *self.plan.standing())
            if entry.due_at is not None and entry.due_at <= now + PATIENCE
            if (key := (entry.step, entry.subject, entry.due_at)) not in self.awaited
        ]
        if not near:
            return False
        first = min(near, key=lambda key: key[2])
        self.awaited.add(first)
        self.clock.wait((first[2] - now).total_seconds())
        return True
