"""What the buttons around a sale do: shipments, carrier, returns, baskets, and edits of listings.

One command each, then back to the page with one sentence; the neighbour is `actions`.
"""

from werkzeug.wrappers import Request

from amazon_simulator.central.actions import action, number
from amazon_simulator.central.controls import seller
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import commands
from amazon_simulator.world import life_commands as life
from amazon_simulator.world.refusal import invalid
from amazon_simulator.world.return_life import ReturnStatus, ReturnSubType, ReturnType

SHIPMENT = "/central/shipments/{shipment_id}"
RETURN = "/central/returns/{return_id}"
LISTING = "/central/listings/{sku}"


@action(SHIPMENT)
def cancel_shipment(desk: Desk, request: Request, shipment_id: str) -> str:
    is_buyer = request.form.get("by") != "amazon"
    kind = "MARKETPLACE_CANCELLED" if is_buyer else "SYSTEM_CANCELLED"
    reason = "BUYER_CANCELLED" if is_buyer else "SYSTEM_ERROR"
    desk.world.do(commands.CancelShipment(shipment_id=shipment_id, kind=kind, reason=reason))
    return f"The shipment {shipment_id} is cancelled by {'its buyer' if is_buyer else 'Amazon'}."


@action(SHIPMENT)
def fulfil(desk: Desk, request: Request, shipment_id: str) -> str:
    until = request.form.get("until", "SHIPPED")
    done = desk.world.do(life.FulfilShipment(shipment_id=shipment_id, until=until))
    return f"The shop did its part: the shipment is {done.status}."


@action(SHIPMENT)
def carry(desk: Desk, request: Request, shipment_id: str) -> str:
    says = request.form.get("says", "")
    command = commands.ScanShipment(
        shipment_id=shipment_id,
        is_delivery=says == "DELIVERED",
        sub_status="" if says in ("DELIVERED", "PICKED_UP") else says,
    )
    desk.world.do(command)
    return f"The carrier says {says}."


@action(SHIPMENT)
def plan_delivery(desk: Desk, request: Request, shipment_id: str) -> str:
    hours = number(request, "hours")
    desk.world.do(life.PlanDelivery(shipment_id=shipment_id, hours=hours))
    return f"The shipment will be delivered in {hours} hours."


@action(SHIPMENT)
def open_return(desk: Desk, request: Request, shipment_id: str) -> str:
    kind = request.form.get("kind", "NORMAL")
    exchange_sku = request.form.get("exchange_sku", "") if kind == "EXCHANGE" else ""
    back = desk.world.do(
        life.OpenReturn(
            shipment_id=shipment_id,
            sku=request.form.get("sku", ""),
            units=number(request, "units"),
            type=ReturnType.REJECT if kind == "REJECT" else ReturnType.CUSTOMER,
            sub_type=ReturnSubType.NORMAL if kind == "REJECT" else _sub_type(kind),
            has_otp="otp" in request.form,
            is_dropped_off="dropped_off" in request.form,
            exchange_sku=exchange_sku,
        )
    )
    instead = f" The order {back.exchange_order_id} replaces it." if back.exchange_order_id else ""
    return f"{back.units} x {back.sku} come back under {back.rma_id}.{instead}"


def _sub_type(kind: str) -> ReturnSubType:
    if kind not in tuple(ReturnSubType):
        raise invalid(f"'{kind}' is not a kind of return.")
    return ReturnSubType(kind)


@action(RETURN)
def move_return(desk: Desk, request: Request, return_id: str) -> str:
    status = request.form.get("status", "")
    if status not in tuple(ReturnStatus):
        raise invalid(f"'{status}' is not a status of a return.")
    desk.world.do(life.MoveReturn(return_id=return_id, status=ReturnStatus(status)))
    return f"The return is {status} now."


@action("/central")
def miss_pickup(desk: Desk, request: Request, location_id: str) -> str:
    desk.world.do(life.MissPickups(location_id=location_id, times=1))
    return f"The next lorry will not come to {location_id}."


@action("/central")
def scan_label(desk: Desk, request: Request) -> str:
    tracking = request.form.get("tracking_id", "").strip()
    shipment = desk.world.do(life.ScanLabel(tracking_id=tracking))
    return f"The driver took {tracking} of the shipment {shipment.id}."


@action("/central/stock")
def fill_basket(desk: Desk, request: Request) -> str:
    command = life.FillBasket(
        seller_id=seller(desk), sku=request.form.get("sku", ""), units=number(request, "units")
    )
    basket = desk.world.do(command)
    return f"{basket.units} x {basket.sku} lie in a basket for a quarter of an hour."


@action("/central/stock")
def empty_basket(desk: Desk, request: Request, basket_id: str) -> str:
    basket = desk.world.do(life.EmptyBasket(basket_id=basket_id))
    return f"{basket.units} x {basket.sku} are put back."


@action(LISTING)
def edit_listing(desk: Desk, request: Request, sku: str) -> str:
    given = {
        name: request.form[name].strip() for name in ("price", "template", "origin") if request.form.get(name)
    }
    quantity = number(request, "quantity") if request.form.get("quantity") else None
    desk.world.do(life.EditListing(sku=sku, quantity=quantity, **given))
    return f"{sku} is changed, here in Seller Central and at once."


@action(LISTING)
def suppress(desk: Desk, request: Request, sku: str) -> str:
    reason = request.form.get("reason", "").strip()
    desk.world.do(life.EditListing(sku=sku, suppression=reason))
    return f"{sku} is suppressed." if reason else f"{sku} is not suppressed any more."


@action(LISTING)
def revert(desk: Desk, request: Request, sku: str) -> str:
    desk.world.do(life.RevertListing(sku=sku))
    return f"{sku} is merchant fulfilled again; its Onsite stock is gone."


@action("/central/listings")
def remove(desk: Desk, request: Request, sku: str) -> str:
    desk.world.do(life.RemoveListing(sku=sku))
    return f"{sku} is deleted."


@action(LISTING)
def use_old_platform(desk: Desk, request: Request, sku: str) -> str:
    if "off" in request.form:
        desk.world.do(life.UseOldPlatform(sku=sku, quantity=None))
        return f"{sku} is taken off the old Seller Flex platform."
    quantity = number(request, "quantity")
    desk.world.do(life.UseOldPlatform(sku=sku, quantity=quantity))
    return f"{sku} stands on the old Seller Flex platform with {quantity} units."


LIFE_ACTIONS = {
    "/central/shipments/<shipment_id>/cancel": cancel_shipment,
    "/central/shipments/<shipment_id>/fulfil": fulfil,
    "/central/shipments/<shipment_id>/carry": carry,
    "/central/shipments/<shipment_id>/delivery": plan_delivery,
    "/central/shipments/<shipment_id>/return": open_return,
    "/central/returns/<return_id>/move": move_return,
    "/central/lorry/<location_id>/miss": miss_pickup,
    "/central/scan": scan_label,
    "/central/baskets": fill_basket,
    "/central/baskets/<basket_id>/empty": empty_basket,
    "/central/listings/<path:sku>/edit": edit_listing,
    "/central/listings/<path:sku>/suppress": suppress,
    "/central/listings/<path:sku>/revert": revert,
    "/central/listings/<path:sku>/remove": remove,
    "/central/listings/<path:sku>/old-platform": use_old_platform,
}
