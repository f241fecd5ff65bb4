"""People who sign in, for the tests of the screens. The database is the one of `tests/conftest.py`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from loadbay.core import events

PASSWORD = "a long enough pass phrase"


@pytest.fixture(autouse=True)
def _somebody_listens_to_events() -> None:
    """The queue installs its own sink at start; where it does not run, changes are still allowed."""
    if not events.sink_is_installed():
        events.install_sink(lambda happened: None)


@pytest.fixture
def sign_in(db: None) -> Callable[[str], Client]:
    """A browser in which somebody with that role has signed in."""
    from loadbay.people.services import add_person  # noqa: PLC0415  Django is set up after this file is read

    def signed_in_as(role: str) -> Client:
        client = Client()
        add_person(f"{role}.one", role=role, password=PASSWORD)
        client.post("/sign-in/", {"username": f"{role}.one", "password": PASSWORD})
        return client

    return signed_in_as
