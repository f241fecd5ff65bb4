"""The built-in ledger as the order desk's ERP. Implements `orders.erp_ports.ErpDesk`.

It is in the same database, so nothing of it can be down; a refusal of its own becomes `Rejected`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loadbay.core.bulk import these
from loadbay.core.errors import Refusal, Rejected
from loadbay.core.money import Money
from loadbay.erp.ledger.models import Document
from loadbay.erp.ledger.services import amending, crediting, making, posting
from loadbay.orders.erp_ports import (
    CreditToMake,
    DocumentStatus,
    DocumentToMake,
    DocumentToPost,
    SeenDocument,
    Verdict,
)


class LedgerDesk:
    """Implements `ErpDesk`."""

    def seen(self, external_numbers: Sequence[str]) -> Mapping[str, SeenDocument]:
        rows = Document.objects.filter(external_number__among=these(external_numbers))
        return {row.external_number: _shown(row) for row in rows}

    def make(self, documents: Sequence[DocumentToMake]) -> tuple[Verdict, ...]:
        outcomes = making.make_documents(documents)
        return _verdicts([each.external_number for each in documents], outcomes)

    def amend(self, documents: Sequence[DocumentToMake]) -> tuple[Verdict, ...]:
        outcomes = amending.amend_documents(documents)
        return _verdicts([each.external_number for each in documents], outcomes)

    def release(self, external_numbers: Sequence[str]) -> tuple[Verdict, ...]:
        return _verdicts(external_numbers, posting.release_documents(external_numbers))

    def post(self, documents: Sequence[DocumentToPost]) -> tuple[Verdict, ...]:
        outcomes = posting.post_documents(documents)
        return _verdicts([each.external_number for each in documents], outcomes)

    def cancel(self, external_numbers: Sequence[str]) -> tuple[Verdict, ...]:
        return _verdicts(external_numbers, posting.cancel_documents(external_numbers))

    def credit(self, credits: Sequence[CreditToMake]) -> tuple[Verdict, ...]:
        return tuple(
            _rejected(wanted.external_number, outcome)
            if isinstance(outcome, Refusal)
            else Verdict(wanted.external_number, _shown(outcome.document), credit=outcome.number)
            for wanted, outcome in zip(credits, crediting.make_credits(credits), strict=True)
        )


def _verdicts(numbers: Sequence[str], outcomes: Sequence[Document | Refusal]) -> tuple[Verdict, ...]:
    return tuple(
        _rejected(number, outcome) if isinstance(outcome, Refusal) else Verdict(number, _shown(outcome))
        for number, outcome in zip(numbers, outcomes, strict=True)
    )


def _rejected(number: str, refusal: Refusal) -> Verdict:
    return Verdict(number, trouble=Rejected(refusal.sentence, reason=refusal.code))


def _shown(row: Document) -> SeenDocument:
    return SeenDocument(
        external_number=row.external_number,
        reference=row.reference,
        number=row.number,
        status=DocumentStatus(row.status),
        total=Money(row.net + row.tax, row.currency).rounded(),
        invoice=row.invoice or "",
    )
