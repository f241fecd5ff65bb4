"""`loadbay demo`: database, pretend Amazon, web, worker and a small shop, all in one folder.

Rule: starting again goes on where it stopped. Each part is a process of its own with its own log in the home;
this one holds the database, watches over them and stays small.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from loadbay.cli.command import JsonCommand, wants_json
from loadbay.cli.output import Answer, show
from loadbay.cli.running import chosen_config, loadbay_command
from loadbay.cli.simulator import simulator_command
from loadbay.cli.up import held_database, say
from loadbay.core.errors import Refusal
from loadbay.hosting.children import Child, Supervisor
from loadbay.hosting.config import Config, chosen_home, prepare_home
from loadbay.hosting.files import write_whole
from loadbay.hosting.locks import FileLock
from loadbay.hosting.problem import HostingProblem
from loadbay.hosting.sockets import free_port, is_answered

_PORTS_FILE = "demo.json"
_USUAL_PORTS = {"web": 8000, "simulator": 8480}
_LONGEST_START_SECONDS = 300
_INCOMPLETE = "The shop could not be completed; what is there works. Starting again goes on from here."


class AlreadyRunning(Refusal):
    """One home, one demo at a time."""

    code = "already_running"


@click.command(cls=JsonCommand)
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the web pages; a free one if it is taken."
)
@click.option("--simulator-port", type=click.IntRange(1, 65535), help="Port of the pretend Amazon, likewise.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Folder of the demo's data.")
@click.pass_context
def demo(ctx: click.Context, port: int | None, simulator_port: int | None, home: Path | None) -> None:
    """Start everything with a small shop and a pretend Amazon, until Ctrl-C.

    Prints addresses and sign-ins. Starting again with the same folder goes on where it stopped.
    """
    folder = chosen_config(home=home or _demo_home()).home
    prepare_home(folder)
    with ExitStack() as stack:
        _only_one(folder, stack)
        ports = _ports(folder, web=port, simulator=simulator_port)
        config = chosen_config(port=ports["web"])
        database = held_database(config, stack)
        supervisor = stack.enter_context(Supervisor(say=say, tend=database.tend if database else nothing))
        code = _run(ctx, supervisor, config=config, simulator_port=ports["simulator"])
    if code:
        ctx.exit(code)


def nothing() -> None:
    """For a database that somebody else looks after."""


def _run(ctx: click.Context, supervisor: Supervisor, *, config: Config, simulator_port: int) -> int:
    amazon = f"http://127.0.0.1:{simulator_port}"
    web = f"http://{config.host}:{config.port}"
    for child in (_loadbay("web", config.home), _simulator(config.home, simulator_port)):
        supervisor.start(child)
    code, printed = supervisor.once(_shop("begin", amazon), seconds=_LONGEST_START_SECONDS)
    if supervisor.is_ending or code:
        return 0 if supervisor.is_ending else code
    _await_answer(supervisor, amazon + "/simulator/health", part="The pretend Amazon", home=config.home)
    _await_answer(supervisor, web + "/health/ready", part="The web process", home=config.home)
    if supervisor.is_ending:
        return 0
    begun = json.loads(printed)
    _announce(ctx, web=web, amazon=amazon, sign_ins=begun["sign_ins"], home=config.home)
    supervisor.start(_loadbay("worker", config.home))
    if not begun["is_complete"]:
        _complete(supervisor, amazon)
    return supervisor.run()


def _complete(supervisor: Supervisor, amazon: str) -> None:
    """What may arrive while people look at the first pages."""
    say("Listings, sales and the first parcels arrive within a minute.")
    code, _ = supervisor.once(_shop("complete", amazon), seconds=_LONGEST_START_SECONDS)
    if not supervisor.is_ending:
        say(_INCOMPLETE if code else "The shop is complete.")


def _announce(
    ctx: click.Context, *, web: str, amazon: str, sign_ins: list[dict[str, str]], home: Path
) -> None:
    people = [f"    {who['name']:<12} {who['password']:<20} {who['role']}" for who in sign_ins]
    lines = [
        "",
        "Loadbay is running with a small shop.",
        f"  Office and bench:  {web}/",
        f"  Pretend Amazon:    {amazon}/",
        "  Sign-ins (name, password, role):",
        *people,
        f"Everything is kept in {home}. Ctrl-C stops it; starting again goes on where it stopped.",
    ]
    data = {"web": f"{web}/", "simulator": f"{amazon}/", "sign_ins": sign_ins, "home": home}
    show(Answer(data, "\n".join(lines)), as_json=wants_json(ctx))
    sys.stdout.flush()


def _demo_home() -> Path:
    """Never the home of a real shop unless it is named."""
    if "LOADBAY_HOME" in os.environ:
        return chosen_home()
    real = chosen_home().expanduser()
    return real.with_name(f"{real.name}-demo")


def _only_one(home: Path, stack: ExitStack) -> None:
    lock = stack.enter_context(FileLock(home / "demo.lock"))
    if not lock.try_exclusive():
        raise AlreadyRunning(f"A demo is running in {home} already. Use that one, or name another --home.")


def _ports(home: Path, **wanted: int | None) -> dict[str, int]:
    """The asked-for ones, else last time's, else the usual; each exchanged for a free one if taken."""
    path = home / _PORTS_FILE
    last = json.loads(path.read_text()) if path.exists() else {}
    ports = {name: free_port(asked or last.get(name) or _USUAL_PORTS[name]) for name, asked in wanted.items()}
    write_whole(path, json.dumps(ports))
    return ports


def _simulator(home: Path, port: int) -> Child:
    # Rate plans as at Amazon, but its delays of 10 to 20 minutes in seconds.
    options = [
        "--port",
        str(port),
        "--speed",
        "60",
        "--plans",
        "on",
        "--state",
        str(home / "simulator.state"),
    ]
    return Child("simulator", simulator_command(*options), log=home / "simulator.log")


def _loadbay(name: str, home: Path) -> Child:
    return Child(name, loadbay_command(name), log=home / f"{name}.log")


def _shop(part: str, amazon: str) -> Child:
    return Child("shop", [sys.executable, "-m", "loadbay.cli.demo_shop", part, amazon])


def _await_answer(supervisor: Supervisor, url: str, *, part: str, home: Path) -> None:
    answered = supervisor.wait_for(lambda: is_answered(url), seconds=_LONGEST_START_SECONDS)
    if not answered and not supervisor.is_ending:
        raise HostingProblem(f"{part} does not answer at {url}. Its log and the others' are in {home}.")
