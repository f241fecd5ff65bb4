"""What an API token may do, how it looks, and how it is told from a wrong one. Plain values only.

A token is `lb_<prefix>_<secret>`: the prefix finds its row, the digest of the whole proves it. A secret is
256 bits of chance, so a fast digest is as good as a slow one. Services are in `tokens.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from loadbay.core.errors import Refusal, WrongInput

READ, WRITE = "read", "write"
# Area → what it is for, whether it can be read, and whether anything in it can be changed.
AREAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "products": ("Products, soft bundles, retail prices", (READ, WRITE)),
    "stock": ("Stock rooms, goods in, disposal, transfer, serialised items", (READ, WRITE)),
    "listings": ("Listings, global stock cap, why this number", (READ, WRITE)),
    "sales": ("Sales, channel orders, order rules, gap proofs", (READ, WRITE)),
    "ledger": ("The ledger: documents, payments, accounts, number series, export, credits", (READ, WRITE)),
    "buyers": ("Buyers' names and addresses, labels among them", (READ,)),
    "dispatch": ("Field calls, bench, labels, consignments, boxes, printers", (READ, WRITE)),
    "channels": ("Sales channels, their definitions, connections and tests", (READ, WRITE)),
    "tasks": ("Tasks and alerts", (READ, WRITE)),
    "exchanges": ("Recorded conversations with Amazon and printers", (READ,)),
    "admin": ("People, API tokens, secrets of connections, the doctor", (READ, WRITE)),
}
SCOPES: tuple[str, ...] = tuple(f"{area}:{verb}" for area, (_, verbs) in AREAS.items() for verb in verbs)

FAILURES_ALLOWED, FAILURE_WINDOW = 20, timedelta(minutes=10)
LONGEST_LIFE_DAYS = 3650
_NAME = re.compile(r"\w[\w.@+ -]{0,58}[\w.@+-]\Z")
_TOKEN = re.compile(r"lb_([a-z0-9]{10})_([A-Za-z0-9_-]{43})\Z")


class TokenRefused(Refusal):
    """The API token of a request is missing, unknown, expired or revoked."""

    code = "token_refused"


class ScopeMissing(Refusal):
    """An API token has not the scope that a call needs, or hands out one it has not itself."""

    code = "scope_missing"


class TooManyFailures(Refusal):
    """Wrong API tokens came too often from one address; it may try again after some minutes."""

    code = "too_many_failures"


@dataclass(frozen=True)
class Token:
    """A token as everybody may see it: never its secret."""

    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str

    @property
    def actor(self) -> str:
        return f"token:{self.name}"


def prefix_of(text: str) -> str:
    """The prefix of something that looks like a token, else nothing."""
    found = _TOKEN.match(text)
    return found.group(1) if found else ""


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def is_same(digest: str, text: str) -> bool:
    return compare_digest(digest, digest_of(text))


def allows(scopes: Sequence[str], scope: str) -> bool:
    """Whoever may write an area may read it too."""
    area, _, verb = scope.partition(":")
    return scope in scopes or (verb == READ and f"{area}:{WRITE}" in scopes)


def check_alive(token: Token, *, now: datetime) -> None:
    if token.revoked_at is not None:
        raise TokenRefused(f"The API token {token.name} was revoked. Ask an administrator for a new one.")
    if token.expires_at is not None and token.expires_at <= now:
        raise TokenRefused(
            f"The API token {token.name} expired on {token.expires_at:%Y-%m-%d}. Ask for a new one."
        )


def check_scope(token: Token, scope: str) -> None:
    if not allows(token.scopes, scope):
        has = ", ".join(token.scopes)
        raise ScopeMissing(f"This needs the scope {scope}. The API token {token.name} has: {has}.")


def check_name(name: str) -> str:
    name = " ".join(name.split())
    if not _NAME.match(name):
        raise WrongInput(
            f"The token name {name[:80]!r} cannot be used. Take 2 to 60 letters, digits, blanks or . @ + - _"
            " and name it after the program that uses it, such as web-shop."
        )
    return name


def check_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """In the order of the table, each once."""
    wanted = {scope.strip().lower() for scope in scopes}
    unknown = sorted(wanted - set(SCOPES))
    if unknown:
        raise WrongInput(f"There is no scope {unknown[0][:60]!r}. Choose of: {', '.join(SCOPES)}.")
    if not wanted:
        raise WrongInput("A token without scopes could do nothing. Choose at least one, such as stock:read.")
    return tuple(scope for scope in SCOPES if scope in wanted)


def expiry(days: int | None, *, now: datetime) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= LONGEST_LIFE_DAYS:
        raise WrongInput(
            f"Days {days} cannot be used. Let the token live from 1 to {LONGEST_LIFE_DAYS} days."
        )
    return now + timedelta(days=days)
