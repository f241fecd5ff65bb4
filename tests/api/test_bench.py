"""The bench by programs: a part goes ahead, and what does not fit is an answer in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Shop, a_field_call, a_merchant_order
from tests.services.goods import an_order_channel

pytestmark = pytest.mark.django_db


def scanned(api: Any, *codes: str) -> tuple[str, str]:
    """What the bench says to the last of these codes: its outcome and its headline."""
    for code in codes:
        answer = api.post("/bench/Bench 1/scan", {"code": code})["answer"]
        assert api.status == 200
    return answer["outcome"], answer["headline"]


def test_a_part_goes_ahead_and_the_rest_is_a_field_call_of_its_own(api: Any, shop: Shop):
    an_order_channel("mfn", beside=shop.channel)
    order, number = a_merchant_order(shop, RUG=3)
    assert scanned(api, number, "LB-PART") == ("empty_parcel", "Nothing is packed")
    assert scanned(api, "RUG", "LB-PART") == ("part_asked", "Ship 1 × RUG now?")
    assert scanned(api, "LB-PART")[0] == "tracking_wanted"
    assert scanned(api, "JD0001")[0] == "tracked"
    calls = api.get(f"/field-calls?text={order}")["field_calls"]
    assert sorted((row["state"], row["number"] == number) for row in calls) == [
        ("labelled", True),
        ("to_pack", False),
    ]


def test_a_shipment_of_amazons_lorry_goes_whole(api: Any, shop: Shop):
    call = a_field_call(shop, units=2)
    assert scanned(api, call.number, "RUG", "LB-PART") == ("whole_only", "It ships whole or not at all")
