"""Reading people. Rule: what leaves here is a frozen `Person`, never a row and never a password.

Changes are in `services.py`, what a role may do in `rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from loadbay.core.errors import NotFound
from loadbay.people.models import User
from loadbay.people.rules import ROLE_NAMES


@dataclass(frozen=True)
class Person:
    """Somebody who can, or could, sign in."""

    username: str
    name: str
    role: str
    role_name: str
    is_active: bool
    last_seen_at: datetime | None


def people() -> tuple[Person, ...]:
    """Everybody, those who can sign in first."""
    return tuple(person_from(user) for user in User.objects.order_by("-is_active", "username"))


def person(username: str) -> Person:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(f"Nobody signs in as {username}. Look at the list under Administration > People.")
    return person_from(user)


def person_from(user: User) -> Person:
    return Person(
        username=user.username,
        name=user.get_full_name() or user.username,
        role=user.role,
        role_name=ROLE_NAMES.get(user.role, user.role),
        is_active=user.is_active,
        last_seen_at=user.last_login,
    )
