"""What listings need from a marketplace: its catalogue, its listings, its stock figures.

Implemented by `amazon.adapter`; fakes and contract tests ship in `loadbay.testing`. Ports speak our words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from loadbay.core.ids import Asin, LocationId, Sku
from loadbay.core.money import Money


@dataclass(frozen=True)
class CatalogueItem:
    """What the marketplace's catalogue holds about an ASIN; empty text means that it does not say."""

    asin: Asin
    title: str
    brand: str = ""
    image_url: str = ""
    product_type: str = ""
    country_of_origin: str = ""
    barcodes: tuple[str, ...] = ()
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    weight_g: int | None = None
    hazmat: str = ""
    restrictions: tuple[str, ...] = ()
    """Reasons why this seller may not list it in the asked condition; empty when he may."""


@dataclass(frozen=True)
class ListingIssue:
    """One remark of the marketplace on a listing, in its own words."""

    code: str
    message: str
    severity: str
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListingToSubmit:
    """An offer against an existing ASIN. `quantity` is 0 for On Site FBA, so that nothing sells as MFN."""

    sku: Sku
    asin: Asin
    product_type: str
    condition: str
    price: Money
    quantity: int
    country_of_origin: str
    shipping_template: str
    handling_days: int | None = None


@dataclass(frozen=True)
class OwnShipping:
    """The seller ships it himself. `quantity` stays 0 for On Site FBA; None: no handling time is named."""

    quantity: int
    handling_days: int | None


@dataclass(frozen=True)
class ListingChange:
    """What is to be replaced of a listing; what is None stays there as it is."""

    sku: Sku
    product_type: str
    country_of_origin: str | None = None
    shipping_template: str | None = None
    own_shipping: OwnShipping | None = None


@dataclass(frozen=True)
class SubmissionAnswer:
    """What the marketplace said to a submission. Accepted means queued, not live."""

    accepted: bool
    submission_id: str
    issues: tuple[ListingIssue, ...] = ()


@dataclass(frozen=True)
class SeenListing:
    """A listing as the marketplace shows it now. `channel_codes`: DEFAULT is MFN, AMAZON_xx is FBA."""

    sku: Sku
    asin: Asin
    is_buyable: bool
    channel_codes: tuple[str, ...]
    price: Money | None = None
    issues: tuple[ListingIssue, ...] = ()
    product_type: str = ""
    is_suppressed: bool = False
    """Whether the marketplace hides it because of an issue (an enforcement, not a lack of stock)."""


@dataclass(frozen=True)
class StockToTell:
    """A figure for one (location, SKU). `sequence` grows with every message and is stored before sending."""

    sku: Sku
    location: LocationId
    quantity: int
    sequence: int


@dataclass(frozen=True)
class StockVerdict:
    """The marketplace's answer for one entry of a batch; `reason` holds its words when not accepted."""

    sku: Sku
    location: LocationId
    accepted: bool
    is_stale: bool = False
    is_retryable: bool = False
    sellable: int | None = None
    reserved: int | None = None
    sequence: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class TemplateList:
    """The shipping templates the seller has, as the product type's definition names them."""

    templates: tuple[str, ...]
    read_at: datetime | None = None
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class OfferedTemplate:
    """A shipping template of the seller. People see its name, the marketplace is sent its id."""

    id: str
    name: str


class CatalogueDesk(Protocol):
    """The marketplace's catalogue."""

    def check_asin(self, asin: Asin, *, condition: str) -> CatalogueItem | None:
        """What the catalogue holds about the ASIN, with restrictions; None when there is no such ASIN.

        Reads only. May raise Retryable, Rejected or Misconfigured.
        """

    def templates(self, product_type: str) -> TemplateList:
        """The seller's shipping templates allowed for that product type. Reads only; may raise trouble."""

    def offered_templates(self) -> tuple[OfferedTemplate, ...]:
        """Every shipping template the seller has now, whatever the product; each id once.

        Called by the clock and when a person asks. Reads only. An answer that names no list of templates is
        trouble (Retryable), never an empty list; so is one that cannot be read. May raise any other trouble.
        """


class ListingDesk(Protocol):
    """The seller's listings. `page_size`: how many SKUs one look may name."""

    @property
    def page_size(self) -> int:
        """How many SKUs one look may name. Always the same; asks nobody and raises nothing."""

    def preview(self, listing: ListingToSubmit) -> tuple[ListingIssue, ...]:
        """The marketplace's validation of the submission; stores nothing there. May raise trouble."""

    def submit(self, listing: ListingToSubmit) -> SubmissionAnswer:
        """Create or replace the listing. Sending the same twice is harmless. May raise trouble."""

    def read(self, sku: Sku) -> SeenListing | None:
        """The listing as it is now; None when the marketplace does not show it (yet)."""

    def find(self, skus: Sequence[Sku]) -> tuple[SeenListing, ...]:
        """Up to `page_size` listings as they are now, in any order; those not shown are missing.

        One that cannot be read is missing too and hides no other. Reads only; may raise trouble.
        """

    def preview_change(self, change: ListingChange) -> tuple[ListingIssue, ...]:
        """The marketplace's validation of a change; stores nothing there. May raise trouble."""

    def change(self, change: ListingChange) -> SubmissionAnswer:
        """Replace exactly the named attributes; everything else stays. Sending the same twice is harmless."""

    def delete(self, sku: Sku) -> SubmissionAnswer:
        """Take the listing off the marketplace; one that is not there is taken off already."""

    def tell_price(self, sku: Sku, *, price: Money, product_type: str) -> SubmissionAnswer:
        """Change only the price; everything else stays. Sending the same twice is harmless."""


class StockDesk(Protocol):
    """Stock figures at the seller's own locations (never for plain FBA)."""

    @property
    def batch_size(self) -> int:
        """How many figures one call may bear. Always the same; asks nobody and raises nothing."""

    def tell(self, figures: Sequence[StockToTell]) -> tuple[StockVerdict, ...]:
        """Set up to `batch_size` absolute figures; one verdict per figure, in the same order.

        May raise trouble for the batch as a whole; a refused entry is a verdict, not trouble.
        """

    def fetch(self, keys: Sequence[tuple[LocationId, Sku]]) -> tuple[StockVerdict, ...]:
        """Read up to `batch_size` figures back; one verdict per key, in the same order."""
