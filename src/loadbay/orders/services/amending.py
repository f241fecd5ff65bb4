"""What changes of an order after its sale was built: fewer units, other amounts, a wish, a part that left.

The newest lines are kept here, of an order that Amazon ships without what our own lorry takes of it. What
becomes of the sale (`shrinking`, `differing`) and of a box that is packed already is for who hears of it by
`OrdersChanged`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from loadbay.channels.models import SalesChannel
from loadbay.core.bulk import these, update_rows
from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.inbox.services import close_tasks, restate_task
from loadbay.journal.services import note
from loadbay.orders import rules
from loadbay.orders.events import OrdersChanged, RestWanted
from loadbay.orders.models import Shipment, ShipmentLine
from loadbay.orders.ports import SeenShipment, Spoiled
from loadbay.orders.services.onsite import shares, taken_beside
from loadbay.orders.services.setting_aside import those_that_fit

A_PERSON_DECIDES = ("buyer_asks_to_cancel", "order_changed", "shipped_elsewhere")
"""Kinds of tasks of an order that a person settles with Ship Anyway, or Amazon by cancelling it."""
_HELD = {
    "buyer_asks_to_cancel": "The buyer asks to cancel it",
    "order_changed": "Amazon changed it after it was packed",
    "shipped_elsewhere": "It was shipped, or a part of it, outside of Loadbay",
}
Pair = tuple[Shipment, SeenShipment]


class NothingToAnswer(Refusal):
    """No question about the order waits for a person."""

    code = "nothing_to_answer"


class NothingLeft(Refusal):
    """All of the order left outside of Loadbay; nothing of it is left to ship."""

    code = "nothing_left_to_ship"


def amend_those_that_fit(pairs: Sequence[Pair]) -> list[Spoiled]:
    """Take over what is new of each; what does not fit the tables comes back, to be set aside."""
    rows = {seen.shipment_id: row for row, seen in pairs}

    def write(entries: Sequence[SeenShipment]) -> list[int]:
        amend([(rows[entry.shipment_id], entry) for entry in entries])
        return []

    sold = [seen for _, seen in pairs]
    return those_that_fit(sold, write=write)[1] if sold else []


def amend(pairs: Sequence[Pair]) -> None:
    """Take over what is new of the lines of orders whose sale stands. Inside the caller's transaction."""
    mine = [(row, seen) for row, seen in pairs if seen.status not in rules.GIVEN_UP]
    lines = _lines_of([row.pk for row, _ in mine])
    at_amazon = [row for row, seen in mine if seen.location_id]
    taken = taken_beside(at_amazon) if at_amazon else {}
    changed: list[int] = []
    resized: dict[int, dict[str, LineNow]] = {}
    repriced: dict[int, dict[str, LineNow]] = {}
    for row, seen in mine:
        known = lines.get(row.pk, {})
        now = _lines_now(seen, taken.get(row.order_id, {}) if seen.location_id else {})
        _note_wishes(row, known, now)
        if _take_marks(known, now):
            changed.append(row.pk)
        if any(_units(now, name) != line.units for name, line in known.items()):
            resized[row.pk] = now
        elif any(name in now and _costs_else(line, now[name]) for name, line in known.items()):
            repriced[row.pk] = now
    for pk, now in (resized | repriced).items():
        _remember_sizes(lines[pk], now)
    if changed or resized or repriced:
        record(
            OrdersChanged(
                connection_id=mine[0][0].connection_id,
                shipment_ids=sorted({*changed, *resized, *repriced}),
                resized=sorted(resized),
                repriced=sorted(repriced),
            )
        )


@dataclass(frozen=True)
class LineNow:
    """A line as Amazon shows it now, without what a shipment of ours takes of it."""

    units: int
    shipped_units: int
    cancel_asked: str
    amounts: rules.LineAmounts


def _lines_now(seen: SeenShipment, taken: Mapping[str, int]) -> dict[str, LineNow]:
    left, found = dict(taken), {}
    for line in seen.lines:
        theirs = min(line.units, left.get(line.sku, 0))
        left[line.sku] = left.get(line.sku, 0) - theirs
        amounts = rules.line_amounts(line)
        if theirs:
            amounts = amounts._replace(**shares(amounts, line.units - theirs, of=line.units))
        found[line.line_id] = LineNow(line.units - theirs, line.shipped_units, line.cancel_asked, amounts)
    return found


def _costs_else(line: ShipmentLine, now: LineNow) -> bool:
    """Whether Amazon charges another amount for it than it did."""
    return any(getattr(line, name) != getattr(now.amounts, name) for name in _AMOUNTS)


_AMOUNTS = ("net", "tax", "discount", "shipping_net", "shipping_tax", "other_net", "other_tax")


def _units(now: Mapping[str, LineNow], name: str) -> int:
    """How many are left of a line; one that is not shown any more is gone."""
    return now[name].units if name in now else 0


def _lines_of(shipment_pks: Sequence[int]) -> dict[int, dict[str, ShipmentLine]]:
    found: dict[int, dict[str, ShipmentLine]] = {}
    for line in ShipmentLine.objects.filter(shipment_id__among=these(shipment_pks)).order_by("id"):
        found.setdefault(line.shipment_id, {})[line.line_id] = line
    return found


def _note_wishes(row: Shipment, known: Mapping[str, ShipmentLine], now: Mapping[str, LineNow]) -> None:
    """A buyer who asks to cancel asks a person: Amazon leaves the decision to the seller."""
    wishes = [now[name].cancel_asked for name in known if name in now and now[name].cancel_asked]
    if wishes and row.status not in rules.LEFT and not any(line.cancel_asked for line in known.values()):
        _ask_of_wish(row.pk, row.shipment_id, wishes[0])


def ask_of_wishes(sale_ids: Sequence[int]) -> None:
    """Buyers who had asked to cancel before the sale of their order was built."""
    rows = ShipmentLine.objects.filter(
        shipment__sale__among=these(sale_ids), shipment__channel__programme=SalesChannel.Programme.MFN
    ).exclude(cancel_asked="")
    for pk, name, wish in rows.order_by("id").values_list(
        "shipment_id", "shipment__shipment_id", "cancel_asked"
    ):
        _ask_of_wish(pk, name, wish)


def _ask_of_wish(shipment_pk: int, name: str, wish: str) -> None:
    ask_a_person(
        shipment_pk,
        kind="buyer_asks_to_cancel",
        sentence=f"The buyer of order {name} asks to cancel it: {wish}.",
        cure="Cancel it in Seller Central, and it is cancelled here by itself; or press Ship Anyway.",
    )


def _take_marks(known: Mapping[str, ShipmentLine], now: Mapping[str, LineNow]) -> bool:
    """What Amazon counts as shipped, and who asks for what; says whether more was shipped."""
    fresh = {
        line.pk: {"shipped_units": now[name].shipped_units, "cancel_asked": now[name].cancel_asked}
        for name, line in known.items()
        if name in now
        and (line.shipped_units, line.cancel_asked) != (now[name].shipped_units, now[name].cancel_asked)
    }
    update_rows(ShipmentLine, fresh)
    return any(name in now and now[name].shipped_units > line.shipped_units for name, line in known.items())


def _remember_sizes(known: Mapping[str, ShipmentLine], now: Mapping[str, LineNow]) -> None:
    """The newest units and amounts of each line; what was cancelled whole has none."""
    fresh = {}
    for name, line in known.items():
        amounts = now[name].amounts if name in now else None
        fresh[line.pk] = {
            "units": _units(now, name),
            "net": amounts.net if amounts else 0,
            "tax": amounts.tax if amounts else 0,
            "discount": amounts.discount if amounts else 0,
            "shipping_net": amounts.shipping_net if amounts else 0,
            "shipping_tax": amounts.shipping_tax if amounts else 0,
            "other_net": amounts.other_net if amounts else 0,
            "other_tax": amounts.other_tax if amounts else 0,
        }
    update_rows(ShipmentLine, fresh)


def ask_a_person(shipment_pk: int, *, kind: str, sentence: str, cure: str) -> None:
    """Hold an order until a person has decided. Inside the caller's transaction."""
    rows = Shipment.objects.filter(pk=shipment_pk)
    name = rows.values_list("shipment_id", flat=True).get()
    rows.filter(is_short=False).update(held_because=f"{_HELD[kind]}. A person decides.")
    note(f"shipment:{name}", sentence, what=kind)
    restate_task(
        kind=kind,
        matter=name,
        cause="decision",
        sentence=sentence,
        cure=cure,
        subjects=[f"shipment:{name}"],
        is_alert=True,
    )


@transaction.atomic
def ship_anyway(shipment_id: str) -> None:
    """A person decided: the order is sent, but what left without us. Raises `NotFound`, `NothingToAnswer` or
    `NothingLeft`; where it is on a bench, dispatch refuses."""
    row = Shipment.objects.select_for_update().filter(shipment_id=shipment_id).defer("raw", "boxes").first()
    if row is None:
        raise NotFound(f"There is no order {shipment_id}.")
    if not is_held(row.held_because):
        raise NothingToAnswer(f"No question about order {shipment_id} waits for an answer.")
    gone = _leave_out_what_left(row.pk, shipment_id)
    row.held_because = ""
    row.save(update_fields=["held_because"])
    for kind in A_PERSON_DECIDES:
        close_tasks(kind, matters=[shipment_id])
    note(f"shipment:{shipment_id}", "It is shipped anyway.", what="ship_anyway")
    if gone:
        record(RestWanted(shipment_ids=[row.pk]))


def _leave_out_what_left(shipment_pk: int, name: str) -> bool:
    """What Amazon counts as shipped, and we did not ship, is not picked any more; whether there is any."""
    lines = ShipmentLine.objects.filter(shipment_id=shipment_pk)
    if not lines.filter(shipped_units__gt=F("gone_units")).exists():
        return False
    if not lines.filter(units__gt=Greatest("shipped_units", "gone_units")).exists():
        raise NothingLeft(
            f"Amazon counts all of order {name} as shipped; nothing is left to ship. Book its goods out."
        )
    lines.update(gone_units=Greatest("shipped_units", "gone_units"))
    return True


def is_held(held_because: str) -> bool:
    """Whether these words hold an order for a person's answer."""
    return any(held_because.startswith(words) for words in _HELD.values())
