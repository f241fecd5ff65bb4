"""Things that happen at once: a database in which threads really commit, and a way to begin together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from loadbay.hosting.address import django_database


@pytest.fixture
def own_database(own_database_url: str, django_db_blocker: Any) -> Iterator[None]:
    """A database of its own, in which transactions of several threads really commit."""
    default = connections["default"]
    before = dict(default.settings_dict)
    with django_db_blocker.unblock():
        default.close()
        default.settings_dict.update(django_database(own_database_url))
        try:
            yield
        finally:
            default.close()
            default.settings_dict.update(before)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run each act in a thread of its own, all begun together; what they answered or raised."""
    answers: list[object] = [None] * len(acts)
    start = Barrier(len(acts))

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait(10)
        try:
            answers[place] = act()
        except Exception as error:  # noqa: BLE001  handed back to the test
            answers[place] = error
        finally:
            connections["default"].close()

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers
