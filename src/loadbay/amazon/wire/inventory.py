"""External Fulfillment Inventory 2024-09-11: a batch of up to ten entries, each with its own verdict."""

from __future__ import annotations

from decimal import Decimal

from msgspec import UNSET, Raw, Struct, UnsetType


class Marketplace(Struct, rename="camel"):
    marketplace_id: str
    channel_name: str


class EntryBody(Struct, rename="camel"):
    marketplace_attributes: Marketplace
    quantity: int | UnsetType = UNSET
    client_sequence_number: int | UnsetType = UNSET


class Entry(Struct, rename="camel"):
    uri: str
    body: EntryBody
    method: str = "POST"


class Batch(Struct, rename="camel"):
    requests: list[Entry]


class StatusLine(Struct, rename="camel"):
    status_code: Decimal | None = None
    reason_phrase: str | None = None


class ActionableError(Struct, rename="camel"):
    error_type: str | None = None
    error_sub_type: str | None = None


class Complaint(Struct, rename="camel"):
    code: str | None = None
    message: str | None = None


class VerdictBody(Struct, rename="camel"):
    location_id: str | int | None = None
    sku_id: str | int | None = None
    sellable_quantity: Decimal | None = None
    reserved_quantity: Decimal | None = None
    client_sequence_number: Decimal | None = None
    actionable_errors: list[ActionableError] | None = None
    errors: list[Complaint] | None = None


class Verdict(Struct, rename="camel"):
    status: StatusLine
    body: VerdictBody | None = None


class BatchAnswer(Struct, rename="camel"):
    responses: list[Raw]
    """Each a `Verdict`, read by itself."""
