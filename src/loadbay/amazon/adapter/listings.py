"""Listings Items: preview, submit, read, find, change, price, delete. An offer against an existing ASIN.

Its rule: PUT only to submit; whatever changes later is a PATCH of exactly that, for one marketplace.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import msgspec

from loadbay.amazon.caller import Caller
from loadbay.amazon.calls import Call, Effect, path, query
from loadbay.amazon.rates import Priority
from loadbay.amazon.translate import listings as translate
from loadbay.amazon.wire.listings import PatchRequest, PutRequest
from loadbay.core.errors import Rejected
from loadbay.core.ids import Sku
from loadbay.core.money import Money
from loadbay.listings.ports import (
    ListingChange,
    ListingIssue,
    ListingToSubmit,
    SeenListing,
    SubmissionAnswer,
)

T = TypeVar("T")
BASE = "/listings/2021-08-01/items"
_SHOWN = ("summaries", "issues", "offers", "fulfillmentAvailability")
_numbers = msgspec.json.Encoder(decimal_format="number")  # prices are JSON numbers in attributes


@dataclass(frozen=True)
class AmazonListingDesk:
    """Implements `listings.ports.ListingDesk`."""

    caller: Caller
    priority: Priority = Priority.PRICE
    template_value: Callable[[str, str], str] | None = None
    """(product type, template's name) → what Amazon wants to be sent for it."""

    page_size: int = 20

    def preview(self, listing: ListingToSubmit) -> tuple[ListingIssue, ...]:
        return self._put(listing, translate.preview, mode="VALIDATION_PREVIEW")

    def submit(self, listing: ListingToSubmit) -> SubmissionAnswer:
        return self._put(listing, translate.submission, mode=None)

    def read(self, sku: Sku) -> SeenListing | None:
        account = self.caller.account
        call = Call(
            "getListingsItem",
            "GET",
            self._path(sku),
            query(
                marketplaceIds=[account.marketplace_id],
                issueLocale=account.language or None,
                includedData=_SHOWN,
            ),
            priority=self.priority,
            subjects=(f"sku:{sku}",),
        )
        try:
            return self.caller.ask(call, partial(translate.listing, marketplace_id=account.marketplace_id))
        except Rejected as refused:
            if refused.reason == "404":
                return None
            raise

    def find(self, skus: Sequence[Sku]) -> tuple[SeenListing, ...]:
        """A SKU with a comma cannot stand in a list of them, so it is asked for by itself."""
        if len(skus) > self.page_size:
            raise Rejected(f"{len(skus)} SKUs are more than Amazon looks up at once.", reason="400")
        listed = [sku for sku in skus if "," not in sku]
        single = (self.read(sku) for sku in skus if "," in sku)
        return (*(self._search(listed) if listed else ()), *(seen for seen in single if seen is not None))

    def _search(self, skus: Sequence[Sku]) -> tuple[SeenListing, ...]:
        account = self.caller.account
        call = Call(
            "searchListingsItems",
            "GET",
            path(BASE + "/{seller}", seller=account.seller_id),
            query(
                marketplaceIds=[account.marketplace_id],
                identifiers=skus,
                identifiersType="SKU",
                pageSize=self.page_size,
                issueLocale=account.language or None,
                includedData=_SHOWN,
            ),
            priority=Priority.CATALOGUE,
            subjects=tuple(f"sku:{sku}" for sku in skus),
        )
        return self.caller.ask(call, partial(translate.found, marketplace_id=account.marketplace_id))

    def tell_price(self, sku: Sku, *, price: Money, product_type: str) -> SubmissionAnswer:
        request = translate.price_request(
            price, product_type=product_type, marketplace_id=self.caller.account.marketplace_id
        )
        return self._patch(sku, request, translate.submission, mode=None)

    def preview_change(self, change: ListingChange) -> tuple[ListingIssue, ...]:
        request = self._change_request(change)
        return self._patch(change.sku, request, translate.preview, mode="VALIDATION_PREVIEW")

    def change(self, change: ListingChange) -> SubmissionAnswer:
        return self._patch(change.sku, self._change_request(change), translate.submission, mode=None)

    def delete(self, sku: Sku) -> SubmissionAnswer:
        call = self._write("deleteListingsItem", "DELETE", sku, None, mode=None)
        return self.caller.ask(call, translate.submission)

    def _change_request(self, change: ListingChange) -> PatchRequest:
        if change.shipping_template:
            sent = self._template(change.product_type, change.shipping_template)
            change = replace(change, shipping_template=sent)
        return translate.change_request(change, marketplace_id=self.caller.account.marketplace_id)

    def _patch(self, sku: Sku, request: PatchRequest, read: Callable[[bytes], T], *, mode: str | None) -> T:
        return self.caller.ask(self._write("patchListingsItem", "PATCH", sku, request, mode=mode), read)

    def _put(self, listing: ListingToSubmit, read: Callable[[bytes], T], *, mode: str | None) -> T:
        request = translate.put_request(
            self._resolved(listing), marketplace_id=self.caller.account.marketplace_id
        )
        call = self._write("putListingsItem", "PUT", listing.sku, request, mode=mode)
        return self.caller.ask(replace(call, subjects=(*call.subjects, f"asin:{listing.asin}")), read)

    def _write(
        self,
        operation: str,
        method: str,
        sku: Sku,
        request: PutRequest | PatchRequest | None,
        *,
        mode: str | None,
    ) -> Call:
        """A write of one listing. With a mode Amazon only says what it would answer: nothing changes."""
        account = self.caller.account
        return Call(
            operation,
            method,
            self._path(sku),
            query(
                marketplaceIds=[account.marketplace_id],
                mode=mode,
                issueLocale=account.language or None,
            ),
            None if request is None else _numbers.encode(request),
            effect=Effect.READ if mode else Effect.WRITE,
            priority=self.priority,
            subjects=(f"sku:{sku}",),
        )

    def _resolved(self, listing: ListingToSubmit) -> ListingToSubmit:
        if not listing.shipping_template:
            return listing
        sent = self._template(listing.product_type, listing.shipping_template)
        return replace(listing, shipping_template=sent)

    def _template(self, product_type: str, name: str) -> str:
        return self.template_value(product_type, name) if self.template_value else name

    def _path(self, sku: Sku) -> str:
        return path(BASE + "/{seller}/{sku}", seller=self.caller.account.seller_id, sku=sku)
