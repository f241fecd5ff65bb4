"""What can go wrong with a call, and what the calls are for, in words of a shop: for the trouble page.

Operations without words here are shown by their name alone.
"""

from amazon_simulator.http.faults import FaultKind

EVERY_CALL = "*"
KINDS = {
    FaultKind.UNAVAILABLE: "is answered 503: Amazon is not there",
    FaultKind.THROTTLED: "is answered 429: too many calls",
    FaultKind.FAILURE: "is answered 500: trouble inside Amazon",
    FaultKind.CONFLICT: "is answered 409: not in this state",
    FaultKind.HTML_503: "is answered by a web page",
    FaultKind.EMPTY_500: "is answered by nothing",
    FaultKind.DELAY: "is slow",
    FaultKind.CUT_BEFORE: "breaks off before anything happened",
    FaultKind.CUT_AFTER: "happens, and its answer is lost",
    FaultKind.TORN_JSON: "happens, and its answer is torn",
    FaultKind.TELLTALE: "is refused with words that repeat secrets",
}
MOMENTS = {"before": "before anything happens", "after": "after it happened, before the answer"}
CALLS = {
    "token": "sign in",
    "getMarketplaceParticipations": "test the connection",
    "getShipments": "look for shipments",
    "getShipment": "look at one shipment",
    "processShipment": "confirm or reject a shipment",
    "createPackages": "announce parcels",
    "updatePackage": "change a parcel",
    "retrieveShippingOptions": "ask for a carrier",
    "generateShipLabels": "make labels",
    "document": "fetch a label file",
    "updatePackageStatus": "tell a parcel shipped",
    "batchInventory": "tell and read stock",
    "searchOrders": "look for buyers",
    "putListingsItem": "submit a listing",
    "patchListingsItem": "change a listing or its price",
    "getListingsItem": "look at one listing",
    "searchListingsItems": "look at many listings",
    "deleteListingsItem": "take a listing off",
    "getCatalogItem": "look up an ASIN",
}


def named(operation: str) -> str:
    """An operation as people and Amazon call it."""
    if operation == EVERY_CALL:
        return "every call"
    return f"{CALLS[operation]} ({operation})" if operation in CALLS else operation


def which(every: int) -> str:
    """Of how many calls one is meant."""
    return "each" if every == 1 else f"one of {every}"
