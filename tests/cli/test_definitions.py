"""Definitions of a channel and shipping agents from the terminal."""

from __future__ import annotations

import json

from tests.cli.programs import loadbay
from tests.cli.test_channel_settings import channel as channel
from tests.cli.test_channel_settings import said as said
from tests.contracts.stages import a_simulator
from tests.services.own_seller import HEAVY, has, open_own_seller


def test_agents_methods_carriers_and_codes_are_kept_from_the_terminal(said, channel):
    assert said("shipping-agent", "add", "dpd", "DPD UK") == (
        0,
        {"code": "DPD", "name": "DPD UK", "services": []},
    )
    code, card = said("shipping-agent", "add-service", "DPD", "next", "Next day")
    assert (code, card["services"]) == (0, [["NEXT", "Next day"]])
    code, answer = said("shipping-method", "retrieve", channel)
    assert (code, len(answer["added"])) == (0, 8)
    posted = ("--charge-type", "account", "--charge-number", "8640")
    code, answer = said(
        "shipping-method", "set", channel, "standard", "--agent", "DPD", "--service", "NEXT", *posted
    )
    assert answer["changed"] == [
        "Shipping method STANDARD: agent none → DPD, service none → NEXT, charge type none → account, "
        "charge number none → 8640."
    ]
    code, answer = said("shipping-method", "set", channel, "STANDARD", "--behaviour", "skip")
    assert (code, "Shipping Order Behavior default → skip" in answer["changed"][0]) == (0, True)
    code, rows = said("shipping-method", "list", channel)
    assert [row["external_id"] for row in rows if row["is_mapped"]] == ["STANDARD"]
    assert rows[-1] == {
        "external_id": "STANDARD",
        "description": "Standard",
        "agent": "DPD",
        "service": "NEXT",
        "behaviour": "skip",
        "charge_type": "",
        "charge_number": "",
        "is_default_for_outgoing": False,
        "is_mapped": True,
    }


def test_what_cannot_be_is_refused_in_words(said, channel):
    code, answer = said("shipping-method", "set", channel, "STANDARD", "--agent", "NOBODY")
    assert (code, answer["refused"]["code"]) == (1, "definition_not_usable")
    assert "NOBODY of shipping method STANDARD is no shipping agent." in answer["refused"]["sentence"]
    code, answer = said("currency", "set", channel, "EUX", "EUR")
    assert (code, answer["refused"]["code"]) == (1, "definition_not_usable")
    code, answer = said("shipping-carrier", "remove", channel, "Yodel")
    assert (code, answer["refused"]["code"]) == (1, "definition_unknown")
    code, answer = said("shipping-agent", "add", "AMZSMART", "Again")
    assert (code, answer["refused"]["code"]) == (1, "agent_code_taken")


def test_carriers_are_retrieved_once_and_set(said, channel):
    code, answer = said("shipping-carrier", "retrieve", channel)
    assert (code, answer["added"][:2]) == (0, ["Amazon Shipping", "DHL"])
    assert said("shipping-carrier", "retrieve", channel)[1]["added"] == []
    code, answer = said("shipping-carrier", "set", channel, "DPD Local", "--agent", "DPD", "--outgoing")
    assert (code, len(answer["changed"])) == (0, 1)
    said("shipping-carrier", "set", channel, "DPD Local", "--description", "Collected at five")
    rows = {row["external_id"]: row for row in said("shipping-carrier", "list", channel)[1]}
    assert (rows["DPD Local"]["description"], rows["DPD Local"]["agent"]) == ("Collected at five", "DPD")
    assert said("shipping-carrier", "add", channel, "Correos")[1]["added"] == ["Correos"]
    code, rows = said("shipping-carrier", "list", channel)
    agents = {row["external_id"]: row["agent"] for row in rows}
    assert (agents["DPD Local"], agents["Correos"]) == ("DPD", "CORREOS")


def test_currencies_and_payment_methods_are_set_listed_and_removed(said, channel):
    assert said("currency", "retrieve", channel)[1]["added"] == []
    assert said("currency", "set", channel, "eur", "euro")[1]["changed"] == [
        "Currency EUR: not mapped → EURO."
    ]
    rows = said("currency", "list", channel)[1]
    assert [(row["external_id"], row["code"]) for row in rows] == [("GBP", "GBP"), ("EUR", "EURO")]
    assert said("currency", "remove", channel, "EUR")[0] == 0
    assert said("payment-method", "set", channel, "CashOnDelivery", "cod")[0] == 0
    assert said("payment-method", "list", channel)[1] == [
        {"external_id": "CashOnDelivery", "code": "COD", "collected_by": "amazon", "is_mapped": True}
    ]
    assert said("payment-method", "set", channel, "CashOnDelivery", "--collected-by", "shop")[1][
        "changed"
    ] == ["Payment method CashOnDelivery is collected by: The shop."]
    assert said("payment-method", "set", channel, "CashOnDelivery")[0] == 1
    assert said("payment-method", "remove", channel, "CashOnDelivery")[0] == 0
    code, answer = said("channel", "set", channel, "--multi-currency", "--payment-methods", "mapped")
    assert [one["setting"] for one in answer["changed"]] == ["allows_multi_currency", "payment_behaviour"]


def test_all_definitions_are_exported_compared_applied_and_copied_by_file(said, channel, tmp_path):
    where = ("--connection", "uk", "--marketplace", "DE", "--programme", "smartconnect")
    assert said("channel", "add", "DE", *where, "--stock-room", "SHOP=LBAY")[0] == 0
    file = tmp_path / "uk.json"
    assert (
        said(
            "mapping",
            "map-item",
            "UK",
            "GIFT_WRAP",
            "--code-type",
            "charge",
            "--type",
            "account",
            "--number",
            "4",
        )[0]
        == 0
    )
    assert said("definitions", "export", "UK", "--to", str(file))[0] == 0
    found = json.loads(file.read_text())
    assert said("definitions", "export", "uk")[1] == found
    code, shown = said("definitions", "diff", "DE", str(file))
    assert (code, shown["is_applied"], shown["source"], shown["faults"]) == (0, False, "UK", [])
    assert (
        said("definitions", "copy", "--from", "UK", "--to", "DE", "--dry-run")[1]["added"] == shown["added"]
    )
    code, refused = said("definitions", "apply", "DE", str(file), "--seen", "something else")
    assert (code, refused["refused"]["code"]) == (1, "definitions_changed_meanwhile")
    code, done = said("definitions", "apply", "DE", str(file), "--seen", shown["fingerprint"])
    assert (code, done["is_applied"], done["added"]) == (0, True, shown["added"])
    assert said("definitions", "copy", "--from", "UK", "--to", "DE")[1]["added"] == 0
    file.write_text(json.dumps(found | {"programme": "mfn", "weather": 1}))
    code, wrong = said("definitions", "diff", "DE", str(file))
    assert (code, [fault["field"] for fault in wrong["faults"]]) == (1, ["weather", "programme"])
    code, refused = said("definitions", "apply", "DE", str(file))
    assert (code, refused["refused"]["code"]) == (1, "definitions_not_usable")
    assert said("definitions", "diff", "DE", str(tmp_path / "nothing.json"))[0] == 1


def test_the_differences_are_told_line_by_line(said, channel, tmp_path, own_database_url):
    file = tmp_path / "uk.json"
    row = {"code_type": "charge", "external_id": "GIFT_WRAP", "kind": "account", "number": "4010"}
    file.write_text(json.dumps(said("definitions", "export", "UK")[1] | {"items": [row]}))
    done = loadbay(
        "definitions", "diff", "UK", str(file), home=tmp_path, LOADBAY_DATABASE_URL=own_database_url
    )
    assert done.stdout.splitlines()[:2] == ["Items", "  + charge × GIFT_WRAP: kind account, number 4010"]
    assert done.stdout.splitlines()[2].startswith(
        "Would be: 1 added, 0 changed, 0 removed on UK. Apply just this"
    )
    row["kind"] = "thing"
    file.write_text(json.dumps(said("definitions", "export", "UK")[1] | {"items": [row]}))
    done = loadbay(
        "definitions", "diff", "UK", str(file), home=tmp_path, LOADBAY_DATABASE_URL=own_database_url
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [
        "It cannot be applied. Mend these first:",
        "items charge × GIFT_WRAP kind: Type 'thing' of Charge name GIFT_WRAP is not known. Use account (G/L "
        "Account), item (Item), resource (Resource), charge (Charge (Item)).",
    ]


def test_shipping_templates_are_retrieved_from_amazon_and_listed(said, tmp_path):
    (tmp_path / "secret").write_text("not-a-real-one")
    (tmp_path / "token").write_text("Atzr|none")
    said("stock-room", "add", "SHOP")
    with a_simulator() as amazon:
        open_own_seller(amazon)
        where = ("--region", "eu", "--endpoint", amazon.address, "--seller-id", "A2SELLER")
        where += ("--token-endpoint", f"{amazon.address}/auth/o2/token")
        keys = ("--client-id", "client", "--client-secret-file", str(tmp_path / "secret"))
        token = ("--refresh-token-file", str(tmp_path / "token"))
        code, answer = said("connection", "add", "uk", *where, *keys, *token)
        assert code == 0, answer
        made = ("--connection", "uk", "--marketplace", "GB", "--programme", "smartconnect")
        assert said("channel", "add", "UK", *made, "--stock-room", "SHOP=LBAY")[0] == 0
        assert said("shipping-template", "list", "uk") == (0, [])
        code, answer = said("shipping-template", "retrieve", "uk")
        assert (code, answer["added"]) == (0, ["Standard delivery", "Heavy goods"])
        has(amazon, HEAVY)
        assert said("shipping-template", "retrieve", "uk")[1]["gone"] == ["Standard delivery"]
    code, rows = said("shipping-template", "list", "uk")
    assert [(row["name"], row["is_offered"]) for row in rows] == [
        ("Heavy goods", True),
        ("Standard delivery", False),
    ]
    code, answer = said("shipping-template", "retrieve", "uk")
    assert (code, answer["trouble"]["kind"]) == (3, "retryable")
    assert said("shipping-template", "list", "uk")[1] == rows
