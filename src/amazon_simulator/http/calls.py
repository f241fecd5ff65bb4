"""What was asked of Amazon: counts per operation and status, and the last calls, newest first.

Kept in memory only: it is a view for people and tests, not part of the world.
"""

from collections import Counter, deque
from datetime import datetime
from threading import Lock
from typing import Any

from amazon_simulator.world.clock import iso

KEPT = 200


class Calls:
    """A running record of a run's calls."""

    def __init__(self) -> None:
        self._statuses: dict[str, Counter[int]] = {}
        self._last: deque[tuple[datetime, str, str, str, int, str, float]] = deque(maxlen=KEPT)
        self._lock = Lock()

    def note(self, entry: tuple[datetime, str, str, str, int, str, float]) -> None:
        """One call: moment, operation, method, path, status (0: cut), request id, milliseconds."""
        with self._lock:
            self._statuses.setdefault(entry[1], Counter())[entry[4]] += 1
            self._last.append(entry)

    def shown(self) -> dict[str, Any]:
        with self._lock:
            operations = {
                name: {
                    "requests": sum(statuses.values()),
                    "answered": {str(status): times for status, times in sorted(statuses.items())},
                }
                for name, statuses in sorted(self._statuses.items())
            }
            last = [
                {
                    "at": iso(at),
                    "operation": operation,
                    "method": method,
                    "path": path,
                    "status": status,
                    "request_id": request_id,
                    "milliseconds": round(milliseconds, 2),
                }
                for at, operation, method, path, status, request_id, milliseconds in reversed(self._last)
            ]
        return {"operations": operations, "last": last}

    def clear(self) -> None:
        with self._lock:
            self._statuses.clear()
            self._last.clear()
