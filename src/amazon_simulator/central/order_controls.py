"""The control API for buyers: orders of every kind, wishes to cancel, and what Amazon does with them next.

`fulfilled_by` says which way an order goes; without it, through External Fulfillment at a location.
"""

from typing import Literal

from msgspec import Struct, field

from amazon_simulator.central import inspect
from amazon_simulator.central.rows import Counted, OrderRow, PlacedOrders
from amazon_simulator.central.wire import Control
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import commands, order_commands, shelf
from amazon_simulator.world.lifecycle import Programme
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.order_parts import Terms
from amazon_simulator.world.refusal import invalid, not_now, unknown
from amazon_simulator.world.state import Channel

_PARTIES = {"merchant": "MERCHANT", "amazon": "AMAZON"}


class NewOrders(Struct, frozen=True, forbid_unknown_fields=True):
    """What a buyer may say; most of it nobody says."""

    lines: list[commands.WantedLine]
    fulfilled_by: Literal["", "smartconnect", "easy_ship", "self_ship", "merchant", "amazon"] = ""
    seller: str = ""
    marketplace: str = ""
    location: str = ""
    split: bool = False
    force: bool = False
    gift: bool = False
    hazmat_label: bool = False
    serial_numbers: bool = False
    invoice: bool = False
    failing_labels: int = 0
    cross_border: bool = False
    multi_piece: bool = False
    third_party: bool = False
    count: int = 1
    programmes: list[str] = field(default_factory=list)
    service_level: str = "STANDARD"
    company: str = ""
    purchase_order: str = ""
    seller_order_id: str = ""
    kind: Literal["NEW", "REPLACEMENT", "EXCHANGE"] = "NEW"
    replaces: str = ""
    elsewhere: bool = False
    regulated: bool = False
    pending_seconds: float = 1800.0
    release_seconds: float = 0.0
    ship_seconds: float = 21_600.0

    def terms(self) -> Terms | None:
        """None where nothing is special, so that plain orders stay small."""
        said = Terms(
            programmes=tuple(dict.fromkeys(self.programmes)),
            service_level=self.service_level,
            company=self.company,
            purchase_order=self.purchase_order,
            seller_order_id=self.seller_order_id,
            replaces=self.replaces,
            kind=self.kind if self.replaces else "NEW",
            is_elsewhere=self.elsewhere,
        )
        return None if said == Terms() else said


def place_orders(desk: Desk, wanted: NewOrders) -> PlacedOrders:
    seller_id = wanted.seller or shelf.first_seller(desk.world.state)
    if seller_id not in desk.world.state.sellers:
        raise unknown("seller", seller_id)
    if wanted.fulfilled_by in _PARTIES:
        placed = desk.world.do(_ordinary(desk, wanted, seller_id))
    else:
        placed = desk.world.do(_external(desk, wanted, seller_id))
    rows = [{"order_id": order.id, "shipment_ids": order.shipment_ids} for order in placed]
    return {"orders": rows}


def _ordinary(desk: Desk, wanted: NewOrders, seller_id: str) -> order_commands.PlaceOrdinary:
    if wanted.location:
        raise invalid("An order without External Fulfillment has no location.")
    if wanted.kind != "NEW" and not wanted.replaces:
        raise invalid(f"A {wanted.kind} names the order that it replaces.")
    own = desk.world.state.sellers[seller_id].marketplaces
    is_merchants = wanted.fulfilled_by == "merchant"
    return order_commands.PlaceOrdinary(
        seller_id=seller_id,
        marketplace_id=marketplace(wanted.marketplace) if wanted.marketplace else own[0],
        fulfilled_by="MERCHANT" if is_merchants else "AMAZON",
        lines=wanted.lines,
        count=wanted.count,
        is_split=wanted.split,
        is_forced=wanted.force,
        is_gift=wanted.gift,
        needs_invoice=wanted.invoice,
        is_regulated=wanted.regulated,
        pending_seconds=wanted.pending_seconds,
        release_seconds=wanted.release_seconds,
        ship_seconds=wanted.ship_seconds,
        terms=wanted.terms(),
    )


def _external(desk: Desk, wanted: NewOrders, seller_id: str) -> commands.PlaceOrder:
    if wanted.regulated or wanted.release_seconds or wanted.elsewhere:
        raise invalid("regulated, release_seconds and elsewhere are for fulfilled_by merchant or amazon.")
    return commands.PlaceOrder(
        seller_id=seller_id,
        lines=wanted.lines,
        location_id=wanted.location or _place(desk, wanted, seller_id),
        count=wanted.count,
        is_split=wanted.split,
        is_forced=wanted.force,
        is_gift=wanted.gift,
        needs_hazmat_label=wanted.hazmat_label,
        needs_serial=wanted.serial_numbers,
        needs_invoice=wanted.invoice,
        failing_labels=wanted.failing_labels,
        type=wanted.kind,
        terms=wanted.terms(),
        needs_origin=wanted.cross_border,
        needs_item_value=wanted.cross_border,
        is_multi_piece=wanted.multi_piece,
        replaces=_replaced(desk, wanted),
        programme=Programme(wanted.fulfilled_by) if wanted.fulfilled_by else None,
        by_third_party=wanted.third_party,
    )


def _replaced(desk: Desk, wanted: NewOrders) -> str:
    """The first shipment of the order that is replaced; what cannot be replaced the world refuses."""
    order = desk.world.state.orders.get(wanted.replaces)
    return order.shipment_ids[0] if order is not None and order.shipment_ids else ""


def _place(desk: Desk, wanted: NewOrders, seller_id: str) -> str:
    """The seller's location for what is wanted, best one of that programme; empty where nothing was."""
    if not wanted.fulfilled_by and not wanted.marketplace:
        return ""
    market = marketplace(wanted.marketplace) if wanted.marketplace else ""
    programme = Programme(wanted.fulfilled_by or "smartconnect")
    channel = Channel.FBA if programme == Programme.SMARTCONNECT else Channel.MFN
    found = [
        each
        for each in desk.world.state.locations.values()
        if each.seller_id == seller_id and market in ("", each.marketplace_id) and each.channel == channel
    ]
    if not found:
        where = f" in {market}" if market else ""
        raise not_now(f"The seller {seller_id} has no location for {programme}{where}.")
    return max(found, key=lambda each: each.programme == programme).id


def marketplace(name: str) -> str:
    """A marketplace's id, also by its country."""
    for market in MARKETPLACES.values():
        if name in (market.id, market.country):
            return market.id
    raise unknown("marketplace", name)


class OrderCancellation(Struct, frozen=True, forbid_unknown_fields=True):
    kind: Literal["MARKETPLACE_CANCELLED", "SYSTEM_CANCELLED"] = "MARKETPLACE_CANCELLED"
    by: Literal["", "BUYER", "MERCHANT", "AMAZON"] = ""
    reason: str = "BUYER_CANCELLED"


def cancel_order(desk: Desk, wanted: OrderCancellation, order_id: str) -> OrderRow:
    command: commands.Command = commands.CancelOrder(
        order_id=order_id, kind=wanted.kind, reason=wanted.reason
    )
    if wanted.by:
        command = _by(desk, wanted, order_id)
    return inspect.order_row(desk.world.do(command))


def _by(desk: Desk, wanted: OrderCancellation, order_id: str) -> commands.Command:
    with desk.world.look() as memory:
        is_ordinary = memory.order(order_id).ordinary is not None
    if is_ordinary:
        return order_commands.EndOrder(order_id=order_id, by=wanted.by or "BUYER", reason=wanted.reason)
    if wanted.by == "MERCHANT":
        raise not_now("A merchant cancels a shipment by rejecting it (processShipment).")
    kind = "SYSTEM_CANCELLED" if wanted.by == "AMAZON" else "MARKETPLACE_CANCELLED"
    return commands.CancelOrder(order_id=order_id, kind=kind, reason=wanted.reason)


class CancellationWish(Struct, frozen=True, forbid_unknown_fields=True):
    item: str = ""
    reason: str = "Ordered by mistake"


def ask_to_cancel(desk: Desk, wanted: CancellationWish, order_id: str) -> OrderRow:
    command = order_commands.AskToCancel(order_id=order_id, item_id=wanted.item, reason=wanted.reason)
    return inspect.order_row(desk.world.do(command))


def hurry(desk: Desk, order_id: str) -> OrderRow:
    return inspect.order_row(desk.world.do(order_commands.HurryOrder(order_id=order_id)))


def send_invoice(desk: Desk, order_id: str) -> OrderRow:
    return inspect.order_row(desk.world.do(order_commands.SendInvoice(order_id=order_id)))


class FbaGoods(Struct, frozen=True, forbid_unknown_fields=True):
    goods: list[order_commands.FbaEntry]
    seller: str = ""


def add_fba_stock(desk: Desk, wanted: FbaGoods) -> Counted:
    seller_id = wanted.seller or shelf.first_seller(desk.world.state)
    desk.world.do(order_commands.AddFbaStock(seller_id=seller_id, entries=wanted.goods))
    return {"skus": len(wanted.goods)}


ORDER_CONTROLS = {
    ("POST", "/simulator/orders"): Control(
        place_orders, "A buyer orders, of every kind there is.", status=201
    ),
    ("POST", "/simulator/orders/<order_id>/cancel"): Control(
        cancel_order, "The order is cancelled, if that is not too late."
    ),
    ("POST", "/simulator/orders/<order_id>/ask-to-cancel"): Control(
        ask_to_cancel, "The buyer asks the merchant to cancel; the seller decides."
    ),
    ("POST", "/simulator/orders/<order_id>/hurry"): Control(
        hurry, "Amazon takes its next step with an order without External Fulfillment now."
    ),
    ("POST", "/simulator/orders/<order_id>/invoice"): Control(
        send_invoice, "The seller confirms in Seller Central that the buyer has the invoice."
    ),
    ("POST", "/simulator/fba"): Control(
        add_fba_stock, "Goods arrive in Amazon's own warehouses.", status=201
    ),
}
