"""What the order desk asks of an ERP: a sales document per sale, made, released, posted, credited, cancelled.

Implemented by `erp.ledger` and other connectors; the fake and the contract test ship in `loadbay.testing`.
Documents are known by their external document number, in every call. Lists come in, because an import asks
for thousands; each document has its own verdict, so that one which is refused never holds up the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Protocol

from loadbay.core.errors import Trouble
from loadbay.core.money import Money


class DocumentStatus(Enum):
    """How far a sales document is. The first three are the order status matrix's own words."""

    OPEN = "Open"
    RELEASED = "Released"
    POSTED = "Posted"
    CREDITED = "Credited"
    CANCELLED = "Cancelled"


class LineKind(Enum):
    """What a line is for, so that an ERP may choose an account where nobody named one."""

    GOODS = "goods"
    SHIPPING = "shipping"
    OTHER = "other"
    TAX = "tax"


class LineType(Enum):
    """What a line's `number` is a number of (Shipping Order Charge Type of the channel's definitions)."""

    ITEM = "item"
    ACCOUNT = "account"
    RESOURCE = "resource"
    CHARGE = "charge"


@dataclass(frozen=True)
class LineToMake:
    """One line, all units together, after discount, tax apart. `key` names it inside its document for good.

    An account line without a number is for the ERP's own account of that kind.
    """

    key: str
    kind: LineKind
    type: LineType
    number: str
    description: str
    units: int
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class DocumentToMake:
    """A sales document as it is wanted. `reference` is our sale's number.

    `is_collected` says that the marketplace has the buyer's money, so that nobody has to be reminded.
    """

    external_number: str
    reference: str
    channel: str
    customer: str
    currency: str
    ordered_on: date
    lines: tuple[LineToMake, ...]
    currency_code: str = ""
    """The books' own word for the currency, where it is another than the ISO code."""
    dimension_1: str = ""
    dimension_2: str = ""
    shipping_agent: str = ""
    payment_method: str = ""
    is_collected: bool = True

    @property
    def total(self) -> Money:
        """What the buyer is charged: the lines with their tax, in the document's currency."""
        amount = sum((line.net + line.tax for line in self.lines), Decimal(0))
        return Money(amount, self.currency).rounded()


@dataclass(frozen=True)
class DocumentToPost:
    external_number: str
    on: date


@dataclass(frozen=True)
class LineToCredit:
    """How much of a line is credited: the line's own key, units, and what they were charged."""

    key: str
    units: int
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class CreditToMake:
    """A credit on a posted document, known by a number of its own."""

    credit_number: str
    external_number: str
    reason: str
    on: date
    lines: tuple[LineToCredit, ...]


@dataclass(frozen=True)
class SeenDocument:
    """A sales document as the ERP shows it. `invoice` is empty until it is posted."""

    external_number: str
    reference: str
    number: str
    status: DocumentStatus
    total: Money
    invoice: str = ""


@dataclass(frozen=True)
class Verdict:
    """What became of one wish: the document as it is, or the trouble with it. `credit` numbers a credit."""

    external_number: str
    document: SeenDocument | None = None
    trouble: Trouble | None = None
    credit: str = ""


class ErpDesk(Protocol):
    """The books, as the order desk sees them. No transaction is open during a call.

    Trouble with one document is in its verdict; trouble with the ERP itself (it is down, a key is wrong) is
    raised, and everything is asked again later. Asking anything twice must be harmless.
    """

    def seen(self, external_numbers: Sequence[str]) -> Mapping[str, SeenDocument]:
        """The documents of these external numbers that are there, with their status. Changes nothing."""

    def make(self, documents: Sequence[DocumentToMake]) -> tuple[Verdict, ...]:
        """Make each document once, Open, with all its lines; a verdict for each, in the same order.

        One that is there already with the same reference and total is handed back as it is, whatever its
        status; one with another reference or total is `Rejected`. Never half a document: all lines or none.
        Names a customer or account that is not there: `Rejected`; neither is ever made here.
        """

    def amend(self, documents: Sequence[DocumentToMake]) -> tuple[Verdict, ...]:
        """Make Open or Released documents equal to what is wanted: customer, lines, payment, agent.

        A document keeps its numbers and its status, and has the wanted lines, with their keys, and no others;
        all of it or nothing. One that is like this already is handed back. One that is posted, credited,
        cancelled or not there, of another reference or currency, or whose customer or account is not there,
        is `Rejected` and stays as it is: what was posted is never changed.
        """

    def release(self, external_numbers: Sequence[str]) -> tuple[Verdict, ...]:
        """Release Open documents. What is released or further stays as it is and is handed back."""

    def post(self, documents: Sequence[DocumentToPost]) -> tuple[Verdict, ...]:
        """Post shipment and invoice of Open or Released documents; the document bears its invoice's number.

        One that is posted or credited already is handed back and never posted twice; a cancelled one, or
        one that is not there, is `Rejected`.
        """

    def cancel(self, external_numbers: Sequence[str]) -> tuple[Verdict, ...]:
        """Cancel documents that are not posted. One that is cancelled already is handed back; a posted one
        is `Rejected`, because it needs a credit."""

    def credit(self, credits: Sequence[CreditToMake]) -> tuple[Verdict, ...]:
        """Credit lines of posted documents, once per credit number; the verdict bears the ERP's number of it.

        A line may be credited in money alone, without units. A document is Credited once nothing of any line
        is left: no unit, and no cent of a line that has no units. Before, it is Posted. More units or money
        than is left of a line, and a document that is not posted, is `Rejected`.
        """
