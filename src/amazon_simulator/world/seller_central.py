"""What a person does to a listing in Seller Central itself, and what others do behind the seller's back.

It takes effect at once, without Amazon's delay for submissions. The conversion to Onsite is in `onsite`.
"""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import structs

from amazon_simulator.world import attributes, baskets, ledger, listings, shelf
from amazon_simulator.world.life_commands import (
    ChangeProduct,
    EditListing,
    EmptyBasket,
    RemoveListing,
    RevertListing,
    UseOldPlatform,
)
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.refusal import invalid, not_now, unknown
from amazon_simulator.world.state import Channel, Listing, Product, Seller, State, Stock

_PRICE = re.compile(r"\d{1,7}(\.\d{1,2})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NUMBERS = ("weight", "length", "width", "height")
_CHANGEABLE = (*_NUMBERS, "origin", "gate", "is_hazmat")


def edit(memory: Memory, command: EditListing, *, now: datetime) -> Listing:
    listing = listings.find(memory.state, command.sku, seller_id=command.seller_id)
    seller = memory.state.sellers[listing.seller_id]
    market = command.marketplace_id or seller.marketplaces[0]
    patches = _patches(listing, seller, command, market=market)
    listing.attributes = attributes.patch(listing.attributes, patches)
    if command.suppression is not None:
        listing.suppression = command.suppression
    listing.updated = now
    listings.look_again(memory.state, listing)
    return listing


def _patches(listing: Listing, seller: Seller, command: EditListing, *, market: str) -> list[dict[str, Any]]:
    if market not in seller.marketplaces:
        raise unknown("marketplace of the seller", market)
    values: dict[str, dict[str, Any]] = {}
    if command.price is not None:
        values["purchasable_offer"] = offer(command.price, market)
    if command.quantity is not None:
        values["fulfillment_availability"] = _quantity(listing, command.quantity)
    if command.template is not None:
        known = {text for each in seller.templates for text in (each.id, each.name)}
        if command.template not in known:
            raise unknown("shipping template", command.template)
        values["merchant_shipping_group"] = {"value": command.template, "marketplace_id": market}
    if command.origin is not None:
        if not _COUNTRY.fullmatch(command.origin):
            raise invalid(f"'{command.origin}' is not a country of two capital letters.")
        values["country_of_origin"] = {"value": command.origin, "marketplace_id": market}
    return [
        {"op": "merge", "path": f"/attributes/{name}", "value": [value]} for name, value in values.items()
    ]


def offer(price: str, market: str) -> dict[str, Any]:
    if not _PRICE.fullmatch(price) or Decimal(price) <= 0:
        raise invalid(f"'{price}' is not a price.")
    return {
        "marketplace_id": market,
        "currency": MARKETPLACES[market].currency,
        "audience": "ALL",
        "our_price": [{"schedule": [{"value_with_tax": float(price)}]}],
    }


def _quantity(listing: Listing, quantity: int) -> dict[str, Any]:
    if quantity < 0:
        raise invalid(f"A quantity of {quantity} cannot be set.")
    if listing.is_converted:
        raise not_now(f"{listing.sku} is Onsite FBA: its stock comes through External Fulfillment.")
    return {"fulfillment_channel_code": "DEFAULT", "quantity": quantity}


def remove(memory: Memory, command: RemoveListing, *, now: datetime) -> str:
    listing = listings.find(memory.state, command.sku, seller_id=command.seller_id)
    shelf.remove(memory.state, listing)
    return listing.sku


def revert(memory: Memory, command: RevertListing, *, now: datetime) -> Listing:
    """Back to merchant fulfilled: Onsite stock goes, and so it must not be promised to anybody."""
    listing = listings.find(memory.state, command.sku, seller_id=command.seller_id)
    if not listing.is_converted:
        raise not_now(f"{listing.sku} is merchant fulfilled already.")
    stocks = _onsite_stock(memory.state, listing)
    promised = sum(each.reserved - each.in_baskets for each in stocks)
    if promised:
        raise not_now(f"{listing.sku} cannot be changed back while {promised} units are promised to buyers.")
    for basket in [each for each in memory.state.baskets.values() if each.sku == listing.sku]:
        baskets.empty(memory, EmptyBasket(basket_id=basket.id), now=now)
    for stock in stocks:
        stock.quantity = 0
    listing.is_converted = False
    listing.attributes["fulfillment_availability"] = [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}]
    listing.updated = now
    return listing


def _onsite_stock(state: State, listing: Listing) -> list[Stock]:
    found = [
        ledger.find(state, each.id, listing.sku)
        for each in state.locations.values()
        if each.seller_id == listing.seller_id and each.channel == Channel.FBA
    ]
    return [each for each in found if each is not None]


def use_old_platform(memory: Memory, command: UseOldPlatform, *, now: datetime) -> Listing:
    """On both platforms at once the old one's units are added to what the new one told."""
    if command.quantity is not None and command.quantity < 0:
        raise invalid(f"A quantity of {command.quantity} cannot stand on the old platform.")
    listing = listings.find(memory.state, command.sku, seller_id=command.seller_id)
    before = listing.old_platform or 0
    listing.old_platform = command.quantity
    if command.quantity is None:
        listing.spoilt_updates = 0
        listings.look_again(memory.state, listing)
    elif listing.is_converted:
        for stock in _onsite_stock(memory.state, listing)[:1]:
            stock.quantity = max(0, stock.quantity + command.quantity - before)
    return listing


def spoil(state: State, listing: Listing, stock: Stock) -> None:
    """The new platform told a figure while the old one still has the SKU."""
    if not listing.old_platform:
        return
    stock.quantity += listing.old_platform
    listing.spoilt_updates += 1
    listings.look_again(state, listing)


def change_product(memory: Memory, command: ChangeProduct, *, now: datetime) -> Product:
    """The catalogue changes its mind; what is listed under the item is looked at again."""
    product = memory.state.products.get(command.asin)
    if product is None:
        raise unknown("ASIN", command.asin)
    changed = structs.replace(product, **_checked(command.changes))
    memory.state.products[command.asin] = changed
    for listing in memory.state.listings.values():
        if listing.asin == command.asin and listing.created is not None:
            listings.look_again(memory.state, listing)
    return changed


def _checked(changes: dict[str, Any]) -> dict[str, Any]:
    for name in changes:
        if name not in _CHANGEABLE:
            raise invalid(f"'{name}' of an item cannot be changed; {', '.join(_CHANGEABLE)} can.")
    return {name: _number(name, value) if name in _NUMBERS else value for name, value in changes.items()}


def _number(name: str, value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise invalid(f"The {name} '{value}' is not a number.") from None
    if not number.is_finite() or number < 0:
        raise invalid(f"The {name} '{value}' is not a number of zero or more.")
    return number
