"""Onsite FBA: the conversion that a person does in Seller Central, and listings that are simply there.

Once converted, a SKU has stock at the seller's FBA locations and reports what the switch says. How a listing
comes about by Amazon's interface is in `listings`.
"""

import re
from datetime import datetime
from typing import Any

from amazon_simulator.world import attributes, fba, ledger, listings, shelf
from amazon_simulator.world.commands import ConvertListing, SeedListing, SeedListings
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.refusal import invalid, not_now, repeated, unknown
from amazon_simulator.world.state import Channel, Listing, State
from amazon_simulator.world.switches import ConvertedChannel

_PRICE = re.compile(r"\d{1,7}(\.\d{1,2})?")


def convert(memory: Memory, command: ConvertListing, *, now: datetime) -> Listing:
    """What a person does in Seller Central: change a merchant-fulfilled listing to Onsite FBA."""
    listing = listings.find(memory.state, command.sku, seller_id=command.seller_id)
    product = memory.state.products[listing.asin]
    if listing.is_converted:
        raise repeated(f"{listing.sku} is Onsite FBA already.")
    errors = [issue.message for issue in listing.issues if issue.severity == "ERROR"]
    if errors:
        raise not_now(f"{listing.sku} cannot be converted while it has issues: {' '.join(errors)}")
    if not listing.attributes.get("country_of_origin"):
        raise not_now(f"{listing.sku} cannot be converted without a country of origin.")
    if product.is_hazmat and not command.hazmat_form:
        raise not_now(f"{listing.sku} may be dangerous goods: fill in the hazmat form to convert it.")
    listing.hazmat_form = command.hazmat_form
    _make_onsite(memory.state, listing, now=now)
    return listing


def _make_onsite(state: State, listing: Listing, *, now: datetime) -> None:
    listing.is_converted = True
    listing.updated = now
    nodes = [
        each
        for each in state.locations.values()
        if each.seller_id == listing.seller_id and each.channel == Channel.FBA
    ]
    for location in nodes:
        ledger.at(state, location.id, listing.sku)
    if state.switches.converted_channel == ConvertedChannel.DEFAULT or not nodes:
        return
    code = MARKETPLACES[nodes[0].marketplace_id].amazon_channel
    listing.attributes["fulfillment_availability"] = [{"fulfillment_channel_code": code}]


def seed(memory: Memory, command: SeedListings, *, now: datetime) -> list[str]:
    """Listings that are simply there, as if made long ago."""
    state = memory.state
    for wanted in command.listings:
        if wanted.asin not in state.products:
            raise unknown("ASIN", wanted.asin)
        if not _PRICE.fullmatch(wanted.price):
            raise invalid(f"{wanted.sku}: '{wanted.price}' is not a price.")
    for wanted in command.listings:
        listing = _seed_listing(state, command, wanted, now=now)
        if command.is_fba:
            fba.stock_up(state, command.seller_id, wanted.sku, units=wanted.quantity or 0, now=now)
        elif command.is_converted:
            _make_onsite(state, listing, now=now)
            _seed_stock(state, listing, quantity=wanted.quantity or 0)
    return [wanted.sku for wanted in command.listings]


def _seed_listing(state: State, command: SeedListings, wanted: SeedListing, *, now: datetime) -> Listing:
    """A new listing, or one more marketplace of one that is there."""
    product, market = state.products[wanted.asin], command.marketplace_id
    listing = shelf.find(state, command.seller_id, wanted.sku)
    if listing is None or listing.asin != wanted.asin:
        listing = listings.new(state, wanted.sku, product, seller_id=command.seller_id, now=now)
    given = _seeded(command, wanted.asin, price=wanted.price, quantity=wanted.quantity)
    given["country_of_origin"] = [{"value": product.origin or "GB", "marketplace_id": market}]
    listing.attributes = attributes.put(listing.attributes, given, marketplace_id=market)
    listing.created = listing.created or now
    listing.updated = now
    shelf.put(state, listing)
    return listing


def _seed_stock(state: State, listing: Listing, *, quantity: int) -> None:
    for location in state.locations.values():
        if location.seller_id == listing.seller_id and location.channel == Channel.FBA:
            ledger.at(state, location.id, listing.sku).quantity = quantity
            return


def _seeded(command: SeedListings, asin: str, *, price: str, quantity: int | None) -> dict[str, list[Any]]:
    market = command.marketplace_id
    offer = {
        "marketplace_id": market,
        "currency": MARKETPLACES[market].currency,
        "audience": "ALL",
        "our_price": [{"schedule": [{"value_with_tax": float(price)}]}],
    }
    return {
        "merchant_suggested_asin": [{"value": asin, "marketplace_id": market}],
        "condition_type": [{"value": "new_new", "marketplace_id": market}],
        "purchasable_offer": [offer],
        "fulfillment_availability": [_seeded_channel(command, quantity=quantity or 0)],
    }


def _seeded_channel(command: SeedListings, *, quantity: int) -> dict[str, Any]:
    if command.is_fba:
        return {"fulfillment_channel_code": MARKETPLACES[command.marketplace_id].amazon_channel}
    return {"fulfillment_channel_code": "DEFAULT", "quantity": quantity}
