"""The life of a listing as steps to look at: done, here, to come, or gone wrong.

Rule: the states and their order are those of `listings.rules`; a state off the straight road replaces the
step at which it happened.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.listings.rules import State
from loadbay.web.words import shown

_ROAD = (State.DRAFT, State.SUBMITTED, State.LIVE_AS_MFN, State.AWAITING_CONVERSION, State.LINKED)
_OFF_THE_ROAD = {State.REJECTED: 1, State.SUPPRESSED: 3, State.DELISTED: 4}


@dataclass(frozen=True)
class Step:
    words: str
    mark: str
    """done, here, wrong or empty."""


def steps(state: State) -> tuple[Step, ...]:
    here = _OFF_THE_ROAD.get(state, _ROAD.index(state) if state in _ROAD else 0)
    is_off = state in _OFF_THE_ROAD
    return tuple(
        Step(
            shown("listing", state.value if is_off and place == here else one.value).words,
            _mark(place, here=here, is_off=is_off, is_last=place == len(_ROAD) - 1),
        )
        for place, one in enumerate(_ROAD)
    )


def _mark(place: int, *, here: int, is_off: bool, is_last: bool) -> str:
    if place < here:
        return "done"
    if place > here:
        return ""
    if is_off:
        return "wrong"
    return "done" if is_last else "here"
