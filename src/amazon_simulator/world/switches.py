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


class Switches(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a reservation ends, what an empty options answer leaves behind, and the other open questions."""

    reservation_ends: ReservationEnds = ReservationEnds.LABEL
    options_status: OptionsStatus = OptionsStatus.PACKAGE_CREATED
    shipped_before_pickup: ShippedBeforePickup = ShippedBeforePickup.ACCEPT
    customer_after_shipping: CustomerAfterShipping = CustomerAfterShipping.NAME_AND_ADDRESS
    converted_channel: ConvertedChannel = ConvertedChannel.AMAZON_EU
    empty_pages: EmptyPages = EmptyPages.OFF
    label_url_seconds: int = 300
