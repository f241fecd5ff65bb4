"""Which promises keep their goods when less lies in a room than was promised there.

Pure. Who has packed keeps its goods: they are in the box. Then comes who is on the bench, then the oldest
first, each whole or not at all; so the newest lose, unless an older one needs more than is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from loadbay.stock.rules import Place


class Grip(IntEnum):
    """How close a holder is to its goods; the closer one keeps them."""

    PACKED = 0
    ON_THE_BENCH = 1
    PROMISED = 2


@dataclass(frozen=True)
class Claim:
    """What one holder was promised in rooms where too little lies. `age` grows with time."""

    holder: str
    grip: Grip
    age: int
    units: Mapping[Place, int]


@dataclass(frozen=True)
class Loss:
    """A holder whose promise is not covered any more, and what it lacks where."""

    holder: str
    missing: Mapping[Place, int]


def losses(claims: Sequence[Claim], *, lying: Mapping[Place, int]) -> tuple[Loss, ...]:
    """Who loses, in the order in which they would have been served."""
    left = {place: max(0, units) for place, units in lying.items()}
    lost = []
    for claim in sorted(claims, key=lambda claim: (claim.grip, claim.age)):
        missing = {place: units - left[place] for place, units in claim.units.items() if units > left[place]}
        if missing and claim.grip is not Grip.PACKED:
            lost.append(Loss(claim.holder, missing))
        else:
            left |= {place: max(0, left[place] - units) for place, units in claim.units.items()}
    return tuple(lost)
