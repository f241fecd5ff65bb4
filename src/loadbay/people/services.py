"""Changes to people: add, give a role, set a password, let go. Each is one transaction with its event.

Rule: somebody must always be able to let others in, so the last administrator can neither leave nor lose
the role. Who may call these is decided by the screens with `rules.may`; reading is in `queries.py`.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from loadbay.core.errors import NotFound, Refusal, WrongInput
from loadbay.core.events import record
from loadbay.people.events import PasswordSet, PersonAdded, PersonLeft, PersonReturned, RoleChanged
from loadbay.people.models import User
from loadbay.people.queries import Person, person_from
from loadbay.people.rules import ADMINISTRATOR, ROLE_NAMES

_USERNAME = re.compile(r"[\w.@+-]{2,60}\Z")


class NameTaken(Refusal):
    """Two people cannot sign in under one name."""

    code = "name_taken"


class LastAdministrator(Refusal):
    """Without an administrator nobody could let anybody in."""

    code = "last_administrator"


def add_person(
    username: str, *, role: str, password: str, first_name: str = "", last_name: str = ""
) -> Person:
    """Somebody who may sign in from now on; the name is folded as the sign-in form folds what is typed."""
    username = normalize("NFKC", username)
    _check_username(username)
    _check_role(role)
    user = User(username=username, role=role, first_name=first_name.strip(), last_name=last_name.strip())
    _check_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record(PersonAdded(username=username, role=role))
    except IntegrityError as error:
        raise NameTaken(
            f"The sign-in name {username} is taken. Choose another one, or change that person."
        ) from error
    return person_from(user)


def first_administrator(username: str, *, password: str) -> Person | None:
    """Let somebody in on a new installation; nothing when there is an administrator already."""
    if User.objects.filter(role=ADMINISTRATOR, is_active=True).exists():
        return None
    return add_person(username, role=ADMINISTRATOR, password=password)


@transaction.atomic
def set_role(username: str, *, role: str) -> Person:
    _check_role(role)
    administrators = _locked_administrators()
    user = _locked(username)
    if user.role == role:
        return person_from(user)
    _refuse_if_last(user, administrators)
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    record(RoleChanged(username=username, before=before, after=role))
    return person_from(user)


@transaction.atomic
def set_password(username: str, *, password: str) -> Person:
    user = _locked(username)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(PasswordSet(username=username))
    return person_from(user)


@transaction.atomic
def let_go(username: str) -> Person:
    """The person can no longer sign in; what they did stays in their name."""
    administrators = _locked_administrators()
    user = _locked(username)
    if not user.is_active:
        return person_from(user)
    _refuse_if_last(user, administrators)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(PersonLeft(username=username))
    return person_from(user)


@transaction.atomic
def take_back(username: str) -> Person:
    """Somebody who was let go may sign in again, with the same password and role."""
    user = _locked(username)
    if user.is_active:
        return person_from(user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(PersonReturned(username=username))
    return person_from(user)


def _locked(username: str) -> User:
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise NotFound(f"Nobody signs in as {username}. Look at the list under Administration > People.")
    return user


def _locked_administrators() -> frozenset[int]:
    """Locked first and in one order, so two administrators cannot let one another go at once."""
    active = User.objects.filter(role=ADMINISTRATOR, is_active=True)
    return frozenset(active.select_for_update().order_by("pk").values_list("pk", flat=True))


def _refuse_if_last(user: User, administrators: frozenset[int]) -> None:
    if administrators == {user.pk}:
        raise LastAdministrator(
            f"{user.username} is the last administrator. Make somebody else administrator first."
        )


def _check_username(username: str) -> None:
    if not _USERNAME.match(username):
        raise WrongInput(
            f"The sign-in name {username[:80]!r} cannot be used."
            " Take 2 to 60 letters, digits or the signs . @ + - _ without spaces."
        )


def _check_role(role: str) -> None:
    if role not in ROLE_NAMES:
        raise WrongInput(f"There is no role {role!r}. Choose one of: {', '.join(ROLE_NAMES)}.")


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WrongInput(f"That password cannot be used. {' '.join(error.messages)}") from error
