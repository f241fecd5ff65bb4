"""How the number that Amazon is told comes about (docs/rules), and the sequence number it carries.

Pure arithmetic on whole units. Where the figures come from: `figures.py`; who sends them: `senders/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loadbay.core.clock import epoch_milliseconds


@dataclass(frozen=True)
class ShopRules:
    """What the shop set on a listing, and the global cap. None means: no such rule."""

    offset: int = 0
    fixed: int | None = None
    percentage: int | None = None
    minimum: int | None = None
    listing_cap: int | None = None
    global_cap: int | None = None


@dataclass(frozen=True)
class Part:
    """What one product gives: its free units, and how many of them one sold unit takes."""

    sku: str
    free: int
    units: int = 1

    @property
    def makes(self) -> int:
        return self.free // self.units


@dataclass(frozen=True)
class Applied:
    """One rule that was in force, and the number after it."""

    rule: str
    after: int


@dataclass(frozen=True)
class Told:
    """The whole sum: what is free, what a buyer should see, what the marketplace is told."""

    free: int
    limited_by: str
    applied: tuple[Applied, ...]
    shown: int
    open: int
    told: int


def scarcest(parts: Sequence[Part]) -> Part:
    """The part that decides how many there are; the first of equals. A bundle of nothing gives nothing."""
    return min(parts, key=lambda part: part.makes, default=Part(sku="", free=0))


def applied_rules(free: int, *, rules: ShopRules) -> tuple[Applied, ...]:
    """Every rule in force with the number after it, in the order in which they act."""
    number = max(0, free + rules.offset)
    steps = [Applied("offset", number)] if rules.offset else []
    for rule, value in (
        ("fixed", rules.fixed),
        ("percentage", rules.percentage),
        ("minimum", rules.minimum),
        ("listing_cap", rules.listing_cap),
        ("global_cap", rules.global_cap),
    ):
        if value is not None:
            number = _apply(rule, number=number, value=value)
            steps.append(Applied(rule, number))
    return tuple(steps)


def _apply(rule: str, *, number: int, value: int) -> int:
    if rule == "fixed":
        return value if number > 0 else 0  # sold out stays sold out, whatever number was fixed
    if rule == "percentage":
        return number * value // 100
    if rule == "minimum":
        return number if number >= value else 0
    return min(number, value)


def shown(free: int, *, rules: ShopRules) -> int:
    """The number a buyer should see; never below 0."""
    steps = applied_rules(free, rules=rules)
    return steps[-1].after if steps else max(0, free)


def reckon(parts: Sequence[Part], *, rules: ShopRules, open_units: int) -> Told:
    """What the External Fulfillment road is told: shown units, and those the marketplace deducts itself."""
    limit = scarcest(parts)
    visible = shown(limit.makes, rules=rules)
    return Told(
        free=limit.makes,
        limited_by=limit.sku if len(parts) > 1 or limit.units > 1 else "",
        applied=applied_rules(limit.makes, rules=rules),
        shown=visible,
        open=open_units,
        told=visible + open_units,
    )


def next_sequence(last: int, *, now: datetime) -> int:
    """The number of the next message: above the last one, and in step with the clock where it can be."""
    return max(last + 1, epoch_milliseconds(now))


def is_urgent(told: int, *, acknowledged: int | None) -> bool:
    """Whether waiting could sell what is not there: the figure fell, or there is nothing."""
    return told == 0 or (acknowledged is not None and told < acknowledged)


def may_wait(told: int, *, acknowledged: int | None, sent: int | None) -> bool:
    """Whether a figure may wait for the schedule: Amazon surely shows no more than it.

    After a lost answer nobody knows what Amazon shows, so that never waits.
    """
    is_known = acknowledged is not None or sent is None
    return is_known and not is_urgent(told, acknowledged=acknowledged)
