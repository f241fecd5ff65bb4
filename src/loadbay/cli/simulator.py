"""`loadbay simulator`: the pretend Amazon, a program of its own that shares no code with Loadbay.

Rule: this only passes the options on; what they mean is decided there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from loadbay.cli.command import JsonCommand
from loadbay.cli.running import announce


@click.command(cls=JsonCommand)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8480, show_default=True, help="Port to listen on."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same world.")
@click.option("--speed", type=float, default=1.0, show_default=True, help="Divides delays, multiplies rates.")
@click.option(
    "--plans", type=click.Choice(["on", "off"]), default="on", show_default=True, help="Rate limits."
)
@click.option("--scenario", default="demo", show_default=True, help="A shipped scenario, or a file.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="File that keeps its state.")
@click.pass_context
def simulator(ctx: click.Context, /, **options: object) -> None:
    """Run the pretend Amazon until Ctrl-C."""
    arguments = [
        part for name, value in options.items() if value is not None for part in (f"--{name}", str(value))
    ]
    announce(ctx, simulator=f"http://{options['host']}:{options['port']}/")
    command = simulator_command(*arguments)
    os.execv(command[0], command)


def simulator_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "amazon_simulator", *arguments]
