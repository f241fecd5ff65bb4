"""Idempotency-Key: a call that is repeated is done once and answered alike; a refusal keeps nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loadbay.core.clock import SystemClock
from loadbay.people import answers
from loadbay.people.models import KeptAnswer
from loadbay.stock.queries import show

pytestmark = pytest.mark.django_db
RUG = {"sku": "RUG", "room": "SHOP", "units": 3}


def test_the_same_call_with_the_same_key_is_done_once(api, shop):
    first = api.post("/stock/goods-in", RUG, Idempotency_Key="delivery-17")
    assert (api.status, "Idempotency-Replayed" in api.answer) == (201, False)
    again = api.post("/stock/goods-in", RUG, Idempotency_Key="delivery-17")
    assert (api.status, api.answer["Idempotency-Replayed"]) == (201, "true")
    assert again == first
    assert show("RUG").on_hand == 23


def test_without_a_key_the_same_call_is_another_one(api, shop):
    for _ in range(2):
        api.post("/stock/goods-in", RUG)
    assert show("RUG").on_hand == 26


def test_a_key_goes_with_one_call_only(api, shop):
    api.post("/stock/goods-in", RUG, Idempotency_Key="k")
    api.post("/stock/goods-in", RUG | {"units": 4}, Idempotency_Key="k")
    assert (api.status, api.error()["code"]) == (422, "key_used_otherwise")
    api.post("/stock/disposal", RUG | {"reason": "broken"}, Idempotency_Key="k")
    assert (api.status, api.error()["code"]) == (422, "key_used_otherwise")
    assert show("RUG").on_hand == 23


def test_keys_of_two_programs_have_nothing_to_do_with_one_another(program, shop):
    for caller in (program(), program()):
        caller.post("/stock/goods-in", RUG, Idempotency_Key="k")
        assert caller.status == 201
    assert show("RUG").on_hand == 26


def test_a_refused_call_may_be_mended_and_sent_again_under_its_key(api, shop):
    api.post("/stock/goods-in", RUG | {"room": "LOFT"}, Idempotency_Key="k")
    assert api.status == 404
    assert not KeptAnswer.objects.exists()
    api.post("/stock-rooms", {"code": "LOFT"})
    api.post("/stock/goods-in", RUG | {"room": "LOFT"}, Idempotency_Key="k")
    assert api.status == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "é"])
def test_a_key_that_cannot_be_kept_is_refused(key, api, shop):
    api.post("/stock/goods-in", RUG, Idempotency_Key=key)
    assert (api.status, api.error()["code"]) == (422, "wrong_input")
    assert show("RUG").on_hand == 20


def test_an_import_is_done_once_as_well(api, shop):
    sheet = b"sku,name\nMUG-01,Mug\n"
    first = api.ask("post", "/products/import", sheet, Content_Type="text/csv", Idempotency_Key="sheet")
    assert (api.status, first["created"]) == (200, 1)
    again = api.ask("post", "/products/import", sheet, Content_Type="text/csv", Idempotency_Key="sheet")
    assert (api.status, again) == (200, first)


def test_kept_answers_are_forgotten_after_two_days(api, shop):
    api.post("/stock/goods-in", RUG, Idempotency_Key="k")
    now = SystemClock().now()
    assert answers.forget_answers(now=now + timedelta(days=1)) == 0
    assert answers.forget_answers(now=now + timedelta(days=3)) == 1
