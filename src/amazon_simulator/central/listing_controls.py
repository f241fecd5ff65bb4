"""Controls of what people do to listings in Seller Central, and of what the catalogue holds.

Each is one command; the conversion to Onsite stands in `controls`.
"""

from typing import Any

from msgspec import Struct
from werkzeug.wrappers import Request

from amazon_simulator.central import inspect
from amazon_simulator.central.wire import body, control
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import life_commands as life
from amazon_simulator.world.state import Listing


def _listing(desk: Desk, listing: Listing) -> Any:
    with desk.world.look() as memory:
        return inspect.listing_row(memory, listing)


class ListingEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """What is not given stays; an empty suppression lifts it."""

    seller: str = ""
    marketplace: str = ""
    price: str | None = None
    quantity: int | None = None
    template: str | None = None
    origin: str | None = None
    suppression: str | None = None


def edit(desk: Desk, request: Request, sku: str) -> Any:
    wanted = body(request, ListingEdit)
    command = life.EditListing(
        sku=sku,
        seller_id=wanted.seller,
        marketplace_id=wanted.marketplace,
        price=wanted.price,
        quantity=wanted.quantity,
        template=wanted.template,
        origin=wanted.origin,
        suppression=wanted.suppression,
    )
    return _listing(desk, desk.world.do(command))


def remove(desk: Desk, request: Request, sku: str) -> Any:
    return {"sku": desk.world.do(life.RemoveListing(sku=sku, seller_id=request.args.get("seller", "")))}


class Whose(Struct, frozen=True, forbid_unknown_fields=True):
    seller: str = ""


def revert(desk: Desk, request: Request, sku: str) -> Any:
    command = life.RevertListing(sku=sku, seller_id=body(request, Whose).seller)
    return _listing(desk, desk.world.do(command))


class OldStock(Struct, frozen=True, forbid_unknown_fields=True):
    """Without a quantity the SKU is taken off the old platform."""

    quantity: int | None = None
    seller: str = ""


def use_old_platform(desk: Desk, request: Request, sku: str) -> Any:
    wanted = body(request, OldStock)
    command = life.UseOldPlatform(sku=sku, quantity=wanted.quantity, seller_id=wanted.seller)
    return _listing(desk, desk.world.do(command))


def change_product(desk: Desk, request: Request, asin: str) -> Any:
    changes = body(request, dict[str, Any])
    return inspect.product_row(desk.world.do(life.ChangeProduct(asin=asin, changes=changes)))


LISTING_CONTROLS = {
    ("PATCH", "/simulator/listings/<path:sku>"): control(edit),
    ("DELETE", "/simulator/listings/<path:sku>"): control(remove),
    ("POST", "/simulator/listings/<path:sku>/revert"): control(revert),
    ("PUT", "/simulator/listings/<path:sku>/old-platform"): control(use_old_platform),
    ("PATCH", "/simulator/products/<asin>"): control(change_product),
}
