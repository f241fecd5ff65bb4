"""Trouble on demand: calls of an operation fail in a chosen way, before or after their effect.

The rule: a fault is used up by the calls it hits; one that hits every n-th call, or some by chance, goes on
until it is cleared. Chance is the seed's: the same calls in the same order meet the same troubles.
"""

from enum import StrEnum
from itertools import count
from random import Random
from threading import Lock

from msgspec import Struct, structs

LONGEST = 120.0


class FaultKind(StrEnum):
    THROTTLED = "429"
    CONFLICT = "409"
    FAILURE = "500"
    UNAVAILABLE = "503"
    HTML_503 = "html_503"
    EMPTY_500 = "empty_500"
    TORN_JSON = "torn_json"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    DELAY = "delay"
    TELLTALE = "telltale"


AFTER_EFFECT = frozenset((FaultKind.TORN_JSON, FaultKind.CUT_AFTER))


class Wanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls meet which trouble: the first `times` of those that are the n-th and that chance picks."""

    operation: str
    kind: FaultKind
    times: int | None = None
    seconds: float = 1.0
    every: int = 1
    chance: float = 1.0

    def trouble(self) -> str:
        """What is wrong with the numbers, or nothing."""
        if self.every < 1:
            return "every counts from 1."
        if not 0 < self.chance <= 1:
            return "chance is above 0 and at most 1."
        if self.times is not None and self.times < 1:
            return "times counts from 1."
        return "" if 0 <= self.seconds <= LONGEST else f"seconds are at most {LONGEST:g}."

    def limit(self) -> int | None:
        """How many calls it hits. One, unless it says how many, or that it goes on (`every`, `chance`)."""
        if self.times is not None:
            return self.times
        return None if self.every > 1 or self.chance < 1 else 1


class Fault:
    """A wish that is still in force, and how far it has come."""

    def __init__(self, fault_id: str, wanted: Wanted, *, seed: int) -> None:
        self.id = fault_id
        self.wanted = wanted
        self.left = wanted.limit()
        self.seen = 0
        self._dice = Random(f"{seed} {fault_id}")

    @property
    def kind(self) -> FaultKind:
        return self.wanted.kind

    @property
    def seconds(self) -> float:
        return self.wanted.seconds

    def hits(self) -> bool:
        """Count one call; whether it is this call's turn."""
        self.seen += 1
        return self.seen % self.wanted.every == 0 and self._dice.random() < self.wanted.chance

    def shown(self) -> dict[str, object]:
        wanted = {name: value for name, value in structs.asdict(self.wanted).items() if name != "times"}
        return {"id": self.id, **wanted, "left": self.left, "seen": self.seen}


class Faults:
    """All troubles that are still to come."""

    def __init__(self, *, seed: int = 1) -> None:
        self._faults: list[Fault] = []
        self._numbers = count(1)
        self._lock = Lock()
        self._seed = seed

    def add(self, wanted: Wanted) -> Fault:
        with self._lock:
            fault = Fault(f"fault-{next(self._numbers)}", wanted, seed=self._seed)
            self._faults.append(fault)
            return fault

    def shown(self) -> list[dict[str, object]]:
        return [fault.shown() for fault in self.waiting()]

    def waiting(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, operation: str) -> Fault | None:
        """The trouble that the next call of this operation meets, if any."""
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if fault.wanted.operation in (operation, "*") and fault.hits():
                    self._use_up(fault)
                    return fault
            return None

    def _use_up(self, fault: Fault) -> None:
        if fault.left is not None:
            fault.left -= 1
            if fault.left == 0:
                self._faults.remove(fault)
