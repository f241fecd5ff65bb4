"""Who may call: a token with the scope, nobody else; each call is counted and acts in the token's name."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from loadbay.api.application import api as application
from loadbay.core.clock import SystemClock
from loadbay.people import token_queries, tokens
from loadbay.people.models import ApiToken
from loadbay.people.token_rules import FAILURES_ALLOWED, SCOPES
from loadbay.stock.queries import movements
from tests.api.programs import Program

pytestmark = pytest.mark.django_db


def operations() -> list[tuple[str, str, dict]]:
    paths = application.get_openapi_schema()["paths"]
    return [(name, path, one) for path, by_name in paths.items() for name, one in by_name.items()]


def only_ask() -> set[tuple[str, str]]:
    """Calls that have a body and change nothing."""
    return {(name, path) for name, path, one in operations() if "x-changes-nothing" in one}


def calls() -> list[tuple[str, str, str]]:
    """(method, address, scope) of every call that is described."""
    return [(name, path, one["x-scope"]) for name, path, one in operations()]


def address(path: str) -> str:
    """The address with something in place of each name: a number where one is wanted."""
    for name in re.findall(r"{(\w+)}", path):
        is_number = name.endswith("_id") or "exchanges" in path
        path = path.replace(f"{{{name}}}", "1" if is_number and name != "package_id" else "UK")
    return path


def test_every_call_needs_a_scope_that_exists():
    assert {scope for _, _, scope in calls()} <= set(SCOPES)
    assert {scope for _, _, scope in calls()} == set(SCOPES)


def test_what_changes_something_needs_a_scope_to_write():
    reading = {(m, p) for m, p, scope in calls() if m != "get" and not scope.endswith(":write")}
    assert reading == only_ask()
    assert [(m, p) for m, p, scope in calls() if m == "get" and not scope.endswith(":read")] == []


@pytest.mark.parametrize("scope", SCOPES)
def test_without_its_scope_a_call_is_refused_and_nothing_else_is_said(scope, program, shop):
    area = scope.partition(":")[0]
    others = [one for one in SCOPES if not one.startswith(f"{area}:")]
    weaker = [f"{area}:read"] if scope.endswith(":write") else []
    caller = program(*others, *weaker)
    for method, path, wanted in calls():
        if wanted == scope:
            caller.ask(method, address(path).removeprefix("/api/v1"))
            assert (method, path, *caller.said()) == (method, path, 403, "scope_missing", "")
            assert scope in caller.error()["sentence"]


@pytest.mark.parametrize(("method", "path", "scope"), calls(), ids=lambda value: value)
def test_without_a_token_nothing_is_answered(method, path, scope):
    answer = Client().generic(method.upper(), address(path))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_refused")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer lb_x", "bearer \xe9", "lb_x"]
)
def test_a_header_that_is_no_token_is_refused(header):
    answer = Client().get("/api/v1/stock", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_refused")


def test_somebody_who_is_signed_in_at_the_office_has_no_say_here(admin_client):
    assert admin_client.get("/api/v1/stock").status_code == 401


def test_a_revoked_token_is_refused_at_once(api):
    api.get("/stock")
    assert api.status == 200
    tokens.revoke_token(api.name, now=SystemClock().now())
    api.get("/stock")
    assert api.said() == (401, "token_refused", "")
    assert "revoked" in api.error()["sentence"]


def test_wrong_tokens_are_put_off_with_the_time_to_wait(program):
    wrong = Program(f"lb_aaaaaaaaaa_{'x' * 43}", "nobody")
    for _ in range(FAILURES_ALLOWED):
        wrong.get("/stock")
        assert wrong.status == 401
    wrong.get("/stock")
    assert wrong.said() == (429, "too_many_failures", "")
    assert wrong.answer["Retry-After"] == "600"
    right = program()
    right.get("/stock")
    assert right.status == 200


def test_what_a_program_does_stands_under_its_name(program, shop):
    caller = program("stock:write")
    caller.post("/stock/goods-in", {"sku": "RUG", "room": "SHOP", "units": 2})
    assert caller.status == 201
    assert movements("RUG")[0].actor == f"token:{caller.name}"


def test_each_call_is_counted_on_the_tokens_card(program, shop):
    caller = program("stock:read")
    for path in ("/stock/RUG", "/stock/RUG", "/stock/NONE", "/sales"):
        caller.get(path)
    told = {(use.route, use.status): use.times for use in token_queries.uses(caller.name)}
    assert told == {
        ("api/v1/stock/<path:code>", 200): 2,
        ("api/v1/stock/<path:code>", 404): 1,
        ("api/v1/sales", 403): 1,
    }


def test_a_token_hands_out_no_scope_that_it_has_not(program):
    caller = program("admin:write", "stock:read")
    made = caller.post("/tokens", {"name": "child", "scopes": ["stock:read"], "days": 3})
    assert caller.status == 201
    assert Program(made["secret"], "child").get("/stock") == {"stock": [], "after": None}
    caller.post("/tokens", {"name": "wider", "scopes": ["stock:write"]})
    assert caller.said() == (403, "scope_missing", "")
    assert not ApiToken.objects.filter(name="wider").exists()


def test_a_secret_is_never_kept_for_a_repeated_call(api):
    first = api.post("/tokens", {"name": "once", "scopes": ["stock:read"]}, Idempotency_Key="k")
    assert api.status == 201
    assert first["secret"].startswith("lb_")
    api.post("/tokens", {"name": "once", "scopes": ["stock:read"]}, Idempotency_Key="k")
    assert api.said() == (409, "token_name_taken", "name")
