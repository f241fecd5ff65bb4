"""The control API: what a test, a benchmark or the demo does to the pretend Amazon from behind.

Every change of the world is a command and so survives a restart; holds and faults do not.
"""

from typing import Any, Literal

import msgspec
from msgspec import Struct, field
from werkzeug.wrappers import Request

from amazon_simulator.central import inspect
from amazon_simulator.central.order_controls import ORDER_CONTROLS, marketplace
from amazon_simulator.central.wire import answer, body, control
from amazon_simulator.http.desk import Desk
from amazon_simulator.http.faults import Wanted
from amazon_simulator.http.operations import OPERATIONS
from amazon_simulator.world import commands, order_commands
from amazon_simulator.world.clock import iso
from amazon_simulator.world.refusal import invalid, unknown
from amazon_simulator.world.state import LabelFormat
from amazon_simulator.world.switches import Switches

OPERATION_NAMES = frozenset(operation.name for operation in OPERATIONS)


def seller(desk: Desk) -> str:
    """The seller that a control means when it names none: the first."""
    return next(iter(desk.world.state.sellers))


def _operation(name: str) -> str:
    if name not in OPERATION_NAMES and name != "*":
        raise unknown("operation", name)
    return name


class Conversion(Struct, frozen=True, forbid_unknown_fields=True):
    hazmat_form: dict[str, Any] | None = None


def convert(desk: Desk, request: Request, sku: str) -> Any:
    wanted = body(request, Conversion)
    listing = desk.world.do(commands.ConvertListing(sku=sku, hazmat_form=wanted.hazmat_form))
    with desk.world.look() as memory:
        return inspect.listing_row(memory, listing)


class Appearance(Struct, frozen=True, forbid_unknown_fields=True):
    sku: str = ""


def appear(desk: Desk, request: Request) -> Any:
    return {"skus": desk.world.do(commands.HurryListings(sku=body(request, Appearance).sku))}


class Seeds(Struct, frozen=True, forbid_unknown_fields=True):
    listings: list[commands.SeedListing]
    converted: bool = True
    fba: bool = False
    marketplace: str = ""
    seller: str = ""


def seed_listings(desk: Desk, request: Request) -> Any:
    wanted = body(request, Seeds)
    owner = desk.world.state.sellers.get(wanted.seller or seller(desk))
    if owner is None:
        raise unknown("seller", wanted.seller)
    market = marketplace(wanted.marketplace) if wanted.marketplace else owner.marketplaces[0]
    if market not in owner.marketplaces:
        raise unknown("marketplace of the seller", market)
    skus = desk.world.do(
        commands.SeedListings(
            seller_id=owner.id,
            listings=wanted.listings,
            marketplace_id=market,
            is_converted=wanted.converted and not wanted.fba,
            is_fba=wanted.fba,
        )
    )
    return answer({"skus": len(skus)}, status=201)


class Bulk(Struct, frozen=True, forbid_unknown_fields=True):
    count: int
    skus: list[str] = field(default_factory=list)
    location: str = ""


def bulk_shipments(desk: Desk, request: Request) -> Any:
    wanted = body(request, Bulk)
    placed = desk.world.do(
        commands.PlaceMany(
            seller_id=seller(desk), count=wanted.count, skus=wanted.skus, location_id=wanted.location
        )
    )
    shown = {"orders": len(placed), "shipments": sum(len(order.shipment_ids) for order in placed)}
    return answer(shown, status=201)


class Lorry(Struct, frozen=True, forbid_unknown_fields=True):
    location: str


def send_lorry(desk: Desk, request: Request) -> Any:
    taken = desk.world.do(commands.SendLorry(location_id=body(request, Lorry).location))
    return {"shipment_ids": taken}


class Delivery(Struct, frozen=True, forbid_unknown_fields=True):
    """A pickup, or what the carrier says on the way, or the delivery."""

    delivered: bool = False
    says: str = ""


def scan_shipment(desk: Desk, request: Request, shipment_id: str) -> Any:
    wanted = body(request, Delivery)
    desk.world.do(
        commands.ScanShipment(shipment_id=shipment_id, is_delivery=wanted.delivered, sub_status=wanted.says)
    )
    with desk.world.look() as memory:
        return inspect.shipment_row(memory.shipment(shipment_id))


def assign_stock(desk: Desk, request: Request, shipment_id: str) -> Any:
    desk.world.do(commands.AssignStock(shipment_id=shipment_id))
    with desk.world.look() as memory:
        return inspect.shipment_row(memory.shipment(shipment_id))


def change_switches(desk: Desk, request: Request) -> Any:
    changes = body(request, dict[str, Any])
    current = msgspec.to_builtins(desk.world.state.switches)
    try:
        wanted = msgspec.convert({**current, **changes}, type=Switches)
    except msgspec.ValidationError as error:
        raise invalid(f"The switches cannot be set so: {error}.") from None
    desk.world.do(commands.SetSwitches(switches=wanted))
    return wanted


class LocationChange(Struct, frozen=True, forbid_unknown_fields=True):
    label_format: LabelFormat | None = None
    pickups: list[str] | None = None
    minutes_to_pack: int | None = None


def change_location(desk: Desk, request: Request, location_id: str) -> Any:
    wanted = body(request, LocationChange)
    return inspect.location_row(
        desk.world.do(
            commands.ChangeLocation(
                location_id=location_id,
                label_format=wanted.label_format,
                pickups=wanted.pickups,
                minutes_to_pack=wanted.minutes_to_pack,
            )
        )
    )


class ApplicationChange(Struct, frozen=True, forbid_unknown_fields=True):
    client_secret: str | None = None
    roles: list[str] | None = None
    revoke: list[str] = field(default_factory=list)
    authorise: dict[str, str] = field(default_factory=dict)


def change_application(desk: Desk, request: Request, client_id: str) -> Any:
    wanted = body(request, ApplicationChange)
    changed = desk.world.do(
        commands.ChangeApplication(
            client_id=client_id,
            client_secret=wanted.client_secret,
            roles=wanted.roles,
            revoke=wanted.revoke,
            authorise=wanted.authorise,
        )
    )
    return {"client_id": changed.client_id, "roles": changed.roles}


class SellerChange(Struct, frozen=True, forbid_unknown_fields=True):
    may_use_external_fulfillment: bool | None = None
    is_suspended: bool | None = None


def change_seller(desk: Desk, request: Request, seller_id: str) -> Any:
    wanted = body(request, SellerChange)
    return desk.world.do(
        commands.ChangeSeller(
            seller_id=seller_id,
            may_use_external_fulfillment=wanted.may_use_external_fulfillment,
            is_suspended=wanted.is_suspended,
        )
    )


class Advance(Struct, frozen=True, forbid_unknown_fields=True):
    advance_seconds: float


def move_clock(desk: Desk, request: Request) -> Any:
    desk.world.do(commands.MoveClock(seconds=body(request, Advance).advance_seconds))
    return {"now": iso(desk.world.now())}


class NewHold(Struct, frozen=True, forbid_unknown_fields=True):
    operation: str
    moment: Literal["before", "after"]
    nth: int = 1


def add_hold(desk: Desk, request: Request) -> Any:
    wanted = body(request, NewHold)
    if wanted.nth < 1:
        raise invalid("nth counts from 1.")
    hold = desk.holds.add(operation=_operation(wanted.operation), nth=wanted.nth, moment=wanted.moment)
    return answer({"id": hold.id}, status=201)


def list_holds(desk: Desk, request: Request) -> Any:
    return desk.holds.shown()


def clear_holds(desk: Desk, request: Request) -> Any:
    desk.holds.clear()
    return []


def release_hold(desk: Desk, request: Request, hold_id: str) -> Any:
    if not desk.holds.release(hold_id):
        raise unknown("hold", hold_id)
    return {"id": hold_id, "released": True}


def add_fault(desk: Desk, request: Request) -> Any:
    wanted = body(request, Wanted)
    _operation(wanted.operation)
    if trouble := wanted.trouble():
        raise invalid(trouble)
    return answer({"id": desk.faults.add(wanted).id}, status=201)


def list_faults(desk: Desk, request: Request) -> Any:
    return desk.faults.shown()


def clear_faults(desk: Desk, request: Request) -> Any:
    desk.faults.clear()
    return []


class NewSeller(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str = ""
    region: str = "eu"
    marketplaces: list[str] = field(default_factory=list)


def open_seller(desk: Desk, request: Request) -> Any:
    wanted = body(request, NewSeller)
    command = order_commands.OpenSeller(
        seller_id=wanted.id,
        name=wanted.name or wanted.id,
        region=wanted.region,
        marketplaces=[marketplace(each) for each in wanted.marketplaces],
    )
    return answer(desk.world.do(command), status=201)


class NewApplication(Struct, frozen=True, forbid_unknown_fields=True):
    client_id: str
    client_secret: str
    roles: list[str] = field(default_factory=list)
    authorise: dict[str, str] = field(default_factory=dict)
    grantless_scopes: list[str] = field(default_factory=list)


def register_application(desk: Desk, request: Request) -> Any:
    wanted = body(request, NewApplication)
    command = order_commands.RegisterApplication(
        client_id=wanted.client_id,
        client_secret=wanted.client_secret,
        roles=wanted.roles,
        authorise=wanted.authorise,
        grantless_scopes=wanted.grantless_scopes,
    )
    return answer(desk.world.do(command), status=201)


CONTROLS = {
    **ORDER_CONTROLS,
    ("POST", "/simulator/listings/appear"): control(appear),
    ("POST", "/simulator/listings/seed"): control(seed_listings),
    ("POST", "/simulator/listings/<path:sku>/convert"): control(convert),
    ("POST", "/simulator/bulk/shipments"): control(bulk_shipments),
    ("POST", "/simulator/shipments/<shipment_id>/scan"): control(scan_shipment),
    ("POST", "/simulator/shipments/<shipment_id>/assign"): control(assign_stock),
    ("POST", "/simulator/lorry"): control(send_lorry),
    ("PATCH", "/simulator/switches"): control(change_switches),
    ("PATCH", "/simulator/locations/<location_id>"): control(change_location),
    ("PATCH", "/simulator/applications/<client_id>"): control(change_application),
    ("POST", "/simulator/applications"): control(register_application),
    ("POST", "/simulator/sellers"): control(open_seller),
    ("PATCH", "/simulator/sellers/<seller_id>"): control(change_seller),
    ("POST", "/simulator/clock"): control(move_clock),
    ("POST", "/simulator/holds"): control(add_hold),
    ("GET", "/simulator/holds"): control(list_holds),
    ("DELETE", "/simulator/holds"): control(clear_holds),
    ("POST", "/simulator/holds/<hold_id>/release"): control(release_hold),
    ("POST", "/simulator/faults"): control(add_fault),
    ("GET", "/simulator/faults"): control(list_faults),
    ("DELETE", "/simulator/faults"): control(clear_faults),
}
