"""`loadbay sync`: everything that is due, done in this process."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopCommand
from loadbay.jobs.syncing import sync as do_sync


@click.command(cls=ShopCommand)
@click.option("--channel", "code", help="Only this sales channel.")
@click.option("--until-idle", is_flag=True, help="Go on until nothing is due any more.")
def sync(code: str | None, until_idle: bool) -> Answer:  # noqa: FBT001  click passes flags by name
    """Ask Amazon what is new and do all due work, then return. Runs beside workers without harm."""
    report = do_sync(code=code, until_idle=until_idle)
    lines = [*report.steps, *(f"trouble: {trouble}" for trouble in report.troubles)]
    data = {"steps": report.steps, "troubles": report.troubles, "due_at": report.due_at}
    return Answer(data, "\n".join(lines) or "Nothing was due.")
