"""The button on a task: what a person can have done about it right there. One table, kind by kind.

Rule: a fix posts the shipments that the task is about; tasks without an entry say their cure in words alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loadbay.channels.rules import Implied, Situation
from loadbay.inbox.queries import TaskRow
from loadbay.orders.services.gaps import KIND as GAP
from loadbay.orders.services.gaps import situation_of

_ABOUT, _CHANNEL = "shipment:", "channel:"


@dataclass(frozen=True)
class Fix:
    """A button's words and the page it posts to."""

    words: str
    url: str
    shipments: tuple[str, ...] = ()


FIXES: Mapping[str, Fix] = {
    "shipment_set_aside": Fix("Import again", "import-again"),
    "shipment_stopped": Fix("Import again", "import-again"),
    "order_held": Fix("Let go", "let-go"),
    "location_without_room": Fix("Build again", "build-again"),
}


def fix_of(kind: str, subjects: Sequence[str]) -> Fix | None:
    """The button of a task of this kind, with its shipments; None where there is nothing to press."""
    fix = FIXES.get(kind)
    shipments = tuple(entry.removeprefix(_ABOUT) for entry in subjects if entry.startswith(_ABOUT))
    return Fix(fix.words, fix.url, shipments) if fix and shipments else None


@dataclass(frozen=True)
class Gap:
    """A combination without a line: its channel, its values, and what may be chosen for it."""

    channel: str
    situation: Situation
    choices: tuple[str, ...] = tuple(one.value for one in Implied)

    @property
    def balanced(self) -> str:
        return "yes" if self.situation.balanced else "no"


def gap_of(task: TaskRow, channel: str = "") -> Gap | None:
    """The combination that a task asks a line for, should it be such a task (of this channel)."""
    codes = [entry.removeprefix(_CHANNEL) for entry in task.subjects if entry.startswith(_CHANNEL)]
    if task.kind != GAP or not codes or channel not in {"", codes[0]}:
        return None
    return Gap(codes[0], situation_of(task.matter))
