"""`loadbay up`: web and worker on one machine, kept running.

Rule: each is a process of its own; one that crashes is started again, and Ctrl-C ends all in order.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack

import click

from loadbay.cli.command import JsonCommand
from loadbay.cli.running import announce, check_port, chosen_config, loadbay_command, start_options
from loadbay.hosting.children import Child, Supervisor
from loadbay.hosting.config import Config
from loadbay.hosting.postgres import EmbeddedPostgres


@click.command(cls=JsonCommand)
@start_options
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True, help="Worker processes.")
@click.pass_context
def up(ctx: click.Context, host: str | None, port: int | None, workers: int) -> None:
    """Run web and worker until Ctrl-C, with the embedded database where none is configured."""
    config = chosen_config(host=host, port=port)
    check_port(config)
    with ExitStack() as stack:
        database = held_database(config, stack)
        supervisor = stack.enter_context(
            Supervisor(say=say, tend=database.tend if database else lambda: None)
        )
        announce(ctx, web=f"http://{config.host}:{config.port}/", home=config.home)
        supervisor.start(Child("web", loadbay_command("web")))
        for number in range(1, workers + 1):
            supervisor.start(Child(f"worker {number}", loadbay_command("worker")))
        code = supervisor.run()
    if code:
        ctx.exit(code)


def held_database(config: Config, stack: ExitStack) -> EmbeddedPostgres | None:
    """The embedded database, held as long as the stack: it outlives a child that is started again."""
    if config.database_url:
        return None
    database = EmbeddedPostgres(config.home, say=say)
    database.acquire()
    stack.callback(database.release)
    return database


def say(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.stderr.flush()
