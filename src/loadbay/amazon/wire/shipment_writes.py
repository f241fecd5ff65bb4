"""External Fulfillment Shipments 2024-09-11: what is sent, exactly as the model allows and nothing more."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType


class Dimension(Struct, rename="camel"):
    value: str
    dimension_unit: str = "CM"


class PackageDimensions(Struct, rename="camel"):
    length: Dimension
    width: Dimension
    height: Dimension


class Weight(Struct, rename="camel"):
    value: str
    weight_unit: str = "G"


class ItemValue(Struct, rename="camel"):
    value: str
    currency_code: str


class PackageLine(Struct, rename="camel"):
    package_line_item_id: str
    quantity: int
    serial_numbers: list[str] | UnsetType = UNSET
    country_of_origin: str | UnsetType = UNSET
    item_value: ItemValue | UnsetType = UNSET


class Package(Struct, rename="camel"):
    id: str
    dimensions: PackageDimensions
    weight: Weight
    package_line_items: list[PackageLine]
    hazmat_labels: list[str] | UnsetType = UNSET


class Packages(Struct, rename="camel"):
    packages: list[Package]


class PackageStatus(Struct, rename="camel"):
    status: str = "SHIPPED"


class LabelsRequest(Struct, rename="camel"):
    package_ids: list[str]


class LineItem(Struct, rename="camel"):
    id: str
    quantity: int = 0


class LineWithReason(Struct, rename="camel"):
    line_item: LineItem
    reason: str


class Acknowledgement(Struct, rename="camel"):
    line_items: list[LineWithReason]
