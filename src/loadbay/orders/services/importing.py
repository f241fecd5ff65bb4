"""Importing again and building again, once a person has mended what stood in the way.

What was set aside, or waits without a sale, is taken in as Amazon shows it now; what has its sale stays as it
is. Asking Amazon is the reader's part (`readers.import_again`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.inbox.services import close_tasks
from loadbay.journal.services import note
from loadbay.orders.events import ShipmentsStaged
from loadbay.orders.models import Sale, Shipment, SpoiledEntry
from loadbay.orders.ports import SeenShipment, ShipmentPage, Spoiled
from loadbay.orders.services import building, staging
from loadbay.orders.services.holding import close_tasks_of
from loadbay.orders.services.setting_aside import set_aside, settle

MOST_AT_ONCE = 500


class NothingToImport(Refusal):
    """The shipment has its sale already; importing again would change nothing."""

    code = "nothing_to_import"


class NothingToBuild(Refusal):
    """No such shipment waits for its sale."""

    code = "nothing_to_build"


@dataclass(frozen=True)
class ToImport:
    """Something that may be taken in again: `raw` is what was set aside, empty for what only waits."""

    connection_id: int
    identity: str
    raw: bytes


@dataclass(frozen=True)
class ImportedAgain:
    """What came of one try: whether it is in, its sale's number if it has one, and a sentence on it."""

    identity: str
    is_in: bool
    sale: str
    sentence: str


def to_import(identity: str) -> tuple[ToImport, ...]:
    """What is called so, set aside or waiting, on any connection. Raises `NotFound`, `NothingToImport`."""
    aside = _aside().filter(identity=identity)
    waiting = Shipment.objects.filter(shipment_id=identity).exclude(building=Shipment.Building.BUILT)
    found = {(row.connection_id, row.identity): bytes(row.raw) for row in aside}
    for connection_id in waiting.values_list("connection_id", flat=True):
        found.setdefault((connection_id, identity), b"")
    if found:
        return tuple(ToImport(*key, raw) for key, raw in found.items())
    sale = Sale.objects.filter(shipment__shipment_id=identity).values_list("number", flat=True).first()
    if sale is not None:
        raise NothingToImport(f"Shipment {identity} has its sale {sale}. There is nothing to import again.")
    raise NotFound(f"No shipment {identity} is set aside or waits. Look at the list of what is set aside.")


def all_set_aside() -> tuple[ToImport, ...]:
    rows = _aside().order_by("id")[:MOST_AT_ONCE]
    return tuple(ToImport(row.connection_id, row.identity, bytes(row.raw)) for row in rows)


def _aside() -> QuerySet[SpoiledEntry]:
    return SpoiledEntry.objects.filter(is_settled=False)


@transaction.atomic
def take_in(item: ToImport, seen: SeenShipment) -> None:
    """Store the shipment as it was just read; what still cannot be stored is set aside again."""
    if staging.store_anew(item.connection_id, seen):
        close_tasks("shipment_stopped", matters=[seen.shipment_id])
    else:
        staging.stage_page(item.connection_id, ShipmentPage((seen,), (), None))
    if item.identity != seen.shipment_id and not _is_aside(item.connection_id, seen.shipment_id):
        settle(item.connection_id, [item.identity])  # it had no readable name before
    note(f"shipment:{seen.shipment_id}", "Imported again.", what="imported_again")


@transaction.atomic
def leave_aside(item: ToImport, *, reason: str) -> None:
    """It still cannot be read; its entry and its task say why now."""
    if item.raw:
        set_aside(item.connection_id, [Spoiled(item.identity, reason, item.raw)])


def outcome(item: ToImport, *, name: str) -> ImportedAgain:
    """How a shipment stands after a try. `name` is what it is called now."""
    aside = SpoiledEntry.objects.filter(
        connection_id=item.connection_id, identity=name, is_settled=False
    ).first()
    if aside is not None:
        return ImportedAgain(name, is_in=False, sale="", sentence=f"{name} stays set aside: {aside.reason}.")
    row = Shipment.objects.filter(connection_id=item.connection_id, shipment_id=name).defer("raw").first()
    if row is None:
        return ImportedAgain(name, is_in=False, sale="", sentence=f"{name} is not here.")
    sale = Sale.objects.filter(shipment=row).values_list("number", flat=True).first() or ""
    if sale:
        return ImportedAgain(name, is_in=True, sale=sale, sentence=f"{name} is in; its sale is {sale}.")
    why = row.held_because or ("Its sale is built in a moment." if row.building == "staged" else row.status)
    return ImportedAgain(name, is_in=True, sale="", sentence=f"{name} is in and has no sale yet: {why}")


def _is_aside(connection_id: int, identity: str) -> bool:
    rows = SpoiledEntry.objects.filter(connection_id=connection_id, identity=identity)
    return rows.filter(is_settled=False).exists()


@transaction.atomic
def build_again(shipment_ids: Sequence[str]) -> int:
    """Build the sales of waiting shipments anew; without ids, of all that wait. Returns how many.

    Their tasks are closed and come back by themselves where the cause still stands; what others wait for
    as well stays open.
    """
    rows = Shipment.objects.select_for_update().filter(building=Shipment.Building.WAITING)
    if shipment_ids:
        rows = rows.filter(shipment_id__in=list(shipment_ids))
    waiting = list(rows.defer("raw", "boxes").order_by("id"))
    if shipment_ids and not waiting:
        raise NothingToBuild(f"No shipment {', '.join(shipment_ids)} waits for its sale any more.")
    building.build_again([row.pk for row in waiting])
    close_tasks_of(waiting)
    for connection_id in sorted({row.connection_id for row in waiting}):
        mine = [row.pk for row in waiting if row.connection_id == connection_id]
        record(ShipmentsStaged(connection_id=connection_id, shipment_ids=mine))
    return len(waiting)
