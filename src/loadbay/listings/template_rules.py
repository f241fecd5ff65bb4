"""What Amazon's list of shipping templates means: what is new, back or gone, and what may be chosen.

Pure. The lists are kept by `services/templates.py`; a listing names a template by its name, as people do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from loadbay.listings.ports import OfferedTemplate

MOST_NAMED = 5
SETUP_PAGE = "Related > Setup > Shipping Templates"


class Standing(StrEnum):
    """How Amazon stands to the template that a listing names."""

    UNKNOWN = "unknown"
    """Amazon was not asked yet."""
    OFFERED = "offered"
    GONE = "gone"
    NEVER_SEEN = "never_seen"


@dataclass(frozen=True)
class KnownTemplate:
    """A template that Amazon offers this seller, or offered once."""

    id: str
    name: str
    last_seen_at: datetime
    gone_since: datetime | None = None


@dataclass(frozen=True)
class KnownTemplates:
    """All that is known of a channel's templates; without any row Amazon was not asked yet."""

    rows: tuple[KnownTemplate, ...] = ()

    @property
    def offered(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.name for row in self.rows if row.gone_since is None))

    @property
    def read_at(self) -> datetime | None:
        """When Amazon was heard last."""
        return max((row.gone_since or row.last_seen_at for row in self.rows), default=None)

    def name_of(self, text: str) -> str:
        """The name of a template that was given by Amazon's id for it, which Amazon takes as well."""
        found = (row.name for row in self.rows if row.id == text and row.gone_since is None)
        return text if text in self.offered else next(found, text)

    def standing(self, text: str) -> Standing:
        if not self.rows:
            return Standing.UNKNOWN
        if self.name_of(text) in self.offered:
            return Standing.OFFERED
        is_known = any(text in (row.id, row.name) for row in self.rows)
        return Standing.GONE if is_known else Standing.NEVER_SEEN


@dataclass(frozen=True)
class Retrieved:
    """What an answer of Amazon changed: names of templates; `offered` are all that it named."""

    offered: tuple[str, ...]
    added: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    """As "Standard → Standard UK"."""
    gone: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[str, ...]:
        """In words, for the timeline and for the person who asked."""
        kinds = (
            ("new", self.added),
            ("offered again", self.returned),
            ("renamed", self.renamed),
            ("no longer offered", self.gone),
        )
        return tuple(f"Shipping templates {words}: {', '.join(names)}." for words, names in kinds if names)


def compare(known: KnownTemplates, seen: Sequence[OfferedTemplate]) -> Retrieved:
    """What Amazon's present list changes of what is known. Templates are told apart by Amazon's id."""
    before = {row.id: row for row in known.rows}
    now = {one.id: one for one in seen}
    met = [(before[one.id], one) for one in now.values() if one.id in before]
    return Retrieved(
        offered=tuple(dict.fromkeys(one.name for one in now.values())),
        added=tuple(one.name for one in now.values() if one.id not in before),
        returned=tuple(one.name for row, one in met if row.gone_since is not None),
        renamed=tuple(f"{row.name} → {one.name}" for row, one in met if row.name != one.name),
        gone=tuple(row.name for row in known.rows if row.gone_since is None and row.id not in now),
    )


def template_choices(known: KnownTemplates, seen: Mapping[str, Any]) -> tuple[str, ...]:
    """The names to choose from: the channel's list, with what a later Check ASIN named besides.

    `seen` is what a listing keeps of its last Check ASIN. While the list is empty, that alone counts.
    """
    checked = tuple(seen.get("templates") or ())
    if known.read_at is None:
        return checked
    is_later = bool(seen.get("at")) and datetime.fromisoformat(seen["at"]) > known.read_at
    return tuple(dict.fromkeys([*known.offered, *(checked if is_later else ())]))


def missing_words(template: str, channel: str, *, standing: Standing) -> str:
    """Why a template cannot be used, as one sentence."""
    if standing is Standing.GONE:
        return f"Amazon no longer offers shipping template {template!r} on {channel}."
    return f"Amazon offers no shipping template {template!r} on {channel}."


def concerned(skus: Sequence[str], *, count: int) -> str:
    """Which listings name it; `skus` are some of them."""
    if count == 1:
        return f"The listing of {skus[0]} names it."
    others = count - min(count, MOST_NAMED)
    more = f" and {others} other{'' if others == 1 else 's'}" if others else ""
    return f"{count} listings name it: {', '.join(skus[:MOST_NAMED])}{more}."


def cure_words(offered: Sequence[str]) -> str:
    names = ", ".join(offered[:10])
    instead = (
        f"Choose another on the Amazon screen of each listing ({names})"
        if names
        else "Make another in Seller Central"
    )
    return (
        f"{instead}, or make it again in Seller Central and press Retrieve Shipping Templates under "
        f"{SETUP_PAGE}. This task closes by itself."
    )
