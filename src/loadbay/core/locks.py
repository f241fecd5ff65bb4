"""Advisory locks of PostgreSQL, for work that only one process may do at a time, network included.

Held by the database session: a killed process lets go at once, and a transaction that fails has no say in
it, which is why they are refused inside one. Row locks guard data; these guard doing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection, transaction

from loadbay.core.transactions import is_open


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


@contextmanager
def try_alone(name: str) -> Iterator[bool]:
    """Yields whether we are the only one doing `name`; never waits."""
    _no_open_transaction(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(name)])
        is_ours = bool(cursor.fetchone()[0])
    session = connection.connection
    try:
        yield is_ours
    finally:
        if is_ours:
            _unlock(name, session)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Waits until nobody else does `name`."""
    session = _lock(name)
    try:
        yield
    finally:
        _unlock(name, session)


@contextmanager
def one_more(name: str) -> Iterator[bool]:
    """Do `name` alone, after whoever does it now; yields False when somebody waits for that already.

    The one who waits starts after everything that was committed until now, so nothing is overlooked, and
    at most one thread waits per name.
    """
    session = None
    with try_alone(f"{name}:next") as is_next:
        if is_next:
            session = _lock(name)
    if not is_next:
        yield False
        return
    try:
        yield True
    finally:
        _unlock(name, session)


def hold_for_transaction(name: str) -> None:
    """Waits until nobody else holds `name`; let go when the present transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


def share_for_transaction(name: str) -> None:
    """Waits for whoever holds `name`; others may share it, who wants to hold it waits until this transaction
    ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_key(name)])


def _lock(name: str) -> object:
    """The session that holds it from now on comes back."""
    _no_open_transaction(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_key(name)])
    return connection.connection


def _unlock(name: str, session: object) -> None:
    """Let go. Never raises, so that what went wrong meanwhile is what is told.

    A session that was lost meanwhile took its locks with it; one that cannot be asked any more is closed.
    """
    if connection.connection is not session:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(name)])
    except Error:
        if not connection.in_atomic_block:
            connection.close()


def _no_open_transaction(name: str) -> None:
    """Raises within a business transaction: it would be over, or aborted, before the lock is let go.

    The transaction that a test wraps around itself does not count.
    """
    if is_open():
        raise transaction.TransactionManagementError(
            f"{name!r} was to be done alone within a transaction; use hold_for_transaction there"
        )
