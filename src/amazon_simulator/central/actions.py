"""What the buttons of Seller Central do: one command each, then back to the page with one sentence.

A form of another site is refused; nothing here asks who you are, because it is a pretend shop.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Request, Response

from amazon_simulator.central.controls import seller
from amazon_simulator.central.frame import back
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import commands, order_commands
from amazon_simulator.world.refusal import Refused, invalid
from amazon_simulator.world.state import LabelFormat
from amazon_simulator.world.switches import Switches

OWN_SITES = ("same-origin", "none", "")


def action(path: str) -> Callable[[Callable[..., str]], Callable[..., Response]]:
    """Turn what was done, or why not, into a message on the page at `path`, which may name parts of ours."""

    def decorate(act: Callable[..., str]) -> Callable[..., Response]:
        @wraps(act)
        def answered(desk: Desk, request: Request, **parts: Any) -> Response:
            if request.headers.get("Sec-Fetch-Site", "") not in OWN_SITES:
                return Response("This form came from another site.", status=403)
            here = path.format(**{name: quote(value, safe="") for name, value in parts.items()})
            try:
                return back(here, act(desk, request, **parts))
            except Refused as refusal:
                return back(here, refusal.text, tone="bad")

        return answered

    return decorate


def number(request: Request, name: str) -> int:
    text = request.form.get(name, "")
    if not text.isascii() or not text.isdigit():
        raise invalid(f"{name}: '{text}' is not a number.")
    return int(text)


@action("/central/orders")
def place_order(desk: Desk, request: Request) -> str:
    line = commands.WantedLine(sku=request.form.get("sku", ""), quantity=number(request, "quantity"))
    way = request.form.get("way", "")
    placed = desk.world.do(_ordinary(desk, request, line) if way else _onsite(desk, request, line))
    return f"{len(placed)} order(s) placed, the first is {placed[0].id}."


def _onsite(desk: Desk, request: Request, line: commands.WantedLine) -> commands.PlaceOrder:
    return commands.PlaceOrder(
        seller_id=seller(desk),
        lines=[line],
        count=number(request, "count"),
        is_gift="gift" in request.form,
        is_split="split" in request.form,
        is_forced="force" in request.form,
        needs_serial="serial" in request.form,
        needs_hazmat_label="hazmat" in request.form,
        needs_invoice="invoice" in request.form,
        needs_origin="border" in request.form,
        needs_item_value="border" in request.form,
        failing_labels=1 if "label_fails" in request.form else 0,
    )


def _ordinary(desk: Desk, request: Request, line: commands.WantedLine) -> order_commands.PlaceOrdinary:
    owner = seller(desk)
    return order_commands.PlaceOrdinary(
        seller_id=owner,
        marketplace_id=desk.world.state.sellers[owner].marketplaces[0],
        fulfilled_by="AMAZON" if request.form["way"] == "amazon" else "MERCHANT",
        lines=[line],
        count=number(request, "count"),
        is_gift="gift" in request.form,
        is_split="split" in request.form,
        is_forced="force" in request.form,
    )


@action("/central/orders")
def hurry_order(desk: Desk, request: Request, order_id: str) -> str:
    order = desk.world.do(order_commands.HurryOrder(order_id=order_id))
    return f"The order {order_id} is {order.status} now."


@action("/central/orders")
def ask_to_cancel(desk: Desk, request: Request, order_id: str) -> str:
    desk.world.do(order_commands.AskToCancel(order_id=order_id, reason="Ordered by mistake"))
    return f"The buyer asks to cancel the order {order_id}; the seller decides."


@action("/central/orders")
def cancel_order(desk: Desk, request: Request, order_id: str) -> str:
    desk.world.do(commands.CancelOrder(order_id=order_id))
    return f"The order {order_id} is cancelled by its buyer."


@action("/central/listings")
def convert(desk: Desk, request: Request, sku: str) -> str:
    form = {name: request.form[name] for name in ("un_number", "description") if request.form.get(name)}
    desk.world.do(commands.ConvertListing(sku=sku, hazmat_form=form or None))
    return f"{sku} is Onsite FBA now: its stock comes through External Fulfillment."


@action("/central/listings")
def appear(desk: Desk, request: Request, sku: str) -> str:
    desk.world.do(commands.HurryListings(sku=sku))
    return f"{sku} is processed."


@action("/central")
def send_lorry(desk: Desk, request: Request, location_id: str) -> str:
    taken = desk.world.do(commands.SendLorry(location_id=location_id))
    return f"The lorry at {location_id} took {len(taken)} shipment(s)."


@action("/central/settings")
def set_switches(desk: Desk, request: Request) -> str:
    current = msgspec.to_builtins(desk.world.state.switches)
    given: dict[str, Any] = {name: value for name, value in request.form.items() if name in current}
    given |= {name: number(request, name) for name in given if type(current[name]) is int}
    try:
        wanted = msgspec.convert({**current, **given}, type=Switches)
    except msgspec.ValidationError as error:
        raise invalid(f"The switches cannot be set so: {error}.") from None
    desk.world.do(commands.SetSwitches(switches=wanted))
    return "Amazon behaves so from now on."


@action("/central/settings")
def change_location(desk: Desk, request: Request, location_id: str) -> str:
    kind = request.form.get("label_format", "")
    if kind not in tuple(LabelFormat):
        raise invalid(f"'{kind}' is not a label format.")
    pickups = [each.strip() for each in request.form.get("pickups", "").split(",") if each.strip()]
    desk.world.do(
        commands.ChangeLocation(location_id=location_id, label_format=LabelFormat(kind), pickups=pickups)
    )
    return f"The location {location_id} is changed."


@action("/central/settings")
def move_clock(desk: Desk, request: Request) -> str:
    desk.world.do(commands.MoveClock(seconds=number(request, "seconds")))
    return "The clock is moved."


ACTIONS = {
    "/central/orders": place_order,
    "/central/orders/<order_id>/cancel": cancel_order,
    "/central/orders/<order_id>/hurry": hurry_order,
    "/central/orders/<order_id>/ask-to-cancel": ask_to_cancel,
    "/central/listings/<path:sku>/convert": convert,
    "/central/listings/<path:sku>/appear": appear,
    "/central/lorry/<location_id>": send_lorry,
    "/central/switches": set_switches,
    "/central/locations/<location_id>": change_location,
    "/central/clock": move_clock,
}
