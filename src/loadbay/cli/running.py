"""What the commands that run processes share: their options, and saying where they listen.

Rule: options go into the environment that `hosting.config` reads, so a child process is configured alike.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from loadbay.cli.command import wants_json
from loadbay.cli.output import Answer, show
from loadbay.hosting.config import Config
from loadbay.hosting.problem import HostingProblem
from loadbay.hosting.sockets import why_not

F = TypeVar("F", bound=Callable[..., Any])


def start_options(function: F) -> F:
    """--host and --port of the web process."""
    port = click.option(
        "--port", type=click.IntRange(1, 65535), help="Port of the web process (LOADBAY_PORT)."
    )
    host = click.option("--host", help="Address to listen on (LOADBAY_HOST).")
    return host(port(function))


def chosen_config(*, home: Path | None = None, host: str | None = None, port: int | None = None) -> Config:
    """The configuration with a command's own options on top, for this process and its children."""
    for name, value in (("HOME", home and home.absolute()), ("HOST", host), ("PORT", port)):
        if value is not None:
            os.environ[f"LOADBAY_{name}"] = str(value)
    return Config.load()


def check_port(config: Config) -> None:
    """Refused before anything is started."""
    reason = why_not(config.port, host=config.host)
    if reason:
        raise HostingProblem(
            f"Nothing can listen on {config.host} port {config.port} ({reason}). "
            "Stop what listens there, or choose another with --host and --port."
        )


def announce(ctx: click.Context, **addresses: Any) -> None:
    """One line per address on a terminal, one JSON object for a program; others may wait for it."""
    lines = [f"{name.replace('_', ' ').capitalize()}: {address}" for name, address in addresses.items()]
    show(Answer(addresses, "\n".join(lines)), as_json=wants_json(ctx))
    sys.stdout.flush()


def loadbay_command(*arguments: str) -> list[str]:
    """The command line that runs this very program in a child process."""
    return [sys.executable, "-m", "loadbay.cli", *arguments]
