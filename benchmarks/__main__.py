"""`python -m benchmarks [NAME …] [--quick]`: runs scenarios one after the other, prints and keeps the table.

Rule: one at a time, so that none measures another; what a scenario does is in its own module.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import click

from benchmarks.rows import Row, keep, pace, show

SCENARIOS = (
    *(
        "importing",
        "ordering",
        "wild",
        "growing",
        "scanning",
        "labelling",
        "moving",
        "starting",
        "memory",
        "simulating",
    ),
)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(SCENARIOS))
@click.option("--quick", is_flag=True, help="Smaller numbers, to see that it runs. N stands in the table.")
def bench(names: tuple[str, ...], quick: bool) -> None:  # noqa: FBT001  click passes options by keyword
    """Measure what Loadbay promises and write it to benchmarks/results."""
    rows: list[Row] = []
    for name in names or SCENARIOS:
        click.echo(f"{name} …", err=True)
        rows += _rows(name, ["--quick"] if quick else [])
    click.echo(show(rows))
    click.echo(f"Kept in {keep(rows)}.")


def _rows(name: str, options: list[str]) -> list[Row]:
    before = pace()
    command = [sys.executable, "-m", "benchmarks.scenario", name, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"The scenario {name} failed (exit code {done.returncode}).")
    meanwhile = (before + pace()) / 2
    return [replace(Row(**row), pace=meanwhile) for row in json.loads(done.stdout)]


if __name__ == "__main__":
    bench()
