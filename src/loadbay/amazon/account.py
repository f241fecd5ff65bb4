"""One seller account at Amazon, as the adapter needs it: who signs in where, for which marketplace.

Plain values; `wiring` builds it from a connection's row. Secrets never show in a repr.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Region = Literal["na", "eu", "fe"]

ENDPOINTS: dict[str, str] = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}
TOKEN_ENDPOINT = "https://api.amazon.com/auth/o2/token"


@dataclass(frozen=True)
class AmazonAccount:
    """Everything needed to speak for one seller in one marketplace."""

    connection_id: int
    region: str
    seller_id: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    endpoint: str = ""
    token_endpoint: str = ""
    marketplace_id: str = ""
    marketplace_country: str = ""
    currency: str = ""
    language: str = ""
    name: str = ""
    document_hosts: tuple[str, ...] = ()
    """Further hosts that may serve labels and schemas, beside Amazon's storage and the endpoint itself."""

    @property
    def base(self) -> str:
        """The address every operation's path is appended to."""
        return (self.endpoint or ENDPOINTS[self.region.lower()]).rstrip("/")

    @property
    def token_address(self) -> str:
        return self.token_endpoint or TOKEN_ENDPOINT
