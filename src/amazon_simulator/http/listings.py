"""Listings Items 2021-08-01: put, patch, read, delete and search the SKUs of a seller.

A submission that Amazon dislikes at once is answered 200 with status INVALID; a preview stores nothing.
The rules are in `world.listings` and `world.listing_rules`.
"""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

from amazon_simulator.http import listing_shape, locales, paging
from amazon_simulator.http.answers import Answer, ApiError, bad_request, forbidden, ok
from amazon_simulator.http.call import Call
from amazon_simulator.world import commands, listing_rules, listings, shelf
from amazon_simulator.world.state import Issue, Listing, State

PREVIEW = "VALIDATION_PREVIEW"
REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")
IDENTIFIER_TYPES = ("ASIN", "EAN", "FNSKU", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
MOST_RESULTS = 1000
MOST_PAGE = 20
MOST_SKU = 40


class PutBody(Struct, frozen=True):
    productType: str
    attributes: dict[str, list[Any]]
    requirements: Literal["LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY"] = "LISTING"


class Patch(Struct, frozen=True):
    op: Literal["add", "replace", "merge", "delete"]
    path: str
    value: list[dict[str, Any]] = field(default_factory=list)


class PatchBody(Struct, frozen=True):
    productType: str
    patches: list[Patch]


def _counted(value: Any) -> Any:
    """The same with 3 for 3.0: to JSON schema both are one whole number, to Python they are not."""
    if isinstance(value, dict):
        return {name: _counted(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_counted(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _own_sku(call: Call) -> str:
    _own_seller(call)
    sku: str = call.path["sku"]
    if not sku.strip() or len(sku) > MOST_SKU:
        raise bad_request(f"A SKU has from 1 to {MOST_SKU} characters.")
    return sku


def _own_seller(call: Call) -> None:
    if call.path["seller_id"] != call.caller.seller_id:
        raise forbidden("The sellerId is not the seller who authorized this application.")
    locales.read(call, "issueLocale")


def put(call: Call) -> Answer:
    sku, market = _own_sku(call), call.marketplaces(most=1)[0]
    body = call.body(PutBody)
    command = commands.PutListing(
        seller_id=call.caller.seller_id,
        sku=sku,
        marketplace_id=market,
        product_type=body.productType,
        requirements=body.requirements,
        attributes=_counted(body.attributes),
    )
    if call.choice("mode", (PREVIEW,)):
        with call.desk.world.look() as memory:
            return _preview(call, memory.state, listings.check_put(memory.state, command), command.attributes)
    submission_id, issues = call.desk.world.do(command)
    return _submitted(call, submission_id, issues)


def patch(call: Call) -> Answer:
    sku, market = _own_sku(call), call.marketplaces()[0]
    body = call.body(PatchBody)
    if not body.patches:
        raise bad_request("patches must hold at least one operation.")
    for each in body.patches:
        name = each.path.removeprefix("/attributes/")
        if not each.path.startswith("/attributes/") or not name or "/" in name:
            raise bad_request(f"The path '{each.path}' is not that of a top-level attribute.")
    command = commands.PatchListing(
        seller_id=call.caller.seller_id,
        sku=sku,
        marketplace_id=market,
        product_type=body.productType,
        patches=[{"op": each.op, "path": each.path, "value": _counted(each.value)} for each in body.patches],
    )
    if call.choice("mode", (PREVIEW,)):
        with call.desk.world.look() as memory:
            issues = listings.check_patch(memory.state, command)
            listing = memory.state.listings[shelf.key(command.seller_id, sku)]
            return _preview(call, memory.state, issues, listing.attributes)
    submission_id, issues = call.desk.world.do(command)
    return _submitted(call, submission_id, issues)


def _preview(call: Call, state: State, issues: list[Issue], sent: dict[str, list[Any]]) -> Answer:
    market = call.marketplaces()[0]
    product = listing_rules.find_product(state, sent, marketplace_id=market)
    answer = _answer(call, "preview", issues, fine="VALID")
    if "identifiers" in call.choices("includedData", ("identifiers", "issues")):
        found = [{"marketplaceId": market, "asin": product.asin}] if product else []
        answer["identifiers"] = found
    return ok(answer)


def _submitted(call: Call, submission_id: str, issues: list[Issue]) -> Answer:
    answer = _answer(call, submission_id, issues, fine="ACCEPTED")
    if "identifiers" in call.choices("includedData", ("identifiers", "issues")):
        with call.desk.world.look() as memory:
            listing = shelf.find(memory.state, call.caller.seller_id, call.path["sku"])
        market = call.marketplaces()[0]
        answer["identifiers"] = [{"marketplaceId": market, "asin": listing.asin}] if listing else []
    return ok(answer)


def _answer(call: Call, submission_id: str, issues: list[Issue], *, fine: str) -> dict[str, Any]:
    has_error = any(issue.severity == "ERROR" for issue in issues)
    return {
        "sku": call.path["sku"],
        "status": "INVALID" if has_error else fine,
        "submissionId": submission_id,
        "issues": [listing_shape.issue(each) for each in issues],
    }


def delete(call: Call) -> Answer:
    sku, market = _own_sku(call), call.marketplaces(most=1)[0]
    submission_id = call.desk.world.do(
        commands.DeleteListing(seller_id=call.caller.seller_id, sku=sku, marketplace_id=market)
    )
    return ok({"sku": sku, "status": "ACCEPTED", "submissionId": submission_id, "issues": []})


def get(call: Call) -> Answer:
    sku, markets = _own_sku(call), call.marketplaces()
    view = listing_shape.View(call, markets)
    with call.desk.world.look() as memory:
        listing = shelf.find(memory.state, call.caller.seller_id, sku)
        if listing is None or listing.created is None:
            raise ApiError(404, "NOT_FOUND", f"SKU '{sku}' not found in marketplace {','.join(markets)}")
        return ok(view.show(memory.state, listing))


def search(call: Call) -> Answer:
    _own_seller(call)
    markets = call.marketplaces()
    view = listing_shape.View(call, markets)
    size = call.number("pageSize", least=1, most=MOST_PAGE, default=10)
    place = paging.read(call.text("pageToken"), arguments=_arguments(call))
    with call.desk.world.look() as memory:
        wanted = _Filter(call, memory.state, markets[0])
        found = _sorted(call, [each for each in _candidates(call, memory.state) if wanted.wants(each)])
        page = found[:MOST_RESULTS][place.beyond : place.beyond + size]
        items = [view.show(memory.state, each) for each in page]
    pagination = {}
    if place.beyond + size < min(len(found), MOST_RESULTS):
        pagination["nextToken"] = paging.write(paging.Place(place.beyond + size, place.arguments))
    if place.beyond:
        back = max(0, place.beyond - size)
        pagination["previousToken"] = paging.write(paging.Place(back, place.arguments))
    return ok({"numberOfResults": len(found), "pagination": pagination, "items": items})


def _arguments(call: Call) -> list[str]:
    return [
        f"{name}={','.join(sorted(values))}"
        for name, values in sorted(call.request.args.lists())
        if name not in ("pageToken", "pageSize")
    ]


def _candidates(call: Call, state: State) -> list[Listing]:
    """By identifiers, or all of the seller's that can be seen."""
    kind = call.choice("identifiersType", IDENTIFIER_TYPES)
    identifiers = call.values("identifiers", most=20)
    if bool(kind) != bool(identifiers):
        raise bad_request("identifiers and identifiersType go together.")
    own = [
        each
        for each in (_by_sku(call, state, identifiers) if kind == "SKU" else _all(call, state))
        if each.created is not None
    ]
    if not kind or kind == "SKU":
        return own
    wanted = set(identifiers)
    return [each for each in own if _identifier(state, each, kind) in wanted]


def _all(call: Call, state: State) -> list[Listing]:
    return list(shelf.of(state, call.caller.seller_id))


def _by_sku(call: Call, state: State, skus: list[str]) -> list[Listing]:
    found = (shelf.find(state, call.caller.seller_id, each) for each in skus)
    return [each for each in found if each is not None]


def _identifier(state: State, listing: Listing, kind: str) -> str:
    if kind == "ASIN":
        return listing.asin
    if kind == "FNSKU":
        return listing.fnsku
    return state.products[listing.asin].ean


class _Filter:
    """Which listings of a search are wanted, read once from its parameters."""

    def __init__(self, call: Call, state: State, market: str) -> None:
        self.created = (call.moment("createdAfter"), call.moment("createdBefore"))
        self.updated = (call.moment("lastUpdatedAfter"), call.moment("lastUpdatedBefore"))
        self.severities = call.choices("withIssueSeverity", ("WARNING", "ERROR"))
        self.with_status = set(call.choices("withStatus", listing_shape.STATUSES))
        self.without_status = set(call.choices("withoutStatus", listing_shape.STATUSES))
        self.state, self.market = state, market

    def wants(self, listing: Listing) -> bool:
        if not _lies_in(listing.created, self.created) or not _lies_in(listing.updated, self.updated):
            return False
        if self.severities and not any(each.severity in self.severities for each in listing.issues):
            return False
        if not self.with_status and not self.without_status:
            return True
        statuses = set(listing_shape.statuses(self.state, listing, self.market))
        return self.with_status <= statuses and not statuses & self.without_status


def _lies_in(moment: datetime | None, bounds: tuple[datetime | None, datetime | None]) -> bool:
    after, before = bounds
    if moment is None:
        return False
    return (after is None or moment >= after) and (before is None or moment <= before)


def _sorted(call: Call, found: list[Listing]) -> list[Listing]:
    by = call.choice("sortBy", ("sku", "createdDate", "lastUpdatedDate"), default="lastUpdatedDate")
    order = call.choice("sortOrder", ("ASC", "DESC"), default="DESC")
    keys: dict[str, Any] = {
        "sku": lambda each: each.sku,
        "createdDate": lambda each: (each.created, each.sku),
        "lastUpdatedDate": lambda each: (each.updated, each.sku),
    }
    return sorted(found, key=keys[by], reverse=order == "DESC")
