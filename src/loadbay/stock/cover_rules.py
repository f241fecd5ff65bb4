"""Which promises keep their goods when less lies in a room than was promised there.

Pure. What is in a box stays with its holder. Of the rest, who has packed everything comes first, then who is
on the bench, then the oldest, each whole or not at all; so the newest lose, unless an older one needs more
than is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from loadbay.stock.rules import Place


class Grip(IntEnum):
    """How close a holder is to its goods; the closer one keeps them."""

    PACKED = 0
    ON_THE_BENCH = 1
    PROMISED = 2


@dataclass(frozen=True)
class Claim:
    """What one holder was promised in rooms where too little lies. `age` grows with time.

    `packed` is what of it lies in its boxes already.
    """

    holder: str
    grip: Grip
    age: int
    units: Mapping[Place, int]
    packed: Mapping[Place, int] = field(default_factory=dict)

    def unpacked(self) -> dict[Place, int]:
        return {place: max(0, units - self.packed.get(place, 0)) for place, units in self.units.items()}


@dataclass(frozen=True)
class Loss:
    """A holder whose promise is not covered any more, and what it lacks where."""

    holder: str
    missing: Mapping[Place, int]


def losses(claims: Sequence[Claim], *, lying: Mapping[Place, int]) -> tuple[Loss, ...]:
    """Who loses, in the order in which they would have been served."""
    left = {
        place: max(0, units - sum(claim.packed.get(place, 0) for claim in claims))
        for place, units in lying.items()
    }
    lost = []
    for claim in sorted(claims, key=lambda claim: (claim.grip, claim.age)):
        wanted = claim.unpacked()
        missing = {place: units - left[place] for place, units in wanted.items() if units > left[place]}
        if missing and claim.grip is not Grip.PACKED:
            lost.append(Loss(claim.holder, missing))
        else:
            left |= {place: max(0, left[place] - units) for place, units in wanted.items()}
    return tuple(lost)
