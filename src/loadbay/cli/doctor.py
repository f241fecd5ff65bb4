"""`loadbay doctor`: is everything in order? Exit code 0, or 1 with each problem and its cure named.

Rule: it repairs nothing and applies no migration; what it looks at is in `checkup/`.
"""

from __future__ import annotations

from collections.abc import Iterator

import click
from django.db import InterfaceError, OperationalError, connections

from loadbay.cli.boot import tell
from loadbay.cli.checkup import machine
from loadbay.cli.command import REFUSED, JsonCommand, wants_json
from loadbay.cli.output import Answer, show
from loadbay.core.clock import SystemClock
from loadbay.hosting.address import django_database
from loadbay.hosting.config import Config
from loadbay.hosting.place import PLACE_FILE
from loadbay.hosting.postgres import database_url
from loadbay.hosting.problem import HostingProblem
from loadbay.jobs.checkup import devices, everything
from loadbay.jobs.checkup.finding import Finding, Mark, problem

_MARKS = {Mark.FINE: "ok      ", Mark.WATCH: "warning ", Mark.PROBLEM: "PROBLEM "}


@click.command(cls=JsonCommand)
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Look at database, queue, workers, clock, disk, printers, connections, ledger and backlog."""
    findings = list(_findings(Config.load()))
    problems = [finding for finding in findings if finding.state is Mark.PROBLEM]
    data = {"is_well": not problems, "problems": len(problems), "findings": findings}
    summary = "Everything is in order." if not problems else f"{len(problems)} problems."
    show(Answer(data, "\n".join([*map(_line, findings), summary])), as_json=wants_json(ctx))
    if problems:
        ctx.exit(REFUSED)


def _findings(config: Config) -> Iterator[Finding]:
    if not config.database_url and not (config.home / PLACE_FILE).exists():
        yield problem("database", f"There is no Loadbay in {config.home} yet.", "Make it: loadbay setup")
        return
    try:
        with database_url(config, say=tell) as url:
            connections["default"].settings_dict.update(django_database(url))
            try:
                yield from _with_database(config)
            finally:
                connections.close_all()
    except (OperationalError, InterfaceError, HostingProblem) as error:
        words = error.sentence if isinstance(error, HostingProblem) else str(error).strip()
        yield problem("database", f"The database does not answer: {words}", "Start it, or mend its address.")
    if config.home.is_dir():
        yield machine.disk(config.home)


def _with_database(config: Config) -> Iterator[Finding]:
    clock = SystemClock()
    yield machine.database(config)
    schema = machine.migrations()
    yield schema
    if schema.state is Mark.PROBLEM:
        yield devices.clock(clock)
    else:
        yield from everything(clock)


def _line(finding: Finding) -> str:
    cure = f" {finding.cure}" if finding.cure else ""
    return f"{_MARKS[finding.state]} {finding.sentence}{cure}"
