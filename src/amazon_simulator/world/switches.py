"""What nobody knows for certain about Amazon, one field each, so that a client can be tried on every setting.

A default is our best guess; `PATCH /simulator/switches` changes one while the program runs.
"""

from enum import StrEnum

from msgspec import Struct


class ReservationEnds(StrEnum):
    LABEL = "label"
    SHIPPED = "shipped"


class OptionsStatus(StrEnum):
    PACKAGE_CREATED = "PACKAGE_CREATED"
    PICKUP_SLOT_RETRIEVED = "PICKUP_SLOT_RETRIEVED"


class ShippedBeforePickup(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"


class CustomerAfterShipping(StrEnum):
    NAME_AND_ADDRESS = "name_and_address"
    POSTCODE_ONLY = "postcode_only"
    NOTHING = "nothing"


class ConvertedChannel(StrEnum):
    AMAZON_EU = "AMAZON_EU"
    DEFAULT = "DEFAULT"


class EmptyPages(StrEnum):
    OFF = "off"
    ON = "on"


class CarrierScan(StrEnum):
    SHIPS = "ships"
    ONLY_SEEN = "only_seen"


class ShippedAfterScan(StrEnum):
    CONFLICT = "conflict"
    UNPROCESSABLE = "unprocessable"
    ACCEPT = "accept"


class Carrier(StrEnum):
    BY_HAND = "by_hand"
    BY_CLOCK = "by_clock"


class SelfShipConfirm(StrEnum):
    FROM_CREATED = "from_created"
    FROM_ACCEPTED = "from_accepted"


class SelfShipConfirmShipment(StrEnum):
    REFUSE = "refuse"
    SHIPS = "ships"


class LatestCancellation(StrEnum):
    BEFORE_SHIPPED = "before_shipped"
    BEFORE_LABEL = "before_label"


class RelabelTracking(StrEnum):
    NEW = "new"
    SAME = "same"


class ProductDataErrors(StrEnum):
    REFUSE = "refuse"
    WARN = "warn"


class Baskets(StrEnum):
    OFF = "off"
    ON = "on"


class OnsiteInFbaInventory(StrEnum):
    SHOWN = "shown"
    HIDDEN = "hidden"


class Roughness(StrEnum):
    OFF = "off"
    MILD = "mild"
    WILD = "wild"


class Switches(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a reservation ends, what an empty options answer leaves behind, and the other open questions."""

    reservation_ends: ReservationEnds = ReservationEnds.LABEL
    options_status: OptionsStatus = OptionsStatus.PACKAGE_CREATED
    shipped_before_pickup: ShippedBeforePickup = ShippedBeforePickup.ACCEPT
    customer_after_shipping: CustomerAfterShipping = CustomerAfterShipping.NAME_AND_ADDRESS
    converted_channel: ConvertedChannel = ConvertedChannel.AMAZON_EU
    empty_pages: EmptyPages = EmptyPages.OFF
    label_url_seconds: int = 300
    carrier_scan: CarrierScan = CarrierScan.SHIPS
    shipped_after_scan: ShippedAfterScan = ShippedAfterScan.CONFLICT
    carrier: Carrier = Carrier.BY_HAND
    self_ship_confirm: SelfShipConfirm = SelfShipConfirm.FROM_CREATED
    self_ship_confirm_shipment: SelfShipConfirmShipment = SelfShipConfirmShipment.REFUSE
    latest_cancellation: LatestCancellation = LatestCancellation.BEFORE_SHIPPED
    relabel_tracking: RelabelTracking = RelabelTracking.NEW
    product_data_errors: ProductDataErrors = ProductDataErrors.REFUSE
    baskets: Baskets = Baskets.OFF
    assign_seconds: int = 0
    shipment_seen_seconds: int = 0
    customer_seconds: int = 0
    listing_least_seconds: int = 600
    listing_most_seconds: int = 1200
    onsite_in_fba_inventory: OnsiteInFbaInventory = OnsiteInFbaInventory.SHOWN
    shipment_burst_factor: int = 2
    roughness: Roughness = Roughness.OFF
