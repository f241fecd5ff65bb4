"""Long work on orders, step by step: one table of its kinds, carried out by a worker or in a terminal.

One process at a time works on it; whoever comes next goes on where the last one stopped. What is put off is
handed back with its moment: the queue's job is put back, a terminal waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from loadbay import wiring
from loadbay.channels.queries import connection_row, has_shipments, order_programmes
from loadbay.core.actor import acting_as
from loadbay.core.clock import Clock
from loadbay.core.errors import Misconfigured
from loadbay.core.ids import ShipmentId
from loadbay.core.locks import try_alone
from loadbay.jobs import order_acts, rounds
from loadbay.orders import proof_lists, proving, work_queries
from loadbay.orders.proof_lists import NumberList
from loadbay.orders.services.importing import ImportedAgain, ToImport
from loadbay.orders.services.working import Taken, take_up
from loadbay.orders.work_queries import WorkCard

P = ParamSpec("P")
T = TypeVar("T")
GLANCE = timedelta(seconds=1)
Step = Callable[[Taken], datetime | None]
"""Does one step and says when the next is due; None when the work is over."""


def lists_of(connection_id: int) -> Sequence[NumberList]:
    """Every list of Amazon's that a gap proof reads for a connection."""
    row, import_one = connection_row(connection_id), partial(_import_one, connection_id)
    lists: list[NumberList] = []
    if has_shipments(connection_id):
        lists.append(proof_lists.shipment_numbers(wiring.shipment_source(row), import_one=import_one))
    if programmes := order_programmes(connection_id):
        source = wiring.order_source(row)
        lists.append(
            proof_lists.order_numbers(connection_id, source, programmes=programmes, import_one=import_one)
        )
    return tuple(
        replace(
            entry,
            page=guarded(connection_id, entry.page),
            import_one=guarded(connection_id, entry.import_one),
        )
        for entry in lists
    )


def guarded(connection_id: int, ask: Callable[P, T]) -> Callable[P, T]:
    """The same question; a wrong key or right stops the connection with its alert, as in a worker."""

    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        return rounds.stopping_on_misconfigured(connection_id, lambda: ask(*args, **kwargs))

    return asked


def _import_one(connection_id: int, number: str) -> ImportedAgain:
    return rounds.import_again(ToImport(connection_id, ShipmentId(number), b""))


def _prove(work: Taken) -> datetime | None:
    return proving.prove_step(work, lists=lists_of, clock=rounds.CLOCK)


def _import_missing(work: Taken) -> datetime | None:
    return proving.import_step(work, work.wanted["proof"], lists=lists_of, clock=rounds.CLOCK)


STEPS: Mapping[str, Step] = {
    "gap_proof": _prove,
    "import_missing": _import_missing,
    "act": order_acts.act_step,
}


def carry_on(work_id: int) -> datetime | None:
    """Work on it until it is over or has to wait; when it is to go on, or None."""
    with try_alone(f"work:{work_id}") as is_ours:
        while is_ours:
            taken = take_up(work_id)
            if taken is None:
                return None
            due = _step(taken)
            if due is not None and due > rounds.CLOCK.now():
                return due
    return None


def _step(taken: Taken) -> datetime | None:
    """One step, in the name of who started it. A wrong key stops its connection, but not the work."""
    with acting_as(taken.started_by):
        try:
            return STEPS[taken.kind](taken)
        except Misconfigured:
            return rounds.CLOCK.now()


def do_here(work_id: int, *, clock: Clock, told: Callable[[WorkCard], object]) -> WorkCard:
    """Carry it out in this process, or watch the worker who does, until it is over."""
    while True:
        due = carry_on(work_id)
        card = work_queries.work(work_id)
        told(card)
        if card.is_over:
            return card
        clock.wait((max(due, clock.now()) - clock.now() if due else GLANCE).total_seconds())
