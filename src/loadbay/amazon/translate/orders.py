"""An order of Orders 2026-01-01 in our words: buyer, address, payment as far as Amazon shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from loadbay.amazon.wire import orders as wire
from loadbay.amazon.wire.loose import Unreadable, amount, decode, moment, moment_or_none, text
from loadbay.core.ids import AmazonOrderId
from loadbay.core.money import Money
from loadbay.orders.ports import OrderPage, SeenAddress, SeenOrder, Spoiled


class _Identity(msgspec.Struct, rename="camel"):
    order_id: str | int | None = None


def page(body: bytes) -> OrderPage:
    """A page: each order read by itself. Raises `Unreadable` when it is not a page of orders."""
    seen = decode(body, wire.OrdersPage)
    good, bad = [], []
    for raw in seen.orders:
        try:
            good.append(order(bytes(raw)))
        except Unreadable as error:
            bad.append(Spoiled(identity(raw), str(error), bytes(raw)))
    token = seen.pagination.next_token or None if seen.pagination else None
    return OrderPage(tuple(good), tuple(bad), token, moment_or_none(seen.last_updated_before))


def one(body: bytes) -> SeenOrder:
    """The order of a getOrder answer."""
    return order(bytes(decode(body, wire.OrderAnswer).order))


def order(raw: bytes) -> SeenOrder:
    """One order. Raises `Unreadable`, saying what in it cannot be used."""
    return shown(decode(raw, wire.Order), raw)


def shown(seen: wire.Order, raw: bytes) -> SeenOrder:
    """What a decoded order shows of its buyer. Raises `Unreadable` as `order` does."""
    fulfillment, buyer = seen.fulfillment, seen.buyer or wire.Buyer()
    if not text(seen.order_id):
        raise Unreadable("orderId is empty")
    updated = moment(seen.last_updated_time)
    window = fulfillment.deliver_by_window if fulfillment else None
    return SeenOrder(
        order_id=AmazonOrderId(text(seen.order_id)),
        status=text(fulfillment.fulfillment_status) if fulfillment else "",
        fulfilled_by=text(fulfillment.fulfilled_by) if fulfillment else "",
        created_at=moment_or_none(seen.created_time) or updated,
        updated_at=updated,
        buyer_name=text(buyer.buyer_name),
        buyer_email=text(buyer.buyer_email),
        address=_address(seen.recipient.delivery_address) if seen.recipient else None,
        payment_methods=_payments(seen.payment),
        total=_total(seen.proceeds),
        latest_delivery_at=moment_or_none(window.latest_date_time) if window else None,
        raw=raw,
    )


def subjects(found: Iterable[SeenOrder]) -> Iterable[str]:
    """The search keys of an exchange that spoke of these orders."""
    return (f"order:{seen.order_id}" for seen in found)


def _address(seen: wire.Address | None) -> SeenAddress | None:
    if seen is None:
        return None
    lines = (text(line) for line in (seen.address_line1, seen.address_line2, seen.address_line3))
    return SeenAddress(
        name=text(seen.name),
        company=text(seen.company_name),
        lines=tuple(line for line in lines if line),
        city=text(seen.city),
        region=text(seen.state_or_region),
        postal_code=text(seen.postal_code),
        country=text(seen.country_code),
        phone=text(seen.phone),
    )


def _payments(seen: wire.Payment | None) -> tuple[str, ...]:
    executions = seen.payment_executions or () if seen else ()
    return tuple(dict.fromkeys(text(e.payment_method) for e in executions if text(e.payment_method)))


def _total(seen: wire.Proceeds | None) -> Money | None:
    if seen is None or seen.grand_total is None:
        return None
    total = seen.grand_total
    return Money(amount(total.amount, name="grandTotal"), text(total.currency_code).upper())


def identity(raw: msgspec.Raw) -> str:
    """The number of an order that cannot be read otherwise; empty where not even that can be."""
    try:
        return text(msgspec.json.decode(raw, type=_Identity).order_id)[:200]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
