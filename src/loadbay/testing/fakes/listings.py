"""Catalogue and listings of the fake marketplace: accepted at once, live when the marketplace says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from loadbay.core.errors import Rejected
from loadbay.core.ids import Asin, Sku
from loadbay.core.money import Money
from loadbay.listings.ports import (
    CatalogueItem,
    ListingChange,
    ListingIssue,
    ListingToSubmit,
    OfferedTemplate,
    SeenListing,
    SubmissionAnswer,
    TemplateList,
)
from loadbay.testing.fakes.marketplace import FakeMarketplace


@dataclass
class FakeCatalogueDesk:
    """Implements `CatalogueDesk`."""

    marketplace: FakeMarketplace
    template_names: tuple[str, ...] = ("Standard delivery", "Heavy goods")
    template_ids: dict[str, str] = field(default_factory=dict)
    """The id of a template, where that is not its name."""

    def check_asin(self, asin: Asin, *, condition: str) -> CatalogueItem | None:
        with self.marketplace.troubles.around("check_asin"):
            return self.marketplace.catalogue.get(asin)

    def templates(self, product_type: str) -> TemplateList:
        with self.marketplace.troubles.around("templates"):
            return TemplateList(self.template_names, read_at=self.marketplace.clock.now())

    def offered_templates(self) -> tuple[OfferedTemplate, ...]:
        with self.marketplace.troubles.around("offered_templates"):
            return tuple(
                OfferedTemplate(self.template_ids.get(name, name), name) for name in self.template_names
            )


@dataclass
class FakeListingDesk:
    """Implements `ListingDesk`. A submission waits in `queued` until `appear` is called."""

    marketplace: FakeMarketplace
    page_size: int = 20
    declines: dict[str, str] = field(default_factory=dict)
    """What it declines of a change: a value → why."""
    changes: list[ListingChange] = field(default_factory=list)
    queued: dict[Sku, ListingToSubmit] = field(default_factory=dict)
    submissions: list[ListingToSubmit] = field(default_factory=list)

    def preview(self, listing: ListingToSubmit) -> tuple[ListingIssue, ...]:
        with self.marketplace.troubles.around("preview"):
            return self._issues(listing)

    def submit(self, listing: ListingToSubmit) -> SubmissionAnswer:
        with self.marketplace.troubles.around("submit"):
            issues = self._issues(listing)
            if not issues:
                self.submissions.append(listing)
                self.queued[listing.sku] = listing
            return SubmissionAnswer(not issues, f"submission-{len(self.submissions)}", issues)

    def read(self, sku: Sku) -> SeenListing | None:
        with self.marketplace.troubles.around("read"):
            return self.marketplace.listings.get(sku)

    def find(self, skus: Sequence[Sku]) -> tuple[SeenListing, ...]:
        with self.marketplace.troubles.around("find"):
            if len(skus) > self.page_size:
                raise Rejected(f"{len(skus)} SKUs are too many.", reason="400")
            shown = self.marketplace.listings
            return tuple(shown[sku] for sku in skus if sku in shown)

    def preview_change(self, change: ListingChange) -> tuple[ListingIssue, ...]:
        with self.marketplace.troubles.around("preview_change"):
            return self._against(change)

    def change(self, change: ListingChange) -> SubmissionAnswer:
        with self.marketplace.troubles.around("change"):
            issues = self._against(change)
            if not issues:
                self.changes.append(change)
                self._ship_itself(change)
            return SubmissionAnswer(not issues, f"change-{len(self.changes)}", issues)

    def _ship_itself(self, change: ListingChange) -> None:
        """Handling days name DEFAULT, which is added where another channel stood."""
        seen = self.marketplace.listings[change.sku]
        if change.own_shipping is not None and "DEFAULT" not in seen.channel_codes:
            codes = (*seen.channel_codes, "DEFAULT")
            self.marketplace.listings[change.sku] = replace(seen, channel_codes=codes)

    def delete(self, sku: Sku) -> SubmissionAnswer:
        with self.marketplace.troubles.around("delete"):
            self.marketplace.listings.pop(sku, None)
            self.queued.pop(sku, None)
            return SubmissionAnswer(True, f"delete-{sku}")

    def tell_price(self, sku: Sku, *, price: Money, product_type: str) -> SubmissionAnswer:
        with self.marketplace.troubles.around("tell_price"):
            listing = self.marketplace.listings.get(sku)
            if listing is None:
                issue = ListingIssue("UNKNOWN_SKU", f"There is no listing {sku}.", "ERROR")
                return SubmissionAnswer(False, "", (issue,))
            self.marketplace.listings[sku] = replace(listing, price=price)
            return SubmissionAnswer(True, f"price-{sku}")

    def appear(self) -> None:
        """The marketplace has processed what was submitted: it is live as MFN."""
        for sku, listing in self.queued.items():
            known = self.marketplace.listings.get(sku)
            self.marketplace.listings[sku] = SeenListing(
                sku=sku,
                asin=listing.asin,
                is_buyable=listing.quantity > 0,
                channel_codes=known.channel_codes if known else ("DEFAULT",),
                price=listing.price,
                product_type=listing.product_type,
            )
        self.queued.clear()

    def convert(self, sku: Sku, *, channel_code: str = "AMAZON_EU") -> None:
        """A person changed the listing to Onsite FBA in Seller Central."""
        seen = self.marketplace.listings[sku]
        self.marketplace.listings[sku] = replace(seen, channel_codes=(channel_code,))

    def _against(self, change: ListingChange) -> tuple[ListingIssue, ...]:
        if change.sku not in self.marketplace.listings:
            return (ListingIssue("UNKNOWN_SKU", f"There is no listing {change.sku}.", "ERROR"),)
        values = (change.country_of_origin, change.shipping_template)
        return tuple(
            ListingIssue("4000001", self.declines[value], "ERROR")
            for value in values
            if value is not None and value in self.declines
        )

    def _issues(self, listing: ListingToSubmit) -> tuple[ListingIssue, ...]:
        if listing.asin in self.marketplace.catalogue:
            return ()
        return (
            ListingIssue(
                "8541", f"ASIN {listing.asin} does not exist.", "ERROR", ("merchant_suggested_asin",)
            ),
        )
