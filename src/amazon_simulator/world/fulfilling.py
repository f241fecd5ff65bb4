"""The seller's own steps in one go, for who plays Amazon and wants the shop to have done its part.

Each is the command that the seller's program would have sent, so nothing here can do what a seller could not.
"""

from datetime import datetime
from decimal import Decimal

from amazon_simulator.world import labelling, parcels, shipments, telling
from amazon_simulator.world.commands import (
    AnnouncedParcel,
    AskOptions,
    ConfirmShipment,
    CreateParcels,
    MakeInvoice,
    MakeLabels,
    TellParcelStatus,
)
from amazon_simulator.world.life_commands import FulfilShipment
from amazon_simulator.world.lifecycle import BEFORE_LABEL, Programme, Status
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.offers import THIRD_PARTY
from amazon_simulator.world.refusal import Refused, invalid, not_now
from amazon_simulator.world.state import Line, PackedLine, Shipment, Size

ORDER = (
    Status.CREATED,
    Status.ACCEPTED,
    Status.CONFIRMED,
    Status.PACKAGE_CREATED,
    Status.SHIPLABEL_GENERATED,
    Status.SHIPPED,
)
PARCEL = "P1"
BOX = Size(
    length=Decimal(40),
    width=Decimal(30),
    height=Decimal(20),
    unit="CM",
    weight=Decimal("1.5"),
    weight_unit="KG",
)


def fulfil(memory: Memory, command: FulfilShipment, *, now: datetime) -> Shipment:
    shipment = memory.shipment(command.shipment_id)
    if command.until not in ORDER[2:]:
        raise invalid(f"The seller's steps lead to {', '.join(ORDER[2:])}, not to '{command.until}'.")
    goal = ORDER.index(Status(command.until))
    if _place(shipment.status) >= goal:
        raise not_now(f"The shipment {shipment.id} is {shipment.status}; it cannot be brought there.")
    stamp = shipment.stamp
    try:
        while _place(shipment.status) < goal:
            _step(memory, shipment, now=now)
    except Refused:
        if shipment.stamp == stamp:
            raise
    return shipment  # as far as it could be brought


def _place(status: Status) -> int:
    if status in BEFORE_LABEL:
        return ORDER.index(Status.PACKAGE_CREATED)
    return ORDER.index(status) if status in ORDER else len(ORDER)


def _step(memory: Memory, shipment: Shipment, *, now: datetime) -> None:
    if shipment.status in (Status.CREATED, Status.ACCEPTED):
        shipments.confirm(memory, ConfirmShipment(shipment_id=shipment.id), now=now)
    elif shipment.status == Status.CONFIRMED:
        one = _box(memory, shipment)
        parcels.create(memory, CreateParcels(shipment_id=shipment.id, parcels=[one]), now=now)
    elif shipment.status == Status.SHIPLABEL_GENERATED:
        for parcel in [each for each in shipment.parcels if not each.shipped]:
            told = TellParcelStatus(shipment_id=shipment.id, parcel_id=parcel.id, status="SHIPPED")
            telling.tell_parcel_status(memory, told, now=now)
    else:
        _label(memory, shipment, now=now)


def _box(memory: Memory, shipment: Shipment) -> AnnouncedParcel:
    needs_hazmat = any(line.needs_hazmat_label for line in shipment.lines)
    return AnnouncedParcel(
        id=PARCEL,
        size=BOX,
        lines=[_packed(memory, shipment, line) for line in shipment.lines],
        hazmat_labels=["LIMITED_QUANTITY"] if needs_hazmat else [],
    )


def _packed(memory: Memory, shipment: Shipment, line: Line) -> PackedLine:
    market = MARKETPLACES[memory.order(shipment.order_id).marketplace_id]
    serials = tuple(f"SN-{shipment.id}-{line.id}-{number}" for number in range(1, line.quantity + 1))
    origin = memory.state.products[line.asin].origin or market.country
    return PackedLine(
        line_id=line.id,
        quantity=line.quantity,
        serials=serials if line.needs_serial else (),
        origin=origin if line.needs_origin else "",
        item_value=max(line.price, Decimal("0.01")) if line.needs_item_value else None,
        currency=market.currency if line.needs_item_value else "",
    )


def _label(memory: Memory, shipment: Shipment, *, now: datetime) -> None:
    for parcel in shipment.parcels:
        asked = AskOptions(shipment_id=shipment.id, parcel_id=parcel.id)
        parcels.ask_options(memory, asked, now=now)
    is_invoiced = shipment.invoice_number or shipment.status == Status.INVOICE_GENERATED
    if shipment.needs_invoice and not is_invoiced:
        shipments.make_invoice(memory, MakeInvoice(shipment_id=shipment.id), now=now)
    offers = shipment.parcels[0].offers
    is_other = bool(offers) and offers[0].ship_by == THIRD_PARTY
    shipment.failing_labels = 0
    wanted = MakeLabels(
        shipment_id=shipment.id,
        parcel_ids=[parcel.id for parcel in shipment.parcels if parcel.status != "SHIPLABEL_GENERATED"],
        option_id=offers[0].id if shipment.programme != Programme.SMARTCONNECT else "",
        carrier="Other" if is_other else "",
        tracking_id=f"OWN-{shipment.id}" if is_other else "",
    )
    labelling.make_labels(memory, wanted, now=now)
