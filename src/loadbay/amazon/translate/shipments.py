"""A shipment of External Fulfillment in our words. Pure; see FACTS of the API in `docs/amazon/`.

Its rule: what decides (ids, units, money, status) must be readable or the shipment is spoiled; what only
advises (boxes, windows) may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from loadbay.amazon.translate.boxes import recommended
from loadbay.amazon.translate.charges import charges, currency_of, total
from loadbay.amazon.wire import shipments as wire
from loadbay.amazon.wire.loose import Unreadable, decode, moment, moment_or_none, text, whole
from loadbay.core.ids import AmazonOrderId, LocationId, MarketplaceId, PackageId, ShipmentId, Sku
from loadbay.orders.ports import (
    Requirement,
    SeenLine,
    SeenPackage,
    SeenShipment,
    ShipmentPage,
    Spoiled,
)

_REQUIREMENTS = {"REQUIRED": Requirement.REQUIRED, "DISALLOWED": Requirement.DISALLOWED}
_CANCELLED = "CANCELLED"


class _Identity(msgspec.Struct):
    id: str | int | None = None


def page(body: bytes) -> ShipmentPage:
    """A page: each shipment read by itself. Raises `Unreadable` when it is not a page of shipments."""
    seen = decode(body, wire.ShipmentsPage)
    good, bad = [], []
    for raw in seen.shipments:
        read = reread(bytes(raw))
        if isinstance(read, Spoiled):
            bad.append(read)
        else:
            good.append(read)
    return ShipmentPage(
        tuple(good), tuple(bad), seen.pagination.next_token or None if seen.pagination else None
    )


def reread(raw: bytes) -> SeenShipment | Spoiled:
    """One entry of a page: the shipment, or why it cannot be read."""
    try:
        return shipment(raw)
    except Unreadable as error:
        return Spoiled(_identity(raw), str(error), raw)


def shipment(raw: bytes) -> SeenShipment:
    """One shipment. Raises `Unreadable`, saying what in it cannot be used."""
    seen = decode(raw, wire.Shipment)
    info, shipping = seen.shipment_info, seen.shipping_info or wire.ShippingInfo()
    lines = _lines(seen)
    own = charges(seen.charges)
    updated = moment(seen.last_updated_date_time)
    ship_to = shipping.ship_to_address
    return SeenShipment(
        shipment_id=ShipmentId(_required(seen.id, name="id")),
        order_id=AmazonOrderId(_required(info.buyer_order_id, name="buyerOrderId")),
        location_id=LocationId(_required(seen.location_id, name="locationId")),
        marketplace_id=MarketplaceId(text(seen.marketplace_attributes.marketplace_id)),
        channel_name=text(seen.marketplace_attributes.channel_name),
        shipping_type=text(shipping.shipping_type),
        kind=text(info.shipment_type) or "NEW",
        status=_required(seen.status, name="status"),
        created_at=moment_or_none(seen.creation_date_time) or updated,
        updated_at=updated,
        placed_at=moment_or_none(info.order_placed_timestamp),
        expected_ship_at=moment_or_none(shipping.expected_shipping),
        earliest_pack_at=moment_or_none(seen.earliest_pack_date_time),
        lines=lines,
        charges=own,
        total=total(seen.charges),
        currency=currency_of([*own, *(charge for line in lines for charge in line.charges)]),
        units=sum(line.units for line in lines),
        packages=_packages(seen.packages),
        recommended_boxes=recommended(shipping.recommended_packages),
        rejectable_in=_states(info.order_states_eligible_for_rejection),
        ship_method=text(shipping.recommended_ship_method),
        postal_code=text(ship_to.postal_code) if ship_to else "",
        raw=raw,
    )


def subjects(found: Iterable[SeenShipment]) -> Iterable[str]:
    """The search keys of an exchange that spoke of these shipments."""
    for seen in found:
        yield f"shipment:{seen.shipment_id}"
        yield f"order:{seen.order_id}"


def _lines(seen: wire.Shipment) -> tuple[SeenLine, ...]:
    lines = tuple(_line(line) for line in seen.line_items)
    if not lines:
        raise Unreadable("a shipment without lines")
    if len({line.line_id for line in lines}) != len(lines):
        raise Unreadable("two lines with one id")
    if seen.status != _CANCELLED and any(line.units == 0 for line in lines):
        raise Unreadable("a line of no units")
    return lines


def _line(line: wire.ShipmentLine) -> SeenLine:
    rules = line.compliance_attributes or wire.Compliance()
    gift = line.gift_attributes or wire.Gift()
    return SeenLine(
        line_id=_required(line.shipment_line_item_id, name="shipmentLineItemId"),
        sku=Sku(_required(line.merchant_sku, name="merchantSku")),
        units=whole(line.number_of_units, name="numberOfUnits"),
        charges=charges(line.charges),
        serials=_requirement(rules.serial_number_requirement),
        hazmat_labels=_requirement(rules.hazmat_labels_requirement),
        origin=_requirement(rules.country_of_origin_requirement),
        item_value=_requirement(rules.item_value_requirement),
        recommended_origin=text(line.recommended_country_of_origin),
        gift_wrap=text(gift.gift_wrap_requirement).upper() == "REQUIRED",
        has_gift_message=text(gift.gift_message_presence).upper() == "PRESENT",
        cancelled_units=sum(
            whole(entry.cancelled_quantity, name="cancelledQuantity") for entry in line.cancellations or ()
        ),
    )


def _packages(seen: list[wire.SeenPackage] | None) -> tuple[SeenPackage, ...]:
    return tuple(SeenPackage(PackageId(text(package.id)), text(package.status)) for package in seen or ())


def _requirement(word: str | None) -> Requirement:
    return _REQUIREMENTS.get(text(word).upper(), Requirement.OPTIONAL)


def _states(states: list[str] | None) -> frozenset[str] | None:
    return None if states is None else frozenset(text(state) for state in states)


def _required(value: str | int, *, name: str) -> str:
    found = text(value)
    if not found or len(found) > 200 or "\x00" in found:
        raise Unreadable(f"{name} is empty or no name")
    return found


def _identity(raw: bytes) -> str:
    try:
        return text(msgspec.json.decode(raw, type=_Identity).id)[:200]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
