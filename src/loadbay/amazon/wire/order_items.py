"""Orders 2026-01-01: an order with its items, money, packages and associated orders. Read loosely.

Only what Loadbay uses; the rest of the order stays in its raw bytes. Buyer and address are in `orders`.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from loadbay.amazon.wire.orders import Money, Order


class Named(Struct, rename="camel"):
    """A part of a breakdown: what it is for, and how much."""

    subtype: str | None = None
    value: Money | None = None


class Breakdown(Struct, rename="camel"):
    type: str
    subtotal: Money
    detailed_breakdowns: list[Named] | None = None


class ItemProceeds(Struct, rename="camel"):
    breakdowns: list[Breakdown] | None = None


class Product(Struct, rename="camel"):
    seller_sku: str | int | None = None
    asin: str | None = None


class Gift(Struct, rename="camel"):
    gift_message: str | None = None
    gift_wrap_level: str | None = None


class SerialNumbers(Struct, rename="camel"):
    requirement_type: str | None = None


class Packing(Struct, rename="camel"):
    gift_option: Gift | None = None
    serial_number_requirement: SerialNumbers | None = None


class ItemFulfillment(Struct, rename="camel"):
    quantity_fulfilled: Decimal | None = None
    packing: Packing | None = None


class Request(Struct, rename="camel"):
    requester: str | None = None
    cancel_reason: str | None = None


class Cancellation(Struct, rename="camel"):
    cancellation_request: Request | None = None


class TaxCollection(Struct, rename="camel"):
    """Who collects an item's tax; MARKETPLACE_FACILITATOR is Amazon, which pays it itself."""

    model: str | None = None


class Tax(Struct, rename="camel"):
    tax_collections: list[TaxCollection] | None = None


class Item(Struct, rename="camel"):
    order_item_id: str | int
    quantity_ordered: Decimal
    product: Product
    proceeds: ItemProceeds | None = None
    fulfillment: ItemFulfillment | None = None
    cancellation: Cancellation | None = None
    tax: Tax | None = None


class SalesChannel(Struct, rename="camel"):
    channel_name: str | None = None
    marketplace_id: str | None = None


class Associated(Struct, rename="camel"):
    order_id: str | None = None
    association_type: str | None = None


class PackageStatus(Struct, rename="camel"):
    status: str | None = None


class Package(Struct, rename="camel"):
    package_reference_id: str | int
    package_status: PackageStatus | None = None
    tracking_number: str | int | None = None


class WholeOrder(Order, rename="camel", kw_only=True):
    sales_channel: SalesChannel
    order_items: list[Item]
    programs: list[str] | None = None
    associated_orders: list[Associated] | None = None
    packages: list[Package] | None = None
