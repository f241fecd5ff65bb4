"""Commands about ordinary orders, goods in Amazon's warehouses, sellers and registered programs.

The same rules as in `commands`: what was asked, with no moment in it.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from amazon_simulator.world.command import Command
from amazon_simulator.world.commands import WantedLine
from amazon_simulator.world.order_parts import Terms


class OpenSeller(Command, frozen=True, kw_only=True):
    """One more selling account in this world."""

    seller_id: str
    name: str
    region: str = "eu"
    marketplaces: list[str] = field(default_factory=list)


class RegisterApplication(Command, frozen=True, kw_only=True):
    """One more program, with the sellers who authorised it: refresh token to seller."""

    client_id: str
    client_secret: str
    roles: list[str]
    authorise: dict[str, str] = field(default_factory=dict)
    grantless_scopes: list[str] = field(default_factory=list)
    redirect_uris: list[str] = field(default_factory=list)


class GrantAccess(Command, frozen=True, kw_only=True):
    """A seller says yes to a program in Seller Central; without an address, its first one is meant."""

    client_id: str
    seller_id: str
    redirect_uri: str = ""


class RedeemCode(Command, frozen=True, kw_only=True):
    """A program exchanges the code of a consent for a refresh token."""

    client_id: str
    code: str
    redirect_uri: str = ""


class RotateSecret(Command, frozen=True, kw_only=True):
    client_id: str


class PlaceOrdinary(Command, frozen=True, kw_only=True):
    """An order without External Fulfillment; the seconds are those of Amazon's own next steps."""

    seller_id: str
    marketplace_id: str
    fulfilled_by: Literal["MERCHANT", "AMAZON"]
    lines: list[WantedLine]
    count: int = 1
    is_split: bool = False
    is_forced: bool = False
    is_gift: bool = False
    needs_invoice: bool = False
    is_regulated: bool = False
    pending_seconds: float = 1800.0
    release_seconds: float = 0.0
    ship_seconds: float = 21_600.0
    terms: Terms | None = None


class EndOrder(Command, frozen=True, kw_only=True):
    """An ordinary order is cancelled by its buyer, by the merchant in Seller Central, or by Amazon."""

    order_id: str
    by: Literal["BUYER", "MERCHANT", "AMAZON"]
    reason: str = ""


class AskToCancel(Command, frozen=True, kw_only=True):
    """A buyer asks; without an item for the whole order."""

    order_id: str
    item_id: str = ""
    reason: str = ""


class HurryOrder(Command, frozen=True, kw_only=True):
    """Amazon takes its next step with an ordinary order now."""

    order_id: str


class SendInvoice(Command, frozen=True, kw_only=True):
    """The seller confirms in Seller Central that the buyer has the invoice."""

    order_id: str


class PackedItem(Struct, frozen=True, kw_only=True):
    item_id: str
    quantity: int
    transparency: list[str] = field(default_factory=list)


class ConfirmPackage(Command, frozen=True, kw_only=True):
    """The seller tells of a package of an ordinary order."""

    order_id: str
    marketplace_id: str
    reference: str
    carrier_code: str
    tracking_id: str
    ship_date: datetime
    items: list[PackedItem]
    carrier_name: str = ""
    method: str = ""
    supply_source: str = ""


class TellStorePickup(Command, frozen=True, kw_only=True):
    order_id: str
    marketplace_id: str
    status: Literal["ReadyForPickup", "PickedUp", "RefusedPickup"]
    item_ids: list[str] = field(default_factory=list)


class TellVerdict(Command, frozen=True, kw_only=True):
    """Somebody's verdict on a regulated order."""

    order_id: str
    reviewer: str
    status: str = ""
    rejection: str = ""
    prescription: str = ""


class FbaEntry(Struct, frozen=True, kw_only=True):
    sku: str
    quantity: int
    marketplace_id: str = ""


class CreateFbaItem(Command, frozen=True, kw_only=True):
    seller_id: str
    sku: str
    marketplace_id: str
    name: str


class DeleteFbaItem(Command, frozen=True, kw_only=True):
    seller_id: str
    sku: str
    marketplace_id: str = ""


class AddFbaStock(Command, frozen=True, kw_only=True):
    """Goods reach Amazon's warehouses; the sandbox call only knows items that were created."""

    seller_id: str
    entries: list[FbaEntry]
    token: str = ""
    is_sandbox: bool = False
