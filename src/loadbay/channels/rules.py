"""The order status matrix: which line fits a combination, and which lines contradict each other.

Pure. The default lines are those of the SmartConnect programme; a test walks every reachable combination.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

from loadbay.core.errors import Refusal


class Implied(Enum):
    """The status a channel order has for us; routines follow it, never the channel's own words."""

    WAITING = "Waiting"
    READY = "Ready"
    IN_PROGRESS = "In Progress"
    COMPLETE = "Complete"
    CANCELLED = "Cancelled"
    IGNORED = "Ignored"
    ERROR = "Error"


NO_ORDER = "No Order"
OPEN, RELEASED, POSTED = "Open", "Released", "Posted"
ORDER_STATUSES = (NO_ORDER, OPEN, RELEASED, POSTED)

EF_OPEN = (
    "ACCEPTED",
    "CONFIRMED",
    "PACKAGE_CREATED",
    "PICKUP_SLOT_RETRIEVED",
    "INVOICE_GENERATED",
    "SHIPLABEL_GENERATED",
)
EF_STATUSES = ("CREATED", *EF_OPEN, "SHIPPED", "DELIVERED", "CANCELLED")


@dataclass(frozen=True)
class Line:
    """One line of the matrix; None means any."""

    channel_status: str | None
    order_status: str | None
    balanced: bool | None
    existing_orders: bool | None
    implied: Implied

    @property
    def weight(self) -> int:
        """How specific the line is: the number of values it names."""
        return sum(value is not None for value in self.key)

    @property
    def key(self) -> tuple[str | None, str | None, bool | None, bool | None]:
        return (self.channel_status, self.order_status, self.balanced, self.existing_orders)

    def fits(self, situation: Situation) -> bool:
        wanted = (
            situation.channel_status,
            situation.order_status,
            situation.balanced,
            situation.order_status != NO_ORDER,
        )
        return all(mine is None or mine == theirs for mine, theirs in zip(self.key, wanted, strict=True))


@dataclass(frozen=True)
class Situation:
    """What is known of one channel order. `order_status` is No Order while there is no sale."""

    channel_status: str
    order_status: str
    balanced: bool


class MatrixContradicts(Refusal):
    """Two lines that are equally specific can both fit one order."""

    code = "matrix_contradicts"


def look_up(lines: Iterable[Line], situation: Situation) -> Line | None:
    """The most specific line that fits, or None when the combination has no line."""
    fitting = [line for line in lines if line.fits(situation)]
    return max(fitting, key=lambda line: line.weight, default=None)


def check_matrix(lines: Sequence[Line]) -> None:
    """Raises `MatrixContradicts` when two equally specific lines can both fit one order."""
    for one, other in combinations(lines, 2):
        if one.weight == other.weight and one.implied is not other.implied and _overlap(one, other):
            raise MatrixContradicts(
                f"The lines {_words(one)} and {_words(other)} are equally specific and can both fit "
                "one order. Name one more value on one of them."
            )


def _overlap(one: Line, other: Line) -> bool:
    pairs = zip(one.key, other.key, strict=True)
    values_meet = all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)
    return values_meet and not _is_impossible(one, other)


def _is_impossible(one: Line, other: Line) -> bool:
    """No order without a sale exists already, and none with one does not."""
    order_status = one.order_status or other.order_status
    existing = one.existing_orders if one.existing_orders is not None else other.existing_orders
    return order_status is not None and existing is not None and existing == (order_status == NO_ORDER)


def _words(line: Line) -> str:
    named = (line.channel_status, line.order_status, line.balanced, line.existing_orders)
    return " × ".join("any" if value is None else str(value) for value in named) + f" → {line.implied.value}"


def smartconnect_matrix() -> tuple[Line, ...]:
    """The default lines for SmartConnect shipments."""
    lines: list[Line] = []
    for status in EF_OPEN:
        lines.append(Line(status, NO_ORDER, True, None, Implied.READY))
        lines.append(Line(status, NO_ORDER, False, None, Implied.ERROR))
        lines.extend(Line(status, sale, None, None, Implied.IN_PROGRESS) for sale in (OPEN, RELEASED, POSTED))
    lines.append(Line("CREATED", NO_ORDER, True, None, Implied.READY))
    lines.append(Line("CREATED", NO_ORDER, False, None, Implied.ERROR))
    lines.extend(Line("CREATED", sale, None, None, Implied.IN_PROGRESS) for sale in (OPEN, RELEASED, POSTED))
    for status in ("SHIPPED", "DELIVERED"):
        lines.append(Line(status, NO_ORDER, None, None, Implied.ERROR))
        lines.extend(Line(status, sale, None, None, Implied.COMPLETE) for sale in (OPEN, RELEASED, POSTED))
    lines.extend(
        Line("CANCELLED", sale, None, None, Implied.CANCELLED) for sale in (NO_ORDER, OPEN, RELEASED)
    )
    lines.append(Line("CANCELLED", POSTED, None, None, Implied.ERROR))
    return tuple(lines)
