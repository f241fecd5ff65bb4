"""What of a listing at Amazon differs from what the shop set: only that is sent, and only where it is safe.

Pure. `told` is what Amazon accepted last, attribute by attribute; a value whose answer was lost is UNKNOWN
and counts as different. Price and stock have roads of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from loadbay.listings.rules import State

UNKNOWN = "?"
AT_AMAZON = frozenset({State.LIVE_AS_MFN, State.AWAITING_CONVERSION, State.LINKED, State.SUPPRESSED})
"""Where Amazon shows the listing, so that it can be changed there; one just submitted waits until then."""
WORDS = {
    "country_of_origin": "country of origin",
    "shipping_template": "shipping template",
    "handling_days": "handling days",
}


@dataclass(frozen=True)
class Offer:
    """What a person sets on a listing and Amazon keeps beside price and stock."""

    country_of_origin: str
    shipping_template: str
    handling_days: int | None

    def as_told(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self)}


@dataclass(frozen=True)
class Difference:
    """One attribute: what Amazon has for all we know, and what it should have."""

    name: str
    told: Any
    wanted: Any

    @property
    def wish(self) -> str:
        """As in "country of origin GB"."""
        return f"{WORDS[self.name]} {'none' if self.wanted in ('', None) else self.wanted}"


def ships_itself(state: State, *, was_linked: bool, is_at_amazons: bool) -> bool:
    """Whether the seller still ships it (DEFAULT), so that Amazon may be told of handling days.

    Afterwards a DEFAULT record would be a second one beside Amazon's (FACTS 4.3), so none is ever sent.
    """
    return not (was_linked or is_at_amazons or state is State.LINKED)


def differing(offer: Offer, told: Mapping[str, Any], *, with_handling: bool) -> tuple[Difference, ...]:
    """What Amazon is to be told. An empty value that was never told is nothing to tell."""
    found = []
    for name, wanted in offer.as_told().items():
        is_kept_back = name == "handling_days" and not with_handling
        is_nothing = name not in told and wanted in ("", None)
        if is_kept_back or is_nothing or told.get(name, UNKNOWN) == wanted:
            continue
        found.append(Difference(name, told.get(name, UNKNOWN), wanted))
    return tuple(found)
