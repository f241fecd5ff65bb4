"""The ports of channels, listings, orders and dispatch, spoken in Amazon's operations: one module per API.

Thin: each method builds a call, asks, and translates. What comes out is our words or one kind of trouble.
"""

from loadbay.amazon.adapter.accounts import AmazonAccountDesk
from loadbay.amazon.adapter.catalogue import AmazonCatalogueDesk
from loadbay.amazon.adapter.confirmations import AmazonConfirmationDesk
from loadbay.amazon.adapter.labels import AmazonLabelDesk
from loadbay.amazon.adapter.listings import AmazonListingDesk
from loadbay.amazon.adapter.orders import AmazonOrderSource
from loadbay.amazon.adapter.shipments import AmazonShipmentDesk, AmazonShipmentSource
from loadbay.amazon.adapter.stock import AmazonStockDesk
from loadbay.amazon.adapter.templates import TemplateValues

__all__ = [
    "AmazonAccountDesk",
    "AmazonCatalogueDesk",
    "AmazonConfirmationDesk",
    "AmazonLabelDesk",
    "AmazonListingDesk",
    "AmazonOrderSource",
    "AmazonShipmentDesk",
    "AmazonShipmentSource",
    "AmazonStockDesk",
    "TemplateValues",
]
