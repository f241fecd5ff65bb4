"""Pages that came quickly one after the other, taken together: a page costs statements, however short it is.

Its rule: a page waits at most for the one after it. What took long to come is handed on with what came before
it, and so is trouble.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

from loadbay.core.clock import Clock
from loadbay.core.errors import Trouble
from loadbay.orders.ports import Spoiled

PAGES_TOGETHER, LONGEST_HELD = 5, timedelta(milliseconds=300)


class Page(Protocol):
    @property
    def next_token(self) -> str | None: ...


P = TypeVar("P", bound=Page)


@dataclass(frozen=True)
class Handful(Generic[P]):
    """Pages in their order; the trouble that ended them, if any."""

    pages: tuple[P, ...]
    trouble: Trouble | None = None


def by_handfuls(pages: Iterator[P], *, clock: Clock) -> Iterator[Handful[P]]:
    """Every page of a window, a few at a time.

    Trouble is not raised but comes with the last handful, which may have no page then.
    """
    held: list[P] = []
    began = clock.now()
    while True:
        try:
            page = next(pages, None)
        except Trouble as trouble:
            yield Handful(tuple(held), trouble)
            return
        if page is None:
            if held:
                yield Handful(tuple(held))
            return
        held.append(page)
        is_last = page.next_token is None
        if is_last or len(held) == PAGES_TOGETHER or clock.now() - began > LONGEST_HELD:
            yield Handful(tuple(held))
            held, began = [], clock.now()


def still_spoiled(pages: Iterable[tuple[Container[str], Iterable[Spoiled]]]) -> tuple[Spoiled, ...]:
    """Of pages in their order, each with the ids that could be read and the entries that could not: what no
    later page shows so that it can be read."""
    left: list[Spoiled] = []
    for readable, spoiled in pages:
        left = [entry for entry in left if entry.identity not in readable]
        left += spoiled
    return tuple(left)
