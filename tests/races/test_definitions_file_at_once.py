"""A definitions file is applied while somebody saves by hand, while orders are built, and by two at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loadbay.channels.definition_rules import MethodLine
from loadbay.channels.file_queries import definitions_file
from loadbay.channels.file_rules import DefinitionsChangedMeanwhile
from loadbay.channels.services.applying import apply_file, copy_definitions, diff_file
from loadbay.channels.services.currencies import save_currencies
from loadbay.channels.services.shipping_methods import save_methods
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services import building
from loadbay.parties.services import ensure_agent
from tests.builders import Shop
from tests.races.test_definitions_at_once import PATIENCE, WAITS, build_without_lock, meets, ordered
from tests.services.goods import a_channel
from tests.services.racing import at_once

__all__ = ["ordered"]


def file_with(code: str = "UK", **tables: Any) -> bytes:
    return json.dumps(json.loads(definitions_file(code)) | tables).encode()


def dpd(name: str) -> dict[str, Any]:
    return {"external_id": name, "agent": "DPD", "behaviour": "skip"}


def test_of_a_file_and_a_save_by_hand_at_once_neither_is_lost_unseen(shop: Shop):
    ensure_agent("DPD", "DPD UK")
    data = file_with(shipping_methods=[dpd("STANDARD")])
    seen = diff_file("UK", data).fingerprint
    answers = at_once(
        lambda: apply_file("UK", data, now=shop.clock.now(), seen=seen),
        lambda: save_currencies("UK", {"EUR": "EUR"}),
    )
    found = json.loads(definitions_file("UK"))
    is_refused = isinstance(answers[0], DefinitionsChangedMeanwhile)
    assert is_refused or not isinstance(answers[0], Exception)
    assert answers[1] == ("Currency EUR: not mapped → EUR.",)
    assert {row["external_id"] for row in found["currencies"]} == {"EUR", "GBP"}
    assert [row["external_id"] for row in found["shipping_methods"]] == ([] if is_refused else ["STANDARD"])


def test_of_two_who_apply_at_once_what_both_were_shown_one_is_told(shop: Shop):
    ensure_agent("DPD", "DPD UK")
    files = [file_with(shipping_methods=[dpd(name)]) for name in ("ONE", "TWO")]
    seen = [diff_file("UK", data).fingerprint for data in files]
    answers = at_once(
        *(
            lambda data=data, word=word: apply_file("UK", data, now=shop.clock.now(), seen=word)
            for data, word in zip(files, seen, strict=True)
        )
    )
    assert sorted(isinstance(answer, DefinitionsChangedMeanwhile) for answer in answers) == [False, True]
    assert len(json.loads(definitions_file("UK"))["shipping_methods"]) == 1


def test_two_channels_copied_from_one_another_at_once_do_not_wait_for_each_other(shop: Shop):
    ensure_agent("DPD", "DPD UK")
    a_channel("OTHER")
    save_methods("UK", [MethodLine("STANDARD", "", "DPD", behaviour="skip")])
    for _ in range(5):
        answers = at_once(
            lambda: copy_definitions("OTHER", "UK", now=shop.clock.now()),
            lambda: copy_definitions("UK", "OTHER", now=shop.clock.now()),
        )
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
    tables = [json.loads(definitions_file(code))["shipping_methods"] for code in ("UK", "OTHER")]
    assert tables[0] == tables[1]


@pytest.mark.parametrize("has_lock", [False, True])
def test_who_applies_a_file_waits_for_the_orders_that_are_being_held(
    shop: Shop, ordered: str, has_lock: bool
):
    data = file_with(shipping_methods=[dpd("STANDARD")])

    def build() -> None:
        if has_lock:
            building.build_staged(shop.connection)
        else:
            build_without_lock(shop)

    waits = WAITS if has_lock else PATIENCE
    got_through = meets(build, lambda: apply_file("UK", data, now=shop.clock.now()), waits=waits)
    assert got_through is not has_lock
    if has_lock:
        shop.builds()
        assert Sale.objects.select_related("agent").get().agent.code == "DPD"
    else:
        assert Shipment.objects.get().building == Shipment.Building.WAITING
