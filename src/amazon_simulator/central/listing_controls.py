"""Controls of what people do to listings in Seller Central, and of what the catalogue holds.

Each is one command; the conversion to Onsite stands in `controls`.
"""

from msgspec import UNSET, Struct, UnsetType, structs

from amazon_simulator.central import inspect
from amazon_simulator.central.inspect import Whose
from amazon_simulator.central.rows import ListingRow, RemovedListing
from amazon_simulator.central.wire import Control
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import life_commands as life
from amazon_simulator.world.refusal import Kind
from amazon_simulator.world.state import Listing, Product


def _listing(desk: Desk, listing: Listing) -> ListingRow:
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


def edit(desk: Desk, wanted: ListingEdit, sku: str) -> ListingRow:
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


def remove(desk: Desk, asked: Whose, sku: str) -> RemovedListing:
    return {"sku": desk.world.do(life.RemoveListing(sku=sku, seller_id=asked.seller))}


def revert(desk: Desk, wanted: Whose, sku: str) -> ListingRow:
    command = life.RevertListing(sku=sku, seller_id=wanted.seller)
    return _listing(desk, desk.world.do(command))


class OldStock(Struct, frozen=True, forbid_unknown_fields=True):
    """Without a quantity the SKU is taken off the old platform."""

    quantity: int | None = None
    seller: str = ""


def use_old_platform(desk: Desk, wanted: OldStock, sku: str) -> ListingRow:
    command = life.UseOldPlatform(sku=sku, quantity=wanted.quantity, seller_id=wanted.seller)
    return _listing(desk, desk.world.do(command))


class ProductChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Centimetres and kilograms, as numbers or as text; an empty gate opens the item to everybody."""

    origin: str | UnsetType = UNSET
    weight: str | float | UnsetType = UNSET
    length: str | float | UnsetType = UNSET
    width: str | float | UnsetType = UNSET
    height: str | float | UnsetType = UNSET
    gate: str | UnsetType = UNSET
    is_hazmat: bool | UnsetType = UNSET


def change_product(desk: Desk, wanted: ProductChange, asin: str) -> Product:
    changes = {name: value for name, value in structs.asdict(wanted).items() if value is not UNSET}
    return desk.world.do(life.ChangeProduct(asin=asin, changes=changes))


LISTING_CONTROLS = {
    ("PATCH", "/simulator/listings/<path:sku>"): Control(
        edit, "A person edits the listing in Seller Central; what is not named stays."
    ),
    ("DELETE", "/simulator/listings/<path:sku>"): Control(remove, "A person deletes the listing."),
    ("POST", "/simulator/listings/<path:sku>/revert"): Control(
        revert, "A person changes an Onsite FBA listing back to merchant fulfilled."
    ),
    ("PUT", "/simulator/listings/<path:sku>/old-platform"): Control(
        use_old_platform,
        "The SKU stands on the old Seller Flex platform with so many units, or is taken off it.",
    ),
    ("PATCH", "/simulator/products/<asin>"): Control(
        change_product,
        "The catalogue changes its mind about an item; its listings get the issues that follow.",
        refuses=(Kind.INVALID, Kind.UNKNOWN),
    ),
}
