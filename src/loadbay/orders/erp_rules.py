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
    RELEASE = "release"
    POST = "post"
    CANCEL = "cancel"
    CREDIT = "credit"
    LEAVE = "leave"
    TAKE_OVER = "take over"
    ASK_A_PERSON = "ask a person"


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


def step(document_status: str, order_status: str) -> Step:
    return STEPS[document_status, order_status]


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
