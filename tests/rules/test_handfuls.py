"""Pages of a window by handfuls: quick ones together, slow ones at once, trouble with those before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from loadbay.core.errors import Retryable
from loadbay.orders.handfuls import by_handfuls, still_spoiled
from loadbay.orders.ports import Spoiled
from loadbay.testing.fakes.clock import FakeClock


@dataclass(frozen=True)
class APage:
    number: int
    next_token: str | None


def pages(count: int, *, clock: FakeClock, each: float = 0) -> Iterator[APage]:
    for number in range(1, count + 1):
        clock.advance(each)
        yield APage(number, None if number == count else f"after {number}")


def numbers(found: Iterator[object]) -> list[list[int]]:
    return [[page.number for page in handful.pages] for handful in found]  # type: ignore[attr-defined]


def test_quick_pages_are_taken_five_at_a_time_and_the_last_is_not_waited_for():
    clock = FakeClock()
    assert numbers(by_handfuls(pages(7, clock=clock), clock=clock)) == [[1, 2, 3, 4, 5], [6, 7]]
    assert numbers(by_handfuls(pages(5, clock=clock), clock=clock)) == [[1, 2, 3, 4, 5]]


def test_a_page_that_took_long_to_come_is_handed_on_at_once():
    clock = FakeClock()
    slowly = pages(3, clock=clock, each=1)
    assert numbers(by_handfuls(slowly, clock=clock)) == [[1], [2], [3]]


def test_a_quick_page_waits_for_the_one_after_it_and_no_longer():
    clock = FakeClock()

    def quick_then_slow() -> Iterator[APage]:
        yield APage(1, "a")
        clock.advance(2)
        yield from (APage(2, "b"), APage(3, None))

    assert numbers(by_handfuls(quick_then_slow(), clock=clock)) == [[1, 2], [3]]


def test_pages_that_end_before_the_last_one_was_named_are_all_handed_on():
    clock = FakeClock()
    assert numbers(by_handfuls(iter([APage(1, "a"), APage(2, "b")]), clock=clock)) == [[1, 2]]


def test_what_a_later_page_shows_readable_is_spoiled_no_more_and_the_other_way_round_it_is():
    one, other = (Spoiled(identity=name, reason="torn", raw=b"") for name in ("O-1", "O-2"))
    nameless = Spoiled(identity="", reason="no id", raw=b"")
    pages = [({"O-2"}, [one, nameless]), ({"O-1"}, [other])]
    assert still_spoiled(pages) == (nameless, other)


def test_trouble_comes_with_the_pages_before_it():
    clock = FakeClock()
    trouble = Retryable("Amazon is away.")

    def two_and_trouble() -> Iterator[APage]:
        yield from (APage(1, "a"), APage(2, "b"))
        raise trouble

    (only,) = by_handfuls(two_and_trouble(), clock=clock)
    assert ([page.number for page in only.pages], only.trouble) == ([1, 2], trouble)
