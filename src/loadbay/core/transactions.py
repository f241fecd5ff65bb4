"""One transaction for a service, be it called alone or by another service.

Django's `atomic` makes a savepoint for each service within another: two statements for a way back that nobody
goes. `joined` is for services whose refusal no caller catches within its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def is_open() -> bool:
    """Whether a transaction of ours is open; the one that a test wraps around itself does not count."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def joined(service: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """As `transaction.atomic`, but within a caller's transaction part of that, without a savepoint.

    What it raises there undoes all that the caller did: Django refuses to go on. Who wants to catch it and go
    on, wraps the call in `transaction.atomic()`.
    """

    @wraps(service)
    def within(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        with transaction.atomic(savepoint=not is_open()):
            return service(*args, **kwargs)

    return within
