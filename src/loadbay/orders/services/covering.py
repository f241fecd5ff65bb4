"""Short shipments go on by themselves once their goods are there, oldest first; some have no sale yet.

Level-triggered: it reckons before it changes anything, so looking in vain costs four statements and leaves
no trace. It has a transaction of its own, because it locks shipments before stock (`building` does the same).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from loadbay.catalogue.queries import bundles_with, skus_of
from loadbay.channels.models import SalesChannel
from loadbay.channels.services.sites import keep_rooms
from loadbay.channels.services.unmapped import keep_definitions
from loadbay.core.bulk import these
from loadbay.core.events import record
from loadbay.inbox.services import close_task
from loadbay.journal.services import note
from loadbay.orders.events import SalesCovered, ShipmentsToAnswer
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services.building import build_covered, wants_confirming
from loadbay.orders.services.cancelling import holder
from loadbay.orders.services.holding import LACKS, lacks_words, tell_short
from loadbay.orders.services.letting_go import HELD
from loadbay.orders.services.promising import requests_for
from loadbay.stock import services as stock
from loadbay.stock.models import Reservation
from loadbay.stock.queries import positions
from loadbay.stock.rules import Place, ReserveRequest, allocate, summed

MOST_AT_ONCE = 2000
_CAN_BE_SHORT = (Shipment.Building.BUILT, Shipment.Building.WAITING)
"""With a sale that is held, or waiting for its goods before there is one."""


def connections_short_of(product_ids: Sequence[int]) -> list[int]:
    """Connections with shipments that are short of these goods, in themselves or in a soft bundle."""
    wanted = [*product_ids, *bundles_with(product_ids)]
    rows = Shipment.objects.filter(is_short=True, lines__product_id__in=wanted)
    return sorted(set(rows.values_list("connection_id", flat=True)))


@transaction.atomic
def cover_short(connection_id: int) -> int:
    """Promise the goods of short shipments anew where that covers one of them; returns how many it did."""
    keep_rooms(connection_id)
    keep_definitions(connection_id)  # before the shipments are locked, as building does
    short = list(
        Shipment.objects.select_for_update(of=("self",))
        .filter(connection_id=connection_id, is_short=True, building__in=_CAN_BE_SHORT)
        .exclude(promise__in=[Shipment.Promise.TO_REJECT, Shipment.Promise.REJECTED])
        .defer("raw", "boxes")
        .order_by("id")[:MOST_AT_ONCE]
    )
    requests = requests_for(short) if short else []
    missing = _missing(requests)
    if all(missing.values()):
        _tell_anew(short, missing)
        return 0
    promised = stock.reserve_again(requests)
    covered = [row for row in short if promised[holder(row.pk)].is_covered]
    for row in covered:
        close_task("short_stock", row.shipment_id)
        note(f"shipment:{row.shipment_id}", "Its goods are there now.", what="covered")
    _covered(connection_id, [row for row in covered if row.building == Shipment.Building.BUILT])
    build_covered(connection_id, [row.pk for row in covered if row.building == Shipment.Building.WAITING])
    return len(covered)


def _missing(requests: Sequence[ReserveRequest]) -> dict[str, dict[int, int]]:
    """What each holder would lack if all of them let go and were promised anew, in this order."""
    places = {
        (product, room) for request in requests for product, _ in request.items for room in request.room_ids
    }
    lying = positions({product for product, _ in places}, room_ids={room for _, room in places})
    free: dict[Place, int] = {place: position.free for place, position in lying.items()}
    own = Reservation.objects.filter(holder__among=these({request.holder for request in requests}))
    for product, room, units in own.values_list("product_id", "room_id", "units"):
        free[product, room] = free.get((product, room), 0) + units
    missing: dict[str, dict[int, int]] = {}
    for request in requests:
        mine = missing.setdefault(request.holder, {})
        taken = allocate(summed(request.items), room_ids=request.room_ids, free=free)
        for product, units in taken.missing.items():
            mine[product] = mine.get(product, 0) + units
    return missing


def _tell_anew(short: Sequence[Shipment], missing: Mapping[str, Mapping[int, int]]) -> None:
    """Some goods came, or went: tasks and the bench say what is lacking now."""
    skus = skus_of({product for lacks in missing.values() for product in lacks})
    changed: dict[str, list[Shipment]] = {}
    for row in short:
        because, _, lacked = row.held_because.partition(LACKS)
        if lacked and lacked != lacks_words((skus[p], n) for p, n in missing[holder(row.pk)].items()):
            changed.setdefault(because, []).append(row)
    for because, rows in changed.items():
        tell_short(rows, {row.pk: list(missing[holder(row.pk)].items()) for row in rows}, because=because)


def _covered(connection_id: int, rows: Sequence[Shipment]) -> None:
    if not rows:
        return
    channels = SalesChannel.objects.in_bulk({row.channel_id for row in rows})
    held = [row.pk for row in rows if row.hold == Shipment.Hold.HELD]
    wanted = [
        row.pk for row in rows if row.pk not in held and wants_confirming(row, channels[row.channel_id])
    ]
    covered = Shipment.objects.filter(pk__among=these(row.pk for row in rows))
    covered.update(is_short=False, held_because="")
    covered.filter(pk__in=held).update(held_because=HELD)
    covered.filter(pk__in=wanted).update(promise=Shipment.Promise.WANTED, tries=0, next_try_at=None)
    sales = Sale.objects.filter(shipment_id__among=these([row.pk for row in rows])).order_by("id")
    to_ship = [pk for pk, channel in channels.items() if channel.programme == SalesChannel.Programme.MFN]
    mine = sales.filter(shipment__channel_id__in=to_ship, order_status=Sale.OrderStatus.OPEN)
    if to_ship:
        mine.order_by().update(order_status=Sale.OrderStatus.RELEASED)
    record(SalesCovered(sale_ids=list(sales.values_list("pk", flat=True))))
    if wanted:
        record(ShipmentsToAnswer(connection_id=connection_id, shipment_ids=wanted))
