"""The boxes of a shipment as the seller announces them: created all at once, changed one by one.

The rule: every unit of the shipment lies in exactly one box, and each box says what Amazon asks of it.
"""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from amazon_simulator.world.commands import AnnouncedParcel, AskOptions, ChangeParcel, CreateParcels
from amazon_simulator.world.lifecycle import Programme, Status, Step, advance
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.offers import offered
from amazon_simulator.world.packing_rules import check_lines
from amazon_simulator.world.refusal import invalid, not_now, unknown
from amazon_simulator.world.state import PackedLine, Parcel, Shipment, Size

LABELLED = ("SHIPLABEL_GENERATED", "SHIPPED", "DELIVERED")
LEAST_GRAMS = Decimal(5)
GRAMS = {"G": Decimal(1), "KG": Decimal(1000), "OZ": Decimal("28.349523125"), "LB": Decimal("453.59237")}


def find(shipment: Shipment, parcel_id: str) -> Parcel:
    for parcel in shipment.parcels:
        if parcel.id == parcel_id:
            return parcel
    raise unknown("package", parcel_id)


def create(memory: Memory, command: CreateParcels, *, now: datetime) -> None:
    shipment = memory.shipment(command.shipment_id)
    status = advance(shipment.programme, shipment.status, Step.PACK)
    _check_ids(command.parcels)
    for announced in command.parcels:
        _check_parcel(shipment, announced)
    _check_units(shipment, [line for announced in command.parcels for line in announced.lines])
    shipment.parcels = [_parcel(announced) for announced in command.parcels]
    if shipment.programme == Programme.EASY_SHIP:
        shipment.sub_status = "PENDING_SCHEDULE"
    memory.move(shipment, status, now=now)


def change(memory: Memory, command: ChangeParcel, *, now: datetime) -> None:
    """A box is packed otherwise: its label is void, and the steps after packing come again."""
    shipment = memory.shipment(command.shipment_id)
    status = advance(shipment.programme, shipment.status, Step.REPACK)
    old = find(shipment, command.parcel.id)
    if old.shipped or old.taken:
        raise not_now(f"The package {old.id} has left already.")
    _check_parcel(shipment, command.parcel)
    others = [line for parcel in shipment.parcels if parcel is not old for line in parcel.lines]
    _check_units(shipment, [*others, *command.parcel.lines])
    new = _parcel(command.parcel)
    new.labels = old.labels
    shipment.parcels[shipment.parcels.index(old)] = new
    memory.move(shipment, status, now=now)


def ask_options(memory: Memory, command: AskOptions, *, now: datetime) -> tuple[Shipment, Parcel]:
    """Reading the shipping options moves the shipment on; what an empty answer leaves behind is a switch."""
    shipment = memory.shipment(command.shipment_id)
    status = advance(shipment.programme, shipment.status, Step.OPTIONS)
    parcel = find(shipment, command.parcel_id)
    if shipment.programme == Programme.SMARTCONNECT and shipment.status == Status.PACKAGE_CREATED:
        status = Status(memory.state.switches.options_status)
    taken = {label.option_id for label in parcel.labels}
    new = offered(shipment, memory.state.locations[shipment.location_id], now=now)
    known = {each.id for each in new}
    parcel.offers = new + [each for each in parcel.offers if each.id in taken - known]
    if status == Status.PICKUP_SLOT_RETRIEVED and parcel.status == "CREATED":
        parcel.status = status
    if status != shipment.status:
        memory.move(shipment, status, now=now)
    return shipment, parcel


def _parcel(announced: AnnouncedParcel) -> Parcel:
    return Parcel(
        id=announced.id,
        size=announced.size,
        lines=announced.lines,
        hazmat_labels=announced.hazmat_labels,
        handling=announced.handling,
    )


def _check_ids(parcels: list[AnnouncedParcel]) -> None:
    if not parcels:
        raise invalid("packages is empty: at least one package must be given.")
    for parcel_id, times in Counter(parcel.id for parcel in parcels).items():
        if times > 1:
            raise invalid(f"The package id '{parcel_id}' is used {times} times.")


def _check_parcel(shipment: Shipment, parcel: AnnouncedParcel) -> None:
    if not parcel.id.strip():
        raise invalid("A package has no id.")
    _check_size(parcel.id, parcel.size)
    check_lines({line.id: line for line in shipment.lines}, parcel)


def _check_size(parcel_id: str, size: Size) -> None:
    if min(size.length, size.width, size.height) <= 0:
        raise invalid(f"The package {parcel_id} has a dimension that is not above zero.")
    if size.weight * GRAMS[size.weight_unit] < LEAST_GRAMS:
        raise invalid(f"The package {parcel_id} weighs less than {LEAST_GRAMS} grams.")


def _check_units(shipment: Shipment, packed: list[PackedLine]) -> None:
    units: Counter[str] = Counter()
    for line in packed:
        if line.quantity < 1:
            raise invalid(f"The line '{line.line_id}' is packed {line.quantity} times.")
        units[line.line_id] += line.quantity
    for ordered in shipment.lines:
        is_whole = units[ordered.id] == ordered.quantity
        if ordered.is_multi_piece and units[ordered.id] > ordered.quantity:
            is_whole = True  # one unit lies in several packages
        if not is_whole:
            raise invalid(
                f"The line '{ordered.id}': {ordered.quantity} ordered, {units[ordered.id]} packed. "
                "All units of a shipment must be in its packages."
            )
