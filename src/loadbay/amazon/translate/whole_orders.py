"""An order of Orders 2026-01-01 with its items, as the shipment it is staged as. Pure.

Its rule is that of `shipments`: what decides (ids, units, money, status) must be readable or the order is
spoiled; what only advises may be missing. The buyer is read by `orders`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from loadbay.amazon.translate import order_money as money
from loadbay.amazon.translate import orders
from loadbay.amazon.wire import order_items as wire
from loadbay.amazon.wire.loose import Unreadable, decode, moment, moment_or_none, text, whole
from loadbay.amazon.wire.orders import Fulfillment, OrderAnswer, OrdersPage
from loadbay.channels.rules import AMAZONS_OWN
from loadbay.core.ids import AmazonOrderId, LocationId, MarketplaceId, PackageId, ShipmentId, Sku
from loadbay.orders.ports import (
    Requirement,
    SeenLine,
    SeenPackage,
    SeenShipment,
    Spoiled,
    WholeOrder,
    WholeOrderPage,
)

_PLACES = {"AMAZON": AMAZONS_OWN, "MERCHANT": ""}
_PRICED = {"UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"}
_GIVEN_UP = {"CANCELLED", "UNFULFILLABLE"}
_FACILITATOR = "MARKETPLACE_FACILITATOR"
_KINDS = {"REPLACEMENT_ORIGINAL_ID": "REPLACEMENT", "EXCHANGE_ORIGINAL_ID": "EXCHANGE"}


def page(body: bytes) -> WholeOrderPage:
    """A page: each order read by itself. Raises `Unreadable` when it is not a page of orders."""
    seen = decode(body, OrdersPage)
    read = [reread(bytes(raw)) for raw in seen.orders]
    return WholeOrderPage(
        tuple(order for order in read if isinstance(order, WholeOrder)),
        tuple(order for order in read if isinstance(order, Spoiled)),
        seen.pagination.next_token or None if seen.pagination else None,
        moment_or_none(seen.last_updated_before),
    )


def one(body: bytes) -> WholeOrder:
    """The order of a getOrder answer."""
    return order(bytes(decode(body, OrderAnswer).order))


def reread(raw: bytes) -> WholeOrder | Spoiled:
    """One entry of a page: the order, or why it cannot be read."""
    try:
        return order(raw)
    except Unreadable as error:
        return Spoiled(orders.identity(msgspec.Raw(raw)), str(error), raw)


def order(raw: bytes) -> WholeOrder:
    """One order. Raises `Unreadable`, saying what in it cannot be used."""
    seen = decode(raw, wire.WholeOrder)
    return WholeOrder(_shipment(seen, raw), orders.shown(seen, raw))


def subjects(found: Iterable[WholeOrder]) -> Iterable[str]:
    """The search keys of an exchange that spoke of these orders."""
    return (f"order:{seen.shipment.order_id}" for seen in found)


def _shipment(seen: wire.WholeOrder, raw: bytes) -> SeenShipment:
    number, fulfillment = _required(seen.order_id, name="orderId"), _fulfillment(seen)
    status = _required(fulfillment.fulfillment_status, name="fulfillmentStatus")
    lines = _lines(seen, status)
    replaces, kind = _original(seen)
    total, own = money.total(seen.proceeds), money.of_the_order(seen.proceeds)
    everything = [*own, *(charge for line in lines for charge in line.charges), *([total] if total else [])]
    if status in _PRICED and not everything and kind == "NEW":
        raise Unreadable(f"an order that is {status} without any amount")
    updated = moment(seen.last_updated_time)
    shipping = fulfillment.ship_by_window
    return SeenShipment(
        shipment_id=ShipmentId(number),
        order_id=AmazonOrderId(number),
        location_id=LocationId(_place(fulfillment)),
        marketplace_id=MarketplaceId(_required(seen.sales_channel.marketplace_id, name="marketplaceId")),
        channel_name=text(seen.sales_channel.channel_name),
        shipping_type="",
        kind=kind,
        status=status,
        created_at=moment_or_none(seen.created_time) or updated,
        updated_at=updated,
        placed_at=moment_or_none(seen.created_time),
        expected_ship_at=moment_or_none(shipping.latest_date_time) if shipping else None,
        earliest_pack_at=moment_or_none(shipping.earliest_date_time) if shipping else None,
        lines=lines,
        charges=own,
        total=total,
        currency=money.one_currency(charge.net.currency for charge in everything),
        units=sum(line.units for line in lines),
        packages=_packages(seen.packages),
        ship_method=text(fulfillment.fulfillment_service_level)[:60],
        replaces=replaces,
        programs=tuple(dict.fromkeys(text(name).upper()[:40] for name in seen.programs or ())),
        raw=raw,
    )


def _fulfillment(seen: wire.WholeOrder) -> Fulfillment:
    if seen.fulfillment is None:
        raise Unreadable("an order without its fulfillment")
    return seen.fulfillment


def _place(fulfillment: Fulfillment) -> str:
    by = text(fulfillment.fulfilled_by).upper()
    if by not in _PLACES:
        raise Unreadable(f"fulfilledBy {by[:40]!r} is neither MERCHANT nor AMAZON")
    return _PLACES[by]


def _original(seen: wire.WholeOrder) -> tuple[str, str]:
    """The order that it replaces, and what kind of order that makes it."""
    for entry in seen.associated_orders or ():
        kind = _KINDS.get(text(entry.association_type).upper())
        if kind is not None:
            return text(entry.order_id)[:30], kind
    return "", "NEW"


def _lines(seen: wire.WholeOrder, status: str) -> tuple[SeenLine, ...]:
    lines = tuple(_line(item) for item in seen.order_items)
    if not lines and status not in _GIVEN_UP:
        raise Unreadable("an order without items")
    if len({line.line_id for line in lines}) != len(lines):
        raise Unreadable("two items with one id")
    return lines if status in _GIVEN_UP else tuple(line for line in lines if line.units)


def _line(item: wire.Item) -> SeenLine:
    done = item.fulfillment or wire.ItemFulfillment()
    packing = done.packing or wire.Packing()
    gift, serials = packing.gift_option or wire.Gift(), packing.serial_number_requirement
    asked = item.cancellation.cancellation_request if item.cancellation else None
    needs = serials is not None and text(serials.requirement_type).upper() in {"REQUIRED", "MANDATORY"}
    return SeenLine(
        line_id=_required(item.order_item_id, name="orderItemId"),
        sku=Sku(_required(item.product.seller_sku or "", name="sellerSku")),
        units=whole(item.quantity_ordered, name="quantityOrdered"),
        charges=money.charges(item.proceeds.breakdowns if item.proceeds else None),
        serials=Requirement.REQUIRED if needs else Requirement.OPTIONAL,
        gift_wrap=bool(text(gift.gift_wrap_level)),
        has_gift_message=bool(text(gift.gift_message)),
        shipped_units=whole(done.quantity_fulfilled, name="quantityFulfilled")
        if done.quantity_fulfilled is not None
        else 0,
        asin=text(item.product.asin)[:20],
        is_tax_collected=_is_tax_collected(item.tax),
        cancel_asked=(text(asked.cancel_reason) or "no reason given")[:200] if asked else "",
    )


def _is_tax_collected(seen: wire.Tax | None) -> bool:
    """Whether Amazon collects the item's tax and pays it itself."""
    return any(
        text(one.model).upper() == _FACILITATOR for one in (seen.tax_collections or () if seen else ())
    )


def _packages(seen: list[wire.Package] | None) -> tuple[SeenPackage, ...]:
    return tuple(
        SeenPackage(
            PackageId(text(package.package_reference_id)),
            text(package.package_status.status) if package.package_status else "",
            text(package.tracking_number),
        )
        for package in seen or ()
    )


def _required(value: str | int | None, *, name: str) -> str:
    found = text(value)
    if not found or len(found) > 200 or "\x00" in found:
        raise Unreadable(f"{name} is empty or no name")
    return found
