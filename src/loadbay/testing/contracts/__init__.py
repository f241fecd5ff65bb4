"""One contract per port: what every connector must do, whatever is behind it.

Inherit a class in a test module and give it a `stage` fixture; `stage.py` says what a stage must offer.
"""

from loadbay.testing.contracts.accounts import AccountDeskContract, OrderSourceContract
from loadbay.testing.contracts.confirmations import ConfirmationDeskContract
from loadbay.testing.contracts.erp import ErpDeskContract, ErpStage
from loadbay.testing.contracts.labels import LabelDeskContract
from loadbay.testing.contracts.listings import CatalogueDeskContract, ListingDeskContract
from loadbay.testing.contracts.shipments import ShipmentDeskContract, ShipmentSourceContract
from loadbay.testing.contracts.stage import Stage
from loadbay.testing.contracts.stock import StockDeskContract

__all__ = [
    "AccountDeskContract",
    "CatalogueDeskContract",
    "ConfirmationDeskContract",
    "ErpDeskContract",
    "ErpStage",
    "LabelDeskContract",
    "ListingDeskContract",
    "OrderSourceContract",
    "ShipmentDeskContract",
    "ShipmentSourceContract",
    "Stage",
    "StockDeskContract",
]
