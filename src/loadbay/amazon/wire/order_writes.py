"""Orders v0, confirmShipment: what is sent, exactly as the model allows and nothing more."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType


class ConfirmedItem(Struct, rename="camel"):
    order_item_id: str
    quantity: int


class PackageDetail(Struct, rename="camel"):
    """`package_reference_id` is a text of digits: a number is refused."""

    package_reference_id: str
    carrier_code: str
    tracking_number: str
    ship_date: str
    order_items: list[ConfirmedItem]
    carrier_name: str | UnsetType = UNSET
    shipping_method: str | UnsetType = UNSET


class Confirmation(Struct, rename="camel"):
    marketplace_id: str
    package_detail: PackageDetail
