"""External Fulfillment Shipments 2024-09-11: what is read of a page, a shipment, labels and options.

Required is only what nothing can be done without. Entries of a page stay raw, so that one cannot spoil all.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Raw, Struct, field

from loadbay.amazon.wire.loose import Stamp


class Pagination(Struct, rename="camel"):
    next_token: str | None = None


class ShipmentsPage(Struct, rename="camel"):
    shipments: list[Raw]
    pagination: Pagination | None = None


class Amount(Struct, rename="camel"):
    value: Decimal
    currency_code: str


class ChargeBreakup(Struct, rename="camel"):
    net_amount: Amount | None = None
    base_amount: Amount | None = None
    discount_amount: Amount | None = None


class Tax(Struct, rename="camel"):
    charge: ChargeBreakup | None = None


class Charge(Struct, rename="camel"):
    charge_type: str = ""
    base_charge: ChargeBreakup | None = None
    total_charge: ChargeBreakup | None = None
    total_tax: Tax | None = None


class Compliance(Struct, rename="camel"):
    serial_number_requirement: str | None = None
    hazmat_labels_requirement: str | None = None
    country_of_origin_requirement: str | None = None
    item_value_requirement: str | None = None


class Gift(Struct, rename="camel"):
    gift_wrap_requirement: str | None = None
    gift_message_presence: str | None = None


class Cancellation(Struct, rename="camel"):
    cancelled_quantity: Decimal | None = None


class ShipmentLine(Struct, rename="camel"):
    shipment_line_item_id: str | int
    merchant_sku: str | int
    number_of_units: Decimal
    charges: list[Charge] | None = None
    compliance_attributes: Compliance | None = None
    gift_attributes: Gift | None = None
    cancellations: list[Cancellation] | None = None
    recommended_country_of_origin: str | None = None


class MarketplaceAttributes(Struct, rename="camel"):
    marketplace_id: str = ""
    channel_name: str = ""


class ShipmentInfo(Struct, rename="camel"):
    buyer_order_id: str
    shipment_type: str | None = None
    number_of_units: Decimal | None = None
    order_states_eligible_for_rejection: list[str] | None = None
    order_placed_timestamp: Stamp | None = None


class ShipTo(Struct, rename="camel"):
    postal_code: str | int | None = None


class ShippingInfo(Struct, rename="camel"):
    expected_shipping: Stamp | None = field(name="expectedShippingDateTimeInUTC", default=None)
    recommended_ship_method: str | None = None
    ship_to_address: ShipTo | None = None
    shipping_type: str | None = None
    recommended_packages: Any = None


class SeenPackage(Struct, rename="camel"):
    id: str | int
    status: str | None = None


class Shipment(Struct, rename="camel"):
    id: str | int
    location_id: str | int
    marketplace_attributes: MarketplaceAttributes
    shipment_info: ShipmentInfo
    status: str
    line_items: list[ShipmentLine]
    last_updated_date_time: Stamp
    creation_date_time: Stamp | None = None
    earliest_pack_date_time: Stamp | None = None
    shipping_info: ShippingInfo | None = None
    charges: list[Charge] | None = None
    packages: list[SeenPackage] | None = None


class TimeWindow(Struct, rename="camel"):
    start_time: Stamp | None = None
    end_time: Stamp | None = None


class LabelMetadata(Struct, rename="camel"):
    carrier_name: str | None = None
    tracking_id: str | int | None = None
    pickup_window: TimeWindow | None = None
    time_slot: TimeWindow | None = None


class LabelFile(Struct, rename="camel"):
    url: str | None = None


class LabelError(Struct, rename="camel"):
    code: str | None = None
    message: str | None = None
    details: str | None = None


class PackageLabel(Struct, rename="camel"):
    package_id: str | int
    ship_label_metadata: LabelMetadata | None = None
    file_data: LabelFile | None = None
    status: str | None = None
    is_errored: bool | str | None = None
    error_details: LabelError | None = None


class LabelsAnswer(Struct, rename="camel"):
    package_ship_label_list: list[PackageLabel]


class ShippingOption(Struct, rename="camel"):
    shipping_option_id: str | int
    ship_by: str | None = None
    carrier_name: str | None = None


class OptionsAnswer(Struct, rename="camel"):
    shipping_options: list[ShippingOption] | None = None
    recommended_shipping_option: ShippingOption | None = None
