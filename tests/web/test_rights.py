"""Every page for every role: those with its right get it, everybody else is told whom to ask."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from loadbay.people.rules import RIGHTS, Right, may
from loadbay.web.urls import urlpatterns

ARGUMENTS = {
    "sku": "RUG",
    "number": "FC-000001",
    "code": "UK",
    "name": "UK-seller",
    "username": "nobody",
    "tab": "general",
    "part": "general",
    "buyer": "guest",
    "package_id": "PKG-1",
    "page": "shipping-methods",
    "action": "retrieve",
    "agent": "AMZSMART",
    "step": "connection",
    "task_id": 1,
    "job_id": 1,
}
GUARDED = [pattern for pattern in urlpatterns if isinstance(getattr(pattern.callback, "guard", ""), Right)]


def address(pattern: URLPattern) -> str:
    names = pattern.pattern.converters
    values = {name: 1 if names[name].regex == "[0-9]+" else ARGUMENTS[name] for name in names}
    return reverse(pattern.name, kwargs=values)


@pytest.mark.django_db
@pytest.mark.parametrize("role", RIGHTS)
def test_a_role_opens_what_it_may_and_nothing_else(role, sign_in, shop):
    client = sign_in(role)
    client.raise_request_exception = True
    for pattern in GUARDED:
        answer = client.get(address(pattern))
        if may(role, pattern.callback.guard):
            assert answer.status_code in (200, 302, 400, 404, 405, 422), (pattern.name, answer.status_code)
        else:
            assert answer.status_code == 403, pattern.name


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", GUARDED, ids=lambda pattern: pattern.name)
def test_nobody_gets_anywhere_without_signing_in(pattern):
    for ask in (Client().get, Client().post):
        answer = ask(address(pattern))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.django_db
def test_what_changes_something_takes_a_post(sign_in, shop):
    client = sign_in("administrator")
    for name in (
        "field-call-complete",
        "complete-all",
        "person-let-go",
        "connection-secrets",
        "listing-save",
    ):
        pattern = next(one for one in urlpatterns if one.name == name)
        assert client.get(address(pattern)).status_code == 405, name
