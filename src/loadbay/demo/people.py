"""Who works in the demo's shop, and how they sign in. Their passwords are no secret: they are printed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from loadbay.people.queries import people
from loadbay.people.rules import ADMINISTRATOR, MANAGER, PACKER
from loadbay.people.services import NameTaken, add_person


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
PACKERS = tuple(person.name for person in PEOPLE if person.role == PACKER)


def add_people() -> list[SignIn]:
    """Everybody who is not there yet; who is there keeps password and role."""
    there = {person.username for person in people()}
    for person in (person for person in PEOPLE if person.name not in there):
        with suppress(NameTaken):
            add_person(
                person.name, role=person.role, password=person.password, first_name=person.name.title()
            )
    return PEOPLE
