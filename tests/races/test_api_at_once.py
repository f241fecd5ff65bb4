"""Two programs, or one that repeats itself, call the API at once: what has a key is done once."""

from __future__ import annotations

import pytest
from django.db import connection

from loadbay.people import answers
from loadbay.people.models import KeptAnswer
from loadbay.stock.queries import show
from tests.api.programs import Program, program_with
from tests.builders import Shop
from tests.services.goods import a_product
from tests.services.racing import at_once

RUG = {"sku": "RUG", "room": "SHOP", "units": 3}


def twice_at_once() -> list[tuple[int, bool, str]]:
    """(status, given again, body) of two calls with one key."""
    secret = program_with("stock:write").secret

    def send() -> tuple[int, bool, str]:
        caller = Program(secret, "")
        caller.post("/stock/goods-in", RUG, Idempotency_Key="delivery-17")
        return caller.status, "Idempotency-Replayed" in caller.answer, caller.answer.content.decode()

    return at_once(send, send)


def test_of_two_calls_at_once_under_one_key_one_is_done_and_both_are_answered_alike(shop: Shop):
    a_product("RUG", on_hand=5)
    answered = twice_at_once()
    assert sorted((status, again) for status, again, _ in answered) == [(201, False), (201, True)]
    assert len({body for _, _, body in answered}) == 1
    assert show("RUG").on_hand == 8
    assert KeptAnswer.objects.count() == 1


def test_it_is_the_key_that_holds_the_second_call_back(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """With the claim taken away the same two calls book the goods in twice."""
    a_product("RUG", on_hand=5)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_keptanswer DROP CONSTRAINT one_answer_per_token_and_key")
    monkeypatch.setattr(answers, "_claimed", lambda *args, **kwargs: True)
    assert [status for status, _, _ in twice_at_once()] == [201, 201]
    assert show("RUG").on_hand == 11
