"""Catalogue, restrictions and product type definitions: Check ASIN and the seller's shipping templates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import msgspec

from loadbay.amazon.caller import Caller
from loadbay.amazon.calls import Call, path, query
from loadbay.amazon.client import MEGABYTE
from loadbay.amazon.rates import Priority
from loadbay.amazon.translate import catalogue as translate
from loadbay.amazon.translate import listings as offers
from loadbay.amazon.wire.listings import Definition
from loadbay.amazon.wire.loose import decode
from loadbay.core.errors import Rejected, Retryable
from loadbay.core.ids import Asin
from loadbay.listings.ports import CatalogueItem, OfferedTemplate, TemplateList

SCHEMA_LIMIT = 24 * MEGABYTE
_SHOWN = ("summaries", "productTypes", "identifiers", "images", "dimensions", "attributes")


@dataclass(frozen=True)
class AmazonCatalogueDesk:
    """Implements `listings.ports.CatalogueDesk`."""

    caller: Caller
    priority: Priority = Priority.CATALOGUE

    def check_asin(self, asin: Asin, *, condition: str) -> CatalogueItem | None:
        wanted = offers.condition_type(condition)
        try:
            item = self._item(asin)
        except Rejected as refused:
            if refused.reason == "404":
                return None
            raise
        return replace(item, restrictions=self._restrictions(asin, wanted))

    def templates(self, product_type: str) -> TemplateList:
        names = tuple(self.template_values(product_type))
        warnings = () if names else ("Amazon names no shipping template for this product type.",)
        return TemplateList(names, read_at=self.caller.clock.now(), warnings=warnings)

    def template_values(self, product_type: str) -> dict[str, str]:
        """Each template's name with what Amazon wants to be sent for it."""
        return offers.shipping_templates(self._definition(product_type))

    def offered_templates(self) -> tuple[OfferedTemplate, ...]:
        return offers.offered_templates(self._definition(offers.ANY_PRODUCT))

    def _definition(self, product_type: str) -> Any:
        """The seller's own schema of a product type."""
        account = self.caller.account
        call = Call(
            "getDefinitionsProductType",
            "GET",
            path("/definitions/2020-09-01/productTypes/{kind}", kind=product_type or offers.ANY_PRODUCT),
            query(
                sellerId=account.seller_id,
                marketplaceIds=[account.marketplace_id],
                requirements=offers.OFFER_ONLY,
                locale=account.language or None,
            ),
            priority=self.priority,
        )
        definition = self.caller.ask(call, partial(decode, shape=Definition))
        return self._schema(definition.schema.link.resource)

    def _item(self, asin: Asin) -> CatalogueItem:
        account = self.caller.account
        call = Call(
            "getCatalogItem",
            "GET",
            path("/catalog/2022-04-01/items/{asin}", asin=asin),
            query(
                marketplaceIds=[account.marketplace_id],
                includedData=_SHOWN,
                locale=account.language or None,
            ),
            priority=self.priority,
            subjects=(f"asin:{asin}",),
        )
        return self.caller.ask(call, partial(translate.item, marketplace_id=account.marketplace_id))

    def _restrictions(self, asin: Asin, condition: str) -> tuple[str, ...]:
        account = self.caller.account
        call = Call(
            "getListingsRestrictions",
            "GET",
            "/listings/2021-08-01/restrictions",
            query(
                asin=asin,
                conditionType=condition,
                sellerId=account.seller_id,
                marketplaceIds=[account.marketplace_id],
                reasonLocale=account.language or None,
            ),
            priority=self.priority,
            subjects=(f"asin:{asin}",),
        )
        return self.caller.ask(call, partial(offers.restrictions, condition=condition))

    def _schema(self, url: str) -> Any:
        raw = self.caller.fetch(url, operation="productTypeSchema", limit=SCHEMA_LIMIT)
        try:
            return msgspec.json.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Retryable(
                "Amazon's description of the product type cannot be read. It is tried again."
            ) from error
