"""What can change the world, each as one frozen struct; more are in `life_commands` and `order_commands`.

The rule: a command says what was asked, with no moment in it; the moment stands beside it, so that the same
commands at the same moments give the same world. A new one is added to `every_command`.
"""

from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from amazon_simulator.world.command import Command
from amazon_simulator.world.lifecycle import Programme
from amazon_simulator.world.order_parts import NOTHING, Terms
from amazon_simulator.world.state import LabelFormat, PackedLine, Size, Template
from amazon_simulator.world.switches import Switches


class MoveClock(Command, frozen=True, kw_only=True):
    seconds: float


class SetSpeed(Command, frozen=True, kw_only=True):
    speed: float


class SetSwitches(Command, frozen=True, kw_only=True):
    switches: Switches


class ChangeLocation(Command, frozen=True, kw_only=True):
    location_id: str
    label_format: LabelFormat | None = None
    pickups: list[str] | None = None
    minutes_to_pack: int | None = None


class OpenLocation(Command, frozen=True, kw_only=True):
    seller_id: str
    marketplace_id: str
    name: str
    channels: list[str]


class ChangeApplication(Command, frozen=True, kw_only=True):
    client_id: str
    client_secret: str | None = None
    roles: list[str] | None = None
    revoke: list[str] = field(default_factory=list)
    authorise: dict[str, str] = field(default_factory=dict)
    redirect_uris: list[str] | None = None


class ChangeSeller(Command, frozen=True, kw_only=True):
    seller_id: str
    may_use_external_fulfillment: bool | None = None
    is_suspended: bool | None = None
    templates: list[Template] | None = None
    """All shipping templates of the seller from now on."""


class StockEntry(Struct, frozen=True, kw_only=True):
    """One wish of an inventory batch; without a quantity it only asks."""

    location_id: str
    sku: str
    is_update: bool
    quantity: int | None = None
    sequence: int | None = None
    marketplace_id: str = ""
    channel: str = ""


class TellStock(Command, frozen=True, kw_only=True):
    seller_id: str
    entries: list[StockEntry]


class WantedLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sku: str
    quantity: int
    shipping: Decimal = NOTHING
    discount: Decimal = NOTHING
    shipping_discount: Decimal = NOTHING
    promotion: str = ""
    gift_message: str = ""


class PlaceOrder(Command, frozen=True, kw_only=True):
    seller_id: str
    lines: list[WantedLine]
    location_id: str = ""
    count: int = 1
    is_split: bool = False
    is_forced: bool = False
    is_gift: bool = False
    needs_hazmat_label: bool = False
    needs_serial: bool = False
    needs_invoice: bool = False
    failing_labels: int = 0
    type: str = "NEW"
    terms: Terms | None = None
    has_gift_wrap: bool = True
    has_gift_message: bool = True
    needs_origin: bool = False
    needs_item_value: bool = False
    is_multi_piece: bool = False
    marks: dict[str, str] | None = None
    replaces: str = ""
    programme: Programme | None = None
    by_third_party: bool = False


class PlaceMany(Command, frozen=True, kw_only=True):
    """A bulk of orders of one or two lines, for measuring; stock is not asked."""

    seller_id: str
    count: int
    skus: list[str] = field(default_factory=list)
    location_id: str = ""


class CancelOrder(Command, frozen=True, kw_only=True):
    order_id: str
    kind: str = "MARKETPLACE_CANCELLED"
    reason: str = "BUYER_CANCELLED"


class CancelShipment(Command, frozen=True, kw_only=True):
    shipment_id: str
    kind: str = "MARKETPLACE_CANCELLED"
    reason: str = "BUYER_CANCELLED"


class AssignStock(Command, frozen=True, kw_only=True):
    """Amazon found stock for a CREATED shipment."""

    shipment_id: str


class ConfirmShipment(Command, frozen=True, kw_only=True):
    shipment_id: str


class RejectShipment(Command, frozen=True, kw_only=True):
    """The whole shipment goes; the lines are named, but only to be known."""

    shipment_id: str
    reason: str = "OUT_OF_STOCK"
    line_ids: list[str] = field(default_factory=list)


class AnnouncedParcel(Struct, frozen=True, kw_only=True):
    id: str
    size: Size
    lines: list[PackedLine]
    hazmat_labels: list[str] = field(default_factory=list)
    handling: str = "NORMAL"


class CreateParcels(Command, frozen=True, kw_only=True):
    shipment_id: str
    parcels: list[AnnouncedParcel]


class ChangeParcel(Command, frozen=True, kw_only=True):
    shipment_id: str
    parcel: AnnouncedParcel


class AskOptions(Command, frozen=True, kw_only=True):
    shipment_id: str
    parcel_id: str


class MakeInvoice(Command, frozen=True, kw_only=True):
    shipment_id: str


class MakeLabels(Command, frozen=True, kw_only=True):
    shipment_id: str
    parcel_ids: list[str]
    option_id: str = ""
    carrier: str = ""
    tracking_id: str = ""
    is_again: bool = False


class TellParcelStatus(Command, frozen=True, kw_only=True):
    shipment_id: str
    parcel_id: str
    status: str
    sub_status: str = ""
    reason: str = ""


class SendLorry(Command, frozen=True, kw_only=True):
    location_id: str


class ScanShipment(Command, frozen=True, kw_only=True):
    """A carrier's scan of one shipment: picked up, on its way to the door, or delivered."""

    shipment_id: str
    is_delivery: bool = False
    is_on_its_way: bool = False
    sub_status: str = ""


class PutListing(Command, frozen=True, kw_only=True):
    seller_id: str
    sku: str
    marketplace_id: str
    product_type: str
    requirements: str
    attributes: dict[str, list[Any]]


class PatchListing(Command, frozen=True, kw_only=True):
    seller_id: str
    sku: str
    marketplace_id: str
    product_type: str
    patches: list[dict[str, Any]]


class DeleteListing(Command, frozen=True, kw_only=True):
    seller_id: str
    sku: str
    marketplace_id: str


class HurryListings(Command, frozen=True, kw_only=True):
    """What waits for Amazon's delay appears at once."""

    sku: str = ""
    seller_id: str = ""


class ConvertListing(Command, frozen=True, kw_only=True):
    sku: str
    seller_id: str = ""
    hazmat_form: dict[str, Any] | None = None


class SeedListing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sku: str
    asin: str
    price: str = "9.99"
    quantity: int | None = None


class SeedListings(Command, frozen=True, kw_only=True):
    seller_id: str
    listings: list[SeedListing]
    marketplace_id: str = "A1F83G8C2ARO7P"
    is_converted: bool = True
    is_fba: bool = False
