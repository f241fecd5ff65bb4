"""What `loadbay sale` does with one channel order or all that fit a filter, as *Sales > Channel orders*.

The same options everywhere: numbers, or a filter, or --all. Much is carried out here as long work.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from loadbay.cli.command import DONE, REFUSED
from loadbay.cli.output import Answer
from loadbay.cli.work import carried_out
from loadbay.jobs import order_acts
from loadbay.orders import order_queries
from loadbay.orders.order_queries import OrderFilter
from loadbay.orders.services.acting import WORDS, Act, check_act

_OPTIONS = (
    click.argument("numbers", nargs=-1),
    click.option("--channel", default="", help="Those of this sales channel."),
    click.option("--state", type=click.Choice(["", "staged", "waiting", "built", "ignored"]), default=""),
    click.option("--order-status", default="", help="Open, Released, Posted or Cancelled."),
    click.option("--implied", "implied_status", default="", help="Ready, Waiting, Complete, …"),
    click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="Created at Amazon before this day."),
    click.option("--archived", type=click.Choice(["", "yes", "any"]), default="", help="Archived ones: too."),
    click.option("--all", "every", is_flag=True, help="Everything, without numbers or filter."),
    click.option("--dry-run", is_flag=True, help="Say how many it would be, do nothing."),
)


def selection(command: Callable[..., Any]) -> Callable[..., Any]:
    """Numbers of sales, orders or shipments, or a filter over all channel orders."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def acted(act: Act, chosen: dict[str, Any], *, reason: str = "") -> Answer:
    """Do it, or say how many it would be."""
    wanted = _filter(dict(chosen))
    if chosen["dry_run"]:
        count = order_queries.count(wanted)
        check_act(act, count=count, reason=reason)
        return Answer({"is_dry_run": True, "count": count}, f"{WORDS[act]}: it would be {count} orders.")
    begun = order_acts.begin(act, wanted, reason=reason)
    if begun.work_id is not None:
        card = carried_out(begun.work_id)
        return _answer(act, card.done, card.failed, card.told, work_id=card.id)
    done = begun.acted
    told = done.passed_over if done else ()
    return _answer(act, done.done if done else 0, len(told), told, work_id=None)


def _answer(act: Act, done: int, failed: int, told: tuple[str, ...], *, work_id: int | None) -> Answer:
    orders = "1 order" if done == 1 else f"{done} orders"
    text = "\n".join([f"{WORDS[act]}: done for {orders}, passed over {failed}.", *told])
    data = {"is_dry_run": False, "done": done, "passed_over": failed, "told": told, "work": work_id}
    return Answer(data, text, DONE if done or not failed else REFUSED)


def waiting_in(channel: str) -> dict[str, Any]:
    """Every order that waits in a sales channel, as `selection` would have it."""
    names = ("order_status", "implied_status", "archived")
    empty = {name: "" for name in names}
    rest = {"numbers": (), "before": None, "every": False, "dry_run": False}
    return {**empty, **rest, "channel": channel, "state": "waiting"}


def _filter(chosen: dict[str, Any]) -> OrderFilter:
    numbers, before = chosen["numbers"], chosen["before"]
    wanted = OrderFilter.of(
        {
            **chosen,
            "numbers": " ".join(numbers),
            "before": before.date().isoformat() if isinstance(before, datetime) else "",
        }
    )
    is_narrow = any((wanted.numbers, wanted.channel, wanted.state, wanted.order_status))
    is_narrow = is_narrow or any((wanted.implied_status, wanted.before, wanted.archived))
    if is_narrow == bool(chosen["every"]):
        raise click.UsageError("Give numbers or a filter, or --all for everything.")
    return wanted
