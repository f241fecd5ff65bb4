"""Marketplaces in memory: small but real implementations of the ports, with switches for each trouble.

One `FakeMarketplace` holds the state; the desks beside it speak one port each, as the adapter's do.
"""

from loadbay.testing.fakes.clock import FakeClock
from loadbay.testing.fakes.erp import FakeDocument, FakeErp
from loadbay.testing.fakes.listeners import FakeStatusListener
from loadbay.testing.fakes.listings import FakeCatalogueDesk, FakeListingDesk
from loadbay.testing.fakes.marketplace import FakeMarketplace, FakeOrder
from loadbay.testing.fakes.orders import FakeAccountDesk, FakeOrderSource
from loadbay.testing.fakes.ordinary import FakeConfirmationDesk, OrdinaryOrders
from loadbay.testing.fakes.printers import FakeLabel, FakePrinter
from loadbay.testing.fakes.shipments import FakeLabelDesk, FakeShipmentDesk, FakeShipmentSource
from loadbay.testing.fakes.stock import FakeStockDesk
from loadbay.testing.fakes.troubles import Moment, Troubles

__all__ = [
    "FakeAccountDesk",
    "FakeCatalogueDesk",
    "FakeClock",
    "FakeConfirmationDesk",
    "FakeDocument",
    "FakeErp",
    "FakeLabel",
    "FakeLabelDesk",
    "FakeListingDesk",
    "FakeMarketplace",
    "FakeOrder",
    "FakeOrderSource",
    "FakePrinter",
    "FakeShipmentDesk",
    "FakeShipmentSource",
    "FakeStatusListener",
    "FakeStockDesk",
    "OrdinaryOrders",
    "Moment",
    "Troubles",
]
