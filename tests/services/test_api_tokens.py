"""API tokens: shown once, kept as a digest, known until expired or revoked; wrong ones are put off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loadbay.core.actor import acting_as
from loadbay.core.errors import NotFound, WrongInput
from loadbay.core.models import EventRow
from loadbay.people import token_queries as queries
from loadbay.people import tokens
from loadbay.people.models import ApiToken, TokenFailure
from loadbay.people.token_rules import (
    FAILURE_WINDOW,
    FAILURES_ALLOWED,
    ScopeMissing,
    TokenRefused,
    TooManyFailures,
    check_scope,
    check_scopes,
)
from loadbay.testing.fakes import FakeClock

pytestmark = pytest.mark.django_db
NOW = FakeClock().now()
HERE = "192.0.2.7"
WRONG = f"lb_aaaaaaaaaa_{'x' * 43}"


def made(name: str = "web-shop", *, scopes=("stock:read",), days=None) -> tokens.MadeToken:
    with acting_as("ann"):
        return tokens.add_token(name, scopes=scopes, days=days, now=NOW)


def test_the_secret_is_shown_once_and_kept_nowhere():
    new = made()
    row = ApiToken.objects.get()
    assert new.secret.startswith(f"lb_{row.prefix}_")
    assert new.secret not in str(vars(row))
    assert new.secret not in str(list(EventRow.objects.values()))
    assert queries.token("web-shop") == new.token
    assert (new.token.created_by, new.token.scopes, new.token.actor) == (
        "ann",
        ("stock:read",),
        "token:web-shop",
    )


def test_every_change_of_a_token_is_in_the_event_log():
    made()
    with acting_as("bob"):
        tokens.revoke_token("web-shop", now=NOW)
        tokens.revoke_token("web-shop", now=NOW + timedelta(days=1))
    told = list(EventRow.objects.order_by("id").values_list("name", "actor"))
    assert told == [("people.token_added", "ann"), ("people.token_revoked", "bob")]
    assert queries.token("web-shop").revoked_at == NOW


def test_a_token_is_recognised_and_its_last_use_is_kept_to_the_minute():
    secret = made().secret
    assert tokens.recognise(secret, source=HERE, now=NOW).token.name == "web-shop"
    tokens.recognise(secret, source=HERE, now=NOW + timedelta(seconds=30))
    assert queries.token("web-shop").last_used_at == NOW
    tokens.recognise(secret, source=HERE, now=NOW + timedelta(seconds=90))
    assert queries.token("web-shop").last_used_at == NOW + timedelta(seconds=90)


@pytest.mark.parametrize("given", ["", "lb_", "Basic x", WRONG, WRONG.upper(), "é" * 57])
def test_what_is_no_token_is_refused_in_words(given):
    made()
    with pytest.raises(TokenRefused, match="is not known"):
        tokens.recognise(given, source=HERE, now=NOW)


def test_the_right_prefix_with_a_wrong_secret_is_not_known():
    secret = made().secret
    with pytest.raises(TokenRefused, match="is not known"):
        tokens.recognise(secret[:-43] + "x" * 43, source=HERE, now=NOW)


def test_a_revoked_and_an_expired_token_say_so():
    short, gone = made("short", days=30).secret, made("gone").secret
    tokens.revoke_token("gone", now=NOW)
    with pytest.raises(TokenRefused, match="gone was revoked"):
        tokens.recognise(gone, source=HERE, now=NOW)
    tokens.recognise(short, source=HERE, now=NOW + timedelta(days=30, seconds=-1))
    with pytest.raises(TokenRefused, match="short expired on"):
        tokens.recognise(short, source=HERE, now=NOW + timedelta(days=30))


def test_wrong_tokens_are_put_off_after_a_while_but_others_are_not():
    secret = made().secret
    for _ in range(FAILURES_ALLOWED):
        with pytest.raises(TokenRefused):
            tokens.recognise(WRONG, source=HERE, now=NOW)
    with pytest.raises(TooManyFailures, match="10 minutes"):
        tokens.recognise(WRONG, source=HERE, now=NOW)
    assert tokens.recognise(secret, source=HERE, now=NOW).token.name == "web-shop"
    with pytest.raises(TokenRefused):
        tokens.recognise(WRONG, source="192.0.2.8", now=NOW)
    later = NOW + FAILURE_WINDOW + timedelta(seconds=1)
    with pytest.raises(TokenRefused):
        tokens.recognise(WRONG, source=HERE, now=later)
    assert TokenFailure.objects.get(source=HERE).times == 1


def test_guessing_at_one_tokens_secret_puts_that_token_off_from_that_address():
    secret = made().secret
    for _ in range(FAILURES_ALLOWED):
        with pytest.raises(TokenRefused):
            tokens.recognise(secret[:-43] + "x" * 43, source=HERE, now=NOW)
    with pytest.raises(TooManyFailures):
        tokens.recognise(secret, source=HERE, now=NOW)
    assert tokens.recognise(secret, source="192.0.2.8", now=NOW)


def test_uses_are_counted_by_day_and_call_and_forgotten_after_long():
    known = tokens.recognise(made().secret, source=HERE, now=NOW)
    for status in (200, 200, 404):
        tokens.note_use(known, method="GET", route="api/v1/stock", status=status, now=NOW)
    assert sorted((use.status, use.times) for use in queries.uses("web-shop")) == [(200, 2), (404, 1)]
    assert tokens.forget_uses(now=NOW + timedelta(days=399)) == 0
    assert tokens.forget_uses(now=NOW + timedelta(days=402)) == 2


def test_two_tokens_cannot_have_one_name_even_after_one_is_gone():
    made()
    tokens.revoke_token("web-shop", now=NOW)
    with pytest.raises(tokens.TokenNameTaken):
        made()
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        ("x", ["stock:read"], None),
        ("..", ["stock:read"], None),
        ("a/b", ["stock:read"], None),
        ("web shop", [], None),
        ("web shop", ["stock:sell"], None),
        ("web shop", ["buyers:write"], None),
        ("web shop", ["stock:read"], 0),
        ("web shop", ["stock:read"], 4000),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(name, scopes, days):
    with pytest.raises(WrongInput):
        made(name, scopes=scopes, days=days)
    assert (ApiToken.objects.count(), EventRow.objects.count()) == (0, 0)


def test_whoever_writes_an_area_may_read_it_and_no_other():
    token = made(scopes=["stock:write"]).token
    for scope in ("stock:write", "stock:read"):
        check_scope(token, scope)
    for scope in ("sales:read", "admin:write", "stock", "buyers:read"):
        with pytest.raises(ScopeMissing, match="needs the scope"):
            check_scope(token, scope)
    assert check_scopes([" STOCK:read ", "products:read", "stock:read"]) == ("products:read", "stock:read")


def test_a_token_is_found_by_the_beginning_of_its_name_or_prefix():
    new, _ = made("web-shop"), made("erp")
    assert [token.name for token in queries.tokens("WEB")] == ["web-shop"]
    assert [token.name for token in queries.tokens(f"lb_{new.token.prefix[:4]}")] == ["web-shop"]
    assert [token.name for token in queries.tokens()] == ["erp", "web-shop"]


def test_a_token_that_never_was_cannot_be_revoked():
    with pytest.raises(NotFound, match="There is no API token"):
        tokens.revoke_token("nobody", now=NOW)
