"""Listings Items: preview, submit, read, price. An offer against an existing ASIN, nothing more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import msgspec

from loadbay.amazon.caller import Caller
from loadbay.amazon.calls import Call, Effect, path, query
from loadbay.amazon.rates import Priority
from loadbay.amazon.translate import listings as translate
from loadbay.core.errors import Rejected
from loadbay.core.ids import Sku
from loadbay.core.money import Money
from loadbay.listings.ports import ListingIssue, ListingToSubmit, SeenListing, SubmissionAnswer

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

    def preview(self, listing: ListingToSubmit) -> tuple[ListingIssue, ...]:
        return self._put(listing, translate.preview, mode="VALIDATION_PREVIEW", effect=Effect.READ)

    def submit(self, listing: ListingToSubmit) -> SubmissionAnswer:
        return self._put(listing, translate.submission, mode=None, effect=Effect.WRITE)

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

    def tell_price(self, sku: Sku, *, price: Money, product_type: str) -> SubmissionAnswer:
        account = self.caller.account
        request = translate.price_request(
            price, product_type=product_type, marketplace_id=account.marketplace_id
        )
        call = Call(
            "patchListingsItem",
            "PATCH",
            self._path(sku),
            query(marketplaceIds=[account.marketplace_id], issueLocale=account.language or None),
            _numbers.encode(request),
            effect=Effect.WRITE,
            priority=self.priority,
            subjects=(f"sku:{sku}",),
        )
        return self.caller.ask(call, translate.submission)

    def _put(
        self,
        listing: ListingToSubmit,
        read: Callable[[bytes], T],
        *,
        mode: str | None,
        effect: Effect,
    ) -> T:
        account = self.caller.account
        request = translate.put_request(self._resolved(listing), marketplace_id=account.marketplace_id)
        call = Call(
            "putListingsItem",
            "PUT",
            self._path(listing.sku),
            query(
                marketplaceIds=[account.marketplace_id],
                mode=mode,
                issueLocale=account.language or None,
            ),
            _numbers.encode(request),
            effect=effect,
            priority=self.priority,
            subjects=(f"sku:{listing.sku}", f"asin:{listing.asin}"),
        )
        return self.caller.ask(call, read)

    def _resolved(self, listing: ListingToSubmit) -> ListingToSubmit:
        if self.template_value is None or not listing.shipping_template:
            return listing
        sent = self.template_value(listing.product_type, listing.shipping_template)
        return replace(listing, shipping_template=sent)

    def _path(self, sku: Sku) -> str:
        return path(BASE + "/{seller}/{sku}", seller=self.caller.account.seller_id, sku=sku)
