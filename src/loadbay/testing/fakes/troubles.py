"""Switches for trouble: the next call of an operation fails, before or after it took effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from loadbay.core.errors import Trouble


class Moment(Enum):
    BEFORE = "before"
    """Nothing happened out there."""
    AFTER = "after"
    """It happened, but the answer is lost."""


class Troubles:
    """What is to go wrong, per operation (a port's method name), in order."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[tuple[Moment, Trouble]]] = defaultdict(list)
        self.asked: list[str] = []
        """Every operation that was called, in order."""

    def next(self, operation: str, trouble: Trouble, *, moment: Moment = Moment.BEFORE) -> None:
        self._waiting[operation].append((moment, trouble))

    @contextmanager
    def around(self, operation: str) -> Iterator[None]:
        """Wraps an operation's effect."""
        self.asked.append(operation)
        moment, trouble = self._waiting[operation].pop(0) if self._waiting[operation] else (None, None)
        if trouble is not None and moment is Moment.BEFORE:
            raise trouble
        yield
        if trouble is not None:
            raise trouble
