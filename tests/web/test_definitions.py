"""Related > Setup: the tables of definitions are filled in, refused beside their field, retrieved."""

from __future__ import annotations

import pytest

from loadbay.channels.definition_queries import (
    currencies,
    payment_methods,
    shipping_carriers,
    shipping_methods,
)
from loadbay.channels.services.shipping_methods import retrieve_methods
from loadbay.orders.models import Sale
from loadbay.parties.queries import agent_card
from loadbay.parties.services import add_agent, add_service
from tests.services.test_building import arrives
from tests.services.test_definitions import by, with_shipping

pytestmark = pytest.mark.django_db
SETUP = "/office/sales-channel/UK/setup/"
NEW = {"agent-new": "", "service-new": "", "behaviour-new": "default"}


def page(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def dpd(shop) -> None:
    add_agent("DPD", "DPD UK")
    add_service("DPD", "NEXT", "Next day")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shipping-methods", "Shipping Methods"),
        ("shipping-carriers", "Shipping Carriers"),
        ("payment-methods", "Payment Methods"),
        ("currencies", "Currencies"),
        ("order-status-matrix", "Order Status Matrix"),
    ],
)
def test_the_channel_leads_to_each_page_under_related_setup(name, words, shop, sign_in):
    client = sign_in("manager")
    assert f'href="{SETUP}{name}/">{words}</a>' in page(client.get("/office/sales-channel/UK/"))
    shown = page(client.get(f"{SETUP}{name}/"))
    assert f'href="{SETUP}{name}/" aria-current="page">{words}</a>' in shown


def test_a_page_that_is_none_is_not_found(shop, sign_in):
    client = sign_in("manager")
    assert client.get(f"{SETUP}nothing/").status_code == 404
    assert client.post(f"{SETUP}shipping-methods/forget/").status_code == 404


def test_actions_retrieve_shipping_methods_loads_the_eight_once(shop, sign_in):
    client = sign_in("manager")
    assert "Retrieve Shipping Methods" in page(client.get(f"{SETUP}shipping-methods/"))
    answer = client.post(f"{SETUP}shipping-methods/retrieve/", follow=True)
    assert "8 methods added; what was there stays as it was." in page(answer)
    assert "8 not mapped" in page(answer)
    again = client.post(f"{SETUP}shipping-methods/retrieve/", follow=True)
    assert "Everything is there already; nothing was changed." in page(again)
    assert len(shipping_methods("UK")) == 8


def filled(**changes: str) -> dict[str, str]:
    """The form as the page shows it for eight methods, with these fields filled in."""
    fields = {}
    for row in shipping_methods("UK"):
        key = row.external_id.casefold().replace("_", "")
        fields[f"agent-{key}"] = row.agent
        fields |= {f"service-{key}": row.service, f"behaviour-{key}": row.behaviour}
        fields |= {f"charge_type-{key}": row.charge_type, f"charge_number-{key}": row.charge_number}
    return {**fields, "external_id-new": "", **NEW, **{k.replace("__", "-"): v for k, v in changes.items()}}


def test_a_line_is_filled_in_where_it_stands_and_the_change_is_said(shop, sign_in, dpd):
    retrieve_methods("UK")
    client = sign_in("manager")
    sent = filled(
        agent__standard="dpd",
        service__standard="next",
        charge_type__standard="account",
        charge_number__standard="8640",
    )
    answer = client.post(f"{SETUP}shipping-methods/", sent, follow=True)
    assert "Shipping method STANDARD: agent none → DPD, service none → NEXT" in page(answer)
    (line,) = [row for row in shipping_methods("UK") if row.is_mapped]
    assert (line.external_id, line.agent, line.service, line.charge_number) == (
        "STANDARD",
        "DPD",
        "NEXT",
        "8640",
    )
    assert "Nothing was changed." in page(client.post(f"{SETUP}shipping-methods/", filled(), follow=True))


def test_a_refusal_stands_beside_its_field_with_everything_typed(shop, sign_in, dpd):
    retrieve_methods("UK")
    sent = filled(
        agent__standard="DPD", service__standard="SLOW", charge_number__standard="8640", agent__nextday="X"
    )
    answer = sign_in("manager").post(f"{SETUP}shipping-methods/", sent)
    assert answer.status_code == 422
    shown = page(answer)
    assert 'id="service-standard-error"' in shown
    assert "SLOW of shipping method STANDARD is no service of agent DPD. Its services: NEXT." in shown
    assert 'name="service-standard" value="SLOW"' in shown
    assert 'name="agent-nextday" value="X"' in shown
    assert not any(row.is_mapped for row in shipping_methods("UK"))


def test_a_line_that_nobody_touched_stays_as_somebody_else_set_it_meanwhile(shop, sign_in, dpd):
    client = sign_in("manager")
    client.post(f"{SETUP}shipping-carriers/retrieve/")
    before = client.get(f"{SETUP}shipping-carriers/").context
    sent = {cell.name: cell.value for row in before["rows"] for cell in row.cells if cell.value}
    client.post(
        f"{SETUP}shipping-carriers/",
        {"agent-yodel": "DPD", "agent-dpd": "DPD", "is_default_for_outgoing-dpd": "on"},
    )
    assert {row.external_id: row.agent for row in shipping_carriers("UK")}["Yodel"] == "DPD"
    changes = {"agent-evri": "AMZSMART", "shown": before["shown"]}
    answer = client.post(f"{SETUP}shipping-carriers/", {**sent, **changes}, follow=True)
    assert "Shipping carrier Evri: agent EVRI → AMZSMART." in page(answer)
    agents = {row.external_id: row.agent for row in shipping_carriers("UK")}
    assert (agents["Yodel"], agents["Evri"]) == ("DPD", "AMZSMART")


def test_a_new_line_is_added_at_the_end_and_its_refusal_stands_there(shop, sign_in, dpd):
    client = sign_in("manager")
    new = {
        "external_id-new": "DE_STD",
        **NEW,
        "agent-new": "DPD",
        "charge_type-new": "",
        "charge_number-new": "",
    }
    answer = client.post(f"{SETUP}shipping-methods/", new)
    assert (answer.status_code, 'id="charge_type-new-error"' in page(answer)) == (422, True)
    client.post(f"{SETUP}shipping-methods/", {**new, "behaviour-new": "skip"}, follow=True)
    assert [(row.external_id, row.agent, row.behaviour) for row in shipping_methods("UK")] == [
        ("DE_STD", "DPD", "skip")
    ]


def test_carriers_are_retrieved_mapped_and_removed(shop, sign_in, dpd):
    client = sign_in("manager")
    client.post(f"{SETUP}shipping-carriers/retrieve/")
    agents = {row.external_id: row.agent for row in shipping_carriers("UK")}
    assert (agents["DPD"], agents["Royal Mail"]) == ("DPD", "ROYAL MAIL")
    answer = client.post(f"{SETUP}shipping-carriers/", {"agent-dpdlocal": "DPD"})
    assert answer.status_code == 422
    assert "DPD, DPD Local all have agent DPD, and none of them is default for outgoing." in page(answer)
    both = {"agent-dpdlocal": "DPD", "agent-dpd": "DPD", "is_default_for_outgoing-dpd": "on"}
    client.post(f"{SETUP}shipping-carriers/", both, follow=True)
    rows = {row.external_id: row for row in shipping_carriers("UK")}
    assert (rows["DPD Local"].agent, rows["DPD"].is_default_for_outgoing) == ("DPD", True)
    named = {"agent-evri": "EVRI", "description-evri": "Evri, collected at five"}
    answer = client.post(f"{SETUP}shipping-carriers/", named, follow=True)
    assert "Evri, collected at five" in page(answer)
    assert {row.external_id: row.description for row in shipping_carriers("UK")}["Evri"].endswith("at five")
    answer = client.post(f"{SETUP}shipping-carriers/remove/", {"line": "Yodel"}, follow=True)
    assert "Yodel is removed." in page(answer)
    assert "Yodel" not in {row.external_id for row in shipping_carriers("UK")}


def test_every_carrier_of_amazon_can_be_saved_at_once(shop, sign_in):
    client = sign_in("manager")
    client.post(f"{SETUP}shipping-carriers/retrieve-all/")
    rows = shipping_carriers("UK")
    sent = {f"agent-{_key(row.external_id)}": row.agent for row in rows}
    sent |= {f"description-{_key(row.external_id)}": row.description for row in rows}
    assert len(sent) == 2 * len(rows) > 720
    answer = client.post(f"{SETUP}shipping-carriers/", sent, follow=True)
    assert "Nothing was changed." in page(answer)


def _key(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def test_currencies_say_when_they_are_not_used_and_refuse_what_is_none(shop, sign_in):
    client = sign_in("manager")
    assert "Not used while Allow Multi-Currency" in page(client.get(f"{SETUP}currencies/"))
    answer = client.post(
        f"{SETUP}currencies/", {"code-gbp": "GBP", "external_id-new": "EUX", "code-new": "EUR"}
    )
    assert (
        answer.status_code,
        "Sales Channel Currency Code &#x27;EUX&#x27; is not known" in page(answer),
    ) == (422, True)
    client.post(f"{SETUP}currencies/", {"code-gbp": "GBP", "external_id-new": "EUR", "code-new": "EURO"})
    assert {row.external_id: row.code for row in currencies("UK")} == {"GBP": "GBP", "EUR": "EURO"}
    shop.set_channel(allows_multi_currency=True)
    assert "Not used while" not in page(client.get(f"{SETUP}currencies/"))


def test_payment_methods_are_mapped_by_a_new_line(shop, sign_in):
    client = sign_in("manager")
    assert "Payment Method Behaviour" in page(client.get(f"{SETUP}payment-methods/"))
    client.post(f"{SETUP}payment-methods/", {"external_id-new": "CashOnDelivery", "code-new": "cod"})
    assert [(row.external_id, row.code) for row in payment_methods("UK")] == [("CashOnDelivery", "COD")]
    assert "Collected By" in page(client.get(f"{SETUP}payment-methods/"))
    sent = {"code-cashondelivery": "COD", "collected_by-cashondelivery": "shop"}
    client.post(f"{SETUP}payment-methods/", sent)
    assert [row.collected_by for row in payment_methods("UK")] == ["shop"]


def test_agents_have_a_page_with_their_services(shop, sign_in):
    client = sign_in("manager")
    answer = client.post("/office/shipping-agents/", {"code": "evri", "name": "Evri"}, follow=True)
    assert "Shipping agent EVRI is there." in page(answer)
    again = client.post("/office/shipping-agents/", {"code": "EVRI", "name": "Evri"})
    assert (again.status_code, "is there already" in page(again)) == (422, True)
    client.post("/office/shipping-agent/EVRI/", {"code": "next", "name": "Next day"})
    client.post("/office/shipping-agent/EVRI/rename/", {"agent-name": "Evri UK"})
    client.post("/office/shipping-agent/EVRI/rename/", {"agent-name": "Morning", "service": "NEXT"})
    assert agent_card("EVRI").services == (("NEXT", "Morning"),)
    answer = client.post("/office/shipping-agent/EVRI/service/remove/", {"service": "NEXT"}, follow=True)
    assert "Service NEXT of EVRI is removed." in page(answer)
    assert (agent_card("EVRI").name, agent_card("EVRI").services) == ("Evri UK", ())


def test_a_sale_shows_agent_service_currency_and_where_its_charge_is_posted(shop, sign_in, dpd):
    client = sign_in("manager")
    sent = {**NEW, "external_id-new": "DE_STD", "agent-new": "DPD", "service-new": "NEXT"}
    client.post(
        f"{SETUP}shipping-methods/", {**sent, "charge_type-new": "account", "charge_number-new": "8640"}
    )
    arrives(shop, with_shipping(by("DE_STD")))
    shown = page(client.get(f"/office/sale/{Sale.objects.get().number}/"))
    assert "DPD UK, Next day" in shown
    assert '<dt>Shipping method</dt><dd class="mono">DE_STD</dd>' in shown
    assert "<dt>Currency</dt><dd>GBP</dd>" in shown
    assert "G/L Account 8640" in shown


def test_the_enquiry_offers_the_agents_of_shipping_methods_as_carriers(shop, sign_in, dpd):
    client = sign_in("manager")
    sent = {**NEW, "external_id-new": "DE_STD", "agent-new": "DPD", "behaviour-new": "skip"}
    client.post(f"{SETUP}shipping-methods/", {**sent, "charge_type-new": "", "charge_number-new": ""})
    arrives(shop, by("DE_STD"))
    shown = page(client.get("/office/field-calls/?carrier=DPD+UK"))
    assert '<option value="DPD UK" selected' in shown
    assert Sale.objects.get().field_calls.get().number in shown


def test_a_sale_says_what_its_method_left_out(shop, sign_in, dpd):
    client = sign_in("manager")
    sent = {**NEW, "external_id-new": "DE_STD", "agent-new": "DPD", "behaviour-new": "skip"}
    client.post(f"{SETUP}shipping-methods/", {**sent, "charge_type-new": "", "charge_number-new": ""})
    arrives(shop, with_shipping(by("DE_STD")))
    shown = page(client.get(f"/office/sale/{Sale.objects.get().number}/"))
    assert "Shipping of £4.20 that Amazon charged is left out: the shipping method skips it." in shown
