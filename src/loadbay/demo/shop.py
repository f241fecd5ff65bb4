"""Makes the demo's shop, or completes it: people and the connection to the pretend Amazon.

Rule: making it again changes nothing that is there, so a demo goes on where it stopped. Everything is made
through the services of the areas, as a person would.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from loadbay.channels.services import AlreadyThere, NewConnection, add_connection
from loadbay.people.rules import ADMINISTRATOR, MANAGER, PACKER
from loadbay.people.services import NameTaken, add_person

CONNECTION = "demo"


@dataclass(frozen=True)
class SignIn:
    """Somebody of the demo's shop, and how they sign in."""

    name: str
    password: str
    role: str


PEOPLE = [
    SignIn("ada", "ramp-and-dock-1", ADMINISTRATOR),
    SignIn("mo", "ramp-and-dock-2", MANAGER),
    SignIn("pat", "ramp-and-dock-3", PACKER),
    SignIn("kim", "ramp-and-dock-4", PACKER),
]


def make(*, simulator: str) -> list[SignIn]:
    """`simulator` is the pretend Amazon's address."""
    for person in PEOPLE:
        with suppress(NameTaken):
            add_person(person.name, role=person.role, password=person.password)
    with suppress(AlreadyThere):
        add_connection(_connection(simulator))
    return PEOPLE


def _connection(simulator: str) -> NewConnection:
    """What the simulator knows out of the box."""
    return NewConnection(
        name=CONNECTION,
        region="eu",
        seller_id="A2DEMOSELLER",
        client_id="demo-client",
        client_secret="demo-secret",
        refresh_token="Atzr|demo",
        endpoint=simulator,
        token_endpoint=f"{simulator}/auth/o2/token",
    )
