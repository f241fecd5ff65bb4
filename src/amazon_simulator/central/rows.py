"""The shapes of what the control API answers, for the reader of its description and for its tests.

The rule: what the state keeps (`Location`, `Seller`, `Product`) is answered as that Struct; only what is put
together for the answer stands here.
"""

from datetime import datetime
from typing import Any, NotRequired, TypedDict

from amazon_simulator.http.faults import FaultKind
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.refusal import Kind
from amazon_simulator.world.return_life import ReturnStatus, ReturnSubType, ReturnType


class Trouble(TypedDict):
    code: Kind
    message: str


class Refusal(TypedDict):
    """What was refused, to which thing, and what to do instead."""

    error: Trouble


class Health(TypedDict):
    status: str


class Skus(TypedDict):
    skus: list[str]


class Counted(TypedDict):
    """How many SKUs were put there."""

    skus: int


class Placed(TypedDict):
    """How many of them."""

    orders: int
    shipments: int


class PlacedOrder(TypedDict):
    order_id: str
    shipment_ids: list[str]


class PlacedOrders(TypedDict):
    orders: list[PlacedOrder]


class Taken(TypedDict):
    """The shipments that the lorry took."""

    shipment_ids: list[str]


class ApplicationRow(TypedDict):
    client_id: str
    roles: list[str]


class ConsentRow(TypedDict):
    """`redirect` is the program's address with what Amazon adds to it."""

    code: str
    redirect: str
    ends: str


class Moment(TypedDict):
    now: str


class ClockRow(Moment):
    offset_seconds: float
    speed: float


class Numbered(TypedDict):
    id: str


class Released(Numbered):
    released: bool


class HoldRow(TypedDict):
    """`reached` says that the call stands still now."""

    id: str
    operation: str
    nth: int
    moment: str
    reached: bool
    released: bool


class FaultRow(TypedDict):
    """`left` calls are still hit (null: it goes on); `seen` counts those it could have hit."""

    id: str
    operation: str
    kind: FaultKind
    seconds: float
    every: int
    chance: float
    left: int | None
    seen: int


class WaitingChange(TypedDict):
    submission_id: str
    kind: str
    due: str


class ListingRow(TypedDict):
    """`status` is SUBMITTED, MFN, ONSITE_FBA or FBA."""

    sku: str
    asin: str
    title: str
    status: str
    is_visible: bool
    is_converted: bool
    is_hazmat: bool
    has_hazmat_form: bool
    old_platform: int | None
    suppression: str | None
    price: str | None
    currency: str | None
    condition: Any
    origin: Any
    template: Any
    availability: list[dict[str, Any]]
    issues: list[dict[str, Any]]
    submitted: str
    created: str | None
    updated: str | None
    waiting: list[WaitingChange]


class WholeListing(ListingRow):
    """With its attributes as the seller wrote them."""

    attributes: dict[str, list[Any]]


class RemovedListing(TypedDict):
    sku: str


class StockRow(TypedDict):
    location: str
    sku: str
    quantity: int
    reserved: int
    in_baskets: int
    sellable: int
    sequence: int | None
    accepted_updates: int
    stale_refusals: int


class LineRow(TypedDict):
    id: str
    sku: str
    quantity: int


class PackedRow(TypedDict):
    id: str
    quantity: int


class ParcelRow(TypedDict):
    """`void_tracking_ids` count no longer; `told_shipped` is how often the shop told it."""

    id: str
    status: str
    sub_status: str | None
    tracking_id: str | None
    void_tracking_ids: list[str]
    labels_generated: int
    told_shipped: int
    shipped_at: str | None
    shipped_by: str | None
    taken_at: str | None
    lines: list[PackedRow]


class ShipmentRow(TypedDict):
    id: str
    order_id: str
    location: str
    programme: Programme
    status: Status
    sub_status: str
    lines: list[LineRow]
    packages: list[ParcelRow]
    times_confirmed: int
    cancellation: str | None
    created: str
    updated: str
    ship_by: str
    type: str
    replaces: str | None
    pickups_missed: int
    deliver_at: str | None


class OrderRow(TypedDict):
    id: str
    status: str
    fulfilled_by: str
    marketplace: str
    shipment_ids: list[str]
    created: str
    updated: str


class OrderLineRow(TypedDict):
    item: str
    sku: str
    quantity: int
    shipped: int


class BoxRow(TypedDict):
    """A package that the merchant told by confirmShipment: units of each order item."""

    reference: str
    carrier: str
    tracking_id: str
    times_told: int
    units: dict[str, int]


class WholeOrder(OrderRow):
    """Lines, packages and who cancelled it: of orders without External Fulfillment only."""

    shipments: list[ShipmentRow]
    lines: NotRequired[list[OrderLineRow]]
    packages: NotRequired[list[BoxRow]]
    cancelled_by: NotRequired[str | None]


class CallRow(TypedDict):
    """A status of 0 is a call whose connection broke off."""

    at: str
    operation: str
    method: str
    path: str
    status: int
    request_id: str
    milliseconds: float


class Answered(TypedDict):
    requests: int
    answered: dict[str, int]


class CallsRow(TypedDict):
    operations: dict[str, Answered]
    last: list[CallRow]


class FbaRow(TypedDict):
    sku: str
    fulfillable: int
    reserved: int
    short: int
    name: str
    marketplace_id: str
    updated: datetime | None


class ReturnRow(TypedDict):
    id: str
    order_id: str
    shipment_id: str
    sku: str
    units: int
    graded: int
    type: ReturnType
    sub_type: ReturnSubType
    status: ReturnStatus
    reason: str
    rma: str
    location: str
    tracking_id: str
    earlier_tracking_ids: list[str]
    otp: str | None
    exchange_order_id: str | None
    created: str
    updated: str
    next_at: str | None


class OpenedReturns(TypedDict):
    returns: list[ReturnRow]


class BasketRow(TypedDict):
    id: str
    location: str
    sku: str
    units: int
    until: str


class Coming(TypedDict):
    at: str
    what: str
    of: str


class ToldRow(TypedDict):
    at: str
    step: int
    text: str
    refused: bool


class Story(TypedDict):
    began: str | None
    steps: int
    to_come: int
    told: list[ToldRow]
