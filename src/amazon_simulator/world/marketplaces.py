"""Amazon's shops as far as this stand-in runs them: id, country, currency, tax and channel code.

Our own table; a shop that is missing here cannot be used in a scenario. Prices are with `vat`, or without
`sales_tax`, which then comes on top and is collected by Amazon.
"""

from decimal import Decimal

from msgspec import Struct

from amazon_simulator.world.refusal import unknown


class Marketplace(Struct, frozen=True):
    id: str
    country: str
    name: str
    currency: str
    language: str
    domain: str
    region: str
    amazon_channel: str
    vat: Decimal
    sales_tax: Decimal = Decimal(0)

    @property
    def shop(self) -> str:
        """As people write it: Amazon.co.uk."""
        return self.domain.removeprefix("www.").capitalize()


_ROWS = (
    ("A1F83G8C2ARO7P", "GB", "United Kingdom", "GBP", "en_GB", "www.amazon.co.uk", "eu", "AMAZON_EU", "0.20"),
    ("A1PA6795UKMFR9", "DE", "Germany", "EUR", "de_DE", "www.amazon.de", "eu", "AMAZON_EU", "0.19"),
    ("A13V1IB3VIYZZH", "FR", "France", "EUR", "fr_FR", "www.amazon.fr", "eu", "AMAZON_EU", "0.20"),
    ("APJ6JRA9NG5V4", "IT", "Italy", "EUR", "it_IT", "www.amazon.it", "eu", "AMAZON_EU", "0.22"),
    ("A1RKKUPIHCS9HS", "ES", "Spain", "EUR", "es_ES", "www.amazon.es", "eu", "AMAZON_EU", "0.21"),
    ("ATVPDKIKX0DER", "US", "United States", "USD", "en_US", "www.amazon.com", "na", "AMAZON_NA", "0"),
)

_SALES_TAX = {"US": Decimal("0.08")}

MARKETPLACES = {
    row[0]: Marketplace(*row[:8], vat=Decimal(row[8]), sales_tax=_SALES_TAX.get(row[1], Decimal(0)))
    for row in _ROWS
}


def find_marketplace(name: str) -> Marketplace:
    """By its id or its country."""
    for market in MARKETPLACES.values():
        if name in (market.id, market.country):
            return market
    raise unknown("marketplace", name)
