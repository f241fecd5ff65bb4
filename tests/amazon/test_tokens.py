"""Signing in: one token for many calls, renewed in time, and each fault named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from loadbay.amazon.adapter import AmazonAccountDesk, AmazonShipmentDesk
from loadbay.channels.ports import Feature
from loadbay.core.errors import Misconfigured, Retryable, Trouble
from loadbay.core.ids import ShipmentId
from tests.amazon.double import Double, an_account


def signing_in(double: Double) -> Trouble:
    with pytest.raises(Trouble) as caught:
        double.tokens.token()
    return caught.value


def test_one_token_serves_many_calls_and_is_renewed_a_minute_before_it_ends():
    double = Double()
    assert {double.tokens.token() for _ in range(5)} == {"Atza|1"}
    double.clock.advance(3600 - 61)
    assert double.tokens.token() == "Atza|1"
    double.clock.advance(2)
    assert double.tokens.token() == "Atza|2"


def test_many_threads_that_find_no_token_ask_for_one():
    double = Double()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: double.tokens.token(), range(32))) == {"Atza|1"}
    assert double.tokens_given == 1


def test_a_stale_token_is_renewed_by_the_first_who_says_so():
    double = Double()
    stale = double.tokens.token()
    assert {double.tokens.renewed(stale) for _ in range(3)} == {"Atza|2"}


@pytest.mark.parametrize(
    ("status", "error", "fault"),
    [
        (400, "invalid_grant", "refresh_token"),
        (401, "invalid_client", "secret"),
        (400, "unauthorized_client", "refresh_token"),
        (400, "invalid_scope", "role"),
        (400, "invalid_request", "secret"),
    ],
)
def test_each_fault_of_the_sign_in_is_named(status: int, error: str, fault: str):
    double = Double(token_answers=[httpx2.Response(status, json={"error": error, "error_description": "no"})])
    trouble = signing_in(double)
    assert isinstance(trouble, Misconfigured)
    assert trouble.fault == fault


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(503, content=b"<html></html>"),
        httpx2.Response(429, json={"error": "slow_down"}),
        httpx2.Response(200, content=b"<html>welcome</html>"),
        httpx2.Response(200, json={"token_type": "bearer"}),
        httpx2.Response(200, json={"access_token": "", "expires_in": 3600}),
        httpx2.Response(200, json={"access_token": "Atza|x", "expires_in": "never"}),
        httpx2.Response(400, content=b"bad"),
        httpx2.ReadTimeout("silent"),
        httpx2.ConnectError("refused"),
    ],
    ids=str,
)
def test_a_sign_in_without_a_token_is_tried_again(answer: object):
    assert isinstance(signing_in(Double(token_answers=[answer])), Retryable)  # type: ignore[list-item]


@pytest.mark.parametrize("field", ["endpoint", "token_endpoint"])
def test_an_address_that_is_none_stops_the_connection_instead_of_the_program(field: str):
    double = Double(an_account(**{field: "https://host:port"}))
    trouble = signing_in(double)
    assert isinstance(trouble, Misconfigured)
    assert (trouble.fault, double.requests) == ("endpoint", [])


def test_a_token_that_claims_to_last_for_ever_is_renewed_after_a_day():
    answer = httpx2.Response(200, json={"access_token": "Atza|x", "expires_in": 10**15})
    double = Double(token_answers=[answer])
    assert double.tokens.token() == "Atza|x"
    double.token_answers.clear()
    double.clock.advance(24 * 3600)
    assert double.tokens.token() != "Atza|x"


def test_a_write_that_never_got_a_token_was_never_sent():
    double = Double(token_answers=[httpx2.ReadTimeout("silent")])
    with pytest.raises(Retryable):
        AmazonShipmentDesk(double.caller).confirm(ShipmentId("SHP1"))
    assert double.requests == []


def test_testing_the_sign_in_asks_anew_and_notices_a_wrong_clock():
    double = Double()
    double.tokens.token()
    desk = AmazonAccountDesk(double.caller)
    desk.probe(Feature.SIGN_IN, marketplace_id="", location_id="")
    assert double.tokens_given == 2
    token = {"access_token": "Atza|x", "expires_in": 3600}
    late = httpx2.Response(200, json=token, headers={"date": "Mon, 02 Mar 2026 09:20:00 GMT"})
    double.token_answers = [late]
    with pytest.raises(Misconfigured, match="clock") as caught:
        desk.probe(Feature.SIGN_IN, marketplace_id="", location_id="")
    assert caught.value.fault == "clock"


def test_neither_secret_nor_token_is_kept_in_an_exchange_or_shown():
    double = Double()
    double.tokens.token()
    (exchange,) = double.exchanges
    assert b"demo-secret" in exchange.request  # given whole; the journal masks what it keeps
    assert "demo-secret" not in repr(double.account)
    assert "Atzr" not in repr(double.account)
