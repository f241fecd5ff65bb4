"""Holding orders until a person lets them go: their sale is not built, or not confirmed, packed and labelled.

A parcel that has its label is not stopped. Holding twice and letting go twice change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.inbox.services import close_tasks, open_each
from loadbay.journal.services import note_each
from loadbay.orders.events import ShipmentsLetGo
from loadbay.orders.models import Shipment

TASK = "order_held"
HELD = "Held until somebody lets it go."
_STOPPABLE = (Shipment.Building.STAGED, Shipment.Building.WAITING, Shipment.Building.BUILT)


class NotHeld(Refusal):
    """The order is not held."""

    code = "not_held"


@transaction.atomic
def stop(pks: Sequence[int], *, because: str) -> None:
    """Hold these; `because` is the implied status that they entered."""
    rows = Shipment.objects.select_for_update(no_key=True).filter(pk__in=list(pks), building__in=_STOPPABLE)
    rows = rows.exclude(hold=Shipment.Hold.HELD).order_by("id")
    names = dict(rows.values_list("pk", "shipment_id"))
    if not names:
        return
    held = Shipment.objects.filter(pk__in=list(names))
    held.update(hold=Shipment.Hold.HELD)
    held.filter(building=Shipment.Building.BUILT, is_short=False).update(held_because=HELD)
    held.filter(building=Shipment.Building.BUILT, promise=Shipment.Promise.WANTED).update(
        promise=Shipment.Promise.NONE
    )
    note_each([(f"shipment:{name}", f"Held on entering {because}.") for name in names.values()], what="held")
    open_each(
        kind=TASK,
        cause="decision",
        cure="Look at it, then let it go.",
        tasks=[
            (name, f"{name} is held, because it entered {because}.", f"shipment:{name}")
            for name in names.values()
        ],
    )


@transaction.atomic
def let_go_of(pks: Sequence[int]) -> int:
    """Let these go on, as far as they are held; returns how many were."""
    rows = Shipment.objects.select_for_update(no_key=True).filter(pk__in=list(pks), hold=Shipment.Hold.HELD)
    found = list(rows.order_by("id").values_list("pk", "shipment_id", "connection_id"))
    if not found:
        return 0
    mine = Shipment.objects.filter(pk__in=[pk for pk, _, _ in found])
    mine.update(hold=Shipment.Hold.LET_GO)
    mine.filter(building=Shipment.Building.WAITING, held_because=HELD).update(
        building=Shipment.Building.STAGED, held_because=""
    )
    mine.filter(building=Shipment.Building.BUILT, held_because=HELD).update(held_because="")
    close_tasks(TASK, matters=[name for _, name, _ in found])
    note_each([(f"shipment:{name}", "Let go.") for _, name, _ in found], what="let_go")
    for connection_id in sorted({connection for _, _, connection in found}):
        ids = [pk for pk, _, connection in found if connection == connection_id]
        record(ShipmentsLetGo(connection_id=connection_id, shipment_ids=ids))
    return len(found)


@transaction.atomic
def let_go(names: Sequence[str]) -> int:
    """A person lets held orders go: shipment ids or sale numbers. Raises `NotFound`, `NotHeld`."""
    wanted = [name.strip() for name in names]
    rows = Shipment.objects.filter(shipment_id__in=wanted) | Shipment.objects.filter(
        sale__number__in=[name.upper() for name in wanted]
    )
    pks = list(rows.values_list("pk", flat=True).distinct())
    if not pks:
        raise NotFound(f"There is no order {', '.join(wanted)[:80]}. Give shipment ids or sale numbers.")
    count = let_go_of(pks)
    if not count:
        raise NotHeld(f"{', '.join(wanted)[:80]} is not held; it goes its way already.")
    return count
