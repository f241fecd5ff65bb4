"""Definitions of a channel and shipping agents from the terminal."""

from __future__ import annotations

from tests.cli.test_channel_settings import channel as channel
from tests.cli.test_channel_settings import said as said


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
        {"external_id": "CashOnDelivery", "code": "COD", "is_mapped": True}
    ]
    assert said("payment-method", "remove", channel, "CashOnDelivery")[0] == 0
    code, answer = said("channel", "set", channel, "--multi-currency", "--payment-methods", "mapped")
    assert [one["setting"] for one in answer["changed"]] == ["allows_multi_currency", "payment_behaviour"]
