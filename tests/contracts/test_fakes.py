"""The fakes keep every contract."""

from __future__ import annotations

import pytest

from loadbay.testing import contracts
from tests.contracts.stages import FakeStage


class OnTheFakes:
    @pytest.fixture
    def stage(self) -> FakeStage:
        return FakeStage()


class TestAccountDesk(OnTheFakes, contracts.AccountDeskContract):
    pass


class TestCatalogueDesk(OnTheFakes, contracts.CatalogueDeskContract):
    pass


class TestListingDesk(OnTheFakes, contracts.ListingDeskContract):
    pass


class TestStockDesk(OnTheFakes, contracts.StockDeskContract):
    pass


class TestShipmentSource(OnTheFakes, contracts.ShipmentSourceContract):
    pass


class TestShipmentDesk(OnTheFakes, contracts.ShipmentDeskContract):
    pass


class TestLabelDesk(OnTheFakes, contracts.LabelDeskContract):
    pass


class TestOrderSource(OnTheFakes, contracts.OrderSourceContract):
    pass


class TestConfirmationDesk(OnTheFakes, contracts.ConfirmationDeskContract):
    pass
