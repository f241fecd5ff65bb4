"""`loadbay sync`: everything that is due, done in this process."""

from __future__ import annotations

import click

from loadbay.cli.command import DONE, TROUBLE_OUTSIDE
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopCommand
from loadbay.jobs.syncing import sync as do_sync
from loadbay.jobs.turns import Setback, Synced


@click.command(cls=ShopCommand)
@click.option("--channel", "code", help="Only this sales channel.")
@click.option("--until-idle", is_flag=True, help="Go on until nothing is due any more.")
def sync(code: str | None, until_idle: bool) -> Answer:  # noqa: FBT001  click passes flags by name
    """Ask Amazon what is new and do all due work, then return. Runs beside workers without harm.

    Ends with 3 when trouble from outside stands in the way of something at the end.
    """
    report = do_sync(code=code, until_idle=until_idle)
    return Answer(report, _words(report), TROUBLE_OUTSIDE if report.troubles else DONE)


def _words(report: Synced) -> str:
    lines = [f"{name.replace('_', ' ')}: {count}" for name, count in report.done.items() if count]
    lines += [_trouble(entry) for entry in report.troubles]
    lines += [f"later: {entry.step}, {entry.subject}, at {entry.due_at:%H:%M:%S} UTC" for entry in report.due]
    return "\n".join(lines) or "Nothing was due."


def _trouble(entry: Setback) -> str:
    return f"trouble ({entry.kind}): {entry.step}, {entry.subject}: {entry.sentence}"
