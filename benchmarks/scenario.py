"""Runs one scenario in this process and prints its rows as JSON: `python -m benchmarks.scenario NAME`.

Rule: the home is made and Django set up before the scenario is loaded, and nothing is left behind.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import click

from benchmarks.rows import Size
from loadbay.cli.boot import set_up_django
from loadbay.hosting.removal import remove_home


@click.command()
@click.argument("name")
@click.option("--quick", is_flag=True)
def scenario(name: str, quick: bool) -> None:  # noqa: FBT001  click passes options by keyword
    """Measure one scenario in a home of its own."""
    for setting in [name for name in os.environ if name.startswith("LOADBAY_")]:
        del os.environ[setting]
    home = Path(tempfile.mkdtemp(prefix="loadbay-bench-"))
    os.environ["LOADBAY_HOME"] = str(home)
    try:
        set_up_django()
        run = import_module(f"benchmarks.{name}").run
        click.echo(json.dumps([asdict(row) for row in run(Size.QUICK if quick else Size.FULL)]))
    finally:
        remove_home(home)


if __name__ == "__main__":
    scenario()
