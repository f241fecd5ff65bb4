"""Related > Setup > Items, Customers, Tax and Locations, as a program reads and changes them."""

from __future__ import annotations

import pytest

from loadbay.channels.models import KnownBuyer
from loadbay.core.plain import plain
from loadbay.parties.models import Customer
from tests.services.goods import a_room

pytestmark = pytest.mark.django_db
OLD = {"code_type": "sku", "external_id": "RUG-OLD"}


def test_codes_are_mapped_found_a_page_at_a_time_and_forgotten(api, shop):
    lines = [OLD | {"kind": "item", "number": "RUG"}, {"external_id": "RUG-ODD"}]
    lines.append({"code_type": "charge", "external_id": "gift_wrap", "kind": "account", "number": "4400"})
    said = api.ask("patch", "/channels/uk/items", {"lines": lines})
    assert said == {
        "channel": "UK",
        "changed": [
            "SKU RUG-OLD: not mapped → Item RUG.",
            "SKU RUG-ODD: not mapped → not mapped.",
            "Charge name GIFT_WRAP: not mapped → G/L Account 4400.",
        ],
    }
    first = api.get("/channels/UK/items?limit=2")
    rest = api.get(f"/channels/UK/items?after={first['after']}")
    rows = [*first["items"], *rest["items"]]
    assert [(row["external_id"], row["number"], row["is_mapped"]) for row in rows] == [
        ("RUG-OLD", "RUG", True),
        ("RUG-ODD", "", False),
        ("GIFT_WRAP", "4400", True),
    ]
    assert (rest["after"], len(api.get("/channels/UK/items?search=rug")["items"])) == (None, 2)
    gone = api.post("/channels/UK/items/remove", {"lines": [OLD]})
    assert gone["changed"] == ["SKU RUG-OLD removed."]
    api.post("/channels/UK/items/remove", {"lines": [OLD]})
    assert api.said() == (422, "definition_not_usable", "external_id")


def test_one_wrong_code_and_none_is_mapped(api, shop):
    lines = [OLD | {"kind": "item", "number": "RUG"}, {"external_id": "X", "kind": "item", "number": "NONE"}]
    api.ask("patch", "/channels/UK/items", {"lines": lines})
    assert api.said() == (422, "definition_not_usable", "number")
    assert api.get("/channels/UK/items") == {"items": [], "after": None}


def test_what_is_done_with_buyers_is_read_as_it_is_written(api, shop):
    Customer.objects.create(code="C-1", name="Smith")
    made = {"buyer": "new", "behaviour": "auto_create", "code_pattern": "{channel}-{number}"}
    lines = [made | {"currency": "GBP"}, {"buyer": "guest", "behaviour": "sales_channel", "customer": "c-1"}]
    assert len(api.ask("patch", "/channels/UK/customer-behaviour", {"lines": lines})["changed"]) == 2
    new, guest = api.get("/channels/UK/customer-behaviour")["lines"]
    assert (new["behaviour"], new["code_pattern"], new["currency"]) == (
        "auto_create",
        "{channel}-{number}",
        "GBP",
    )
    assert (guest["behaviour"], guest["customer"]) == ("sales_channel", "C-1")
    api.ask("patch", "/channels/UK/customer-behaviour", {"lines": [made | {"code_pattern": "{channel}"}]})
    assert api.said() == (422, "definition_not_usable", "code_pattern")


def test_a_buyer_is_picked_and_forgotten(api, shop):
    KnownBuyer.objects.create(channel=shop.channel, identity="order:026-1", order_id="026-1")
    Customer.objects.create(code="C-1", name="Smith")
    (waiting,) = api.get("/channels/UK/buyers")["buyers"]
    assert (waiting["order_id"], waiting["customer"]) == ("026-1", "")
    one = {"identity": waiting["identity"]}
    api.post("/channels/UK/buyers/pick", one | {"customer": "C-9"})
    assert api.said() == (422, "definition_not_usable", "customer")
    picked = api.post("/channels/UK/buyers/pick", one | {"customer": "c-1"})
    assert picked == {"channel": "UK", "identity": "order:026-1", "customer": "C-1"}
    assert api.get("/channels/UK/buyers")["buyers"][0]["customer"] == "C-1"
    api.post("/channels/UK/buyers/forget", one)
    assert (api.status, api.get("/channels/UK/buyers")["buyers"]) == (200, [])


def test_tax_is_changed_whole(api, shop):
    assert api.get("/channels/UK/tax")["shown"] == "lines"
    api.ask("put", "/channels/UK/tax", {"shown": "one_line"})
    assert api.said() == (422, "definition_not_usable", "account")
    api.ask("put", "/channels/UK/tax", {"shown": "one_line", "account": "2200", "leaves_out_collected": True})
    assert api.get("/channels/UK/tax") == {
        "shown": "one_line",
        "account": "2200",
        "leaves_out_collected": True,
    }


def test_locations_are_read_apart_and_changed_with_the_channel(api, shop):
    a_room("LOFT")
    api.ask("patch", "/channels/UK", {"rooms": {"SHOP": "LBAY", "LOFT": "LBAZ"}})
    found = api.get("/channels/UK/locations")["locations"]
    assert [(row["room"], row["location"]) for row in found] == [("SHOP", "LBAY"), ("LOFT", "LBAZ")]


def test_a_program_that_only_reads_changes_no_mapping(program, shop):
    caller = program("channels:read")
    before = plain(caller.get("/channels/UK/items"))
    caller.ask("patch", "/channels/UK/items", {"lines": [OLD | {"kind": "item", "number": "RUG"}]})
    assert (caller.status, caller.error()["code"]) == (403, "scope_missing")
    assert caller.get("/channels/UK/items") == before
