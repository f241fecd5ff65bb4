"""Where a number that Amazon named stands here, and what a gap proof may claim. Pure.

Its rule: "no gaps" is said only when every question was answered to its last page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum

from loadbay.core.errors import Refusal
from loadbay.orders.rules import FINAL

LONGEST = timedelta(days=400)
STILL_MOVING = timedelta(minutes=2)
"""What Amazon changed so lately may not be in its own lists yet (FACTS 7: the two-minute rule)."""
REACHES_BACK = timedelta(days=30)
"""How far before the order start date what is open is still imported."""


class Standing(Enum):
    """Where a number of Amazon's is here."""

    IMPORTED = "imported"
    WAITING = "waiting"
    SET_ASIDE = "set_aside"
    IGNORED = "ignored"
    BEFORE_START = "before_start"
    MISSING = "missing"


WORDS: Mapping[Standing, str] = {
    Standing.IMPORTED: "imported",
    Standing.WAITING: "waiting",
    Standing.SET_ASIDE: "set aside",
    Standing.IGNORED: "ignored",
    Standing.BEFORE_START: "before the order start date",
    Standing.MISSING: "missing",
}


class WrongPeriod(Refusal):
    """The days of a gap proof are no period that can be asked for."""

    code = "wrong_period"


@dataclass(frozen=True)
class Known:
    """What we have of a number. `building` is empty where we have no row of it."""

    building: str = ""
    sale: str = ""
    held_because: str = ""
    ignored_because: str = ""
    implied: str = ""
    set_aside: str = ""


@dataclass(frozen=True)
class Judged:
    standing: Standing
    detail: str
    sale: str = ""


def period(first: date, last: date, *, zone: tzinfo, now: datetime) -> tuple[datetime, datetime]:
    """From the first day's beginning to the last day's end, but not later than just before now."""
    if last < first:
        raise WrongPeriod(f"The last day, {last}, is before the first, {first}. Exchange them.")
    begin = datetime.combine(first, time(), zone)
    end = min(datetime.combine(last + timedelta(days=1), time(), zone), now - STILL_MOVING)
    if begin >= end:
        raise WrongPeriod(f"{first} has only just begun or is still to come. Give a first day before today.")
    if end - begin > LONGEST:
        raise WrongPeriod(f"A proof covers at most {LONGEST.days} days. Make several of shorter periods.")
    return begin, end


def judge(known: Known, *, status: str, created_at: datetime | None, starts_at: datetime | None) -> Judged:
    """Where one number stands. `starts_at` is its channel's order start date; None: it has no channel."""
    if known.sale:
        return Judged(Standing.IMPORTED, "", known.sale)
    if known.set_aside:
        return Judged(Standing.SET_ASIDE, known.set_aside)
    if known.building == "ignored":
        return Judged(Standing.IGNORED, known.ignored_because or _by_matrix(known.implied))
    if known.building:
        return Judged(Standing.WAITING, known.held_because or "Its sale is built in a moment.")
    if _is_before(status, created_at, starts_at):
        return Judged(Standing.BEFORE_START, f"The order start date is {starts_at:%Y-%m-%d}.")
    homeless = "" if starts_at else "Its location belongs to no stock room of a sales channel."
    return Judged(Standing.MISSING, homeless)


def _by_matrix(implied: str) -> str:
    if implied == "Cancelled":
        return "Cancelled at Amazon before its sale was built."
    return f"The order status matrix says {implied or 'nothing'}."


def _is_before(status: str, created_at: datetime | None, starts_at: datetime | None) -> bool:
    """Whether an import would pass it over: as `readers` reaches back no further."""
    if starts_at is None or created_at is None:
        return False
    return created_at < (starts_at if status in FINAL else starts_at - REACHES_BACK)


def claim(counts: Mapping[str, int], *, unanswered: Sequence[str], ended: bool) -> str:
    """What the proof says, in one or two sentences."""
    total = sum(counts.values())
    said = [f"{counts[kind.value]} {WORDS[kind]}" for kind in Standing if counts.get(kind.value)]
    numbers = f"Amazon named {total} number{'s' if total != 1 else ''}: {', '.join(said)}." if total else ""
    if not ended:
        return f"Not complete: it was stopped before Amazon had answered everything. {numbers}".strip()
    if unanswered:
        return f"Not complete: Amazon did not answer for {'; '.join(unanswered)}. {numbers}".strip()
    if not total:
        return "Complete: Amazon has no order or shipment of this period."
    gaps = counts.get(Standing.MISSING.value, 0)
    return f"Complete. {numbers} " + (f"{gaps} to import." if gaps else "No gaps.")
