"""Controls of what happens around a sale: returns, carriers, baskets, what the shop or Amazon does by itself.

The neighbours in `controls` place orders and turn switches; each control here is one command, too.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from amazon_simulator.central import inspect, inspect_life
from amazon_simulator.central.controls import seller
from amazon_simulator.central.rows import BasketRow, OpenedReturns, ReturnRow, ShipmentRow
from amazon_simulator.central.wire import Control
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import commands
from amazon_simulator.world import life_commands as life
from amazon_simulator.world.refusal import Kind, invalid
from amazon_simulator.world.return_life import ReturnStatus, ReturnSubType, ReturnType
from amazon_simulator.world.state import Location, Shipment


def _shipment(desk: Desk, shipment: Shipment) -> ShipmentRow:
    with desk.world.look():
        return inspect.shipment_row(shipment)


class NewReturn(Struct, frozen=True, forbid_unknown_fields=True):
    shipment: str = ""
    order: str = ""
    sku: str = ""
    units: int = 0
    type: ReturnType = ReturnType.CUSTOMER
    sub_type: ReturnSubType = ReturnSubType.NORMAL
    reason: str = ""
    rma: str = ""
    location: str = ""
    otp: bool = False
    dropped_off: bool = False
    exchange_sku: str = ""


def open_return(desk: Desk, wanted: NewReturn) -> OpenedReturns:
    """Of a shipment, or of every line of an order under one RMA."""
    if bool(wanted.shipment) == bool(wanted.order):
        raise invalid("Name either the shipment or the order that comes back.")
    rma, opened = wanted.rma, []
    for shipment_id, sku in _lines(desk, wanted):
        command = life.OpenReturn(
            shipment_id=shipment_id,
            sku=sku,
            units=wanted.units,
            type=wanted.type,
            sub_type=wanted.sub_type,
            reason=wanted.reason,
            rma_id=rma,
            location_id=wanted.location,
            has_otp=wanted.otp,
            is_dropped_off=wanted.dropped_off,
            exchange_sku=wanted.exchange_sku,
        )
        back = desk.world.do(command)
        rma = back.rma_id
        opened.append(inspect_life.return_row(back))
    return {"returns": opened}


def _lines(desk: Desk, wanted: NewReturn) -> list[tuple[str, str]]:
    if wanted.shipment:
        return [(wanted.shipment, wanted.sku)]
    with desk.world.look() as memory:
        shipments = [memory.shipment(each) for each in memory.order(wanted.order).shipment_ids]
    lines = [(each.id, line.sku) for each in shipments for line in each.lines]
    chosen = [line for line in lines if wanted.sku in ("", line[1])]
    if not chosen:
        raise invalid(f"The order {wanted.order} has no line of the SKU '{wanted.sku}'.")
    return list(dict.fromkeys(chosen))


class ReturnMove(Struct, frozen=True, forbid_unknown_fields=True):
    status: ReturnStatus
    units: int = 0
    location: str = ""


def move_return(desk: Desk, wanted: ReturnMove, return_id: str) -> ReturnRow:
    command = life.MoveReturn(
        return_id=return_id, status=wanted.status, units=wanted.units, location_id=wanted.location
    )
    return inspect_life.return_row(desk.world.do(command))


class Goal(Struct, frozen=True, forbid_unknown_fields=True):
    until: str = "SHIPPED"


def fulfil(desk: Desk, wanted: Goal, shipment_id: str) -> ShipmentRow:
    return _shipment(desk, desk.world.do(life.FulfilShipment(shipment_id=shipment_id, until=wanted.until)))


class ShipmentCancellation(Struct, frozen=True, forbid_unknown_fields=True):
    kind: Literal["MARKETPLACE_CANCELLED", "SYSTEM_CANCELLED"] = "MARKETPLACE_CANCELLED"
    reason: str = "BUYER_CANCELLED"


def cancel_shipment(desk: Desk, wanted: ShipmentCancellation, shipment_id: str) -> ShipmentRow:
    """One shipment of an order; the others go on."""
    desk.world.do(commands.CancelShipment(shipment_id=shipment_id, kind=wanted.kind, reason=wanted.reason))
    with desk.world.look() as memory:
        return inspect.shipment_row(memory.shipment(shipment_id))


class DeliveryPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """Without hours: never."""

    hours: float | None = None


def plan_delivery(desk: Desk, wanted: DeliveryPlan, shipment_id: str) -> ShipmentRow:
    return _shipment(desk, desk.world.do(life.PlanDelivery(shipment_id=shipment_id, hours=wanted.hours)))


class PickupDate(Struct, frozen=True, forbid_unknown_fields=True):
    at: datetime


def change_pickup_date(desk: Desk, wanted: PickupDate, shipment_id: str) -> ShipmentRow:
    if wanted.at.tzinfo is None:
        raise invalid("at must say its time zone, such as 2026-09-14T17:00:00Z.")
    return _shipment(desk, desk.world.do(life.ChangePickupDate(shipment_id=shipment_id, at=wanted.at)))


def publish_invoice(desk: Desk, shipment_id: str) -> ShipmentRow:
    return _shipment(desk, desk.world.do(life.PublishInvoice(shipment_id=shipment_id)))


class LabelScan(Struct, frozen=True, forbid_unknown_fields=True):
    tracking_id: str


def scan_label(desk: Desk, wanted: LabelScan) -> ShipmentRow:
    return _shipment(desk, desk.world.do(life.ScanLabel(tracking_id=wanted.tracking_id)))


class Misses(Struct, frozen=True, forbid_unknown_fields=True):
    location: str
    times: int = 1


def miss_pickups(desk: Desk, wanted: Misses) -> Location:
    command = life.MissPickups(location_id=wanted.location, times=wanted.times)
    return desk.world.do(command)


class NewBasket(Struct, frozen=True, forbid_unknown_fields=True):
    sku: str
    units: int = 1
    minutes: float = 15
    location: str = ""


def fill_basket(desk: Desk, wanted: NewBasket) -> BasketRow:
    command = life.FillBasket(
        seller_id=seller(desk),
        sku=wanted.sku,
        units=wanted.units,
        minutes=wanted.minutes,
        location_id=wanted.location,
    )
    return inspect_life.basket_row(desk.world.do(command))


def empty_basket(desk: Desk, basket_id: str) -> BasketRow:
    return inspect_life.basket_row(desk.world.do(life.EmptyBasket(basket_id=basket_id)))


LIFE_CONTROLS = {
    ("POST", "/simulator/returns"): Control(
        open_return, "Something comes back: of a shipment, or every line of an order.", status=201
    ),
    ("POST", "/simulator/returns/<return_id>/move"): Control(move_return, "The return's next status."),
    ("POST", "/simulator/shipments/<shipment_id>/fulfil"): Control(
        fulfil, "The seller's own steps in one go, until the shipment has this status."
    ),
    ("POST", "/simulator/shipments/<shipment_id>/cancel"): Control(
        cancel_shipment, "One shipment of an order is cancelled; the others go on."
    ),
    ("POST", "/simulator/shipments/<shipment_id>/delivery"): Control(
        plan_delivery, "The carrier delivers so many hours from now, or never."
    ),
    ("POST", "/simulator/shipments/<shipment_id>/pickup-date"): Control(
        change_pickup_date, "The carrier comes at another time."
    ),
    ("POST", "/simulator/shipments/<shipment_id>/invoice"): Control(
        publish_invoice, "Amazon's own invoice of the shipment is there."
    ),
    ("POST", "/simulator/scans"): Control(scan_label, "The driver scans one label."),
    ("POST", "/simulator/lorry/misses"): Control(
        miss_pickups, "The lorry will not come so many times.", refuses=(Kind.INVALID, Kind.UNKNOWN)
    ),
    ("POST", "/simulator/baskets"): Control(fill_basket, "Units lie in a buyer's basket.", status=201),
    ("DELETE", "/simulator/baskets/<basket_id>"): Control(
        empty_basket, "The units are put back.", refuses=(Kind.UNKNOWN,)
    ),
}
