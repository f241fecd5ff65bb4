"""Things in the order of their last change, found by key without looking at the rest.

A change appends; the older entry of the same thing is skipped when met and swept when too many are dead.
The rule: moments never go back, so every log stays sorted by itself.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime
from heapq import merge

Entry = tuple[datetime, int, str]


class ChangeLog:
    """Per key a list of (moment, stamp, id); the stamp is unique and only grows."""

    def __init__(self, *, is_current: Callable[[Hashable, Entry], bool]) -> None:
        self._is_current = is_current
        self._logs: dict[Hashable, list[Entry]] = {}
        self._dead: dict[Hashable, int] = {}

    def add(self, key: Hashable, entry: Entry) -> None:
        self._logs.setdefault(key, []).append(entry)

    def left(self, key: Hashable) -> None:
        """Say that one entry under this key is dead: its thing has its new stamp already."""
        self._dead[key] = dead = self._dead.get(key, 0) + 1
        log = self._logs.get(key, [])
        if dead > 1000 and dead * 2 > len(log):
            self._logs[key] = [entry for entry in log if self._is_current(key, entry)]
            self._dead[key] = 0

    def keys(self) -> Iterable[Hashable]:
        return self._logs.keys()

    def count(self, key: Hashable) -> int:
        return len(self._logs.get(key, ())) - self._dead.get(key, 0)

    def walk(self, keys: Iterable[Hashable], *, since: datetime | None, beyond: int) -> Iterator[Entry]:
        """Current entries under these keys in order, from a moment on (included) and past a stamp."""
        wanted = [key for key in keys if key in self._logs]
        parts = [self._part(key, since=since, beyond=beyond) for key in wanted]
        return parts[0] if len(parts) == 1 else merge(*parts)

    def _part(self, key: Hashable, *, since: datetime | None, beyond: int) -> Iterator[Entry]:
        log = self._logs[key]
        start = bisect_right(log, beyond, key=lambda entry: entry[1])
        if since is not None:
            start = max(start, bisect_left(log, since, key=lambda entry: entry[0]))
        for index in range(start, len(log)):
            if self._is_current(key, log[index]):
                yield log[index]
