"""Sellers API: the marketplaces a seller takes part in, and the account behind them."""

from typing import Any

from amazon_simulator.http.answers import Answer, ok
from amazon_simulator.http.call import Call
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.state import Seller


def _participations(seller: Seller) -> list[dict[str, Any]]:
    return [_participation(seller, each) for each in seller.marketplaces]


def _participation(seller: Seller, marketplace_id: str) -> dict[str, Any]:
    market = MARKETPLACES[marketplace_id]
    return {
        "marketplace": {
            "id": market.id,
            "name": market.domain.removeprefix("www.").capitalize(),
            "countryCode": market.country,
            "defaultCurrencyCode": market.currency,
            "defaultLanguageCode": market.language,
            "domainName": market.domain,
        },
        "storeName": seller.name,
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
    }


def marketplaces(call: Call) -> Answer:
    seller = call.desk.world.state.sellers[call.caller.seller_id]
    return ok({"payload": _participations(seller)})


def account(call: Call) -> Answer:
    seller = call.desk.world.state.sellers[call.caller.seller_id]
    address = {
        "addressLine1": "1 Example Wharf",
        "city": "Bristol",
        "postalCode": "BS1 0AA",
        "countryCode": MARKETPLACES[seller.marketplaces[0]].country,
    }
    payload = {
        "marketplaceParticipationList": _participations(seller),
        "businessType": "PRIVATE_LIMITED",
        "sellingPlan": "PROFESSIONAL",
        "business": {"name": f"{seller.name} Ltd", "registeredBusinessAddress": address},
        "primaryContact": {"name": "Robin Keeper", "address": address},
    }
    return ok({"payload": payload})
