"""`loadbay web`: one web process, as many of them on as many machines as wanted.

Rule: this process only holds the database open and watches over the one that answers; Django is loaded
there (`project/server.py`).
"""

from __future__ import annotations

import os

import click
from granian import Granian
from granian.constants import Interfaces, Loops

from loadbay.cli.command import JsonCommand
from loadbay.cli.running import announce, check_port, chosen_config, start_options
from loadbay.hosting.postgres import database_url


@click.command(cls=JsonCommand)
@start_options
@click.pass_context
def web(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Run one web process until Ctrl-C.

    Where nothing is configured it starts the embedded database, or joins it.
    """
    config = chosen_config(host=host, port=port)
    check_port(config)
    with database_url(config) as url:
        os.environ["LOADBAY_DATABASE_URL"] = url
        os.environ["LOADBAY_WEB_PARENT"] = str(os.getpid())
        announce(ctx, web=f"http://{config.host}:{config.port}/")
        Granian(
            "loadbay.project.server:application",
            address=config.host,
            port=config.port,
            interface=Interfaces.WSGI,
            loop=Loops.asyncio,
            workers=1,
            blocking_threads=config.web_threads,
            blocking_threads_idle_timeout=600,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=20,
            log_enabled=False,
        ).serve()
