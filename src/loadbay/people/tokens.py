"""API tokens: made, revoked, recognised, and what they were used for.

Rule: a secret is shown once, when it is made, and only its digest is kept. Whoever sends wrong ones too
often is put off. What may be done with which scope stands in `token_rules.py`; kept answers in `answers.py`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from loadbay.core.actor import current_actor
from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.people import token_rules as rules
from loadbay.people.events import TokenAdded, TokenRevoked
from loadbay.people.models import ApiToken, TokenFailure, TokenUse
from loadbay.people.token_queries import token_from

_PREFIX_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_REMEMBER_USE_EVERY = timedelta(minutes=1)
_KEEP_USES = timedelta(days=400)


class TokenNameTaken(Refusal):
    """Two API tokens cannot have one name, because it stands in timelines for ever."""

    code = "token_name_taken"


@dataclass(frozen=True)
class MadeToken:
    """A new token with its secret, which nobody can be shown again."""

    token: rules.Token
    secret: str


@dataclass(frozen=True)
class Known:
    """Whose token came with a request."""

    id: int
    token: rules.Token


def add_token(
    name: str, *, scopes: tuple[str, ...] | list[str], days: int | None, now: datetime
) -> MadeToken:
    """A token that works from now on, for so many days or until it is revoked."""
    name, chosen = rules.check_name(name), rules.check_scopes(scopes)
    prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(10))
    secret = f"lb_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiToken(
        name=name,
        prefix=prefix,
        digest=rules.digest_of(secret),
        scopes=list(chosen),
        created_at=now,
        created_by=current_actor(),
        expires_at=rules.expiry(days, now=now),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(TokenAdded(name=name, prefix=prefix, scopes=chosen))
    except IntegrityError as error:
        raise TokenNameTaken(
            f"There is, or was, an API token {name}. Choose another name: it stands in timelines."
        ) from error
    return MadeToken(token_from(row), secret)


@transaction.atomic
def revoke_token(name: str, *, now: datetime) -> rules.Token:
    """The token works no longer, from this moment on; doing it twice changes nothing."""
    row = ApiToken.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise NotFound(
            f"There is no API token {name[:80]}. Look at the list under Administration > API tokens."
        )
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = now, current_actor()
        row.save(update_fields=["revoked_at", "revoked_by"])
        record(TokenRevoked(name=row.name, prefix=row.prefix))
    return token_from(row)


def recognise(given: str, *, source: str, now: datetime) -> Known:
    """Whose token this is. Raises `TokenRefused`, or `TooManyFailures` while its address is put off."""
    prefix = rules.prefix_of(given)
    row = ApiToken.objects.filter(prefix=prefix).first() if prefix else None
    place = f"{source[:60]} {row.prefix if row else ''}".strip()
    _refuse_when_put_off(place, now=now)
    if row is None or not rules.is_same(row.digest, given):
        _count_failure(place, now=now)
        raise rules.TokenRefused(
            "This API token is not known. Send the one you were shown: Authorization: Bearer lb_…"
        )
    token = token_from(row)
    rules.check_alive(token, now=now)
    _remember(row, now=now)
    return Known(row.pk, token)


def note_use(known: Known, *, method: str, route: str, status: int, now: datetime) -> None:
    """Count a call on the token's card."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_tokenuse (token_id, day, method, route, status, times, last_at)"
            " VALUES (%s, %s, %s, %s, %s, 1, %s) ON CONFLICT (token_id, day, method, route, status)"
            " DO UPDATE SET times = people_tokenuse.times + 1, last_at = EXCLUDED.last_at",
            [known.id, now.date(), method[:10], route[:200], status, now],
        )


def forget_uses(*, now: datetime) -> int:
    """Uses of long ago and failures of the past leave; the tokens themselves stay."""
    TokenFailure.objects.filter(since__lt=now - rules.FAILURE_WINDOW).delete()
    return TokenUse.objects.filter(day__lt=(now - _KEEP_USES).date()).delete()[0]


def _remember(row: ApiToken, *, now: datetime) -> None:
    """When it was last used, to the minute: a busy program must not queue up behind its own row."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _REMEMBER_USE_EVERY)
    ApiToken.objects.filter(stale, pk=row.pk).update(last_used_at=now)


def _refuse_when_put_off(place: str, *, now: datetime) -> None:
    since = now - rules.FAILURE_WINDOW
    if TokenFailure.objects.filter(source=place, since__gt=since, times__gte=rules.FAILURES_ALLOWED).exists():
        minutes = int(rules.FAILURE_WINDOW.total_seconds() // 60)
        raise rules.TooManyFailures(
            f"Too many wrong API tokens came from here. Mend the program and try in {minutes} minutes."
        )


def _count_failure(place: str, *, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_tokenfailure (source, since, times) VALUES (%(place)s, %(now)s, 1)"
            " ON CONFLICT (source) DO UPDATE SET"
            " times = CASE WHEN people_tokenfailure.since > %(start)s THEN people_tokenfailure.times + 1"
            " ELSE 1 END,"
            " since = CASE WHEN people_tokenfailure.since > %(start)s THEN people_tokenfailure.since"
            " ELSE EXCLUDED.since END",
            {"place": place, "now": now, "start": now - rules.FAILURE_WINDOW},
        )
