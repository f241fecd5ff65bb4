"""The contract of `ErpDesk`, run against the fake and the built-in ledger."""

from __future__ import annotations

import pytest

from loadbay.erp.ledger.adapter import LedgerDesk
from loadbay.parties.services import ensure_customer
from loadbay.testing.contracts import ErpDeskContract, ErpStage
from loadbay.testing.fakes import FakeErp


class TestFakeErp(ErpDeskContract):
    @pytest.fixture
    def erp(self) -> ErpStage:
        return ErpStage(FakeErp(), customer="AMAZON", account="4100")


@pytest.mark.django_db
class TestLedger(ErpDeskContract):
    @pytest.fixture
    def erp(self, db: None) -> ErpStage:
        ensure_customer("AMAZON", "Amazon Sellerflex")
        return ErpStage(LedgerDesk(), customer="AMAZON", account="4100")
