"""A scenario's story is told by the clock: each step at its moment, and what became of it is noted.

A step that the world refuses (nothing left to buy, too late to cancel) is part of the story and stops
nothing. What each kind of step does is in `story_acts`; the crowd of buyers is in `crowd`.
"""

from datetime import datetime, timedelta

from amazon_simulator.world import agenda, crowd, steps, story_acts
from amazon_simulator.world.life_commands import BeginStory
from amazon_simulator.world.life_state import Due, Told
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.refusal import Refused, repeated

MOST_TOLD = 2_000


def begin(memory: Memory, command: BeginStory, *, now: datetime) -> None:
    state = memory.state
    if state.story_began is not None:
        raise repeated("The story of this scenario has begun already.")
    state.story_began = now
    for index, step in enumerate(state.story):
        at = now + timedelta(seconds=steps.seconds(step.at) / state.speed)
        agenda.plan(memory, "story", str(index), at=at, note="1")


def step_is_due(memory: Memory, due: Due) -> None:
    index, turn = int(due.key), int(due.note)
    step = memory.state.story[index]
    if isinstance(step, steps.Buyers):
        crowd.come(memory, step, index=index, now=due.at)
    else:
        _tell(memory, step, index=index, now=due.at)
    if step.every and turn < step.times:
        at = agenda.later(memory, due.at, seconds=steps.seconds(step.every))
        agenda.plan(memory, "story", due.key, at=at, note=str(turn + 1))


def _tell(memory: Memory, step: steps.AnyStep, *, index: int, now: datetime) -> None:
    try:
        note(memory, index, story_acts.ACTS[type(step)](memory, step, now), now=now)
    except Refused as refusal:
        note(memory, index, refusal.text, now=now, is_refused=True)


def note(memory: Memory, index: int, text: str, *, now: datetime, is_refused: bool = False) -> None:
    told = memory.state.told
    told.append(Told(at=now, step=index, text=text, is_refused=is_refused))
    if len(told) > MOST_TOLD:
        del told[: MOST_TOLD // 2]


def buyer_is_due(memory: Memory, due: Due) -> None:
    """One of a crowd comes, buys what lies in the basket, thinks again, or sends back."""
    index = int(due.note.split()[0])
    try:
        text = crowd.ACTS[due.kind](memory, due)
    except Refused as refusal:
        note(memory, index, refusal.text, now=due.at, is_refused=True)
        return
    if text:
        note(memory, index, text, now=due.at)
