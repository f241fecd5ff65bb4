"""Turns of due work until nothing is due: what is waited for, what counts as done, what stays trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from loadbay.core.errors import Misconfigured, Rejected, Retryable
from loadbay.jobs import turns
from loadbay.jobs.turns import Due, Outcome, Setback, Step, Synced
from loadbay.testing.fakes import FakeClock

pytestmark = pytest.mark.django_db
Work = Callable[[], Outcome]


@dataclass
class Trial:
    """A plan with one kind of step per name; `put_off` is what the tables would say."""

    clock: FakeClock
    works: dict[str, Work]
    once: frozenset[str] = frozenset()
    put_off: dict[str, Setback] = field(default_factory=dict)
    looks: tuple[Due, ...] = ()
    names: tuple[str, ...] = ("made", "told")

    def steps(self) -> Iterator[Step]:
        for name, work in self.works.items():
            yield Step(name, "it", f"trial:{name}", work, connection_id=1, is_once=name in self.once)

    def standing(self) -> tuple[Setback, ...]:
        return tuple(self.put_off.values())

    def later(self) -> tuple[Due, ...]:
        return self.looks

    def synced(self, *, until_idle: bool = True) -> Synced:
        return turns.run(self, clock=self.clock, until_idle=until_idle)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def nothing() -> Outcome:
    return Outcome()


def in_order(*ends: Outcome | Exception) -> Work:
    """Ends like this the first time, like that the second; afterwards there is nothing to do."""
    left = list(ends)

    def work() -> Outcome:
        end = left.pop(0) if left else Outcome()
        if isinstance(end, Exception):
            raise end
        return end

    return work


def at(clock: FakeClock, seconds: float) -> datetime:
    return clock.now() + timedelta(seconds=seconds)


def test_turns_go_on_until_a_whole_one_finds_nothing(clock: FakeClock):
    plan = Trial(clock, {"print": in_order(Outcome({"made": 1}), Outcome({"made": 2}))})
    began = clock.now()
    assert plan.synced() == Synced({"made": 3, "told": 0}, (), ())
    assert clock.now() == began


def test_without_until_idle_there_is_one_turn(clock: FakeClock):
    plan = Trial(clock, {"print": in_order(Outcome({"made": 1}), Outcome({"made": 2}))})
    assert plan.synced(until_idle=False).done == {"made": 1, "told": 0}


def test_a_put_off_print_was_forgotten(clock: FakeClock):
    """It was put off in a turn in which other work was done, and the turns after it knew nothing of it."""
    printing: list[str] = []
    plan = Trial(clock, {"tell": in_order(Outcome({"told": 1})), "print": nothing})

    def work() -> Outcome:
        printing.append("tried")
        if len(printing) == 1:
            plan.put_off["print"] = Setback("print", "FC-1", "retryable", "No paper.", at(clock, 5))
            return Outcome()
        if plan.put_off and clock.now() >= plan.put_off["print"].due_at:  # type: ignore[operator]
            plan.put_off.clear()
            return Outcome({"made": 1})
        return Outcome()

    plan.works["print"] = work
    began = clock.now()
    assert plan.synced() == Synced({"made": 1, "told": 1}, (), ())
    assert clock.now() - began == timedelta(seconds=5)


def test_trouble_that_a_later_turn_overcame_is_no_trouble_any_more(clock: FakeClock):
    plan = Trial(clock, {"read": in_order(Retryable("down"), Retryable("down"), Outcome({"made": 1}))})
    began = clock.now()
    assert plan.synced() == Synced({"made": 1, "told": 0}, (), ())
    assert clock.now() - began == timedelta(seconds=15)


def test_an_amazon_that_stays_away_is_not_waited_for_long(clock: FakeClock):
    plan = Trial(clock, {"read": in_order(*[Retryable("down")] * 40)})
    began = clock.now()
    assert [trouble.sentence for trouble in plan.synced().troubles] == ["down"]
    assert clock.now() - began == timedelta(seconds=15)


def test_trouble_that_remains_is_told_with_its_next_try(clock: FakeClock):
    advice = timedelta(minutes=3)
    plan = Trial(clock, {"read": in_order(Retryable("too many", after=advice))})
    synced = plan.synced()
    assert synced.troubles == (Setback("read", "it", "retryable", "too many", clock.now() + advice),)
    assert synced.due == (Due("read", "it", clock.now() + advice),)


def test_what_is_put_off_for_longer_than_our_patience_is_told_and_not_waited_for(clock: FakeClock):
    late = Setback("label", "FC-1", "retryable", "Amazon is down.", at(clock, 60))
    plan = Trial(clock, {}, put_off={"label": late}, looks=(Due("follow", "UK", at(clock, 30)),))
    began = clock.now()
    synced = plan.synced()
    assert synced.troubles == (late,)
    assert [entry.step for entry in synced.due] == ["follow", "label"]
    assert clock.now() == began


def test_a_look_that_is_due_later_is_neither_trouble_nor_waited_for(clock: FakeClock):
    plan = Trial(clock, {}, looks=(Due("follow", "UK", at(clock, 3)),))
    began = clock.now()
    assert plan.synced().troubles == ()
    assert clock.now() == began


def test_a_due_moment_that_passes_without_effect_is_awaited_once(clock: FakeClock):
    """A worker has the print in its hand, say: it is not ours to do."""
    stuck = Setback("print", "FC-1", "retryable", "No paper.", at(clock, 2))
    plan = Trial(clock, {}, put_off={"print": stuck})
    began = clock.now()
    assert plan.synced().troubles == (stuck,)
    assert clock.now() - began == timedelta(seconds=2)


def test_what_was_declined_is_no_done_work_and_stays_trouble(clock: FakeClock):
    no = Setback("label", "FC-1", "rejected", "Amazon made no label: weight.")
    plan = Trial(clock, {"label": in_order(Outcome({"told": 1}, (no,)))})
    assert plan.synced() == Synced({"made": 0, "told": 1}, (no,), ())


def test_trouble_of_a_kind_that_is_not_retried_is_told_all_the_same(clock: FakeClock):
    plan = Trial(clock, {"read": in_order(Rejected("no channel"))})
    assert plan.synced().troubles == (Setback("read", "it", "rejected", "no channel"),)


def test_amazon_is_asked_once_for_what_is_new(clock: FakeClock):
    asked: list[str] = []

    def read() -> Outcome:
        asked.append("read")
        return Outcome({"made": 1})

    plan = Trial(clock, {"read": read}, once=frozenset({"read"}))
    assert plan.synced().done == {"made": 1, "told": 0}
    assert asked == ["read"]


def test_a_question_that_failed_is_asked_again(clock: FakeClock):
    plan = Trial(clock, {"read": in_order(Retryable("down"), Outcome({"made": 1}))}, once=frozenset({"read"}))
    assert plan.synced() == Synced({"made": 1, "told": 0}, (), ())


def test_nothing_more_is_asked_of_a_connection_that_was_stopped(clock: FakeClock):
    asked: list[str] = []

    def after() -> Outcome:
        asked.append("after")
        return Outcome()

    plan = Trial(clock, {"read": in_order(Misconfigured("The secret has expired.")), "tell": after})
    why = Setback("connection", "shop", "misconfigured", "The secret has expired.")
    plan.put_off["connection"] = why
    assert plan.synced().troubles == (why,)
    assert asked == []


def test_it_ends_after_ten_minutes_although_more_could_be_done(clock: FakeClock):
    def endless() -> Outcome:
        clock.advance(60)
        return Outcome({"made": 1})

    assert Trial(clock, {"print": endless}).synced().done["made"] == 10
