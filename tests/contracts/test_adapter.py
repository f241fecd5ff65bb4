"""The Amazon adapter keeps every contract, talking HTTP to the simulator."""

from __future__ import annotations

import pytest

from loadbay.testing import contracts
from tests.contracts.stages import Simulator, SimulatorStage


class OnTheSimulator:
    @pytest.fixture
    def stage(self, simulator: Simulator) -> SimulatorStage:
        return SimulatorStage(simulator)


class TestAccountDesk(OnTheSimulator, contracts.AccountDeskContract):
    pass


class TestCatalogueDesk(OnTheSimulator, contracts.CatalogueDeskContract):
    pass


class TestListingDesk(OnTheSimulator, contracts.ListingDeskContract):
    pass


class TestStockDesk(OnTheSimulator, contracts.StockDeskContract):
    pass


class TestShipmentSource(OnTheSimulator, contracts.ShipmentSourceContract):
    pass


class TestShipmentDesk(OnTheSimulator, contracts.ShipmentDeskContract):
    pass


class TestLabelDesk(OnTheSimulator, contracts.LabelDeskContract):
    pass


class TestOrderSource(OnTheSimulator, contracts.OrderSourceContract):
    pass


class TestConfirmationDesk(OnTheSimulator, contracts.ConfirmationDeskContract):
    pass
