"""`loadbay setup`: lets the first administrator in, and says what is to be done next.

Rule: doing it again changes nothing; whoever is an administrator stays it, with their password.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from loadbay.catalogue.queries import products
from loadbay.channels.queries import channels, connections
from loadbay.cli.command import wants_json
from loadbay.cli.connection import read_secret
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopCommand
from loadbay.core.errors import WrongInput
from loadbay.dispatch.queries import printers
from loadbay.people.queries import people
from loadbay.people.rules import ADMINISTRATOR
from loadbay.people.services import first_administrator
from loadbay.stock.queries import rooms


@dataclass(frozen=True)
class NextStep:
    """Something a new shop still lacks, and the command that adds it."""

    lacks: str
    command: str


@click.command(cls=ShopCommand)
@click.option("--administrator", help="Sign-in name of the first administrator.")
@click.option(
    "--password-file", type=click.Path(path_type=Path), help="File with their password, on one line."
)
@click.pass_context
def setup(ctx: click.Context, administrator: str | None, password_file: Path | None) -> Answer:
    """Make the first administrator (asked for where not given) and say what comes next."""
    there = [person.username for person in people() if person.role == ADMINISTRATOR and person.is_active]
    made = "" if there else _make(administrator, password_file, may_ask=_may_ask(ctx))
    steps = _next_steps()
    data = {"administrators": [made] if made else there, "is_new": bool(made), "next": steps}
    head = f"{made} may sign in now." if made else f"Administrators are there: {', '.join(there)}."
    lines = [f"  {step.lacks}: {step.command}" for step in steps]
    return Answer(
        data, "\n".join([head, "Next:" if steps else "The shop is set up. Run it: loadbay up", *lines])
    )


def _make(administrator: str | None, password_file: Path | None, *, may_ask: bool) -> str:
    if not may_ask and (not administrator or password_file is None):
        raise WrongInput(
            "There is no administrator yet. Name one: loadbay setup --administrator NAME --password-file FILE"
        )
    name = administrator or click.prompt("Sign-in name of the administrator", err=True)
    if password_file is not None:
        password = read_secret(password_file, what="password")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
    made = first_administrator(name, password=password)
    return made.username if made else name


def _may_ask(ctx: click.Context) -> bool:
    """Only a person at a terminal is asked."""
    return sys.stdin.isatty() and not wants_json(ctx)


def _next_steps() -> list[NextStep]:
    lacking = (
        (rooms(), NextStep("a stock room", "loadbay stock-room add MAIN")),
        (products(limit=1), NextStep("products", "loadbay product import FILE")),
        (printers(), NextStep("a printer", "loadbay printer add NAME --kind raw --address HOST:9100")),
        (connections(), NextStep("a connection to Amazon", "loadbay connection add NAME --region eu …")),
        (channels(), NextStep("a sales channel", "loadbay channel add CODE --connection NAME …")),
    )
    return [step for found, step in lacking if not found]
