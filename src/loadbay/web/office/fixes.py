"""The button on a task: what a person can have done about it right there. One table, kind by kind.

Rule: a fix posts the shipments that the task is about; tasks without an entry say their cure in words alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_ABOUT = "shipment:"


@dataclass(frozen=True)
class Fix:
    """A button's words and the page it posts to."""

    words: str
    url: str
    shipments: tuple[str, ...] = ()


FIXES: Mapping[str, Fix] = {
    "shipment_set_aside": Fix("Import again", "import-again"),
    "shipment_stopped": Fix("Import again", "import-again"),
    "matrix_gap": Fix("Build again", "build-again"),
    "location_without_room": Fix("Build again", "build-again"),
}


def fix_of(kind: str, subjects: Sequence[str]) -> Fix | None:
    """The button of a task of this kind, with its shipments; None where there is nothing to press."""
    fix = FIXES.get(kind)
    shipments = tuple(entry.removeprefix(_ABOUT) for entry in subjects if entry.startswith(_ABOUT))
    return Fix(fix.words, fix.url, shipments) if fix and shipments else None
