"""Holding a call still before or after its effect, until it is released: for tests that kill a client there.

At most `LONGEST` seconds; a held call waits in its own thread and holds up no other. One that is held before
its effect never happens when its client is gone by the time of its release.
"""

from itertools import count
from threading import Event, Lock

LONGEST = 120.0
MOMENTS = ("before", "after")


class Hold:
    """One wish to stop the n-th call of an operation."""

    def __init__(self, hold_id: str, *, operation: str, nth: int, moment: str) -> None:
        self.id = hold_id
        self.operation = operation
        self.nth = nth
        self.moment = moment
        self.left = nth
        self.is_reached = False
        self.released = Event()

    def shown(self) -> dict[str, object]:
        return {
            "id": self.id,
            "operation": self.operation,
            "nth": self.nth,
            "moment": self.moment,
            "reached": self.is_reached,
            "released": self.released.is_set(),
        }


class Holds:
    """All wishes of a run."""

    def __init__(self) -> None:
        self._holds: dict[str, Hold] = {}
        self._numbers = count(1)
        self._lock = Lock()

    def add(self, *, operation: str, nth: int, moment: str) -> Hold:
        with self._lock:
            hold = Hold(f"hold-{next(self._numbers)}", operation=operation, nth=nth, moment=moment)
            self._holds[hold.id] = hold
            return hold

    def shown(self) -> list[dict[str, object]]:
        return [hold.shown() for hold in self.all()]

    def all(self) -> list[Hold]:
        with self._lock:
            return list(self._holds.values())

    def release(self, hold_id: str) -> bool:
        hold = self._holds.get(hold_id)
        if hold is None:
            return False
        hold.released.set()
        return True

    def clear(self) -> None:
        with self._lock:
            for hold in self._holds.values():
                hold.released.set()
            self._holds.clear()

    def meant_for(self, operation: str) -> list[Hold]:
        """Count one call of the operation; the holds whose turn it is."""
        if not self._holds:
            return []
        with self._lock:
            due = []
            for hold in self._holds.values():
                if hold.operation == operation and hold.left > 0:
                    hold.left -= 1
                    if hold.left == 0:
                        due.append(hold)
            return due


def wait(holds: list[Hold], moment: str) -> bool:
    """Stand still where a hold says so; whether one did."""
    meant = [hold for hold in holds if hold.moment == moment]
    for hold in meant:
        hold.is_reached = True
        hold.released.wait(LONGEST)
    return bool(meant)
