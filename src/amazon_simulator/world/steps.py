"""The steps of a scenario's story, as its file writes them: who does what, and when after the start.

Structs only; `story` carries them out, `scenarios.load` reads and checks them. The rule: a step names things
by SKU, location or a name that an earlier step gave, never by an id.
"""

import re
from typing import Any, Literal, Union

from msgspec import Struct, field

_PARTS = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_WORTH = (86_400, 3_600, 60, 1)


def seconds(text: str) -> int:
    """How long "1h30m" or "2d" is. Raises ValueError for anything else."""
    found = _PARTS.fullmatch(text)
    if not text or found is None:
        raise ValueError(f"'{text}' is not a time such as 90s, 20m, 1h30m or 2d")
    return sum(int(part) * worth for part, worth in zip(found.groups(), _WORTH, strict=True) if part)


class Step(Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    """When it happens: `at` after the start, and again every so often."""

    at: str = "0m"
    every: str = ""
    times: int = 1


class Buy(Step, frozen=True, kw_only=True, tag="buy"):
    """A buyer orders; `name` is how later steps speak of the order."""

    lines: dict[str, int]
    name: str = ""
    fulfilled_by: Literal["", "smartconnect", "easy_ship", "self_ship", "merchant", "amazon"] = ""
    location: str = ""
    marketplace: str = ""
    programmes: list[str] = field(default_factory=list)
    split: bool = False
    force: bool = False
    gift: bool = False
    serial_numbers: bool = False
    hazmat_label: bool = False
    cross_border: bool = False
    invoice: bool = False
    failing_labels: int = 0


class Buyers(Step, frozen=True, kw_only=True, tag="buyers"):
    """Many buyers at random moments, the same for the same seed, until so long after the start."""

    per_hour: float
    until: str
    skus: list[str] = field(default_factory=list)
    fulfilled_by: Literal["", "smartconnect", "easy_ship", "self_ship", "merchant", "amazon"] = ""
    location: str = ""
    marketplace: str = ""
    most_units: int = 2
    cancel_percent: int = 0
    split_percent: int = 0
    gift_percent: int = 0
    basket_percent: int = 0
    return_percent: int = 0


class Cancel(Step, frozen=True, kw_only=True, tag="cancel"):
    order: str
    by: Literal["buyer", "amazon"] = "buyer"


class Fulfil(Step, frozen=True, kw_only=True, tag="fulfil"):
    """The seller's own steps, done by the scenario: for what was sold before the story begins."""

    order: str
    until: str = "SHIPPED"


class Deliver(Step, frozen=True, kw_only=True, tag="deliver"):
    order: str


class Exchange(Step, frozen=True, kw_only=True, tag="exchange"):
    """The buyer of an order that left gets another item (or the same one again: a replacement)."""

    order: str
    sku: str
    name: str = ""


class SendBack(Step, frozen=True, kw_only=True, tag="return"):
    """A buyer sends something back; `name` is how later steps speak of the return."""

    order: str
    sku: str = ""
    units: int = 0
    reason: str = ""
    name: str = ""
    refused_at_the_door: bool = False
    otp: bool = False
    dropped_off: bool = False


class MoveBack(Step, frozen=True, kw_only=True, tag="move-return"):
    back: str
    to: str
    units: int = 0
    location: str = ""


class Lorry(Step, frozen=True, kw_only=True, tag="lorry"):
    location: str


class Miss(Step, frozen=True, kw_only=True, tag="miss-pickup"):
    location: str
    pickups: int = 1


class Basket(Step, frozen=True, kw_only=True, tag="basket"):
    sku: str
    units: int = 1
    minutes: float = 15
    location: str = ""


class Convert(Step, frozen=True, kw_only=True, tag="convert"):
    """A person changes listings to Onsite FBA in Seller Central."""

    skus: list[str]
    hazmat_form: dict[str, Any] = field(default_factory=dict)


class Revert(Step, frozen=True, kw_only=True, tag="revert"):
    skus: list[str]


class Edit(Step, frozen=True, kw_only=True, tag="edit"):
    """A person edits a listing in Seller Central."""

    sku: str
    price: str | None = None
    quantity: int | None = None
    template: str | None = None
    origin: str | None = None
    suppress: str | None = None


class Remove(Step, frozen=True, kw_only=True, tag="remove"):
    sku: str


class OldPlatform(Step, frozen=True, kw_only=True, tag="old-platform"):
    """A SKU gets this quantity on the old Seller Flex platform; without one it is taken off there."""

    skus: list[str]
    quantity: int | None = None


class ChangeItem(Step, frozen=True, kw_only=True, tag="item"):
    """The catalogue changes its mind about an item."""

    asin: str
    origin: str | None = None
    weight: str | None = None
    gate: str | None = None
    hazmat: bool | None = None


class Listed(Step, frozen=True, kw_only=True, tag="listed"):
    """Listings that are simply there; without a SKU the first so many items of the catalogue."""

    sku: str = ""
    asin: str = ""
    items: int = 0
    price: str = "19.90"
    quantity: int = 0
    as_: Literal["onsite", "mfn", "fba"] = field(default="onsite", name="as")
    marketplace: str = ""


class TellStock(Step, frozen=True, kw_only=True, tag="tell-stock"):
    """The seller's own quantities at a location, as its program would tell them."""

    location: str
    quantities: dict[str, int]


class Switch(Step, frozen=True, kw_only=True, tag="switch"):
    set: dict[str, Any]


AnyStep = Union[  # noqa: UP007 (a union of this size reads better one a line)
    Buy,
    Buyers,
    Cancel,
    Fulfil,
    Deliver,
    Exchange,
    SendBack,
    MoveBack,
    Lorry,
    Miss,
    Basket,
    Convert,
    Revert,
    Edit,
    Remove,
    OldPlatform,
    ChangeItem,
    Switch,
    Listed,
    TellStock,
]
