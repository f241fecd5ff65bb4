"""Links into Seller Central: a listing's page in its marketplace, or the pretend one beside the simulator.

Rule: a connection to this machine talks to the simulator, whose Seller Central stands there too.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from loadbay.channels.marketplaces import MARKETPLACES

_HERE = {"127.0.0.1", "localhost", "::1"}


def listing_link(sku: str, *, marketplace: str, endpoint: str) -> str:
    if urlsplit(endpoint).hostname in _HERE:
        return f"{endpoint.rstrip('/')}/central/listings/{quote(sku)}"
    host = MARKETPLACES[marketplace].seller_central
    return f"https://{host}/inventory?{urlencode({'searchTerm': sku})}"
