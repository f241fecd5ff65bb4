"""`loadbay work`: long work on orders, started in the browser or a terminal: watched, cancelled."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal
from loadbay.jobs import works
from loadbay.orders import work_queries
from loadbay.orders.services.working import cancel_work
from loadbay.orders.work_queries import WorkCard


@click.group(cls=ShopGroup)
def work() -> None:
    """Long work on orders: list, show, watch, cancel."""


def carried_out(work_id: int) -> WorkCard:
    """Do it here, or watch the worker who does; how far it is goes to standard error. Ctrl-C cancels it."""
    told: list[str] = []

    def tell(card: WorkCard) -> None:
        line = progress(card)
        if told[-1:] != [line]:
            click.echo(line, err=True)
            told.append(line)

    try:
        return works.do_here(work_id, clock=SystemClock(), told=tell)
    except KeyboardInterrupt:
        _stop(work_id)
        raise


def _stop(work_id: int) -> None:
    try:
        cancel_work(work_id)
        works.carry_on(work_id)
    except Refusal:
        return


def progress(card: WorkCard) -> str:
    far = f"{card.done} of {card.total}" if card.total is not None else str(card.done)
    parts = [f"Work {card.id}, {card.state}: {far} done"]
    parts += [f"{card.failed} not"] if card.failed else []
    return ", ".join(parts) + (f". {card.step}" if card.step else ".")


@work.command("list")
def list_() -> Answer:
    """Long works, newest first."""
    cards = work_queries.works()
    rows = [[card.id, card.title, card.state, card.done, card.total, card.started_by] for card in cards]
    heads = ["work", "what", "state", "done", "of", "started by"]
    return Answer({"works": cards}, table(heads, rows) if rows else "No long work was started yet.")


@work.command("show")
@click.argument("number", type=int)
def show(number: int) -> Answer:
    """How far one is, and what went otherwise than wanted."""
    card = work_queries.work(number)
    return Answer(card, "\n".join([f"{card.title}", progress(card), *card.told]))


@work.command("watch")
@click.argument("number", type=int)
def watch(number: int) -> Answer:
    """Follow one until it is over; where no worker does it, it is done here. Ctrl-C cancels it."""
    work_queries.work(number)
    card = carried_out(number)
    return Answer(card, "\n".join([f"{card.title}: {card.state}.", *card.told]))


@work.command("cancel")
@click.argument("number", type=int)
def cancel(number: int) -> Answer:
    """Have one stop before its next step. What is done stays done."""
    cancel_work(number)
    card = work_queries.work(number)
    return Answer(card, f"Work {number} stops before its next step. What is done stays done.")
