"""An ERP in memory: documents by external number, a few accounts, trouble to order for any call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from loadbay.core.errors import Rejected
from loadbay.orders.erp_ports import (
    CreditToMake,
    DocumentStatus,
    DocumentToMake,
    DocumentToPost,
    LineToMake,
    LineType,
    SeenDocument,
    Verdict,
)
from loadbay.testing.fakes.troubles import Troubles

_DONE_WITH = {DocumentStatus.POSTED, DocumentStatus.CREDITED}


@dataclass
class FakeDocument:
    """A document with the units, and the money, that were credited of each of its lines."""

    wanted: DocumentToMake
    seen: SeenDocument
    credited: dict[str, int] = field(default_factory=dict)
    paid_back: dict[str, Decimal] = field(default_factory=dict)
    credits: dict[str, str] = field(default_factory=dict)


@dataclass
class FakeErp:
    """Implements `ErpDesk`. Order trouble with `troubles.next("make", Unclear(…))`."""

    customers: set[str] = field(default_factory=lambda: {"AMAZON"})
    accounts: set[str] = field(default_factory=lambda: {"4100"})
    troubles: Troubles = field(default_factory=Troubles)
    documents: dict[str, FakeDocument] = field(default_factory=dict)
    invoices: int = 0
    credits: int = 0

    def seen(self, external_numbers: Sequence[str]) -> Mapping[str, SeenDocument]:
        with self.troubles.around("seen"):
            return {name: self.documents[name].seen for name in external_numbers if name in self.documents}

    def make(self, documents: Sequence[DocumentToMake]) -> tuple[Verdict, ...]:
        with self.troubles.around("make"):
            return tuple(
                _verdict(wanted.external_number, lambda wanted=wanted: self._make(wanted))
                for wanted in documents
            )

    def amend(self, documents: Sequence[DocumentToMake]) -> tuple[Verdict, ...]:
        with self.troubles.around("amend"):
            return tuple(
                _verdict(wanted.external_number, lambda wanted=wanted: self._amend(wanted))
                for wanted in documents
            )

    def release(self, external_numbers: Sequence[str]) -> tuple[Verdict, ...]:
        with self.troubles.around("release"):
            return tuple(_verdict(name, lambda name=name: self._release(name)) for name in external_numbers)

    def post(self, documents: Sequence[DocumentToPost]) -> tuple[Verdict, ...]:
        with self.troubles.around("post"):
            return tuple(
                _verdict(each.external_number, lambda each=each: self._post(each.external_number))
                for each in documents
            )

    def cancel(self, external_numbers: Sequence[str]) -> tuple[Verdict, ...]:
        with self.troubles.around("cancel"):
            return tuple(_verdict(name, lambda name=name: self._cancel(name)) for name in external_numbers)

    def credit(self, credits: Sequence[CreditToMake]) -> tuple[Verdict, ...]:
        with self.troubles.around("credit"):
            return tuple(self._credited(wanted) for wanted in credits)

    def a_person_sets(self, external_number: str, status: DocumentStatus) -> None:
        """Somebody works in the ERP itself."""
        document = self.documents[external_number]
        document.seen = replace(document.seen, status=status)

    def _make(self, wanted: DocumentToMake) -> SeenDocument:
        known = self.documents.get(wanted.external_number)
        if known is not None:
            if (known.seen.reference, known.seen.total) != (wanted.reference, wanted.total):
                raise Rejected(f"{wanted.external_number} belongs to {known.seen.reference}.")
            return known.seen
        self._check(wanted)
        number = f"E{len(self.documents) + 1:05}"
        seen = SeenDocument(
            wanted.external_number, wanted.reference, number, DocumentStatus.OPEN, wanted.total
        )
        self.documents[wanted.external_number] = FakeDocument(wanted, seen)
        return seen

    def _check(self, wanted: DocumentToMake) -> None:
        if wanted.customer not in self.customers:
            raise Rejected(f"There is no customer {wanted.customer}.")
        for line in wanted.lines:
            if line.type is LineType.ACCOUNT and line.number and line.number not in self.accounts:
                raise Rejected(f"There is no account {line.number}.")

    def _amend(self, wanted: DocumentToMake) -> SeenDocument:
        document = self._there(wanted.external_number)
        is_same = (document.seen.reference, document.wanted.currency) == (wanted.reference, wanted.currency)
        if not is_same or document.seen.status not in {DocumentStatus.OPEN, DocumentStatus.RELEASED}:
            raise Rejected(f"{wanted.external_number} is {document.seen.status.value}; it stays as it is.")
        self._check(wanted)
        document.wanted, document.seen = wanted, replace(document.seen, total=wanted.total)
        return document.seen

    def _there(self, name: str) -> FakeDocument:
        if name not in self.documents:
            raise Rejected(f"There is no document {name}.")
        return self.documents[name]

    def _release(self, name: str) -> SeenDocument:
        document = self._there(name)
        if document.seen.status is DocumentStatus.CANCELLED:
            raise Rejected(f"{name} is cancelled.")
        if document.seen.status is DocumentStatus.OPEN:
            document.seen = replace(document.seen, status=DocumentStatus.RELEASED)
        return document.seen

    def _post(self, name: str) -> SeenDocument:
        document = self._there(name)
        if document.seen.status is DocumentStatus.CANCELLED:
            raise Rejected(f"{name} is cancelled.")
        if document.seen.status not in _DONE_WITH:
            self.invoices += 1
            invoice = f"I{self.invoices:05}"
            document.seen = replace(document.seen, status=DocumentStatus.POSTED, invoice=invoice)
        return document.seen

    def _cancel(self, name: str) -> SeenDocument:
        document = self._there(name)
        if document.seen.status in _DONE_WITH:
            raise Rejected(f"{name} is posted; credit it.")
        document.seen = replace(document.seen, status=DocumentStatus.CANCELLED)
        return document.seen

    def _credited(self, wanted: CreditToMake) -> Verdict:
        try:
            document = self._there(wanted.external_number)
            number = document.credits.get(wanted.credit_number) or self._credit(document, wanted)
        except Rejected as trouble:
            return Verdict(wanted.external_number, trouble=trouble)
        return Verdict(wanted.external_number, document.seen, credit=number)

    def _credit(self, document: FakeDocument, wanted: CreditToMake) -> str:
        if document.seen.status is not DocumentStatus.POSTED:
            raise Rejected(f"{wanted.external_number} is not posted.")
        lines = {line.key: line for line in document.wanted.lines}
        for each in wanted.lines:
            line = lines.get(each.key)
            if line is None or each.units > line.units - document.credited.get(each.key, 0):
                raise Rejected(f"Line {each.key} has not so much left.")
            if each.net + each.tax > line.net + line.tax + Decimal("0.01"):
                raise Rejected(f"Line {each.key} was charged less.")
        for each in wanted.lines:
            document.credited[each.key] = document.credited.get(each.key, 0) + each.units
            document.paid_back[each.key] = document.paid_back.get(each.key, Decimal(0)) + each.net + each.tax
        self.credits += 1
        document.credits[wanted.credit_number] = f"C{self.credits:05}"
        if all(_is_over(document, line) for line in document.wanted.lines):
            document.seen = replace(document.seen, status=DocumentStatus.CREDITED)
        return document.credits[wanted.credit_number]


def _is_over(document: FakeDocument, line: LineToMake) -> bool:
    if line.units:
        return document.credited.get(line.key, 0) == line.units
    return document.paid_back.get(line.key, Decimal(0)) == line.net + line.tax


def _verdict(name: str, act: Callable[[], SeenDocument]) -> Verdict:
    try:
        return Verdict(name, act())
    except Rejected as trouble:
        return Verdict(name, trouble=trouble)
