"""What is not a success: one shape, the right status, in words; hostile requests do nothing."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from loadbay.api import problems
from loadbay.api.door import LARGEST_BODY
from loadbay.core.errors import (
    Conflict,
    Misconfigured,
    NotFound,
    Refusal,
    Rejected,
    Retryable,
    Unclear,
    WrongInput,
)
from loadbay.people.token_rules import ScopeMissing, TokenRefused, TooManyFailures
from loadbay.stock.queries import movements
from loadbay.stock.rules import UnitsNotUsable

pytestmark = pytest.mark.django_db
GOODS_IN = "/stock/goods-in"
JSON = "application/json"


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (TokenRefused("x"), 401),
        (ScopeMissing("x"), 403),
        (NotFound("x"), 404),
        (Refusal("x"), 409),
        (Rejected("x"), 409),
        (Conflict("x"), 409),
        (WrongInput("x"), 422),
        (UnitsNotUsable("x"), 422),
        (TooManyFailures("x"), 429),
        (Retryable("x"), 503),
        (Misconfigured("x"), 503),
        (Unclear("x"), 503),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_the_kind_of_a_no_decides_its_status(fault, status):
    assert problems.status_of(fault) == status


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        (b"{", "not_readable", "no JSON"),
        (b"<html>", "not_readable", "no JSON"),
        (b"\xff\xfe", "not_readable", "UTF-8"),
        (b'{"sku": "RUG", "sku": "MUG"}', "not_readable", "twice"),
        (b'{"units": NaN}', "not_readable", "NaN"),
        (b'{"units": 1' + b"0" * 40 + b"}", "not_readable", "digits"),
        (b"[" * 50_000 + b"]" * 50_000, "not_readable", "deeply"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "not_readable", "deeply"),
        (b'{"sku": "R\\u0000UG"}', "not_readable", "cannot be stored"),
        (b'{"sku": "\\ud800"}', "not_readable", "cannot be stored"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_cannot_be_read_is_refused_in_words(body, code, word, api, shop):
    before = movements("RUG")
    api.ask("post", GOODS_IN, body)
    assert api.said() == (400, code, "")
    assert word in api.error()["sentence"]
    assert movements("RUG") == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"units": "many"}, "units"),
        ({"units": True}, "units"),
        ({"units": 1.5}, "units"),
        ({"units": 0}, "units"),
        ({"units": -3}, "units"),
        ({"units": 10**12}, "units"),
        ({"units": None}, "units"),
        ({"sku": ""}, "sku"),
        ({"sku": ["RUG"]}, "sku"),
        ({"sku": "R" * 5000}, "sku"),
        ({"room": {"code": "SHOP"}}, "room"),
        ({"colour": "red"}, "colour"),
        ({"numbers": ["A"] * 1001}, "numbers"),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_named(change, field, api, shop):
    before = movements("RUG")
    api.post(GOODS_IN, {"sku": "RUG", "room": "SHOP", "units": 1} | change)
    assert (api.status, api.error()["field"]) == (422, field)
    assert movements("RUG") == before


def test_a_thing_that_is_not_here_is_named(api, shop):
    api.post(GOODS_IN, {"sku": "NONE", "room": "SHOP", "units": 1})
    assert (api.status, api.error()["code"]) == (404, "product_unknown")
    api.get("/products/NONE")
    assert api.error()["subject"] == "NONE"


def test_what_the_shop_cannot_do_now_is_a_conflict(api, shop):
    api.post("/stock/disposal", {"sku": "RUG", "room": "SHOP", "units": 21, "reason": "broken"})
    assert (api.status, api.error()["code"]) == (409, "not_enough_stock")


@pytest.mark.parametrize("path", ["/nothing", "/stock-rooms/x/y", "", "/stock/", "/docs/x", "/stock/a%0Ab"])
def test_what_is_no_call_says_so_in_the_same_shape(path, api):
    for method in ("get", "post", "delete"):
        api.ask(method, path)
        assert api.status in (404, 405), (method, path)
        assert api.error()["sentence"]


def test_a_method_that_is_not_possible_names_those_that_are(api):
    api.ask("delete", "/stock-rooms")
    assert api.said() == (405, "method_not_allowed", "")
    assert api.answer["Allow"] == "GET, POST"


def test_a_body_that_is_too_large_is_not_read(api, shop):
    api.ask("post", GOODS_IN, b" " * (LARGEST_BODY + 1))
    assert api.said() == (413, "too_large", "")


@pytest.mark.parametrize("path", ["/products/%00", "/products?search=%00", "/sales?text=a%00b"])
def test_a_nul_sign_in_an_address_is_refused(path, api):
    api.get(path)
    assert api.said() == (400, "not_readable", "")


@pytest.mark.parametrize(
    "path",
    [
        "/sales?after=x",
        "/field-calls?after=x",
        "/listings?after=-1",
        "/exchanges?after=9" + "9" * 30,
        "/stock/RUG/movements?after=1.5",
        "/products?limit=0",
        "/products?limit=5000",
        "/field-calls?collection_date=tomorrow",
        "/tasks/99999999999999999999/close",
        "/exchanges/0",
    ],
)
def test_a_key_or_number_that_is_none_is_refused(path, api, shop):
    api.ask("post" if path.endswith("/close") else "get", path)
    assert api.status == 422, path


def test_an_amazon_that_does_not_answer_is_no_fault_of_ours(api, shop):
    api.post("/listings/check", {"channel": "UK", "asin": "B000TEST01"})
    assert api.said() == (503, "retryable", "")
    assert int(api.answer["Retry-After"]) > 0


def test_a_database_that_is_gone_is_said_with_the_time_to_wait():
    answer = problems.database_gone(RequestFactory().get("/api/v1/stock"), OperationalError("gone"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert b"gone" not in answer.content


def test_a_fault_of_ours_says_nothing_of_its_inside(caplog):
    answer = problems.fault(RequestFactory().get("/api/v1/stock"), KeyError("a secret name"))
    assert answer.status_code == 500
    assert b"secret name" not in answer.content
    assert "a secret name" in caplog.text


def test_no_answer_is_kept_by_anything_on_its_way(api, shop):
    for path in ("/stock", "/nothing"):
        api.get(path)
        assert api.answer["Cache-Control"] == "no-store"
