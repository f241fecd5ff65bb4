"""Listings: accepted at once, visible after Amazon's delay, and then as merchant-fulfilled.

What waits is applied by `settle` at its own due moment, whoever looks first. What is wrong with a
submission stands in `listing_rules`, how attributes are put and patched in `attributes`, and what makes a
listing Onsite in `onsite`.
"""

import heapq
from datetime import datetime, timedelta
from decimal import Decimal

from amazon_simulator.world import attributes, ids, listing_rules, shelf
from amazon_simulator.world.commands import DeleteListing, HurryListings, PatchListing, PutListing
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.refusal import invalid, unknown
from amazon_simulator.world.state import Change, Issue, Listing, Product, State
from amazon_simulator.world.switches import ConvertedChannel

_LATER_DELAY = (30, 120)


def price(listing: Listing, marketplace_id: str) -> Decimal | None:
    return attributes.price(listing.attributes, marketplace_id=marketplace_id)


def find(state: State, sku: str, *, seller_id: str = "") -> Listing:
    """A listing that can be seen."""
    listing = shelf.find(state, seller_id, sku)
    if listing is None or listing.created is None:
        raise unknown("SKU", sku)
    return listing


def sold_in(listing: Listing) -> set[str]:
    """The marketplaces that any of its attributes names."""
    return {
        value["marketplace_id"]
        for values in listing.attributes.values()
        for value in values
        if value.get("marketplace_id")
    }


def check_put(state: State, command: PutListing) -> list[Issue]:
    seller = state.sellers[command.seller_id]
    return listing_rules.check_type(state, command.product_type) + listing_rules.on_put(
        state, seller, command
    )


def check_patch(state: State, command: PatchListing) -> list[Issue]:
    if shelf.find(state, command.seller_id, command.sku) is None:
        raise invalid(f"The SKU '{command.sku}' is not listed in {command.marketplace_id}; put it first.")
    seller = state.sellers[command.seller_id]
    sent = {
        attributes.attribute_name(each["path"]): each.get("value") or []
        for each in command.patches
        if each["op"] != "delete"
    }
    return listing_rules.check_type(state, command.product_type) + listing_rules.check_values(
        state,
        seller,
        marketplace_id=command.marketplace_id,
        product_type=command.product_type,
        sent=sent,
    )


def put(memory: Memory, command: PutListing, *, now: datetime) -> tuple[str, list[Issue]]:
    state = memory.state
    issues = check_put(state, command)
    if any(issue.severity == "ERROR" for issue in issues):
        return _submission_id(state), issues
    listing = shelf.find(state, command.seller_id, command.sku)
    if listing is None:
        listing = _new(state, command, now=now)
    bounds = _LATER_DELAY if listing.created else _first_delay(state)
    change = Change(
        submission_id=_submission_id(state),
        due=_due(state, listing, bounds=bounds, now=now),
        marketplace_id=command.marketplace_id,
        product_type=command.product_type,
        kind="put",
        attributes=command.attributes,
    )
    _wait(memory, listing, change)
    return change.submission_id, issues


def patch(memory: Memory, command: PatchListing, *, now: datetime) -> tuple[str, list[Issue]]:
    state = memory.state
    issues = check_patch(state, command)
    if any(issue.severity == "ERROR" for issue in issues):
        return _submission_id(state), issues
    listing = state.listings[shelf.key(command.seller_id, command.sku)]
    change = Change(
        submission_id=_submission_id(state),
        due=_due(state, listing, bounds=_LATER_DELAY, now=now),
        marketplace_id=command.marketplace_id,
        product_type=command.product_type,
        kind="patch",
        patches=command.patches,
    )
    _wait(memory, listing, change)
    return change.submission_id, issues


def delete(memory: Memory, command: DeleteListing, *, now: datetime) -> str:
    """Deleting what is not there is accepted too."""
    listing = shelf.find(memory.state, command.seller_id, command.sku)
    submission = _submission_id(memory.state)
    if listing is not None:
        change = Change(
            submission_id=submission,
            due=_due(memory.state, listing, bounds=_LATER_DELAY, now=now),
            marketplace_id=command.marketplace_id,
            product_type=listing.product_type,
            kind="delete",
        )
        _wait(memory, listing, change)
    return submission


def hurry(memory: Memory, command: HurryListings, *, now: datetime) -> list[str]:
    state = memory.state
    wanted = list(dict.fromkeys(each[2] for each in memory.due))
    if command.sku:
        wanted = [shelf.key(command.seller_id or shelf.first_seller(state), command.sku)]
        if wanted[0] not in state.listings:
            raise unknown("SKU", command.sku)
    for place in wanted:
        while place in state.listings and state.listings[place].waiting:
            _apply(memory, state.listings[place], at=now)
    return [place.partition("/")[2] for place in wanted]


def settle(memory: Memory, *, now: datetime) -> None:
    """Let everything happen whose moment has come, each at its own moment."""
    while memory.due and memory.due[0][0] <= now:
        due, _, place = heapq.heappop(memory.due)
        listing = memory.state.listings.get(place)
        while listing is not None and listing.waiting and listing.waiting[0].due <= due:
            _apply(memory, listing, at=listing.waiting[0].due)


def _new(state: State, command: PutListing, *, now: datetime) -> Listing:
    product = listing_rules.find_product(state, command.attributes, marketplace_id=command.marketplace_id)
    if product is None:
        product = _new_product(state, command)
    listing = new(state, command.sku, product, seller_id=command.seller_id, now=now)
    shelf.put(state, listing)
    return listing


def new(state: State, sku: str, product: Product, *, seller_id: str, now: datetime) -> Listing:
    state.counters.listing += 1
    return Listing(
        sku=sku,
        seller_id=seller_id,
        asin=product.asin,
        product_type=product.product_type,
        fnsku=ids.fnsku(state.seed, state.counters.listing),
        submitted=now,
    )


def _new_product(state: State, command: PutListing) -> Product:
    """A full listing that matches nothing in the catalogue makes its own catalogue item."""

    def said(name: str) -> str:
        value = attributes.first(command.attributes, name, marketplace_id=command.marketplace_id)
        return str(value or "")

    state.counters.product += 1
    product = Product(
        asin=ids.asin(state.seed, state.counters.product),
        ean=said("externally_assigned_product_identifier"),
        brand=said("brand"),
        title=said("item_name"),
        product_type=command.product_type,
        browse_node="",
        origin=said("country_of_origin"),
    )
    state.products[product.asin] = product
    return product


def _submission_id(state: State) -> str:
    state.counters.submission += 1
    return ids.submission_id(state.seed, state.counters.submission)


def _first_delay(state: State) -> tuple[int, int]:
    return state.switches.listing_least_seconds, state.switches.listing_most_seconds


def _due(state: State, listing: Listing, *, bounds: tuple[int, int], now: datetime) -> datetime:
    least, most = bounds
    chance = (state.counters.submission * 7_919 + state.seed * 104_729) % (most - least + 1)
    due = now + timedelta(seconds=(least + chance) / state.speed)
    return max(due, listing.waiting[-1].due) if listing.waiting else due


def _wait(memory: Memory, listing: Listing, change: Change) -> None:
    listing.waiting.append(change)
    heapq.heappush(
        memory.due, (change.due, memory.state.counters.submission, shelf.key(listing.seller_id, listing.sku))
    )


def _apply(memory: Memory, listing: Listing, *, at: datetime) -> None:
    change = listing.waiting.pop(0)
    if change.kind == "delete":
        _remove(memory.state, listing, change)
        return
    if change.kind == "put":
        listing.attributes = attributes.put(
            listing.attributes, change.attributes, marketplace_id=change.marketplace_id
        )
        listing.is_converted = listing.is_converted and _is_still_amazon(memory.state, listing)
    else:
        listing.attributes = attributes.patch(listing.attributes, change.patches)
    listing.product_type = change.product_type
    listing.created = listing.created or at
    listing.updated = at
    listing.issues = listing_rules.late(memory.state, listing, marketplace_id=change.marketplace_id)


def look_again(state: State, listing: Listing) -> None:
    """Amazon finds anew what is wrong with a listing, in the first marketplace where it is sold."""
    markets = sorted(sold_in(listing)) or state.sellers[listing.seller_id].marketplaces
    listing.issues = listing_rules.late(state, listing, marketplace_id=markets[0])


def _is_still_amazon(state: State, listing: Listing) -> bool:
    """A put that names only the merchant's channel takes the SKU out of Onsite again."""
    if state.switches.converted_channel == ConvertedChannel.DEFAULT:
        return True
    return any(code.startswith("AMAZON_") for code in channels(listing))


def channels(listing: Listing) -> list[str]:
    return [
        str(each.get("fulfillment_channel_code"))
        for each in listing.attributes.get("fulfillment_availability", [])
    ]


def _remove(state: State, listing: Listing, change: Change) -> None:
    listing.attributes = attributes.put(listing.attributes, {}, marketplace_id=change.marketplace_id)
    if not sold_in(listing):
        shelf.remove(state, listing)
