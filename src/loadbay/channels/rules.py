"""The order status matrix: which line fits a combination, and which lines contradict each other.

Pure. The default lines of each programme stand at the end; a test walks every reachable combination of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

from loadbay.core.errors import Refusal, WrongInput


class Implied(Enum):
    """The status a channel order has for us; routines follow it, never the channel's own words."""

    WAITING = "Waiting"
    READY = "Ready"
    IN_PROGRESS = "In Progress"
    COMPLETE = "Complete"
    CANCELLED = "Cancelled"
    IGNORED = "Ignored"
    ERROR = "Error"


AMAZONS_OWN = "AMAZON"
"""Where goods lie that Amazon keeps and ships itself: no location of ours."""
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
ORDERS_PENDING = ("PENDING", "PENDING_AVAILABILITY")
ORDERS_OPEN = ("UNSHIPPED", "PARTIALLY_SHIPPED")
ORDERS_STATUSES = (
    *(*ORDERS_PENDING, *ORDERS_OPEN, "SHIPPED", "CANCELLED", "UNFULFILLABLE"),
    "InvoiceUnconfirmed",  # only the older Orders API has it: no name in capitals
)


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
    """Two lines that are equally specific can both fit one order. `positions` says which two."""

    code = "matrix_contradicts"

    def __init__(self, sentence: str, *, positions: tuple[int, int]) -> None:
        super().__init__(sentence)
        self.positions = positions


def look_up(lines: Iterable[Line], situation: Situation) -> Line | None:
    """The most specific line that fits, or None when the combination has no line."""
    fitting = [line for line in lines if line.fits(situation)]
    return max(fitting, key=lambda line: line.weight, default=None)


def check_matrix(lines: Sequence[Line]) -> None:
    """Raises `MatrixContradicts` when two equally specific lines can both fit one order."""
    for (first, one), (second, other) in combinations(enumerate(lines), 2):
        if one.weight == other.weight and one.implied is not other.implied and _overlap(one, other):
            raise MatrixContradicts(
                f"The lines {in_words(one)} and {in_words(other)} are equally specific and can both fit "
                "one order. Name one more value on one of them.",
                positions=(first, second),
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


def in_words(line: Line) -> str:
    """A line as people read it: `SHIPPED × No Order × balanced × any → Error`."""
    balanced = {None: "any", True: "balanced", False: "not balanced"}[line.balanced]
    existing = {None: "any", True: "existing", False: "not existing"}[line.existing_orders]
    named = (line.channel_status or "any", line.order_status or "any", balanced, existing)
    return f"{' × '.join(named)} → {line.implied.value}"


def default_matrix(programme: str) -> tuple[Line, ...]:
    """The lines that a channel of this programme begins with. Raises `WrongInput`."""
    return _defaults_of(programme)()


def statuses_of(programme: str) -> tuple[str, ...]:
    """The statuses that the marketplace is known to give orders of this programme. Raises `WrongInput`."""
    _defaults_of(programme)
    return EF_STATUSES if programme == "smartconnect" else ORDERS_STATUSES


def smartconnect_matrix() -> tuple[Line, ...]:
    """The default lines for External Fulfillment shipments."""
    lines = [line for status in (*EF_OPEN, "CREATED") for line in _to_build(status)]
    lines += [line for status in ("SHIPPED", "DELIVERED") for line in _left_without_us(status)]
    return (*lines, *_cancelled("CANCELLED"))


def mfn_matrix() -> tuple[Line, ...]:
    """The default lines for orders that the shop ships itself."""
    lines = [line for status in ORDERS_PENDING for line in _to_wait(status)]
    lines += [line for status in ORDERS_OPEN for line in _to_build(status)]
    lines += _left_without_us("SHIPPED")
    return (*lines, *_cancelled("CANCELLED"), *_ODD)


def fba_matrix() -> tuple[Line, ...]:
    """The default lines for orders that Amazon ships: sales for the books, once they are shipped."""
    lines = [line for status in (*ORDERS_PENDING, *ORDERS_OPEN) for line in _to_wait(status)]
    lines.append(Line("SHIPPED", NO_ORDER, True, None, Implied.READY))
    lines.append(Line("SHIPPED", NO_ORDER, False, None, Implied.ERROR))
    lines += _with_sale("SHIPPED", Implied.COMPLETE)
    return (*lines, *_cancelled("CANCELLED"), *_ODD)


_DEFAULTS: Mapping[str, Callable[[], tuple[Line, ...]]] = {
    "smartconnect": smartconnect_matrix,
    "mfn": mfn_matrix,
    "fba": fba_matrix,
}


def _defaults_of(programme: str) -> Callable[[], tuple[Line, ...]]:
    if programme not in _DEFAULTS:
        raise WrongInput(
            f"There is no default matrix for programme {programme!r}. Known: {', '.join(_DEFAULTS)}."
        )
    return _DEFAULTS[programme]


def _with_sale(status: str, implied: Implied) -> list[Line]:
    return [Line(status, sale, None, None, implied) for sale in (OPEN, RELEASED, POSTED)]


def _to_build(status: str) -> list[Line]:
    balanced = Line(status, NO_ORDER, True, None, Implied.READY)
    off = Line(status, NO_ORDER, False, None, Implied.ERROR)
    return [balanced, off, *_with_sale(status, Implied.IN_PROGRESS)]


def _to_wait(status: str) -> list[Line]:
    return [Line(status, NO_ORDER, None, None, Implied.WAITING), *_with_sale(status, Implied.IN_PROGRESS)]


def _left_without_us(status: str) -> list[Line]:
    return [Line(status, NO_ORDER, None, None, Implied.ERROR), *_with_sale(status, Implied.COMPLETE)]


def _cancelled(status: str) -> list[Line]:
    """A posted sale has left the shop: its return is a person's matter."""
    open_yet = [Line(status, sale, None, None, Implied.CANCELLED) for sale in (NO_ORDER, OPEN, RELEASED)]
    return [*open_yet, Line(status, POSTED, None, None, Implied.ERROR)]


_ODD = (
    Line("UNFULFILLABLE", None, None, None, Implied.ERROR),
    Line("InvoiceUnconfirmed", None, None, None, Implied.WAITING),
)
