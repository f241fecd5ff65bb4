"""Everything the pretend Amazon remembers, as plain structs that a snapshot can hold.

Structs hold columns and no rules: those are in `shipments`, `ledger`, `listings`, `orders`. Moments are
aware UTC, money is Decimal in the currency of the marketplace, units are integers.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from amazon_simulator.world.life_state import Basket, Due, Return, Told
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.order_parts import Box, LineTerms, Review, Terms
from amazon_simulator.world.steps import AnyStep
from amazon_simulator.world.switches import Switches


class Channel(StrEnum):
    FBA = "FBA"
    MFN = "MFN"


class LabelFormat(StrEnum):
    ZPL = "ZPL"
    PNG = "PNG"
    PDF = "PDF"


class Template(Struct, frozen=True, kw_only=True):
    """A shipping template of the seller, as it stands in Seller Central."""

    id: str
    name: str


class Seller(Struct, kw_only=True):
    id: str
    name: str
    region: str = "eu"
    marketplaces: list[str] = field(default_factory=lambda: ["A1F83G8C2ARO7P"])
    templates: list[Template] = field(default_factory=list)
    may_use_external_fulfillment: bool = True
    is_suspended: bool = False


class Consent(Struct, kw_only=True):
    """A seller's yes to a program: the code it was sent with, to which address, and how long it is good."""

    code: str
    seller_id: str
    redirect_uri: str
    is_uri_named: bool
    ends: datetime
    is_used: bool = False


class Application(Struct, kw_only=True):
    """A registered program: its secret, its roles, and whose authorisation each refresh token is."""

    client_id: str
    client_secret: str
    roles: list[str]
    refresh_tokens: dict[str, str]
    grantless_scopes: list[str] = field(default_factory=list)
    old_secrets: dict[str, datetime] = field(default_factory=dict)
    redirect_uris: list[str] = field(default_factory=list)
    consents: dict[str, Consent] = field(default_factory=dict)


class Location(Struct, kw_only=True):
    """A stock node: where Amazon sends the carrier, with its label format and pickup times."""

    id: str
    seller_id: str
    marketplace_id: str = "A1F83G8C2ARO7P"
    channel: Channel = Channel.FBA
    programme: Programme = Programme.SMARTCONNECT
    name: str = ""
    label_format: LabelFormat = LabelFormat.PNG
    time_zone: str = "Europe/London"
    pickups: list[str] = field(default_factory=lambda: ["23:00"])
    minutes_to_pack: int = 30
    carrier: str = "ATS"
    missed_pickups: int = 0
    next_lorry: datetime | None = None


class Product(Struct, frozen=True, kw_only=True):
    """An item of Amazon's catalogue. Centimetres and kilograms; `gate` names a restriction, if any."""

    asin: str
    ean: str
    brand: str
    title: str
    product_type: str
    browse_node: str
    origin: str = ""
    length: Decimal = Decimal(20)
    width: Decimal = Decimal(15)
    height: Decimal = Decimal(10)
    weight: Decimal = Decimal("0.5")
    is_hazmat: bool = False
    gate: str = ""
    colour: str = ""
    model_number: str = ""


class Issue(Struct, frozen=True, kw_only=True):
    code: str
    message: str
    severity: str = "ERROR"
    attributes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ("INVALID_ATTRIBUTE",)
    action: str = ""


class Change(Struct, frozen=True, kw_only=True):
    """A submission on its way: what it will do to the listing's attributes, and when."""

    submission_id: str
    due: datetime
    marketplace_id: str
    product_type: str
    kind: str
    attributes: dict[str, list[Any]] = field(default_factory=dict)
    patches: list[dict[str, Any]] = field(default_factory=list)


class Listing(Struct, kw_only=True):
    """One SKU of a seller; it is visible once `created` is set, which is after Amazon's delay."""

    sku: str
    seller_id: str
    asin: str
    product_type: str
    fnsku: str
    submitted: datetime
    created: datetime | None = None
    updated: datetime | None = None
    attributes: dict[str, list[Any]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    waiting: list[Change] = field(default_factory=list)
    is_converted: bool = False
    hazmat_form: dict[str, Any] | None = None
    old_platform: int | None = None
    spoilt_updates: int = 0
    suppression: str = ""


class Stock(Struct, kw_only=True):
    """What Amazon knows about a SKU at a location: the quantity last told and the units it holds back.

    Units in baskets are part of what is held back.
    """

    quantity: int = 0
    reserved: int = 0
    in_baskets: int = 0
    sequence: int | None = None
    accepted_updates: int = 0
    stale_refusals: int = 0
    changed: datetime | None = None


class FbaStock(Struct, kw_only=True):
    """A SKU in Amazon's own warehouses; `reserved` is sold and not shipped, `short` sold and not there."""

    fulfillable: int = 0
    reserved: int = 0
    short: int = 0
    name: str = ""
    marketplace_id: str = ""
    updated: datetime | None = None


class Line(Struct, kw_only=True):
    id: str
    item_id: str
    sku: str
    asin: str
    quantity: int
    price: Decimal
    is_gift: bool = False
    needs_hazmat_label: bool = False
    needs_serial: bool = False
    terms: LineTerms | None = None
    has_gift_wrap: bool = True  # of a gift
    has_gift_message: bool = True  # of a gift
    needs_origin: bool = False
    needs_item_value: bool = False
    is_multi_piece: bool = False
    marks: dict[str, str] | None = None


class PackedLine(Struct, frozen=True, kw_only=True):
    line_id: str
    quantity: int
    serials: tuple[str, ...] = ()
    pieces: int | None = None
    origin: str = ""
    item_value: Decimal | None = None
    currency: str = ""


class Size(Struct, frozen=True, kw_only=True):
    length: Decimal
    width: Decimal
    height: Decimal
    unit: str
    weight: Decimal
    weight_unit: str


class Label(Struct, frozen=True, kw_only=True):
    tracking_id: str
    carrier: str
    format: LabelFormat
    made: datetime
    pickup: datetime
    option_id: str = ""


class Offer(Struct, frozen=True, kw_only=True):
    """A way to hand a parcel over, as offered to the seller: by whom, and when."""

    id: str
    ship_by: str
    carrier: str
    start: datetime
    end: datetime
    method: str = ""


class Parcel(Struct, kw_only=True):
    """A package as the seller announced it, with every label it ever had; the last one counts."""

    id: str
    size: Size
    lines: list[PackedLine]
    hazmat_labels: list[str] = field(default_factory=list)
    handling: str = "NORMAL"
    status: str = "CREATED"
    labels: list[Label] = field(default_factory=list)
    told_shipped: int = 0
    shipped: datetime | None = None
    shipped_by: str = ""
    sub_status: str = ""
    offers: list[Offer] = field(default_factory=list)
    taken: datetime | None = None  # by the carrier


class OriginalLine(Struct, frozen=True, kw_only=True):
    """What a line stands for: its own SKU, and the one that was sent first."""

    sku: str
    original_sku: str
    quantity: int
    price: Decimal


class Original(Struct, frozen=True, kw_only=True):
    """The shipment that an exchange or a replacement stands for."""

    shipment_id: str
    location_id: str
    lines: tuple[OriginalLine, ...] = ()


class Cancellation(Struct, frozen=True, kw_only=True):
    kind: str
    reason: str
    at: datetime


class Shipment(Struct, kw_only=True):
    id: str
    order_id: str
    location_id: str
    programme: Programme
    status: Status
    lines: list[Line]
    created: datetime
    updated: datetime
    ship_by: datetime
    stamp: int = 0
    sub_status: str = ""
    parcels: list[Parcel] = field(default_factory=list)
    cancellation: Cancellation | None = None
    times_confirmed: int = 0
    failing_labels: int = 0
    needs_invoice: bool = False
    invoice_number: str = ""
    type: str = "NEW"
    replaces: str = ""
    original: Original | None = None
    by_third_party: bool = False
    invoiced: datetime | None = None
    deliver_at: datetime | None = None
    pickups_missed: int = 0
    told_reason: str = ""


class Ordinary(Struct, kw_only=True):
    """The part of an order that goes its way without External Fulfillment; `due` is Amazon's next step."""

    lines: list[Line]
    ship_by: datetime
    due: datetime | None = None
    shipped: dict[str, int] = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    cancellation: Cancellation | None = None
    is_split: bool = False
    takes_seconds: float = 0.0
    waits_for_invoice: bool = False
    store_pickup: str = ""
    review: Review | None = None


class Order(Struct, kw_only=True):
    id: str
    number: int
    seller_id: str
    marketplace_id: str
    fulfilled_by: str
    status: str
    created: datetime
    updated: datetime
    stamp: int = 0
    shipment_ids: list[str] = field(default_factory=list)
    terms: Terms | None = None
    ordinary: Ordinary | None = None


class Counters(Struct, kw_only=True):
    order: int = 0
    item: int = 0
    shipment: int = 0
    tracking: int = 0
    submission: int = 0
    listing: int = 0
    product: int = 0
    invoice: int = 0
    stamp: int = 0
    agenda: int = 0
    basket: int = 0
    returned: int = 0
    rma: int = 0
    consent: int = 0


class State(Struct, kw_only=True):
    seed: int = 1
    speed: float = 1.0
    offset_seconds: float = 0.0
    last_moment: datetime | None = None
    switches: Switches = field(default_factory=Switches)
    counters: Counters = field(default_factory=Counters)
    sellers: dict[str, Seller] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    stock: dict[str, dict[str, Stock]] = field(default_factory=dict)
    shipments: dict[str, Shipment] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    fba_stock: dict[str, FbaStock] = field(default_factory=dict)
    fba_tokens: list[str] = field(default_factory=list)
    returns: dict[str, Return] = field(default_factory=dict)
    baskets: dict[str, Basket] = field(default_factory=dict)
    agenda: list[Due] = field(default_factory=list)
    story: list[AnyStep] = field(default_factory=list)
    story_began: datetime | None = None
    story_names: dict[str, str] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
