"""Answers kept under an Idempotency-Key: a repeated call gets its first answer and is not done again.

Rule: the key is claimed, the work done and the answer kept in one transaction. Of two at once the second
waits for the first and then gets its answer; a crash leaves nothing, so the call may be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from loadbay.core.errors import Refusal, WrongInput
from loadbay.people.models import KeptAnswer

KEPT_FOR = timedelta(days=2)
_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")


class KeyUsedOtherwise(Refusal):
    """An Idempotency-Key came before with another call or another body."""

    code = "key_used_otherwise"


@dataclass(frozen=True)
class Kept:
    """An answer as it went out, and whether it is given again."""

    status: int
    body: str
    is_again: bool = False


def check_key(key: str) -> str:
    if not _KEY.match(key):
        raise WrongInput(
            "The Idempotency-Key cannot be used. Take 1 to 200 visible ASCII signs, such as a UUID."
        )
    return key


@transaction.atomic
def once(
    token_id: int, key: str, *, fingerprint: str, now: datetime, act: Callable[[], tuple[int, str]]
) -> Kept:
    """Do it, or give the answer that the same call got before. A refusal keeps nothing."""
    check_key(key)
    if not _claimed(token_id, key, fingerprint=fingerprint, now=now):
        row = KeptAnswer.objects.get(token_id=token_id, key=key)
        if row.fingerprint != fingerprint:
            raise KeyUsedOtherwise(
                f"The Idempotency-Key {key[:60]} came with another call before. Take a new key for each call."
            )
        return Kept(row.status, row.body, is_again=True)
    status, body = act()
    KeptAnswer.objects.filter(token_id=token_id, key=key).update(status=status, body=body)
    return Kept(status, body)


def forget_answers(*, now: datetime) -> int:
    return KeptAnswer.objects.filter(at__lt=now - KEPT_FOR).delete()[0]


def _claimed(token_id: int, key: str, *, fingerprint: str, now: datetime) -> bool:
    """Waits where another transaction holds the key, until that one has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_keptanswer (token_id, key, fingerprint, status, body, at)"
            " VALUES (%s, %s, %s, 0, '', %s) ON CONFLICT (token_id, key) DO NOTHING",
            [token_id, key, fingerprint, now],
        )
        return cursor.rowcount == 1
