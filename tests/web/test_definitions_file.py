"""Related > Setup > Definitions File: what is applied is what was shown, whole or not at all."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loadbay.channels.definition_rules import TaxLine
from loadbay.channels.file_queries import definitions_file
from loadbay.channels.item_rules import ItemLine
from loadbay.channels.mapping_queries import items, tax
from loadbay.channels.services.items import save_items
from loadbay.channels.services.taxes import save_tax
from tests.services.goods import a_channel

pytestmark = pytest.mark.django_db
FILE = "/office/sales-channel/UK/setup/definitions-file/"
WRAP = {"code_type": "charge", "external_id": "GIFT_WRAP", "kind": "account", "number": "4010"}


def page(answer) -> str:
    return answer.content.decode()


def sent(act: str = "show", *, seen: str = "", **tables: object) -> dict[str, object]:
    data = json.loads(definitions_file("UK")) | tables
    return {"act": act, "seen": seen, "file": SimpleUploadedFile("uk.json", json.dumps(data).encode())}


def seen_in(answer) -> str:
    (found,) = re.findall(r'name="seen" value="(\w+)"', page(answer))
    return found


def test_the_file_is_one_click_from_the_channel_and_can_be_saved(shop, sign_in):
    client = sign_in("manager")
    assert f'href="{FILE}"' in page(client.get("/office/sales-channel/UK/"))
    assert "No other channel has the programme of UK" in page(client.get(FILE))
    answer = client.get(f"{FILE}export/")
    assert answer["Content-Disposition"] == 'attachment; filename="definitions-UK.json"'
    assert answer.content.decode() == definitions_file("UK")


def test_a_file_is_shown_first_and_then_applied(shop, sign_in):
    client = sign_in("manager")
    shown = client.post(f"{FILE}apply/", sent(items=[WRAP]))
    assert shown.status_code == 200
    for words in ("Apply this file", "charge × GIFT_WRAP", ">Added<", "4010"):
        assert words in page(shown)
    assert items("UK") == ()
    done = client.post(f"{FILE}apply/", sent("apply", seen=seen_in(shown), items=[WRAP]), follow=True)
    assert "Definitions applied to UK: 1 added, 0 changed, 0 removed." in page(done)
    assert [row.external_id for row in items("UK")] == ["GIFT_WRAP"]
    same = client.post(f"{FILE}apply/", sent(items=[WRAP]))
    assert "UK has these definitions already" in page(same)


def test_what_was_not_shown_is_not_applied(shop, sign_in):
    client = sign_in("manager")
    shown = client.post(f"{FILE}apply/", sent(items=[WRAP]))
    save_tax("UK", TaxLine("one_line", "2200"))
    sent_now = sent("apply", seen=seen_in(shown), items=[WRAP], tax={"shown": "lines"})
    answer = client.post(f"{FILE}apply/", sent_now)
    assert (answer.status_code, "somebody changed them meanwhile" in page(answer)) == (422, True)
    assert client.post(f"{FILE}apply/", sent("apply", items=[WRAP])).status_code == 422
    assert (items("UK"), tax("UK").shown) == ((), "one_line")


def test_everything_that_is_wrong_is_in_one_table(shop, sign_in):
    answer = sign_in("manager").post(
        f"{FILE}apply/", sent(weather=1, currencies=[{"external_id": "EUR"}, {"external_id": "<b>"}])
    )
    assert answer.status_code == 422
    for words in ("3 things cannot be kept", "EUR has no Currency Code", "&lt;b&gt;", "weather"):
        assert words in page(answer)
    assert "Apply this file" not in page(answer)
    assert sign_in("manager").post(f"{FILE}apply/", {"act": "show"}).status_code == 422


def test_a_script_swaps_in_the_differences_alone(shop, sign_in):
    answer = sign_in("manager").post(f"{FILE}apply/", sent(items=[WRAP]), headers={"HX-Request": "true"})
    assert ("<html" in page(answer), "Apply this file" in page(answer)) == (False, True)


def test_definitions_are_copied_from_another_channel_once_they_were_shown(shop, sign_in):
    a_channel("OTHER")
    save_items("OTHER", [ItemLine("charge", "GIFT_WRAP", "account", "4010")])
    client = sign_in("manager")
    shown = client.get(f"{FILE}?from=OTHER")
    assert "From OTHER to UK, whole or not at all." in page(shown)
    assert items("UK") == ()
    done = client.post(f"{FILE}copy/", {"from": "OTHER", "seen": seen_in(shown)}, follow=True)
    assert "Definitions applied to UK: 1 added" in page(done)
    assert [row.external_id for row in items("UK")] == ["GIFT_WRAP"]
    late = client.post(f"{FILE}copy/", {"from": "OTHER", "seen": seen_in(shown)}, follow=True)
    assert "Look at the differences again" in page(late)
    assert "There is no sales channel NOWHERE" in page(client.get(f"{FILE}?from=NOWHERE", follow=True))


def test_a_packer_sees_none_of_it(shop, sign_in):
    client = sign_in("packer")
    assert client.get(f"{FILE}export/").status_code == 403
    assert client.post(f"{FILE}apply/", sent(items=[WRAP])).status_code == 403
    assert client.post(f"{FILE}copy/", {"from": "OTHER"}).status_code == 403
