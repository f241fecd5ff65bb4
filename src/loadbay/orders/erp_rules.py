"""What is to be asked of the ERP about a sale, and what a credit amounts to. Pure.

The life of a document beside its sale is one table, `STEPS`: every pair of what the ERP shows and what the
sale wants has its line, and a test walks them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import Enum

from loadbay.core.errors import Refusal
from loadbay.core.money import exponent

OPEN, RELEASED, POSTED, CREDITED, CANCELLED = "Open", "Released", "Posted", "Credited", "Cancelled"
NONE = ""
"""No document yet."""
LONGEST_REASON = 200


class Step(Enum):
    """What follows when a document differs from its sale."""

    MAKE = "make"
    AMEND = "amend"
    RELEASE = "release"
    POST = "post"
    CANCEL = "cancel"
    CREDIT = "credit"
    LEAVE = "leave"
    TAKE_OVER = "take over"
    ASK_A_PERSON = "ask a person"
    KEEP = "keep"


STEPS: Mapping[tuple[str, str], Step] = {
    (NONE, OPEN): Step.MAKE,
    (NONE, RELEASED): Step.MAKE,
    (NONE, POSTED): Step.MAKE,
    (NONE, CREDITED): Step.MAKE,
    (NONE, CANCELLED): Step.LEAVE,
    (OPEN, RELEASED): Step.RELEASE,
    (OPEN, POSTED): Step.POST,
    (OPEN, CREDITED): Step.POST,
    (OPEN, CANCELLED): Step.CANCEL,
    (RELEASED, OPEN): Step.TAKE_OVER,
    (RELEASED, POSTED): Step.POST,
    (RELEASED, CREDITED): Step.POST,
    (RELEASED, CANCELLED): Step.CANCEL,
    (POSTED, OPEN): Step.TAKE_OVER,
    (POSTED, RELEASED): Step.TAKE_OVER,
    (POSTED, CREDITED): Step.CREDIT,
    (POSTED, CANCELLED): Step.ASK_A_PERSON,
    (CREDITED, OPEN): Step.ASK_A_PERSON,
    (CREDITED, RELEASED): Step.ASK_A_PERSON,
    (CREDITED, POSTED): Step.TAKE_OVER,
    (CREDITED, CANCELLED): Step.ASK_A_PERSON,
    (CANCELLED, OPEN): Step.ASK_A_PERSON,
    (CANCELLED, RELEASED): Step.ASK_A_PERSON,
    (CANCELLED, POSTED): Step.ASK_A_PERSON,
    (CANCELLED, CREDITED): Step.ASK_A_PERSON,
}
"""(the document's status, the sale's) → what follows. A cancelled sale without a document gets none."""


def step(document_status: str, order_status: str, *, is_changed: bool = False) -> Step:
    """What follows. `is_changed` says that the document's contents are not the sale's any more.

    What is open is amended before anything else; what is posted, and what is cancelled, stays as it is.
    """
    if is_changed and document_status in AMENDABLE and order_status != CANCELLED:
        return Step.AMEND
    if document_status == order_status:
        return Step.KEEP
    return STEPS[document_status, order_status]


AMENDABLE = frozenset({OPEN, RELEASED})
"""Statuses in which a document can still be made equal to its sale."""


_WAITS = (1, 5, 15, 60)


def wait_after(tries: int) -> timedelta:
    """How long a document waits that could not be handed over; at most an hour."""
    return timedelta(minutes=_WAITS[min(tries, len(_WAITS) - 1)])


def counts_as(order_status: str, *, channel_status: str) -> str:
    """What a sale is to the order status matrix, which knows No Order, Open, Released, Posted.

    A cancelled sale is no order any more. A credited one was posted, and stays so for what Amazon counts as
    sent; where Amazon cancelled, nothing is left of it on either side.
    """
    if order_status == CANCELLED:
        return NONE
    if order_status == CREDITED:
        return NONE if channel_status == "CANCELLED" else POSTED
    return order_status


LineKey = tuple[str, int | None, str, str, str]
"""What a line is for, whatever document it stands on: kind, product, charge type and number, description."""


@dataclass(frozen=True)
class Charged:
    """A line on a posted document: what was charged less what earlier changes took back, and what a credit
    may still take of it."""

    line_id: int
    key: LineKey
    units: int
    net: Decimal
    tax: Decimal
    left_units: int
    left_net: Decimal
    left_tax: Decimal


@dataclass(frozen=True)
class Wished:
    """What is to be charged of a kind of line in all."""

    key: LineKey
    units: int
    net: Decimal
    tax: Decimal


def differences(
    charged: Sequence[Charged], wished: Sequence[Wished]
) -> tuple[tuple[Credited, ...], tuple[Wished, ...]]:
    """What is to be credited of which line, and what is to be charged besides, so that both sides agree.

    Each amount for itself: a line may become dearer and its tax less. The newest lines are credited first;
    the last unit of one takes all that is left of it, as the books do. What that is too much is charged anew.
    """
    credits: list[Credited] = []
    more: list[Wished] = []
    totals = _totals(wished)
    for key in dict.fromkeys([*(line.key for line in charged), *totals]):
        mine = [line for line in charged if line.key == key]
        units, net, tax = totals.get(key, (0, _NOTHING, _NOTHING))
        units -= sum(line.units for line in mine)
        net -= sum((line.net for line in mine), _NOTHING)
        tax -= sum((line.tax for line in mine), _NOTHING)
        less = _taken_back(mine, units=max(0, -units), net=max(_NOTHING, -net), tax=max(_NOTHING, -tax))
        credits += less
        net += sum((one.net for one in less), _NOTHING)
        tax += sum((one.tax for one in less), _NOTHING)
        if units > 0 or net > 0 or tax > 0:
            more.append(Wished(key, max(0, units), max(_NOTHING, net), max(_NOTHING, tax)))
    return tuple(credits), tuple(more)


_NOTHING = Decimal(0)


def _totals(wished: Sequence[Wished]) -> dict[LineKey, tuple[int, Decimal, Decimal]]:
    found: dict[LineKey, tuple[int, Decimal, Decimal]] = {}
    for one in wished:
        units, net, tax = found.get(one.key, (0, _NOTHING, _NOTHING))
        found[one.key] = (units + one.units, net + one.net, tax + one.tax)
    return found


def _taken_back(lines: Sequence[Charged], *, units: int, net: Decimal, tax: Decimal) -> list[Credited]:
    """From the newest line to the oldest, never more than is left of each; a last unit with all of it."""
    found = []
    for line in reversed(lines):
        count = min(units, line.left_units)
        part_net, part_tax = min(net, line.left_net), min(tax, line.left_tax)
        if count and count == line.left_units:
            part_net, part_tax = line.left_net, line.left_tax
        if count or part_net or part_tax:
            found.append(Credited(line.line_id, count, part_net, part_tax))
        units -= count
        net, tax = max(_NOTHING, net - part_net), max(_NOTHING, tax - part_tax)
    return found


class NothingToCredit(Refusal):
    """The sale is not posted, or nothing that was named is left to credit."""

    code = "nothing_to_credit"


@dataclass(frozen=True)
class Creditable:
    """A line of a sale, with what was credited of it before."""

    line_id: int
    description: str
    units: int
    net: Decimal
    tax: Decimal
    credited_units: int
    credited_net: Decimal
    credited_tax: Decimal

    @property
    def left(self) -> int:
        return self.units - self.credited_units


@dataclass(frozen=True)
class Credited:
    """How much of a line a credit takes back."""

    line_id: int
    units: int
    net: Decimal
    tax: Decimal


def credit_lines(
    lines: Sequence[Creditable], wanted: Mapping[int, int] | None, *, currency: str
) -> tuple[Credited, ...]:
    """What crediting these units (line → units; None is all that is left) takes back of each line.

    The last unit of a line takes what the ones before it left, so that everything credited is exactly what
    was charged, to the cent.
    """
    units = {line.line_id: line.left for line in lines} if wanted is None else dict(wanted)
    known = {line.line_id: line for line in lines}
    found = []
    for line_id, count in units.items():
        line = known.get(line_id)
        if line is None:
            raise NothingToCredit(f"The sale has no line {line_id}. Name one of its own lines.")
        if not 0 <= count <= line.left:
            raise NothingToCredit(
                f"{count} of {line.description} cannot be credited: {line.left} of {line.units} are left."
            )
        if count:
            found.append(_credited(line, count, currency=currency))
    if not found:
        raise NothingToCredit("Nothing is left to credit, or no units were named.")
    return tuple(found)


def _credited(line: Creditable, count: int, *, currency: str) -> Credited:
    """What is credited in all never is more than was charged, and with the last unit just that."""
    if count == line.left:
        return Credited(line.line_id, count, line.net - line.credited_net, line.tax - line.credited_tax)
    step, units = Decimal(1).scaleb(-exponent(currency)), line.credited_units + count
    net, tax = (
        (amount * units / line.units).quantize(step, rounding=ROUND_HALF_EVEN) - before
        for amount, before in ((line.net, line.credited_net), (line.tax, line.credited_tax))
    )
    return Credited(line.line_id, count, net, tax)


def is_all(lines: Sequence[Creditable], credited: Sequence[Credited]) -> bool:
    """Whether nothing of the sale is left once this is credited."""
    taken = {entry.line_id: entry.units for entry in credited}
    return all(line.left == taken.get(line.line_id, 0) for line in lines)


def check_reason(text: str) -> str:
    """The reason as it is kept. Raises `NothingToCredit` without one."""
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise NothingToCredit(f"A credit needs a reason of up to {LONGEST_REASON} characters. Give one.")
    return reason
