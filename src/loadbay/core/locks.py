"""Advisory locks of PostgreSQL, for work that only one process may do at a time, network included.

Held by the database session: a killed process lets go at once. Row locks guard data; these guard doing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


@contextmanager
def try_alone(name: str) -> Iterator[bool]:
    """Yields whether we are the only one doing `name`; never waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(name)])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            _unlock(name)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Waits until nobody else does `name`."""
    _lock(name)
    try:
        yield
    finally:
        _unlock(name)


@contextmanager
def one_more(name: str) -> Iterator[bool]:
    """Do `name` alone, after whoever does it now; yields False when somebody waits for that already.

    The one who waits starts after everything that was committed until now, so nothing is overlooked, and
    at most one thread waits per name.
    """
    with try_alone(f"{name}:next") as is_next:
        if is_next:
            _lock(name)
    if not is_next:
        yield False
        return
    try:
        yield True
    finally:
        _unlock(name)


def hold_for_transaction(name: str) -> None:
    """Waits until nobody else holds `name`; let go when the present transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_key(name)])


def _unlock(name: str) -> None:
    if not connection.is_usable():
        return  # the session is gone, and its locks with it
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(name)])
