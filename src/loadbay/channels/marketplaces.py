"""Amazon's stores as facts: ids, currency, language, hosts (Marketplace IDs and SP-API endpoints pages).

The United Kingdom is GB here and "UK" in prose. A row's currency is
a default; an order's money carries its own.
"""

from __future__ import annotations

from dataclasses import dataclass

TOKEN_ENDPOINT = "https://api.amazon.com/auth/o2/token"
REGION_ENDPOINTS = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}


@dataclass(frozen=True)
class Marketplace:
    """One Amazon store."""

    country: str
    name: str
    marketplace_id: str
    region: str
    currency: str
    language: str
    seller_central: str
    time_zone: str
    """Of its capital or largest city, as a start: a shop may stand elsewhere."""


_ROWS = """
CA|Canada|A2EUQ1WTGCTBG2|na|CAD|en_CA|sellercentral.amazon.ca|America/Toronto
US|United States|ATVPDKIKX0DER|na|USD|en_US|sellercentral.amazon.com|America/New_York
MX|Mexico|A1AM78C64UM0Y8|na|MXN|es_MX|sellercentral.amazon.com.mx|America/Mexico_City
BR|Brazil|A2Q3Y263D00KWC|na|BRL|pt_BR|sellercentral.amazon.com.br|America/Sao_Paulo
IE|Ireland|A28R8C7NBKEWEA|eu|EUR|en_IE|sellercentral-europe.amazon.com|Europe/Dublin
ES|Spain|A1RKKUPIHCS9HS|eu|EUR|es_ES|sellercentral-europe.amazon.com|Europe/Madrid
GB|United Kingdom|A1F83G8C2ARO7P|eu|GBP|en_GB|sellercentral-europe.amazon.com|Europe/London
FR|France|A13V1IB3VIYZZH|eu|EUR|fr_FR|sellercentral-europe.amazon.com|Europe/Paris
BE|Belgium|AMEN7PMS3EDWL|eu|EUR|fr_BE|sellercentral.amazon.com.be|Europe/Brussels
NL|Netherlands|A1805IZSGTT6HS|eu|EUR|nl_NL|sellercentral.amazon.nl|Europe/Amsterdam
DE|Germany|A1PA6795UKMFR9|eu|EUR|de_DE|sellercentral-europe.amazon.com|Europe/Berlin
IT|Italy|APJ6JRA9NG5V4|eu|EUR|it_IT|sellercentral-europe.amazon.com|Europe/Rome
SE|Sweden|A2NODRKZP88ZB9|eu|SEK|sv_SE|sellercentral.amazon.se|Europe/Stockholm
ZA|South Africa|AE08WJ6YKNBMC|eu|ZAR|en_ZA|sellercentral.amazon.co.za|Africa/Johannesburg
PL|Poland|A1C3SOZRARQ6R3|eu|PLN|pl_PL|sellercentral.amazon.pl|Europe/Warsaw
EG|Egypt|ARBP9OOSHTCHU|eu|EGP|ar_AE|sellercentral.amazon.eg|Africa/Cairo
TR|Turkey|A33AVAJ2PDY3EV|eu|TRY|tr_TR|sellercentral.amazon.com.tr|Europe/Istanbul
SA|Saudi Arabia|A17E79C6D8DWNP|eu|SAR|ar_AE|sellercentral.amazon.sa|Asia/Riyadh
AE|United Arab Emirates|A2VIGQ35RCS4UG|eu|AED|en_AE|sellercentral.amazon.ae|Asia/Dubai
IN|India|A21TJRUUN4KGV|eu|INR|en_IN|sellercentral.amazon.in|Asia/Kolkata
SG|Singapore|A19VAU5U5O7RUS|fe|SGD|en_SG|sellercentral.amazon.sg|Asia/Singapore
AU|Australia|A39IBJ37TRP1C6|fe|AUD|en_AU|sellercentral.amazon.com.au|Australia/Sydney
JP|Japan|A1VC38T7YXB528|fe|JPY|ja_JP|sellercentral.amazon.co.jp|Asia/Tokyo
""".strip()

MARKETPLACES: dict[str, Marketplace] = {
    row.split("|")[0]: Marketplace(*row.split("|")) for row in _ROWS.splitlines()
}
BY_ID: dict[str, Marketplace] = {store.marketplace_id: store for store in MARKETPLACES.values()}
