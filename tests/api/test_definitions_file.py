"""The definitions of a channel as one file, for programs: exported, compared, applied whole, copied."""

from __future__ import annotations

import pytest

from loadbay.channels.item_rules import ItemLine
from loadbay.channels.services.items import save_items
from tests.services.goods import a_channel

pytestmark = pytest.mark.django_db
WRAP = {"code_type": "charge", "external_id": "GIFT_WRAP", "kind": "account", "number": "4010"}


def test_a_file_is_exported_compared_and_applied(api, shop):
    file = api.get("/channels/UK/definitions")
    assert (file["format"], file["version"], file["items"]) == ("loadbay-channel-definitions", 1, [])
    shown = api.post("/channels/uk/definitions/diff", file | {"items": [WRAP]})
    assert (shown["added"], shown["is_applied"], shown["faults"]) == (1, False, [])
    assert shown["tables"][0]["rows"] == [
        {
            "act": "added",
            "row": "charge × GIFT_WRAP",
            "fields": [
                {"field": "kind", "before": "", "after": "account"},
                {"field": "number", "before": "", "after": "4010"},
            ],
        }
    ]
    assert api.get("/channels/UK/definitions")["items"] == []
    api.post("/channels/UK/definitions/apply?seen=another", file | {"items": [WRAP]})
    assert (api.status, api.error()["code"]) == (409, "definitions_changed_meanwhile")
    done = api.post(f"/channels/UK/definitions/apply?seen={shown['fingerprint']}", file | {"items": [WRAP]})
    assert (api.status, done["is_applied"]) == (200, True)
    assert api.get("/channels/UK/definitions")["items"] == [WRAP]


def test_a_file_that_cannot_be_kept_says_all_that_is_wrong(api, shop):
    file = api.get("/channels/UK/definitions") | {"weather": "fine", "items": [WRAP | {"number": ""}]}
    shown = api.post("/channels/UK/definitions/diff", file)
    assert [(one["table"], one["field"]) for one in shown["faults"]] == [("", "weather"), ("items", "number")]
    api.post("/channels/UK/definitions/apply", file)
    assert (api.status, api.error()["code"]) == (422, "definitions_not_usable")
    api.ask("post", "/channels/UK/definitions/apply", "no file", Content_Type="application/json")
    assert (api.status, api.error()["code"]) == (422, "definitions_not_usable")


def test_a_channel_is_copied_from_another(api, shop):
    a_channel("OTHER")
    save_items("UK", [ItemLine("charge", "GIFT_WRAP", "account", "4010")])
    shown = api.post("/channels/OTHER/definitions/copy?dry_run=true", {"channel": "UK"})
    assert (shown["added"], shown["is_applied"]) == (1, False)
    done = api.post(f"/channels/OTHER/definitions/copy?seen={shown['fingerprint']}", {"channel": "UK"})
    assert (done["added"], done["is_applied"]) == (1, True)
    assert api.get("/channels/OTHER/definitions")["items"] == [WRAP]
    api.post("/channels/OTHER/definitions/copy", {"channel": "OTHER"})
    assert api.status == 422
