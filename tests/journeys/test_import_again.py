"""A shipment that was set aside is taken in by command once its cause is mended; Amazon is asked for it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loadbay.channels.models import ChannelRoom
from tests.cli.programs import loadbay
from tests.journeys.by_hand import ShopByHand, a_shop_by_hand
from tests.journeys.shop import LOCATION

pytestmark = pytest.mark.journey


@pytest.fixture
def shop(own_database_url: str, tmp_path: Path, django_db_blocker: Any) -> Iterator[ShopByHand]:
    with django_db_blocker.unblock(), a_shop_by_hand(own_database_url, tmp_path) as shop:
        yield shop


def test_it_comes_in_by_command_when_its_location_has_a_channel(
    shop: ShopByHand, own_database_url: str, tmp_path: Path
):
    key = os.environ["LOADBAY_SECRET_KEY"]

    def says(*arguments: str, code: int = 0) -> Any:
        told = {"LOADBAY_DATABASE_URL": own_database_url, "LOADBAY_SECRET_KEY": key}
        answer = loadbay(*arguments, "--json", home=tmp_path, **told)
        assert answer.returncode == code, answer.stdout + answer.stderr
        return json.loads(answer.stdout)

    ChannelRoom.objects.update(location="ELSEWHERE")
    order = shop.buys()
    shipment = shop.amazon.get(f"inspect/orders/{order}")["shipments"][0]["id"]
    assert says("sync")["done"]["shipments_set_aside"] == 1
    (aside,) = says("sale", "set-aside")["set_aside"]
    assert (aside["identity"], aside["reason"]) == (
        shipment,
        f"location {LOCATION} belongs to no stock room of a sales channel",
    )
    (still,) = says("sale", "import-again", shipment, code=3)["imported"]
    assert (still["is_in"], still["sale"]) == (False, "")

    ChannelRoom.objects.update(location=LOCATION)
    (now,) = says("sale", "import-again", shipment)["imported"]
    assert now == {
        "identity": shipment,
        "is_in": True,
        "sale": now["sale"],
        "sentence": f"{shipment} is in; its sale is {now['sale']}.",
    }
    assert says("sale", "set-aside") == {"set_aside": []}
    assert says("task", "list") == []
    assert says("sale", "import-again", shipment, code=1)["refused"]["code"] == "nothing_to_import"
    assert says("sale", "import-again", "--all") == {"imported": []}
    assert says("sale", "build-again", shipment, code=1)["refused"]["code"] == "nothing_to_build"
