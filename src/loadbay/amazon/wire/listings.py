"""Listings Items 2021-08-01, Restrictions 2021-08-01 and the product type definition's link.

Attributes are an open dictionary at Amazon; `translate.listings` builds the few an offer needs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct


class Action(Struct):
    action: str | None = None


class Enforcements(Struct):
    actions: list[Action] | None = None


class Issue(Struct, rename="camel"):
    code: str | int = ""
    message: str = ""
    severity: str = ""
    attribute_names: list[str] | None = None
    enforcements: Enforcements | None = None


class Submission(Struct, rename="camel"):
    status: str
    submission_id: str | int | None = None
    issues: list[Issue] | None = None


class Summary(Struct, rename="camel"):
    marketplace_id: str = ""
    asin: str | None = None
    product_type: str | None = None
    status: list[str] | None = None


class Price(Struct, rename="camel"):
    currency_code: str
    amount: Decimal


class Offer(Struct, rename="camel"):
    marketplace_id: str = ""
    offer_type: str = ""
    price: Price | None = None


class Availability(Struct, rename="camel"):
    fulfillment_channel_code: str = ""


class Item(Struct, rename="camel"):
    sku: str | int
    summaries: list[Summary] | None = None
    offers: list[Offer] | None = None
    issues: list[Issue] | None = None
    fulfillment_availability: list[Availability] | None = None


class ItemSearch(Struct, rename="camel"):
    """Each item stays raw, so that one that cannot be read hides no other."""

    items: list[msgspec.Raw]


class PutRequest(Struct, rename="camel"):
    product_type: str
    requirements: str
    attributes: dict[str, list[dict[str, Any]]]


class Patch(Struct, rename="camel"):
    op: str
    path: str
    value: list[dict[str, Any]]


class PatchRequest(Struct, rename="camel"):
    product_type: str
    patches: list[Patch]


class Reason(Struct, rename="camel"):
    message: str = ""
    reason_code: str | None = None


class Restriction(Struct, rename="camel"):
    marketplace_id: str = ""
    condition_type: str | None = None
    reasons: list[Reason] | None = None


class Restrictions(Struct, rename="camel"):
    restrictions: list[Restriction]


class Link(Struct, rename="camel"):
    resource: str


class SchemaLink(Struct, rename="camel"):
    link: Link
    checksum: str = ""


class Definition(Struct, rename="camel"):
    schema: SchemaLink
