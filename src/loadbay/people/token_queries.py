"""Reading API tokens. Rule: what leaves here is a frozen `Token`, never a digest.

Changes are in `tokens.py`, what a scope allows in `token_rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from loadbay.core.errors import NotFound
from loadbay.people.models import ApiToken, TokenUse
from loadbay.people.token_rules import Token


@dataclass(frozen=True)
class Use:
    """How often a token made one call on a day, with one outcome."""

    day: date
    method: str
    route: str
    status: int
    times: int
    last_at: datetime


def tokens(search: str = "") -> tuple[Token, ...]:
    """Every token by name, those that work first; `search` is the beginning of a name or of a prefix."""
    rows = ApiToken.objects.order_by("name")
    if search:
        bare = search.strip().removeprefix("lb_").partition("_")[0]
        rows = rows.filter(name__istartswith=search.strip()) | rows.filter(prefix__startswith=bare)
    found = [token_from(row) for row in rows]
    return tuple(sorted(found, key=lambda token: token.revoked_at is not None))


def token(name: str) -> Token:
    row = ApiToken.objects.filter(name=name).first()
    if row is None:
        raise NotFound(
            f"There is no API token {name[:80]}. Look at the list under Administration > API tokens."
        )
    return token_from(row)


def uses(name: str, *, limit: int = 200) -> tuple[Use, ...]:
    """What a token was used for, newest first."""
    rows = TokenUse.objects.filter(token__name=name).order_by("-last_at", "-pk")[:limit]
    return tuple(Use(row.day, row.method, row.route, row.status, row.times, row.last_at) for row in rows)


def token_from(row: ApiToken) -> Token:
    return Token(
        name=row.name,
        prefix=row.prefix,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
    )
