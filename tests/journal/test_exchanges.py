"""Exchanges can be found by order or SKU, and no secret and no buyer can be found in them."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from django.db import connection, transaction

from loadbay.core.actor import acting_as
from loadbay.core.errors import NotFound
from loadbay.core.masking import mask_text
from loadbay.journal import queries
from loadbay.journal.models import Exchange
from loadbay.journal.rules import BODY_LIMIT, Conversation, kept, opened
from loadbay.journal.services import (
    forget_exchanges,
    no_open_transaction,
    note,
    note_each,
    note_many,
    record_exchange,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_conversation(**changes: Any) -> Conversation:
    values: dict[str, Any] = {
        "system": "amazon",
        "connection_id": 1,
        "connection": "main",
        "operation": "getShipment",
        "method": "GET",
        "target": "/shipments/SHP1",
        "outcome": "ok",
        "started_at": AT,
        "milliseconds": 12,
        "status": 200,
        "their_id": "req-1",
        "subjects": ("shipment:SHP1", "order:203-1"),
        "answer": b'{"id": "SHP1"}',
    }
    return Conversation(**(values | changes))


def shown(value: Any) -> str:
    return opened(kept(value if isinstance(value, bytes) else json.dumps(value).encode()))


@pytest.mark.parametrize(
    "body",
    [
        b"grant_type=refresh_token&refresh_token=Atzr%7Cdemo&client_id=c&client_secret=demo-secret",
        {"access_token": "Atza|secret-token", "refresh_token": "Atzr|demo", "expires_in": 3600},
        {
            "shippingInfo": {"shipToAddress": {"name": "Wilhelmina Hartwell"}},
            "url": "https://s3/x?X-Amz-Signature=demo-secret",
        },
        {
            "orders": [
                {
                    "buyer": {"buyerName": "Wilhelmina Hartwell"},
                    "recipient": {"deliveryAddress": {"name": "Hartwell"}},
                }
            ]
        },
        {"schema": {"link": {"resource": "https://b.s3.amazonaws.com/schema?X-Amz-Signature=demo-secret"}}},
        {"clientSecret": "demo-secret", "Set-Cookie": "demo-secret", "accessToken": "secret-token"},
        {"tax": {"taxRegistrations": [{"legalName": "Wilhelmina Hartwell Ltd"}]}},
        {"partyInfoList": [{"address": {"name": "Hartwell"}}], "note": "write to w.hartwell@example.com"},
        b'{"buyer": {"buyerName": "Wilhelmina Hartwell", "buyerEm',
        b'[{"name": "Hartwell"}',
    ],
)
def test_no_secret_and_no_buyer_is_kept(body: Any):
    text = shown(body).casefold()
    for forbidden in ("demo-secret", "secret-token", "atzr|demo", "atzr%7cdemo", "hartwell", "example.com"):
        assert forbidden not in text


def test_what_is_no_secret_stays_readable():
    assert json.loads(shown({"id": "SHP1", "url": "https://s3/x?sig=1", "n": [1, 2]})) == {
        "id": "SHP1",
        "url": "https://s3/x?•••",
        "n": [1, 2],
    }


def test_long_lists_and_long_bodies_are_cut():
    page = json.loads(shown({"shipments": [{"id": number} for number in range(100)]}))
    assert page["shipments"] == [{"id": 0}, "… and 99 more"]  # each is stored with its own row
    assert len(shown({"text": "x" * 1_000_000})) < 3_000
    assert len(shown({f"field {n}": "x" * 500 for n in range(1_000)})) < BODY_LIMIT + 100


@pytest.mark.parametrize(
    "slow", ["x" * 300_000, "a@" * 100_000, "https://x" * 40_000 + "?", "Atza|" * 50_000, "x.+-" * 80_000]
)
def test_masking_text_built_to_be_slow_is_not_slow(slow: str):
    started = perf_counter()
    mask_text(slow)
    assert perf_counter() - started < 2


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", ""),
        (b"\x89PNG\xff", "(5 bytes that are no text, not kept)"),
        (b"{torn", "(unreadable JSON, 5 bytes, not kept)"),
        (b"<html>busy</html>", "<html>busy</html>"),
        (b"[" * 50_000, "(unreadable JSON, 50000 bytes, not kept)"),
    ],
)
def test_what_is_no_json_is_kept_as_far_as_it_is_understood(body: bytes, text: str):
    assert shown(body) == text


@pytest.mark.django_db
def test_exchanges_are_found_by_what_they_were_about_newest_first():
    first = record_exchange(a_conversation())
    second = record_exchange(
        a_conversation(subjects=("sku:RUG-02",), operation="batchInventory", outcome="unclear")
    )
    third = record_exchange(a_conversation(subjects=("order:203-1",)))
    assert [row.id for row in queries.search_exchanges("203-1")] == [third, first]
    assert [row.id for row in queries.search_exchanges(" RUG-02 ")] == [second]
    assert [row.id for row in queries.search_exchanges("shipment:SHP1")] == [first]
    assert queries.search_exchanges("RUG") == []
    assert [row.id for row in queries.exchanges(limit=2)] == [third, second]
    assert [row.id for row in queries.exchanges(before=second)] == [first]
    assert [row.id for row in queries.exchanges(outcome="unclear")] == [second]


@pytest.mark.django_db
def test_an_exchange_opens_with_what_was_said():
    number = record_exchange(a_conversation(request=b'{"packageIds": ["P1"]}'))
    seen = queries.exchange(number)
    assert (seen.request, seen.answer) == ('{"packageIds":["P1"]}', '{"id":"SHP1"}')
    assert (seen.row.operation, seen.row.status, seen.row.their_id) == ("getShipment", 200, "req-1")
    assert seen.row.subjects == ("shipment:SHP1", "order:203-1")
    with pytest.raises(NotFound):
        queries.exchange(number + 1)


@pytest.mark.django_db
def test_amazons_words_in_the_sentence_of_an_exchange_are_masked_too():
    told = (
        "Amazon declined it: w.hartwell@example.com, https://b.s3.amazonaws.com/x?X-Amz-Signature=demo-secret"
    )
    assert (
        queries.exchange(record_exchange(a_conversation(sentence=told))).row.sentence
        == "Amazon declined it: •••, https://b.s3.amazonaws.com/x?•••"
    )


@pytest.mark.django_db
def test_words_that_no_table_can_hold_are_no_reason_to_lose_an_exchange():
    number = record_exchange(
        a_conversation(sentence="no\x00t \ud800", answer=b'{"a": "\\u0000"}', subjects=("sku:\x00",))
    )
    assert (queries.exchange(number).row.sentence, queries.exchange(number).row.subjects) == (
        "not ?",
        ("sku:",),
    )


@pytest.mark.django_db
def test_nothing_forbidden_stands_in_the_row_itself():
    body = b'{"access_token": "Atza|x", "buyerName": "Wilhelmina Hartwell"}'
    record_exchange(a_conversation(answer=body, request=b"client_secret=demo-secret"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM journal_exchange")
        row = cursor.fetchone()
    raw = b"".join(zlib.decompress(bytes(v)) for v in row if isinstance(v, memoryview | bytes) and bytes(v))
    assert b"Hartwell" not in raw
    assert b"demo-secret" not in raw
    assert b"Atza" not in raw


@pytest.mark.django_db(transaction=True)
def test_nothing_goes_outside_while_a_transaction_is_open():
    no_open_transaction("Amazon getShipment")
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError, match="getShipment"):
        no_open_transaction("Amazon getShipment")
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        record_exchange(a_conversation())


@pytest.mark.django_db
def test_a_timeline_tells_who_did_what_newest_first():
    with acting_as("ruth"):
        note("sale:S-1", "Built.", what="built", exchange=7)
    note_many(["sale:S-1", "sale:S-2"], "Cancelled.", what="cancelled", at=AT)
    note_each([("sale:S-2", "Archived.")], what="archived")
    assert [(line.text, line.actor, line.exchange_id) for line in queries.timeline("sale:S-1")] == [
        ("Cancelled.", "loadbay", None),
        ("Built.", "ruth", 7),
    ]
    assert queries.timeline("sale:S-1")[0].at == AT
    assert [line.text for line in queries.timeline("sale:S-1", "sale:S-2")] == [
        "Archived.",
        "Cancelled.",
        "Cancelled.",
        "Built.",
    ]


@pytest.mark.django_db
def test_good_exchanges_are_forgotten_after_a_month_and_trouble_after_half_a_year():
    now = datetime(2026, 9, 1, tzinfo=UTC)
    for outcome, days in (("ok", 29), ("ok", 31), ("retryable", 31), ("rejected", 181)):
        Exchange.objects.create(
            system="amazon",
            operation=f"{outcome}-{days}",
            method="GET",
            target="/",
            outcome=outcome,
            started_at=now - timedelta(days=days),
            milliseconds=1,
        )
    assert forget_exchanges(now=now) == 2
    assert sorted(Exchange.objects.values_list("operation", flat=True)) == ["ok-29", "retryable-31"]
