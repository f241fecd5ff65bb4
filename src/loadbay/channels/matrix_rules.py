"""Editing the order status matrix: what a line may say, what is doubtful, what an edit changes.

Pure. `rules` says what lines mean; here is what a person may make of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from loadbay.channels.rules import (
    NO_ORDER,
    ORDER_STATUSES,
    Implied,
    Line,
    Situation,
    check_matrix,
    in_words,
    look_up,
)
from loadbay.core.errors import Refusal

MOST_LINES = 150
LONGEST_STATUS = 40
FIELDS = ("channel_status", "order_status", "balanced", "existing_orders", "implied_status")


class LineNotUsable(Refusal):
    """A line of the matrix cannot be used. `position` and `field` say which and where."""

    code = "matrix_line_not_usable"

    def __init__(self, sentence: str, *, position: int, field: str) -> None:
        super().__init__(sentence)
        self.position = position
        self.field = field


@dataclass(frozen=True)
class LineChange:
    """One line that an edit adds, removes, or gives another implied status."""

    before: Line | None
    after: Line | None

    @property
    def words(self) -> str:
        if self.before is None or self.after is None:
            line, what = (self.after, "added") if self.before is None else (self.before, "removed")
            return f"Order status matrix: {in_words(line)} was {what}." if line else ""
        return f"Order status matrix: {in_words(self.before)} became {self.after.implied.value}."


def read_lines(rows: Sequence[Mapping[str, object]]) -> tuple[Line, ...]:
    """Lines from plain values as `as_data` gives them. Raises `LineNotUsable`."""
    if len(rows) > MOST_LINES:
        raise LineNotUsable(
            f"{len(rows)} lines are too many; a matrix has at most {MOST_LINES}. Let fewer values be named.",
            position=MOST_LINES,
            field="channel_status",
        )
    return tuple(_read(row, position) for position, row in enumerate(rows))


def check_lines(lines: Sequence[Line]) -> None:
    """Raises `LineNotUsable` for a line that is impossible or there twice, `MatrixContradicts` for two."""
    seen: dict[tuple[object, ...], int] = {}
    for position, line in enumerate(lines):
        if line.order_status is not None and line.existing_orders is (line.order_status == NO_ORDER):
            raise LineNotUsable(
                f"Line {in_words(line)} can fit no order: an order exists exactly when it has a sale. "
                "Let Existing Orders be any.",
                position=position,
                field="existing_orders",
            )
        if line.key in seen:
            raise LineNotUsable(
                f"Line {in_words(line)} is there twice. Remove one of them.",
                position=position,
                field="channel_status",
            )
        seen[line.key] = position
    check_matrix(lines)


def unknown_statuses(lines: Iterable[Line], known: Iterable[str]) -> tuple[str, ...]:
    """Channel statuses of the lines that the marketplace is not known to give: allowed, but worth a look."""
    named = {line.channel_status for line in lines if line.channel_status is not None}
    return tuple(sorted(named - set(known)))


def changes(before: Sequence[Line], after: Sequence[Line]) -> tuple[LineChange, ...]:
    """What an edit changes, in the order of the lines before and then of the new ones."""
    old, new = {line.key: line for line in before}, {line.key: line for line in after}
    found = [LineChange(line, new.get(key)) for key, line in old.items() if new.get(key) != line]
    return (*found, *(LineChange(None, line) for key, line in new.items() if key not in old))


def changed_situations(
    before: Sequence[Line], after: Sequence[Line], statuses: Iterable[str]
) -> tuple[Situation, ...]:
    """The situations, of these channel statuses, that imply another status after an edit."""
    every = (
        Situation(status, order_status, balanced=balanced)
        for status, order_status, balanced in product(statuses, ORDER_STATUSES, (True, False))
    )
    return tuple(one for one in every if _implied(before, one) is not _implied(after, one))


def version_of(lines: Iterable[Line]) -> str:
    """A short word for the whole matrix, by which an editor notices that another edited it meanwhile."""
    rows = sorted(json.dumps(as_data(line)) for line in lines)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def as_data(line: Line) -> list[object]:
    """A line as plain values, in the order of `FIELDS`."""
    return [*line.key, line.implied.value]


def from_data(row: Sequence[object]) -> Line:
    """The line that `as_data` gave."""
    return _read(dict(zip(FIELDS, row, strict=True)), 0)


def situation_as_data(situation: Situation) -> list[object]:
    return [situation.channel_status, situation.order_status, situation.balanced]


def situation_from_data(row: Sequence[object]) -> Situation:
    status, order_status, balanced = row
    return Situation(str(status), str(order_status), balanced=bool(balanced))


def _implied(lines: Sequence[Line], situation: Situation) -> Implied | None:
    hit = look_up(lines, situation)
    return hit.implied if hit else None


def _read(row: Mapping[str, object], position: int) -> Line:
    status = str(row.get("channel_status") or "").strip()
    if len(status) > LONGEST_STATUS or not status.isprintable():
        raise LineNotUsable(
            f"Channel Status {status[:60]!r} cannot be one: at most {LONGEST_STATUS} characters. Correct it.",
            position=position,
            field="channel_status",
        )
    implied = str(row.get("implied_status") or "").strip()
    known = {entry.value.casefold(): entry for entry in Implied}
    if implied.casefold() not in known:
        raise LineNotUsable(
            f"Implied Order Status {implied[:40]!r} is not known. Choose one of: "
            f"{', '.join(entry.value for entry in Implied)}.",
            position=position,
            field="implied_status",
        )
    return Line(
        status or None,
        _order_status(row.get("order_status"), position),
        _yes_no(row, "balanced", position),
        _yes_no(row, "existing_orders", position),
        known[implied.casefold()],
    )


def _order_status(value: object, position: int) -> str | None:
    text = str(value or "").strip()
    known = {entry.casefold(): entry for entry in ORDER_STATUSES}
    if text.casefold() in {"", "any"}:
        return None
    if text.casefold() not in known:
        raise LineNotUsable(
            f"BC Order Status {text[:40]!r} is not known. Choose {', '.join(ORDER_STATUSES)} or any.",
            position=position,
            field="order_status",
        )
    return known[text.casefold()]


_YES_NO: Mapping[str, bool | None] = {"": None, "any": None, "yes": True, "no": False}
_NAMES = {"balanced": "Balanced", "existing_orders": "Existing Orders"}


def _yes_no(row: Mapping[str, object], field: str, position: int) -> bool | None:
    value = row.get(field)
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().casefold()
    if text not in _YES_NO:
        raise LineNotUsable(
            f"{_NAMES[field]} {str(value)[:40]!r} is not known. Choose yes, no or any.",
            position=position,
            field=field,
        )
    return _YES_NO[text]
