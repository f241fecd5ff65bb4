"""What a printer's settings mean: its address, the formats it takes, what becomes of a label's format.

Pure. The settings are text in `models.Printer`; drivers get the finished values from `wiring`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from loadbay.core.errors import WrongInput
from loadbay.dispatch.ports import PaperFormat

_ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?):([0-9]{1,5})\Z")


class Passage(Enum):
    """What becomes of a label on its way to a printer."""

    AS_IT_IS = "as_it_is"
    DRAWN_AS_ZPL = "drawn_as_zpl"
    NOT_AT_ALL = "not_at_all"


def raw_address(text: str) -> tuple[str, int]:
    """Host and port of `host:port`; an IPv6 address stands in brackets. Raises `WrongInput`."""
    found = _ADDRESS.match(text.strip())
    if found is None or not 0 < int(found[2]) < 65536:
        raise WrongInput(f"Address {text[:60]!r} is no host:port. Write it like 192.168.1.40:9100.")
    return found[1].strip("[]"), int(found[2])


def formats_of(text: str) -> tuple[PaperFormat, ...]:
    """The formats of `zpl,png,pdf`, each once, in the order given. Raises `WrongInput`."""
    names = [part.strip().lower() for part in text.split(",") if part.strip()]
    unknown = [name for name in names if name not in {known.value for known in PaperFormat}]
    if unknown or not names:
        known = ",".join(known.value for known in PaperFormat)
        raise WrongInput(f"Formats {text[:60]!r} are not known. Give one or more of {known}.")
    return tuple(dict.fromkeys(PaperFormat(name) for name in names))


def passage(format: PaperFormat, *, takes: frozenset[PaperFormat]) -> Passage:
    """A PNG label can be drawn as ZPL for a printer that takes nothing else; nothing else is converted."""
    if format in takes:
        return Passage.AS_IT_IS
    if format is PaperFormat.PNG and PaperFormat.ZPL in takes:
        return Passage.DRAWN_AS_ZPL
    return Passage.NOT_AT_ALL


def needs_a_look(state: str, tries: int) -> bool:
    """Whether a print did not come out, or nobody knows whether it did."""
    return state in {"failed", "unclear"} or (state == "waiting" and tries > 0)


_WORST_FIRST = ("failed", "unclear", "waiting", "sending", "printed")


def worst(prints: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Of (state, sentence) of the prints of one field call, the one that a person has to know first."""
    return min(prints, key=lambda one: _WORST_FIRST.index(one[0]))
