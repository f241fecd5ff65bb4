"""What sales channels need from a marketplace account: proof that it can be used.

Implemented by `amazon.adapter`; the fake and the contract test ship in `loadbay.testing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Feature(Enum):
    """One thing a connection must be able to do, each behind a role of its own at Amazon."""

    SIGN_IN = "sign_in"
    SELLER = "seller"
    CATALOGUE = "catalogue"
    LISTINGS = "listings"
    STOCK = "stock"
    SHIPMENTS = "shipments"
    ORDERS = "orders"


@dataclass(frozen=True)
class SeenMarketplace:
    """A marketplace the seller takes part in, as the marketplace itself says."""

    marketplace_id: str
    country: str
    name: str
    currency: str
    language: str
    is_participating: bool
    is_suspended: bool


class AccountDesk(Protocol):
    """A seller's account, as the connection test sees it."""

    def marketplaces(self) -> tuple[SeenMarketplace, ...]:
        """Every marketplace the seller takes part in. May raise any kind of trouble but Unclear."""

    def probe(self, feature: Feature, *, marketplace_id: str, location_id: str) -> None:
        """Read something small and harmless that needs the feature's role. Changes nothing.

        Returns when it worked (an empty answer is fine); raises `Misconfigured` with its `fault`
        named, or `Retryable` when the marketplace is down or throttles.
        """
