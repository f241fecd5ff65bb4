"""Orders 2026-01-01: an order's buyer, address, payment and status; its items are in `order_items`.

Fields are absent when a role is missing or the status hides them; absence is never an error.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Raw, Struct

from loadbay.amazon.wire.loose import Stamp
from loadbay.amazon.wire.shipments import Pagination


class OrdersPage(Struct, rename="camel"):
    orders: list[Raw]
    pagination: Pagination | None = None
    last_updated_before: Stamp | None = None


class OrderAnswer(Struct, rename="camel"):
    order: Raw


class Buyer(Struct, rename="camel"):
    buyer_name: str | None = None
    buyer_email: str | None = None


class Address(Struct, rename="camel"):
    name: str | None = None
    company_name: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_line3: str | None = None
    city: str | None = None
    state_or_region: str | None = None
    postal_code: str | int | None = None
    country_code: str | None = None
    phone: str | int | None = None


class Recipient(Struct, rename="camel"):
    delivery_address: Address | None = None


class Money(Struct, rename="camel"):
    amount: Decimal
    currency_code: str


class Share(Struct, rename="camel"):
    """What a part of the order amounts to; DELIVERY_TIP is the one that no item carries."""

    type: str
    subtotal: Money


class Proceeds(Struct, rename="camel"):
    grand_total: Money | None = None
    breakdowns: list[Share] | None = None


class PaymentExecution(Struct, rename="camel"):
    payment_method: str | None = None


class Payment(Struct, rename="camel"):
    payment_executions: list[PaymentExecution] | None = None


class Window(Struct, rename="camel"):
    earliest_date_time: Stamp | None = None
    latest_date_time: Stamp | None = None


class Fulfillment(Struct, rename="camel"):
    fulfillment_status: str
    fulfilled_by: str | None = None
    fulfillment_service_level: str | None = None
    ship_by_window: Window | None = None
    deliver_by_window: Window | None = None


class Order(Struct, rename="camel"):
    order_id: str
    created_time: Stamp
    last_updated_time: Stamp
    fulfillment: Fulfillment | None = None
    buyer: Buyer | None = None
    recipient: Recipient | None = None
    proceeds: Proceeds | None = None
    payment: Payment | None = None
