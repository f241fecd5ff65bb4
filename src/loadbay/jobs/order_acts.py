"""A person's actions on channel orders: at once where that is quick, else as long work, step by step.

What asks Amazon is done one order at a time; trouble with one is told and the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from loadbay import wiring
from loadbay.channels.queries import connection_row, is_working
from loadbay.core.errors import Misconfigured, Refusal, Retryable, Trouble
from loadbay.core.ids import ShipmentId
from loadbay.jobs import rounds
from loadbay.orders import order_queries, order_readers, readers, selecting
from loadbay.orders.order_queries import OrderFilter
from loadbay.orders.rules import is_order_number
from loadbay.orders.selecting import Selected
from loadbay.orders.services import acting
from loadbay.orders.services.acting import ASKS_AMAZON, Act, Acted
from loadbay.orders.services.importing import ToImport
from loadbay.orders.services.working import Taken, end_work, note_progress

QUICK = 200
AT_ONCE = 100
MOST_TRIES = 4
WAIT = timedelta(seconds=10)


@dataclass(frozen=True)
class Begun:
    """What came of an action: done already, or the number of the long work that does it."""

    acted: Acted | None
    work_id: int | None


def begin(act: Act, wanted: OrderFilter, *, reason: str = "") -> Begun:
    """Do it at once for few, else start it as long work. Raises what `acting.check_act` raises."""
    count = order_queries.count(wanted)
    acting.check_act(act, count=count, reason=reason)
    if count > (1 if act in ASKS_AMAZON else QUICK):
        return Begun(None, acting.start_act(act, wanted, reason=reason))
    chosen = selecting.next_of(wanted, after=0, last=None, limit=QUICK)
    if act in ASKS_AMAZON:
        return Begun(_ask_at_once(act, chosen), None)
    return Begun(acting.act_on(act, [row.pk for row in chosen], reason=reason), None)


def _ask_at_once(act: Act, chosen: Sequence[Selected]) -> Acted:
    said = [why for row in chosen if (why := ask(act, row))]
    return Acted(len(chosen) - len(said), tuple(said))


def act_step(work: Taken) -> datetime | None:
    """Some orders of a long work; when to go on."""
    act, position = Act(work.wanted["act"]), dict(work.position)
    wanted = OrderFilter.of(work.wanted["filter"])
    limit = 1 if act in ASKS_AMAZON else AT_ONCE
    chosen = selecting.next_of(wanted, after=position.get("after", 0), last=work.wanted["last"], limit=limit)
    if not chosen:
        end_work(work.id)
        return None
    if act in ASKS_AMAZON:
        return _ask_step(work, act, chosen[0], position)
    with transaction.atomic():
        acted = acting.act_on(act, [row.pk for row in chosen], reason=work.wanted["reason"])
        _note(work, chosen[-1], acted)
    return rounds.CLOCK.now()


def _ask_step(work: Taken, act: Act, row: Selected, position: dict[str, int]) -> datetime:
    tries = position.get("tries", 0) + 1
    try:
        why = ask(act, row)
    except Retryable as trouble:
        if tries < MOST_TRIES:
            after = {**position, "tries": tries}
            note_progress(work.id, position=after, step=f"{row.shipment_id}: {trouble.sentence}")
            return rounds.CLOCK.now() + (trouble.after or WAIT * tries)
        why = f"{row.shipment_id}: {trouble.sentence}"
    except (Trouble, Refusal) as no:
        why = f"{row.shipment_id}: {no.sentence}"
    with transaction.atomic():
        _note(work, row, Acted(int(not why), (why,) if why else ()))
    return rounds.CLOCK.now()


def _note(work: Taken, last: Selected, acted: Acted) -> None:
    note_progress(
        work.id,
        position={"after": last.pk},
        step=f"{last.shipment_id} done",
        done=acted.done,
        failed=len(acted.passed_over),
        told=acted.passed_over,
    )


def ask(act: Act, row: Selected) -> str:
    """Ask Amazon for one order; why nothing came of it, or an empty text. May raise any trouble."""
    if not is_working(row.connection_id):
        return f"{row.shipment_id} stays as it is: its connection is stopped."
    if act is Act.IMPORT_AGAIN and row.sale:
        return f"{row.shipment_id} has its sale {row.sale}; importing changes nothing."
    try:
        if act is Act.UPDATE_STATUS:
            rounds.stopping_on_misconfigured(row.connection_id, lambda: _look(row))
            return ""
        item = ToImport(row.connection_id, row.shipment_id, b"")
        outcome = rounds.stopping_on_misconfigured(row.connection_id, lambda: rounds.import_again(item))
    except Misconfigured as trouble:
        return f"{row.shipment_id} stays as it is: {trouble.sentence}"
    return "" if outcome.is_in else outcome.sentence


def _look(row: Selected) -> None:
    settings = connection_row(row.connection_id)
    if is_order_number(row.shipment_id):
        source = wiring.order_source(settings)
        order_readers.look(row.connection_id, row.shipment_id, source=source, now=rounds.CLOCK.now())
        return
    shipments = wiring.shipment_source(settings)
    readers.look(row.connection_id, see=lambda: shipments.shipment(ShipmentId(row.shipment_id)))
