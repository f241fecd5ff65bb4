"""`loadbay worker`: one process that does what is due, as many of them on as many machines as wanted.

Rule: what work there is and how it is taken is `jobs/worker.py`; this opens the database and starts it.
"""

from __future__ import annotations

import click

from loadbay.cli.command import wants_json
from loadbay.cli.output import as_text
from loadbay.cli.shop_command import ShopCommand
from loadbay.hosting.config import Config
from loadbay.jobs.worker import run


@click.command(cls=ShopCommand)
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Run one worker process until Ctrl-C; work under way is finished first."""
    threads = Config.load().worker_threads
    click.echo(as_text({"threads": threads}) if wants_json(ctx) else f"Working with {threads} threads.")
    run(threads=threads)
