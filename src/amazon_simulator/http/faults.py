"""Trouble on demand: the next calls of an operation fail in a chosen way, before or after their effect.

The rule: a fault is used up by the calls it hits. Where each kind acts is in the table below.
"""

from enum import StrEnum
from itertools import count
from threading import Lock


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


class Fault:
    """A kind of trouble, for how many calls."""

    def __init__(self, fault_id: str, *, operation: str, kind: FaultKind, times: int, seconds: float) -> None:
        self.id = fault_id
        self.operation = operation
        self.kind = kind
        self.left = times
        self.seconds = seconds

    def shown(self) -> dict[str, object]:
        return {
            "id": self.id,
            "operation": self.operation,
            "kind": self.kind,
            "left": self.left,
            "seconds": self.seconds,
        }


class Faults:
    """All troubles that are still to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._numbers = count(1)
        self._lock = Lock()

    def add(self, *, operation: str, kind: FaultKind, times: int, seconds: float) -> Fault:
        with self._lock:
            number = next(self._numbers)
            fault = Fault(f"fault-{number}", operation=operation, kind=kind, times=times, seconds=seconds)
            self._faults.append(fault)
            return fault

    def shown(self) -> list[dict[str, object]]:
        with self._lock:
            return [fault.shown() for fault in self._faults]

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, operation: str) -> Fault | None:
        """The trouble that the next call of this operation meets, if any."""
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if fault.operation in (operation, "*"):
                    fault.left -= 1
                    if fault.left <= 0:
                        self._faults.remove(fault)
                    return fault
            return None
