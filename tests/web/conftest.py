"""People who sign in, and a shop with Amazon as a fake, for the tests of the screens.

The imports stand inside, because Django is set up after the conftests of folders were read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.standing import copied

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def sign_in(db: None, settings: Any) -> Callable[[str], Client]:
    """A browser in which somebody with that role has signed in (the form itself: test_sign_in.py)."""
    from loadbay.people.models import User  # noqa: PLC0415
    from loadbay.people.services import add_person  # noqa: PLC0415

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def signed_in_as(role: str) -> Client:
        client, name = Client(), f"{role}.one"
        if not User.objects.filter(username=name).exists():
            add_person(name, role=role, password=PASSWORD)
        client.force_login(User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in_as


@pytest.fixture
def shop_maker() -> Callable[[], Any]:
    """What makes the shop in which a test begins."""
    return a_shop_with_goods


@pytest.fixture
def shop(standing_shop: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """One SmartConnect channel and goods; its clock starts at the present, as that of the pages."""
    from loadbay.core.clock import SystemClock  # noqa: PLC0415
    from loadbay.jobs import rounds  # noqa: PLC0415
    from loadbay.testing.fakes import FakeClock  # noqa: PLC0415

    clock = FakeClock(SystemClock().now())
    monkeypatch.setattr(rounds, "CLOCK", clock)
    return copied(standing_shop, clock=clock)


def a_shop_with_goods() -> Any:
    from loadbay.core.clock import SystemClock  # noqa: PLC0415
    from loadbay.testing.fakes import FakeClock  # noqa: PLC0415
    from tests.builders import Shop  # noqa: PLC0415
    from tests.services.goods import a_linked_listing, a_product  # noqa: PLC0415
    from tests.services.settings_shop import forget_jobs  # noqa: PLC0415

    shop = Shop(clock=FakeClock(SystemClock().now()))
    nobody_answers()
    a_product("RUG", on_hand=20, price="10.00")
    a_linked_listing("RUG", amazon=shop)
    shop.sends_stock()
    forget_jobs()
    return shop


def nobody_answers() -> None:
    """Every connection leads to a closed port of this machine: no test talks to the real Amazon."""
    from loadbay.channels.models import Connection  # noqa: PLC0415

    closed = "http://127.0.0.1:9"
    Connection.objects.update(endpoint=closed, token_endpoint=f"{closed}/auth/o2/token")
