"""`loadbay task`: what needs a person."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.inbox import queries, services


@click.group(cls=ShopGroup)
def task() -> None:
    """Tasks: list, close."""


@task.command("list")
@click.option("--cause", default="", help="role, mapping, stock, throttle, outage, decision or bug.")
def list_(cause: str) -> Answer:
    """Open tasks, alerts first."""
    rows = queries.open_tasks(cause=cause)
    cells = [
        ["ALERT" if r.is_alert else "task", r.id, r.times, r.last_at, f"{r.sentence} {r.cure}"] for r in rows
    ]
    heads = ["", "number", "times", "last", "what happened, and what to do"]
    return Answer(rows, table(heads, cells) if rows else "Nothing needs a person.")


@task.command("close")
@click.argument("number", type=int)
def close(number: int) -> Answer:
    """Say that a task is done."""
    services.close(number)
    return Answer({"id": number, "is_open": False}, f"Task {number} is closed.")
