"""Channel orders as they are seen first, each with the row of its buyer.

What the marketplace shows of a buyer is dated for its purge: 30 days after the latest delivery date, or after
it was found where Amazon names none (FACTS 7.2; PRODUCT section 13). Later finds are taken over by `buyers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from loadbay.core.bulk import Row, insert_rows, these
from loadbay.core.encryption import keyed_hash
from loadbay.orders.models import BuyerDetails, ChannelOrder
from loadbay.orders.ports import SeenAddress, SeenOrder, SeenShipment

KEEP_DAYS = 30


@dataclass(frozen=True)
class ShownBuyers:
    """What a page shows of buyers, by order id, and when it was read; nothing where it shows none."""

    by_order: Mapping[str, SeenOrder] = field(default_factory=dict)
    now: datetime = datetime.min.replace(tzinfo=UTC)

    @classmethod
    def of(cls, orders: Iterable[SeenOrder], *, now: datetime) -> ShownBuyers:
        return cls({order.order_id: order for order in orders if _shows_something(order)}, now)

    def columns(self, order_id: str) -> Row:
        """The columns of an order's buyer, found or hidden so far."""
        seen = self.by_order.get(order_id)
        return dict(_HIDDEN) if seen is None else found_columns(seen, self.now)


_HIDDEN = {
    "state": BuyerDetails.State.HIDDEN,
    "found_at": None,
    "name": None,
    "email": None,
    "email_hash": "",
    "address": None,
    "payment_method": "",
    "purge_on": None,
}


NOBODY = ShownBuyers()


def orders_of(connection_id: int, seen: Sequence[SeenShipment], shown: ShownBuyers) -> dict[str, int]:
    """Order id → row id, creating the orders not seen before together with their buyer rows."""
    wanted = {entry.order_id: entry for entry in seen}
    rows = ChannelOrder.objects.filter(connection_id=connection_id, order_id__among=these(wanted))
    found = dict(rows.values_list("order_id", "id"))
    new = [entry for order_id, entry in wanted.items() if order_id not in found]
    pks = insert_rows(
        ChannelOrder,
        [
            {"connection_id": connection_id, "order_id": entry.order_id, "placed_at": entry.placed_at}
            for entry in new
        ],
    )
    insert_rows(
        BuyerDetails,
        [
            {"order_id": pk, "postal_code": entry.postal_code or None, **shown.columns(entry.order_id)}
            for pk, entry in zip(pks, new, strict=True)
        ],
    )
    return found | {entry.order_id: pk for pk, entry in zip(pks, new, strict=True)}


def _shows_something(order: SeenOrder) -> bool:
    return bool(order.buyer_name or order.buyer_email or order.address or order.payment_methods)


def found_columns(seen: SeenOrder, now: datetime) -> Row:
    """The columns of a buyer who is found."""
    return {
        "state": BuyerDetails.State.FOUND,
        "found_at": now,
        "name": seen.buyer_name or (seen.address.name if seen.address else "") or None,
        "email": seen.buyer_email or None,
        "email_hash": keyed_hash(seen.buyer_email) if seen.buyer_email else "",
        "address": _address_data(seen.address),
        "payment_method": ", ".join(seen.payment_methods)[:60],
        "purge_on": _purge_day(seen, now),
    }


def _purge_day(seen: SeenOrder, now: datetime) -> date:
    latest = min(seen.latest_delivery_at or now, now + timedelta(days=60))
    return (max(latest, now) + timedelta(days=KEEP_DAYS)).date()


def _address_data(address: SeenAddress | None) -> dict[str, object] | None:
    if address is None:
        return None
    return {
        "name": address.name,
        "company": address.company,
        "lines": list(address.lines),
        "city": address.city,
        "region": address.region,
        "postal_code": address.postal_code,
        "country": address.country,
        "phone": address.phone,
    }
