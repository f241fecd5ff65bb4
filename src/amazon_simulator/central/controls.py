"""The control API: what a test, a benchmark or the demo does to the pretend Amazon from behind.

Every change of the world is a command and so survives a restart; holds and faults do not.
"""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType, field, structs

from amazon_simulator.central import inspect
from amazon_simulator.central.order_controls import ORDER_CONTROLS, marketplace
from amazon_simulator.central.rows import (
    ApplicationRow,
    ConsentRow,
    Counted,
    FaultRow,
    HoldRow,
    ListingRow,
    Moment,
    Numbered,
    Placed,
    Released,
    ShipmentRow,
    Skus,
    Taken,
)
from amazon_simulator.central.wire import Control
from amazon_simulator.http.desk import Desk
from amazon_simulator.http.faults import Wanted
from amazon_simulator.http.operations import OPERATIONS
from amazon_simulator.world import commands, grants, order_commands
from amazon_simulator.world.clock import iso
from amazon_simulator.world.refusal import Kind, invalid, unknown
from amazon_simulator.world.state import Application, LabelFormat, Location, Seller, Template
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


def convert(desk: Desk, wanted: Conversion, sku: str) -> ListingRow:
    listing = desk.world.do(commands.ConvertListing(sku=sku, hazmat_form=wanted.hazmat_form))
    with desk.world.look() as memory:
        return inspect.listing_row(memory, listing)


class Appearance(Struct, frozen=True, forbid_unknown_fields=True):
    sku: str = ""


def appear(desk: Desk, wanted: Appearance) -> Skus:
    return {"skus": desk.world.do(commands.HurryListings(sku=wanted.sku))}


class Seeds(Struct, frozen=True, forbid_unknown_fields=True):
    listings: list[commands.SeedListing]
    converted: bool = True
    fba: bool = False
    marketplace: str = ""
    seller: str = ""


def seed_listings(desk: Desk, wanted: Seeds) -> Counted:
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
    return {"skus": len(skus)}


class Bulk(Struct, frozen=True, forbid_unknown_fields=True):
    count: int
    skus: list[str] = field(default_factory=list)
    location: str = ""


def bulk_shipments(desk: Desk, wanted: Bulk) -> Placed:
    placed = desk.world.do(
        commands.PlaceMany(
            seller_id=seller(desk), count=wanted.count, skus=wanted.skus, location_id=wanted.location
        )
    )
    return {"orders": len(placed), "shipments": sum(len(order.shipment_ids) for order in placed)}


class Lorry(Struct, frozen=True, forbid_unknown_fields=True):
    location: str


def send_lorry(desk: Desk, wanted: Lorry) -> Taken:
    taken = desk.world.do(commands.SendLorry(location_id=wanted.location))
    return {"shipment_ids": taken}


class Delivery(Struct, frozen=True, forbid_unknown_fields=True):
    """A pickup, or what the carrier says on the way, or the delivery."""

    delivered: bool = False
    says: str = ""


def scan_shipment(desk: Desk, wanted: Delivery, shipment_id: str) -> ShipmentRow:
    desk.world.do(
        commands.ScanShipment(shipment_id=shipment_id, is_delivery=wanted.delivered, sub_status=wanted.says)
    )
    with desk.world.look() as memory:
        return inspect.shipment_row(memory.shipment(shipment_id))


def assign_stock(desk: Desk, shipment_id: str) -> ShipmentRow:
    desk.world.do(commands.AssignStock(shipment_id=shipment_id))
    with desk.world.look() as memory:
        return inspect.shipment_row(memory.shipment(shipment_id))


SomeSwitches = msgspec.defstruct(
    "SomeSwitches",
    [(each.name, each.type | UnsetType, UNSET) for each in structs.fields(Switches)],
    frozen=True,
    forbid_unknown_fields=True,
    module=__name__,
)


def change_switches(desk: Desk, wanted: SomeSwitches) -> Switches:
    changes = {name: value for name, value in structs.asdict(wanted).items() if value is not UNSET}
    changed = structs.replace(desk.world.state.switches, **changes)
    desk.world.do(commands.SetSwitches(switches=changed))
    return changed


class LocationChange(Struct, frozen=True, forbid_unknown_fields=True):
    label_format: LabelFormat | None = None
    pickups: list[str] | None = None
    minutes_to_pack: int | None = None


def change_location(desk: Desk, wanted: LocationChange, location_id: str) -> Location:
    return desk.world.do(
        commands.ChangeLocation(
            location_id=location_id,
            label_format=wanted.label_format,
            pickups=wanted.pickups,
            minutes_to_pack=wanted.minutes_to_pack,
        )
    )


class ApplicationChange(Struct, frozen=True, forbid_unknown_fields=True):
    client_secret: str | None = None
    roles: list[str] | None = None
    revoke: list[str] = field(default_factory=list)
    authorise: dict[str, str] = field(default_factory=dict)
    redirect_uris: list[str] | None = None


def change_application(desk: Desk, wanted: ApplicationChange, client_id: str) -> ApplicationRow:
    changed = desk.world.do(
        commands.ChangeApplication(
            client_id=client_id,
            client_secret=wanted.client_secret,
            roles=wanted.roles,
            revoke=wanted.revoke,
            authorise=wanted.authorise,
            redirect_uris=wanted.redirect_uris,
        )
    )
    return {"client_id": changed.client_id, "roles": changed.roles}


class SellerChange(Struct, frozen=True, forbid_unknown_fields=True):
    may_use_external_fulfillment: bool | None = None
    is_suspended: bool | None = None
    templates: list[Template] | None = None


def change_seller(desk: Desk, wanted: SellerChange, seller_id: str) -> Seller:
    return desk.world.do(
        commands.ChangeSeller(
            seller_id=seller_id,
            may_use_external_fulfillment=wanted.may_use_external_fulfillment,
            is_suspended=wanted.is_suspended,
            templates=wanted.templates,
        )
    )


class Advance(Struct, frozen=True, forbid_unknown_fields=True):
    advance_seconds: float


def move_clock(desk: Desk, wanted: Advance) -> Moment:
    desk.world.do(commands.MoveClock(seconds=wanted.advance_seconds))
    return {"now": iso(desk.world.now())}


class NewHold(Struct, frozen=True, forbid_unknown_fields=True):
    operation: str
    moment: Literal["before", "after"]
    nth: int = 1


def add_hold(desk: Desk, wanted: NewHold) -> Numbered:
    if wanted.nth < 1:
        raise invalid("nth counts from 1.")
    hold = desk.holds.add(operation=_operation(wanted.operation), nth=wanted.nth, moment=wanted.moment)
    return {"id": hold.id}


def list_holds(desk: Desk) -> list[HoldRow]:
    return desk.holds.shown()


def clear_holds(desk: Desk) -> list[HoldRow]:
    desk.holds.clear()
    return []


def release_hold(desk: Desk, hold_id: str) -> Released:
    if not desk.holds.release(hold_id):
        raise unknown("hold", hold_id)
    return {"id": hold_id, "released": True}


def add_fault(desk: Desk, wanted: Wanted) -> Numbered:
    _operation(wanted.operation)
    if trouble := wanted.trouble():
        raise invalid(trouble)
    return {"id": desk.faults.add(wanted).id}


def list_faults(desk: Desk) -> list[FaultRow]:
    return desk.faults.shown()


def clear_faults(desk: Desk) -> list[FaultRow]:
    desk.faults.clear()
    return []


class NewSeller(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str = ""
    region: str = "eu"
    marketplaces: list[str] = field(default_factory=list)


def open_seller(desk: Desk, wanted: NewSeller) -> Seller:
    command = order_commands.OpenSeller(
        seller_id=wanted.id,
        name=wanted.name or wanted.id,
        region=wanted.region,
        marketplaces=[marketplace(each) for each in wanted.marketplaces],
    )
    return desk.world.do(command)


class NewApplication(Struct, frozen=True, forbid_unknown_fields=True):
    client_id: str
    client_secret: str
    roles: list[str] = field(default_factory=list)
    authorise: dict[str, str] = field(default_factory=dict)
    grantless_scopes: list[str] = field(default_factory=list)
    redirect_uris: list[str] = field(default_factory=list)


def register_application(desk: Desk, wanted: NewApplication) -> Application:
    command = order_commands.RegisterApplication(
        client_id=wanted.client_id,
        client_secret=wanted.client_secret,
        roles=wanted.roles,
        authorise=wanted.authorise,
        grantless_scopes=wanted.grantless_scopes,
        redirect_uris=wanted.redirect_uris,
    )
    return desk.world.do(command)


class Yes(Struct, frozen=True, forbid_unknown_fields=True):
    """A seller's consent; without a seller the first one's, without an address to the program's first."""

    seller: str = ""
    redirect_uri: str = ""
    state: str = ""


def grant_access(desk: Desk, wanted: Yes, client_id: str) -> ConsentRow:
    command = order_commands.GrantAccess(
        client_id=client_id, seller_id=wanted.seller or seller(desk), redirect_uri=wanted.redirect_uri
    )
    consent = desk.world.do(command)
    redirect = grants.address(consent, state=wanted.state)
    return {"code": consent.code, "redirect": redirect, "ends": iso(consent.ends)}


INVALID, UNKNOWN = (Kind.INVALID,), (Kind.INVALID, Kind.UNKNOWN)
CONTROLS = {
    **ORDER_CONTROLS,
    ("POST", "/simulator/listings/appear"): Control(
        appear, "Amazon processes what was submitted of one SKU, or of all, without its delay."
    ),
    ("POST", "/simulator/listings/seed"): Control(
        seed_listings,
        "Listings that are simply there: Onsite FBA, or of the merchant, or with Amazon.",
        status=201,
    ),
    ("POST", "/simulator/listings/<path:sku>/convert"): Control(
        convert, "A person changes the listing to Onsite FBA; hazardous goods need the form."
    ),
    ("POST", "/simulator/bulk/shipments"): Control(
        bulk_shipments, "Very many orders of one shipment each, of the given SKUs or of any.", status=201
    ),
    ("POST", "/simulator/shipments/<shipment_id>/scan"): Control(
        scan_shipment, "The carrier picks the shipment up, says where it is, or delivers it."
    ),
    ("POST", "/simulator/shipments/<shipment_id>/assign"): Control(
        assign_stock, "Amazon assigns stock to a shipment that is CREATED."
    ),
    ("POST", "/simulator/lorry"): Control(
        send_lorry, "The lorry comes to the location and takes what is labelled.", refuses=UNKNOWN
    ),
    ("PATCH", "/simulator/switches"): Control(
        change_switches, "What nobody knows about Amazon, decided; a switch not named stays.", refuses=INVALID
    ),
    ("PATCH", "/simulator/locations/<location_id>"): Control(
        change_location,
        "Label format, pickup times, minutes to pack; what is not named stays.",
        refuses=UNKNOWN,
    ),
    ("PATCH", "/simulator/applications/<client_id>"): Control(
        change_application,
        "The program's secret and roles; refresh tokens are revoked, or made for a seller.",
        refuses=UNKNOWN,
    ),
    ("POST", "/simulator/applications"): Control(
        register_application, "One more program, with the sellers who authorised it.", status=201
    ),
    ("POST", "/simulator/applications/<client_id>/consent"): Control(
        grant_access,
        "A seller lets the program in: the code, and where the browser goes with it.",
        status=201,
    ),
    ("POST", "/simulator/sellers"): Control(
        open_seller, "One more selling account, in marketplaces of one region.", status=201
    ),
    ("PATCH", "/simulator/sellers/<seller_id>"): Control(
        change_seller,
        "Whether the seller may use External Fulfillment, is suspended; which shipping templates there are.",
        refuses=UNKNOWN,
    ),
    ("POST", "/simulator/clock"): Control(
        move_clock, "The clock goes forward, and what is due by then happens.", refuses=INVALID
    ),
    ("POST", "/simulator/holds"): Control(
        add_hold,
        "The n-th call of an operation from now stands still before or after its effect.",
        status=201,
        refuses=UNKNOWN,
    ),
    ("GET", "/simulator/holds"): Control(
        list_holds, "All holds and whether a call stands at them.", refuses=()
    ),
    ("DELETE", "/simulator/holds"): Control(
        clear_holds, "Every held call goes on, every hold is forgotten.", refuses=()
    ),
    ("POST", "/simulator/holds/<hold_id>/release"): Control(
        release_hold, "The call that stands at this hold goes on.", refuses=(Kind.UNKNOWN,)
    ),
    ("POST", "/simulator/faults"): Control(
        add_fault, "Calls of an operation, or of all (`*`), go wrong so.", status=201, refuses=UNKNOWN
    ),
    ("GET", "/simulator/faults"): Control(list_faults, "The troubles that are still to come.", refuses=()),
    ("DELETE", "/simulator/faults"): Control(clear_faults, "Nothing goes wrong any more.", refuses=()),
}
