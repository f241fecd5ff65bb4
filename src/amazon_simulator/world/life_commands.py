"""Commands of the life around a sale: carriers, returns, baskets, Seller Central, the old platform, stories.

Their neighbours in `commands` are those of Amazon's own operations. The same rule: no moment in a command.
"""

from datetime import datetime
from typing import Any

from msgspec import field

from amazon_simulator.world.command import Command
from amazon_simulator.world.return_life import ReturnStatus, ReturnSubType, ReturnType


class MissPickups(Command, frozen=True, kw_only=True):
    """The carrier does not come to a location for the next so many times."""

    location_id: str
    times: int = 1


class ScanLabel(Command, frozen=True, kw_only=True):
    """The driver scans one label at the lorry; a void one is refused."""

    tracking_id: str


class PlanDelivery(Command, frozen=True, kw_only=True):
    """By the carrier's clock: deliver a shipment that left so many hours from now, or never."""

    shipment_id: str
    hours: float | None = None


class FulfilShipment(Command, frozen=True, kw_only=True):
    """The seller's own steps up to a status, as if the seller had done them in one instant."""

    shipment_id: str
    until: str = "SHIPPED"


class ChangePickupDate(Command, frozen=True, kw_only=True):
    """The carrier has no room: Amazon expects the shipment to leave at another moment."""

    shipment_id: str
    at: datetime


class PublishInvoice(Command, frozen=True, kw_only=True):
    """Amazon's own invoice for a shipment is there now."""

    shipment_id: str


class OpenReturn(Command, frozen=True, kw_only=True):
    """A buyer sends units of one SKU of a shipment back, or refused them at the door."""

    shipment_id: str
    sku: str = ""
    units: int = 0
    type: ReturnType = ReturnType.CUSTOMER
    sub_type: ReturnSubType = ReturnSubType.NORMAL
    reason: str = ""
    rma_id: str = ""
    location_id: str = ""
    has_otp: bool = False
    is_dropped_off: bool = False
    exchange_sku: str = ""


class MoveReturn(Command, frozen=True, kw_only=True):
    """A return goes to its next status; `units` says how many are graded so far."""

    return_id: str
    status: ReturnStatus
    units: int = 0
    location_id: str = ""


class FillBasket(Command, frozen=True, kw_only=True):
    """A buyer puts units into a basket; they count as held until they are bought, put back or too old."""

    seller_id: str
    sku: str
    units: int = 1
    minutes: float = 15
    location_id: str = ""


class EmptyBasket(Command, frozen=True, kw_only=True):
    basket_id: str


class EditListing(Command, frozen=True, kw_only=True):
    """What a person changes in Seller Central itself; what is None stays."""

    sku: str
    seller_id: str = ""
    marketplace_id: str = ""
    price: str | None = None
    quantity: int | None = None
    template: str | None = None
    origin: str | None = None
    suppression: str | None = None


class RemoveListing(Command, frozen=True, kw_only=True):
    """A person deletes a listing in Seller Central."""

    sku: str
    seller_id: str = ""


class RevertListing(Command, frozen=True, kw_only=True):
    """A person changes an Onsite listing back to merchant fulfilled."""

    sku: str
    seller_id: str = ""


class UseOldPlatform(Command, frozen=True, kw_only=True):
    """A SKU stands on the old Seller Flex platform with this quantity; None takes it off."""

    sku: str
    quantity: int | None
    seller_id: str = ""


class ChangeProduct(Command, frozen=True, kw_only=True):
    """What the catalogue holds about an item is changed by somebody else."""

    asin: str
    changes: dict[str, Any] = field(default_factory=dict)


class BeginStory(Command, frozen=True, kw_only=True):
    """The scenario's steps count from this moment."""
