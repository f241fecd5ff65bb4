"""Goods are gone that were promised: the sales that lose them are short again, and the bench holds them.

Which ones lose is `stock.cover_rules`; who has packed is known here. It runs in the transaction of the
movement, so that no packer looks for goods that are gone. `covering` releases them when goods come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from loadbay.core.events import record
from loadbay.dispatch.models import FieldCall, ParcelLine
from loadbay.dispatch.parts import is_part
from loadbay.journal.services import note_many
from loadbay.orders.events import SalesUncovered
from loadbay.orders.models import Shipment
from loadbay.orders.services.cancelling import holder
from loadbay.orders.services.holding import tell_short
from loadbay.stock import item_ledger
from loadbay.stock.cover_rules import Claim, Grip, losses
from loadbay.stock.models import Reservation
from loadbay.stock.queries import overpromised
from loadbay.stock.rules import Place

_GRIP = {
    FieldCall.State.PACKED: Grip.PACKED,
    FieldCall.State.LABELLED: Grip.PACKED,
    FieldCall.State.PACKING: Grip.ON_THE_BENCH,
}
_TAKEN_OUT = (Reservation.Stage.LABELLED, Reservation.Stage.PUT_BACK)
"""Stages of goods that lie in a box, be it one that waits to be emptied again."""

_HOLDS_GOODS = Q(building=Shipment.Building.BUILT, is_short=False) & ~Q(
    Q(promise__in=[Shipment.Promise.TO_REJECT, Shipment.Promise.REJECTED]) | Q(status="CANCELLED")
)


@dataclass(frozen=True)
class Uncovered:
    """The connections whose sales were held, and whether some were in another's hands at that moment."""

    connections: tuple[int, ...] = ()
    is_unfinished: bool = False


@transaction.atomic
def uncover(product_ids: Sequence[int]) -> Uncovered:
    """Make those sales short again whose goods are gone, but such as somebody else holds just now.

    The caller holds levels, or the field call: whoever stores a page has the shipments first and waits for
    these. So this one never waits; what it left out is done by `uncover_the_rest`.
    """
    return _uncover(product_ids, Shipment.objects.select_for_update(of=("self",), skip_locked=True))


@transaction.atomic
def uncover_the_rest(product_ids: Sequence[int]) -> Uncovered:
    """The same in a transaction of its own, which holds nothing yet and so can wait for the shipments."""
    return _uncover(product_ids, Shipment.objects.select_for_update(of=("self",)))


def _uncover(product_ids: Sequence[int], shipments: QuerySet[Shipment]) -> Uncovered:
    lying = overpromised(product_ids)
    claims = _claims(lying) if lying else []
    lost = {loss.holder: loss.missing for loss in losses(claims, lying=lying)}
    if not lost:
        return Uncovered()
    wanted = [claim.age for claim in claims if claim.holder in lost]
    rows = list(shipments.filter(_HOLDS_GOODS, pk__in=wanted).defer("raw", "boxes").order_by("id"))
    if rows:
        _hold(rows, lost)
    return Uncovered(tuple(sorted({row.connection_id for row in rows})), len(rows) < len(wanted))


def _hold(rows: Sequence[Shipment], lost: Mapping[str, Mapping[Place, int]]) -> None:
    missing = {row.pk: _by_product(lost[holder(row.pk)]) for row in rows}
    tell_short(rows, missing, because="The goods that were promised to it are gone.")
    waiting = [row.pk for row in rows if row.promise == Shipment.Promise.WANTED]
    Shipment.objects.filter(pk__in=waiting).update(promise=Shipment.Promise.NONE)
    calls = FieldCall.objects.filter(sale__shipment__in=rows).order_by("id")
    numbers = calls.values_list("number", flat=True)
    note_many(
        [*(f"field_call:{n}" for n in numbers), *(f"shipment:{row.shipment_id}" for row in rows)],
        "Held: the goods that were promised to it are gone.",
        what="uncovered",
    )
    record(SalesUncovered(sale_ids=list(calls.values_list("sale_id", flat=True))))


def _claims(lying: Mapping[Place, int]) -> list[Claim]:
    """What is promised in these places, but to whom it is short already or is to be declined."""
    rows = Reservation.objects.filter(product_id__in={product for product, _ in lying})
    units: dict[str, dict[Place, int]] = defaultdict(dict)
    boxed = set()
    for key, product, room, count, stage in rows.values_list(
        "holder", "product_id", "room_id", "units", "stage"
    ):
        if (product, room) in lying:
            units[key][product, room] = units[key].get((product, room), 0) + count
            boxed |= {key} if stage in _TAKEN_OUT or is_part(key) else set()
    grips = _grips([int(key.rpartition(":")[2]) for key in units if key not in boxed])
    packed = _packed_on_benches(list(grips))
    found = [Claim(key, Grip.PACKED, 0, units[key]) for key in boxed]
    return found + [
        Claim(holder(pk), grip, pk, units[holder(pk)], packed.get(holder(pk), {}))
        for pk, grip in grips.items()
    ]


def _grips(shipment_pks: Sequence[int]) -> dict[int, Grip]:
    """How close each of these shipments is to its goods, those that hold none left out."""
    rows = Shipment.objects.filter(_HOLDS_GOODS, pk__in=shipment_pks)
    states = rows.filter(sale__field_call__part=0).values_list("pk", "sale__field_call__state")
    return {pk: _GRIP.get(state, Grip.PROMISED) for pk, state in states}


def _packed_on_benches(shipment_pks: Sequence[int]) -> dict[str, dict[Place, int]]:
    """Holder → what lies in its boxes on a bench: items in their rooms, other goods where picked.

    The boxes of a part that goes ahead are not the rest's: a part holds its own goods.
    """
    packed: dict[str, dict[Place, int]] = defaultdict(lambda: defaultdict(int))
    plain = ParcelLine.objects.filter(
        parcel__field_call__sale__shipment__in=shipment_pks,
        parcel__field_call__part=0,
        parcel__field_call__state=FieldCall.State.PACKING,
        line__product__is_serialised=False,
    )
    columns = ("parcel__field_call__sale__shipment_id", "line__product_id", "line__room_id", "units")
    for pk, product, room, units in plain.values_list(*columns):
        packed[holder(pk)][product, room] += units
    for item in item_ledger.packed_of([holder(pk) for pk in shipment_pks]):
        if item.room_id is not None:
            packed[item.holder][item.product_id, item.room_id] += 1
    return packed


def _by_product(missing: Mapping[Place, int]) -> list[tuple[int, int]]:
    total: dict[int, int] = {}
    for (product, _), units in missing.items():
        total[product] = total.get(product, 0) + units
    return sorted(total.items())
