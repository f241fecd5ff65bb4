"""The contract of `orders.erp_ports.ErpDesk`, for ERP connectors.

Subclass it and give it a fixture `erp`: an `ErpStage` with a desk, a customer that is there, an account that
may be posted to, and external numbers that were never used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from loadbay.core.errors import Rejected
from loadbay.core.money import Money
from loadbay.orders.erp_ports import (
    CreditToMake,
    DocumentStatus,
    DocumentToMake,
    DocumentToPost,
    ErpDesk,
    LineKind,
    LineToCredit,
    LineToMake,
    LineType,
    SeenDocument,
    Verdict,
)

TODAY = date(2026, 3, 2)


@dataclass
class ErpStage:
    """What a connector is tried with."""

    desk: ErpDesk
    customer: str
    account: str
    prefix: str = "TRY"
    item: str = "RUG"
    numbers: count[int] = field(default_factory=lambda: count(1))

    def wanted(self) -> DocumentToMake:
        """Two rugs and their shipping: 50.00 and tax."""
        number = next(self.numbers)
        return DocumentToMake(
            external_number=f"{self.prefix}-{number}",
            reference=f"{self.prefix}-S-{number}",
            channel="UK",
            customer=self.customer,
            currency="GBP",
            ordered_on=TODAY,
            lines=(
                LineToMake("1", LineKind.GOODS, LineType.ITEM, self.item, "Rug", 2, *_money("40.01", "8.01")),
                LineToMake(
                    "2", LineKind.SHIPPING, LineType.ACCOUNT, self.account, "Post", 1, *_money("5.00", "1.00")
                ),
            ),
        )


def _money(net: str, tax: str) -> tuple[Decimal, Decimal]:
    return Decimal(net), Decimal(tax)


def _only(verdicts: Sequence[Verdict]) -> SeenDocument:
    (verdict,) = verdicts
    assert verdict.trouble is None, verdict.trouble
    assert verdict.document is not None
    return verdict.document


def _refused(verdicts: Sequence[Verdict]) -> bool:
    (verdict,) = verdicts
    return isinstance(verdict.trouble, Rejected) and verdict.document is None


class ErpDeskContract:
    """What the order desk may rely on, whatever the books are."""

    def posted(self, erp: ErpStage) -> DocumentToMake:
        wanted = erp.wanted()
        _only(erp.desk.make([wanted]))
        _only(erp.desk.post([DocumentToPost(wanted.external_number, TODAY)]))
        return wanted

    def credit(self, wanted: DocumentToMake, name: str, *lines: LineToCredit) -> CreditToMake:
        return CreditToMake(name, wanted.external_number, "came back", TODAY, lines)

    def test_a_document_is_made_open_with_the_total_of_its_lines(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        made = _only(erp.desk.make([wanted]))
        assert (made.external_number, made.reference) == (wanted.external_number, wanted.reference)
        assert made.number
        assert (made.status, made.total) == (DocumentStatus.OPEN, Money(Decimal("54.02"), "GBP"))
        assert made.invoice == ""

    def test_making_it_again_hands_back_the_one_that_is_there(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        made = _only(erp.desk.make([wanted]))
        assert _only(erp.desk.make([wanted])) == made
        assert erp.desk.seen([wanted.external_number]) == {wanted.external_number: made}

    def test_what_is_posted_already_is_handed_back_as_it_is(self, erp: ErpStage) -> None:
        wanted = self.posted(erp)
        again = _only(erp.desk.make([wanted]))
        assert again.status is DocumentStatus.POSTED

    def test_an_external_number_of_another_sale_is_declined(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        made = _only(erp.desk.make([wanted]))
        assert _refused(erp.desk.make([replace(wanted, reference="ANOTHER")]))
        assert _refused(erp.desk.make([replace(wanted, lines=wanted.lines[:1])]))
        assert erp.desk.seen([wanted.external_number])[wanted.external_number] == made

    def test_unknown_customers_and_accounts_are_never_made(self, erp: ErpStage) -> None:
        first, second = erp.wanted(), erp.wanted()
        nobody = replace(first, customer="NOBODY-AT-ALL")
        nowhere = replace(second, lines=(replace(second.lines[1], number="NO-SUCH-1"),))
        assert _refused(erp.desk.make([nobody]))
        assert _refused(erp.desk.make([nowhere]))
        assert erp.desk.seen([first.external_number, second.external_number]) == {}

    def test_one_that_is_declined_does_not_hold_up_the_others(self, erp: ErpStage) -> None:
        first, second, third = erp.wanted(), erp.wanted(), erp.wanted()
        verdicts = erp.desk.make([first, replace(second, customer="NOBODY-AT-ALL"), third])
        assert [verdict.external_number for verdict in verdicts] == [
            first.external_number,
            second.external_number,
            third.external_number,
        ]
        assert [verdict.document is not None for verdict in verdicts] == [True, False, True]

    def amended(self, wanted: DocumentToMake) -> DocumentToMake:
        """One rug less, and its post for nothing."""
        line = replace(wanted.lines[0], key="3", units=1, net=Decimal("20.00"), tax=Decimal("4.00"))
        return replace(wanted, lines=(line,))

    def test_an_open_document_is_made_equal_to_what_is_wanted_now(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        made = _only(erp.desk.make([wanted]))
        for _ in range(2):
            now = _only(erp.desk.amend([self.amended(wanted)]))
            assert now == replace(made, total=Money(Decimal("24.00"), "GBP"))
        assert erp.desk.seen([wanted.external_number]) == {wanted.external_number: now}

    def test_a_released_document_is_amended_and_stays_released(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        _only(erp.desk.make([wanted]))
        _only(erp.desk.release([wanted.external_number]))
        now = _only(erp.desk.amend([self.amended(wanted)]))
        assert (now.status, now.total) == (DocumentStatus.RELEASED, Money(Decimal("24.00"), "GBP"))

    def test_an_amended_document_is_credited_by_its_new_lines(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        _only(erp.desk.make([wanted]))
        _only(erp.desk.amend([self.amended(wanted)]))
        _only(erp.desk.post([DocumentToPost(wanted.external_number, TODAY)]))
        name = f"{wanted.reference}-C1"
        old = LineToCredit("1", 1, *_money("20.00", "4.00"))
        assert _refused(erp.desk.credit([self.credit(wanted, name, old)]))
        (verdict,) = erp.desk.credit([self.credit(wanted, name, replace(old, key="3"))])
        assert verdict.document is not None
        assert verdict.document.status is DocumentStatus.CREDITED

    def test_what_is_posted_or_cancelled_is_never_amended(self, erp: ErpStage) -> None:
        posted, cancelled = self.posted(erp), erp.wanted()
        _only(erp.desk.make([cancelled]))
        _only(erp.desk.cancel([cancelled.external_number]))
        for wanted in (posted, cancelled):
            before = erp.desk.seen([wanted.external_number])
            assert _refused(erp.desk.amend([self.amended(wanted)]))
            assert erp.desk.seen([wanted.external_number]) == before

    def test_amending_to_what_cannot_be_changes_nothing(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        _only(erp.desk.make([wanted]))
        before = erp.desk.seen([wanted.external_number])
        nowhere = replace(wanted, lines=(replace(wanted.lines[1], number="NO-SUCH-1"),))
        for wrong in (
            replace(self.amended(wanted), customer="NOBODY-AT-ALL"),
            replace(self.amended(wanted), reference="ANOTHER"),
            nowhere,
        ):
            assert _refused(erp.desk.amend([wrong]))
            assert erp.desk.seen([wanted.external_number]) == before
        assert _refused(erp.desk.amend([erp.wanted()]))

    def test_money_alone_is_credited_without_a_unit(self, erp: ErpStage) -> None:
        wanted = self.posted(erp)
        cheaper = LineToCredit("1", 0, *_money("5.00", "1.00"))
        (verdict,) = erp.desk.credit([self.credit(wanted, f"{wanted.reference}-C1", cheaper)])
        assert verdict.document is not None
        assert (verdict.document.status, bool(verdict.credit)) == (DocumentStatus.POSTED, True)

    def test_a_line_without_units_is_credited_once_its_money_is(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        dearer = replace(wanted.lines[0], units=0, net=Decimal("20.00"), tax=Decimal("4.00"))
        wanted = replace(wanted, lines=(dearer,))
        _only(erp.desk.make([wanted]))
        _only(erp.desk.post([DocumentToPost(wanted.external_number, TODAY)]))
        for name, net, tax, status in (
            ("C1", "5.00", "1.00", DocumentStatus.POSTED),
            ("C2", "15.00", "3.00", DocumentStatus.CREDITED),
        ):
            part = LineToCredit(dearer.key, 0, *_money(net, tax))
            (verdict,) = erp.desk.credit([self.credit(wanted, f"{wanted.reference}-{name}", part)])
            assert verdict.document is not None
            assert verdict.document.status is status

    def test_release_once_and_again(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        _only(erp.desk.make([wanted]))
        for _ in range(2):
            assert _only(erp.desk.release([wanted.external_number])).status is DocumentStatus.RELEASED

    def test_posting_twice_gives_one_invoice(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        _only(erp.desk.make([wanted]))
        _only(erp.desk.release([wanted.external_number]))
        once = _only(erp.desk.post([DocumentToPost(wanted.external_number, TODAY)]))
        assert (once.status, bool(once.invoice)) == (DocumentStatus.POSTED, True)
        assert _only(erp.desk.post([DocumentToPost(wanted.external_number, TODAY)])) == once

    def test_releasing_what_is_posted_leaves_it_posted(self, erp: ErpStage) -> None:
        wanted = self.posted(erp)
        assert _only(erp.desk.release([wanted.external_number])).status is DocumentStatus.POSTED

    def test_a_cancelled_document_is_never_posted(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        _only(erp.desk.make([wanted]))
        for _ in range(2):
            assert _only(erp.desk.cancel([wanted.external_number])).status is DocumentStatus.CANCELLED
        assert _refused(erp.desk.post([DocumentToPost(wanted.external_number, TODAY)]))
        assert _refused(erp.desk.release([wanted.external_number]))

    def test_a_posted_document_is_credited_not_cancelled(self, erp: ErpStage) -> None:
        wanted = self.posted(erp)
        assert _refused(erp.desk.cancel([wanted.external_number]))
        seen = erp.desk.seen([wanted.external_number])
        assert seen[wanted.external_number].status is DocumentStatus.POSTED

    def test_a_credit_by_lines_and_the_rest_of_it(self, erp: ErpStage) -> None:
        wanted = self.posted(erp)
        one = self.credit(wanted, f"{wanted.reference}-C1", LineToCredit("1", 1, *_money("20.00", "4.00")))
        rest = self.credit(
            wanted,
            f"{wanted.reference}-C2",
            LineToCredit("1", 1, *_money("20.01", "4.01")),
            LineToCredit("2", 1, *_money("5.00", "1.00")),
        )
        (first,) = erp.desk.credit([one])
        assert first.document is not None
        assert (first.document.status, bool(first.credit)) == (DocumentStatus.POSTED, True)
        assert erp.desk.credit([one])[0].credit == first.credit
        (last,) = erp.desk.credit([rest])
        assert last.document is not None
        assert last.document.status is DocumentStatus.CREDITED
        assert last.credit != first.credit

    def test_no_more_is_credited_than_was_charged(self, erp: ErpStage) -> None:
        wanted = self.posted(erp)
        name = f"{wanted.reference}-C1"
        assert _refused(
            erp.desk.credit([self.credit(wanted, name, LineToCredit("1", 3, *_money("60.00", "12.00")))])
        )
        assert _refused(
            erp.desk.credit([self.credit(wanted, name, LineToCredit("1", 1, *_money("99.00", "8.01")))])
        )
        seen = erp.desk.seen([wanted.external_number])
        assert seen[wanted.external_number].status is DocumentStatus.POSTED

    def test_only_what_is_posted_can_be_credited(self, erp: ErpStage) -> None:
        wanted = erp.wanted()
        _only(erp.desk.make([wanted]))
        line = LineToCredit("1", 1, *_money("20.00", "4.00"))
        assert _refused(erp.desk.credit([self.credit(wanted, f"{wanted.reference}-C1", line)]))

    @pytest.mark.parametrize("step", ["release", "cancel"])
    def test_a_document_that_is_not_there_is_declined(self, erp: ErpStage, step: str) -> None:
        assert _refused(getattr(erp.desk, step)(["NOT-THERE"]))
        assert _refused(erp.desk.post([DocumentToPost("NOT-THERE", TODAY)]))
        assert erp.desk.seen(["NOT-THERE"]) == {}
