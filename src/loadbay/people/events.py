"""What happened to people: who was added, what their role became, who left.

Never a password in here: the event log is read by many. Written by `services.py`.
"""

from __future__ import annotations

from loadbay.core.events import event


@event("people.person_added")
class PersonAdded:
    username: str
    role: str


@event("people.role_changed")
class RoleChanged:
    username: str
    before: str
    after: str


@event("people.password_set")
class PasswordSet:
    username: str


@event("people.person_left")
class PersonLeft:
    username: str


@event("people.person_returned")
class PersonReturned:
    username: str


@event("people.token_added")
class TokenAdded:
    name: str
    prefix: str
    scopes: tuple[str, ...]


@event("people.token_revoked")
class TokenRevoked:
    name: str
    prefix: str
