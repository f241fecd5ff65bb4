"""Shipping methods, carriers, payment methods: retrieved, mapped, refused, released where they held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadbay.channels.amazon_carriers import CARRIERS, COMMON, METHODS, USUAL
from loadbay.channels.definition_queries import (
    currencies,
    definitions,
    payment_methods,
    shipping_carriers,
    shipping_methods,
)
from loadbay.channels.definition_rules import CarrierLine, DefinitionNotUsable, MethodLine, key_of, outgoing
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import ShippingCarrier, ShippingMethod
from loadbay.channels.services import payment_methods as payments
from loadbay.channels.services import shipping_carriers as carriers
from loadbay.channels.services import shipping_methods as methods
from loadbay.channels.services.currencies import retrieve_currencies
from loadbay.channels.services.defining import DefinitionUnknown
from loadbay.core.errors import NotFound, WrongInput
from loadbay.journal.queries import timeline
from loadbay.orders.models import BuyerDetails, Sale
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import staging
from loadbay.parties import services as parties
from loadbay.parties.models import ShippingAgent
from loadbay.parties.queries import agent_card, agent_cards
from tests.builders import Shop, a_field_call, a_shipment, tasks
from tests.services.goods import a_product, events
from tests.services.settings_shop import change, forget_jobs, jobs
from tests.services.test_building import arrives
from tests.services.test_definitions import by, held
from tests.services.test_definitions import mfn as mfn

pytestmark = pytest.mark.django_db
POSTED = {"charge_type": "account", "charge_number": "8640"}


@pytest.fixture
def dpd(db: None) -> str:
    parties.add_agent("dpd", "DPD UK")
    parties.add_service("DPD", "next", "Next day")
    return "DPD"


# --- the table of Amazon's own ---


def test_amazons_table_names_each_carrier_once_and_all_usual_ones_are_in_it():
    keys = [key_of(code) for code in CARRIERS]
    assert len(keys) == len(set(keys)) > 360
    assert set(COMMON) <= set(CARRIERS)
    assert {code for usual in USUAL.values() for code in usual} <= set(CARRIERS)
    assert set(USUAL) == set(MARKETPLACES)
    assert all(len(code) <= 60 for code in CARRIERS)


# --- shipping methods ---


def test_retrieving_loads_amazons_eight_methods_without_an_agent_and_nothing_beyond(shop: Shop):
    assert methods.retrieve_methods("uk") == tuple(METHODS)
    rows = shipping_methods("UK")
    assert [row.external_id for row in rows] == list(METHODS)
    assert {(row.agent, row.behaviour, row.is_mapped) for row in rows} == {("", "default", False)}
    assert len(rows) == 8


def test_retrieving_again_changes_nothing_that_a_person_set(shop: Shop, dpd: str):
    methods.save_methods("UK", [MethodLine("Standard", "Ours", dpd, "NEXT", **POSTED)])
    assert methods.retrieve_methods("UK") == tuple(name for name in METHODS if name != "STANDARD")
    before = shipping_methods("UK")
    assert methods.retrieve_methods("UK") == ()
    assert shipping_methods("UK") == before
    (ours,) = [row for row in before if row.is_mapped]
    assert (ours.external_id, ours.description, ours.agent, ours.service) == (
        "Standard",
        "Ours",
        "DPD",
        "NEXT",
    )
    assert before[-1] == ours  # what is not mapped stands first


def test_mapping_an_unmapped_method_releases_just_its_orders(mfn: Shop, dpd: str):
    arrives(mfn, by("Std UK Dom_1", "1"), by("UK Next", "2"))
    forget_jobs()
    told = methods.save_methods("UK", [MethodLine("std uk dom_1", "", "dpd", "next", **POSTED)])
    assert told == (
        "Shipping method Std UK Dom_1: agent none → DPD, service none → NEXT, charge type none → account, "
        "charge number none → 8640.",
    )
    assert [entry.text for entry in timeline("channel:UK")] == list(told)
    assert jobs() == {"build_sales"}
    assert [kind for kind, _ in tasks()] == ["unmapped_shipping_method"]
    mfn.builds()
    sale = Sale.objects.select_related("agent", "service").get()
    assert (sale.agent.code, sale.service.code) == ("DPD", "NEXT")
    assert list(held()) == ["SHP-2"]


def test_a_saved_method_saved_again_changes_nothing(shop: Shop, dpd: str):
    line = MethodLine("STANDARD", "", dpd, **POSTED)
    assert methods.save_methods("UK", [line]) == (
        "Shipping method STANDARD: agent none → DPD, charge type none → account, charge number none → 8640.",
    )
    count = len(events("channels.definitions_changed"))
    assert methods.save_methods("UK", [replace(line, charge_type="G/L Account", agent="dpd")]) == ()
    assert len(events("channels.definitions_changed")) == count


def test_of_several_lines_all_are_kept_or_none(shop: Shop, dpd: str):
    good, bad = MethodLine("STANDARD", "", dpd, **POSTED), MethodLine("NEXT_DAY", "", dpd, "SLOW", **POSTED)
    with pytest.raises(
        DefinitionNotUsable, match="SLOW of shipping method NEXT_DAY is no service of agent DPD"
    ):
        methods.save_methods("UK", [good, bad])
    assert ShippingMethod.objects.count() == 0


def test_lines_that_are_as_they_were_are_not_looked_at(shop: Shop, dpd: str):
    methods.retrieve_methods("UK")
    lines = [MethodLine(row.external_id, row.description) for row in shipping_methods("UK")]
    changed = [
        replace(line, agent=dpd, **POSTED) if line.external_id == "PRIORITY" else line for line in lines
    ]
    assert len(methods.save_methods("UK", changed)) == 1


def test_a_second_method_of_an_agent_needs_a_default_and_a_new_default_takes_it(shop: Shop, dpd: str):
    first = MethodLine("STANDARD", "", dpd, behaviour="Skip")
    second = replace(first, external_id="EXPEDITED")
    methods.save_methods("UK", [first])
    with pytest.raises(DefinitionNotUsable, match="STANDARD, EXPEDITED all have agent DPD, and none of them"):
        methods.save_methods("UK", [second])
    methods.save_methods("UK", [replace(second, is_default_for_outgoing=True)])
    assert _outgoing_methods() == ["EXPEDITED"]
    told = methods.save_methods("UK", [replace(first, is_default_for_outgoing=True)])
    assert told == (
        "Shipping method STANDARD: default for outgoing no → yes.",
        "Shipping method EXPEDITED: default for outgoing yes → no.",
    )
    assert _outgoing_methods() == ["STANDARD"]
    with pytest.raises(DefinitionNotUsable, match="none of them is default for outgoing"):
        methods.save_methods("UK", [first])
    methods.remove_method("UK", "standard")
    assert (
        outgoing(definitions([shop.channel.pk])[shop.channel.pk], agent="DPD", service="").method
        == "EXPEDITED"
    )


def _outgoing_methods() -> list[str]:
    rows = ShippingMethod.objects.filter(is_default_for_outgoing=True)
    return list(rows.values_list("external_id", flat=True))


def test_what_is_not_there_cannot_be_removed(shop: Shop):
    with pytest.raises(DefinitionUnknown, match="UK has no shipping method NONE"):
        methods.remove_method("UK", "NONE")
    with pytest.raises(DefinitionUnknown, match="UK has no shipping carrier NONE"):
        carriers.remove_carrier("UK", "NONE")
    with pytest.raises(DefinitionUnknown, match="UK has no payment method NONE"):
        payments.remove_payment_method("UK", "NONE")


# --- shipping carriers ---


def test_retrieving_loads_the_default_carriers_and_those_usual_in_the_marketplace(shop: Shop):
    added = carriers.retrieve_carriers("UK")
    assert added[:6] == ("Amazon Shipping", "DHL", "FedEx", "UPS", "USPS", "Other")
    assert {"Royal Mail", "DPD", "Evri", "Yodel", "Parcelforce"} <= set(added)
    assert "Correos" not in added
    rows = shipping_carriers("UK")
    assert all(row.is_mapped for row in rows)
    assert len({row.agent for row in rows}) == len(rows)
    told = timeline("channel:UK")[0].text
    assert told == f"Shipping carriers retrieved: {', '.join(added[:8])} and {len(added) - 8} more."


def test_an_agent_of_the_same_code_is_linked_and_a_missing_one_is_made(shop: Shop):
    parties.add_agent("DHL", "Our DHL contract")
    carriers.retrieve_carriers("UK")
    agents = {row.external_id: row.agent for row in shipping_carriers("UK")}
    assert agents["DHL"] == "DHL"
    assert agent_card("DHL").name == "Our DHL contract"
    assert (agents["Amazon Shipping"], agents["Royal Mail"]) == ("AMAZON", "ROYAL MAIL")
    assert (agents["Delivery Group"], agents["DPD Local"]) == ("DELIVERYGR", "DPD LOCAL")
    assert all(len(code) <= 10 and code == code.upper() for code in agents.values())


def test_codes_that_collide_after_shortening_are_told_apart(shop: Shop):
    carriers.add_carrier("UK", "Hermes Logistik Gruppe")
    carriers.add_carrier("UK", "Hermes Logistics West")
    agents = {row.external_id: row.agent for row in shipping_carriers("UK")}
    assert agents == {"Hermes Logistik Gruppe": "HERMESLOGI", "Hermes Logistics West": "HERMESLOG2"}


def test_retrieving_again_changes_nothing_and_spelling_variants_are_one_carrier(shop: Shop):
    parties.add_agent("POST", "The post")
    carriers.save_carriers("UK", [CarrierLine("ROYAL_MAIL", "Our post", "POST")])
    added = carriers.retrieve_carriers("UK")
    assert "Royal Mail" not in added
    before = (shipping_carriers("UK"), ShippingAgent.objects.count())
    assert carriers.retrieve_carriers("UK") == ()
    assert (shipping_carriers("UK"), ShippingAgent.objects.count()) == before
    (ours,) = [row for row in before[0] if key_of(row.external_id) == "royalmail"]
    assert (ours.external_id, ours.description, ours.agent) == ("ROYAL_MAIL", "Our post", "POST")


def test_a_carrier_removed_and_retrieved_again_has_the_agent_it_was_given(shop: Shop):
    carriers.retrieve_carriers("UK")
    count = ShippingAgent.objects.count()
    carriers.remove_carrier("UK", "Delivery Group")
    assert carriers.retrieve_carriers("UK") == ("Delivery Group",)
    assert ShippingAgent.objects.count() == count


def test_the_rest_of_amazons_list_comes_on_demand(shop: Shop):
    carriers.retrieve_carriers("UK")
    carriers.retrieve_all_carriers("UK")
    rows = shipping_carriers("UK")
    assert len(rows) == len(CARRIERS)
    assert len({row.agent for row in rows}) == len(rows)
    assert carriers.retrieve_all_carriers("UK") == ()


def test_retrieving_leaves_what_a_person_gave_an_agent_as_the_way_back(shop: Shop):
    parties.add_agent("DPD", "DPD UK")
    carriers.save_carriers("UK", [CarrierLine("DPD Express", agent="DPD")])
    carriers.retrieve_carriers("UK")
    told = outgoing(definitions([shop.channel.pk])[shop.channel.pk], agent="DPD", service="")
    assert (told.carrier_code, told.carrier_name) == ("DPD Express", "DPD UK")


def test_two_carriers_of_one_agent_need_a_default_and_a_new_default_takes_it(shop: Shop, dpd: str):
    first, second = CarrierLine("DPD", agent=dpd), CarrierLine("DPD Local", agent=dpd)
    carriers.save_carriers("UK", [first])
    with pytest.raises(DefinitionNotUsable, match="DPD, DPD Local all have agent DPD, and none of them"):
        carriers.save_carriers("UK", [second])
    carriers.save_carriers("UK", [replace(second, is_default_for_outgoing=True)])
    carriers.save_carriers("UK", [replace(first, is_default_for_outgoing=True)])
    defaults = ShippingCarrier.objects.filter(is_default_for_outgoing=True)
    assert list(defaults.values_list("external_id", flat=True)) == ["DPD"]
    with pytest.raises(DefinitionNotUsable, match="has no Shipping Agent Code"):
        carriers.save_carriers("UK", [replace(second, agent="")])


# --- currencies ---


def test_retrieving_currencies_adds_those_of_the_accounts_marketplaces(shop: Shop):
    assert retrieve_currencies("UK") == ()
    shop.set_channel(marketplace="SE")
    assert retrieve_currencies("UK") == ("SEK",)
    assert [(row.external_id, row.code) for row in currencies("UK")] == [("GBP", "GBP"), ("SEK", "SEK")]


# --- payment methods ---


def paid(by_what: str) -> None:
    BuyerDetails.objects.update(payment_method=by_what)


def test_payment_methods_are_not_asked_for_while_the_behaviour_is_channel(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment())
    assert (Sale.objects.count(), payment_methods("UK"), tasks()) == (1, (), [])


def test_mapped_an_unknown_payment_method_holds_its_order_and_mapping_releases_it(shop: Shop):
    a_product("RUG", on_hand=5)
    change(shop, payment_behaviour="mapped")
    _stage_paid(shop, "CashOnDelivery")
    assert held() == {"SHP-1": "Payment method CashOnDelivery has no code."}
    assert [(row.external_id, row.is_mapped) for row in payment_methods("UK")] == [("CashOnDelivery", False)]
    assert payments.save_payment_methods("UK", {"cash on delivery": "cod"}) == (
        "Payment method CashOnDelivery: not mapped → COD.",
    )
    assert payments.save_payment_methods("UK", {"CashOnDelivery": "COD"}) == ()
    shop.builds()
    assert (Sale.objects.get().payment_code, tasks()) == ("COD", [])


def test_who_collects_may_be_said_before_the_method_has_a_code(shop: Shop):
    a_product("RUG", on_hand=5)
    change(shop, payment_behaviour="mapped")
    _stage_paid(shop, "CashOnDelivery")
    told = payments.save_payment_methods("UK", {}, collected_by={"CashOnDelivery": "shop"})
    assert told == ("Payment method CashOnDelivery is collected by: The shop.",)
    assert [(row.is_mapped, row.collected_by) for row in payment_methods("UK")] == [(False, "shop")]


def test_back_to_channel_what_waited_for_a_payment_method_goes_on(shop: Shop):
    a_product("RUG", on_hand=5)
    change(shop, payment_behaviour="mapped")
    _stage_paid(shop, "CashOnDelivery")
    change(shop, payment_behaviour="channel")
    shop.builds()
    assert (Sale.objects.get().payment_code, tasks()) == ("", [])


def test_a_payment_method_shown_after_shipping_is_mapped_on_its_sale(shop: Shop):
    a_product("RUG", on_hand=5)
    change(shop, payment_behaviour="mapped")
    a_field_call(shop).shipped()
    assert shop.finds_buyers() == 1
    sale = Sale.objects.get()
    assert (sale.payment_method != "", sale.payment_code) == (True, "")
    ((kind, _),) = tasks()
    assert (kind, len(payment_methods("UK"))) == ("unmapped_payment_method", 1)
    payments.save_payment_methods("UK", {sale.payment_method: "card"})
    sale.refresh_from_db()
    assert (sale.payment_code, tasks()) == ("CARD", [])


def test_who_collects_the_money_is_said_line_by_line_and_what_is_not_named_stays(shop: Shop):
    payments.save_payment_methods("UK", {"CashOnDelivery": "COD", "CreditCard": "CARD"})
    assert payments.save_payment_methods("UK", {}, collected_by={"cash on delivery": "shop"}) == (
        "Payment method CashOnDelivery is collected by: The shop.",
    )
    assert payments.save_payment_methods("UK", {"CashOnDelivery": "CASH"}) == (
        "Payment method CashOnDelivery: COD → CASH.",
    )
    assert [(row.code, row.collected_by) for row in payment_methods("UK")] == [
        ("CASH", "shop"),
        ("CARD", "amazon"),
    ]
    with pytest.raises(DefinitionNotUsable, match="collected by amazon, shop") as refused:
        payments.save_payment_methods("UK", {"CreditCard": "X"}, collected_by={"CreditCard": "bank"})
    assert refused.value.column == "collected_by"
    with pytest.raises(DefinitionNotUsable, match="needs a Payment Method Code"):
        payments.save_payment_methods("UK", {}, collected_by={"Invoice": "shop"})
    assert [row.code for row in payment_methods("UK")] == ["CASH", "CARD"]


def _stage_paid(shop: Shop, by_what: str) -> None:
    """An order whose payment Amazon shows from the beginning."""
    staging.stage_page(shop.connection, ShipmentPage((a_shipment().seen,), (), None))
    paid(by_what)
    shop.builds()


# --- agents ---


def test_agents_and_services_are_added_renamed_and_removed(db: None):
    assert parties.add_agent(" evri ", "Evri") == "EVRI"
    parties.rename_agent("evri", "Evri  UK")
    assert parties.add_service("EVRI", "next", "Next day") == "NEXT"
    parties.rename_service("EVRI", "NEXT", "Next morning")
    assert agent_card("evri").services == (("NEXT", "Next morning"),)
    parties.remove_service("EVRI", "next")
    assert [(card.code, card.name, card.services) for card in agent_cards()] == [("EVRI", "Evri UK", ())]


def test_agents_refuse_what_cannot_be_in_words(shop: Shop, dpd: str):
    with pytest.raises(parties.AgentCodeTaken, match="Shipping agent DPD is there already: DPD UK"):
        parties.add_agent("DPD", "Another")
    with pytest.raises(parties.AgentCodeTaken, match="DPD has a service NEXT already"):
        parties.add_service("DPD", "NEXT", "Another")
    with pytest.raises(WrongInput, match="cannot be a code. Use up to 10"):
        parties.add_agent("ELEVENCHARS", "Too long")
    with pytest.raises(WrongInput, match="Name '' cannot be kept"):
        parties.rename_agent("DPD", " ")
    with pytest.raises(NotFound, match="There is no shipping agent NOBODY"):
        parties.add_service("NOBODY", "NEXT", "Next")
    with pytest.raises(NotFound, match="DPD has no service SLOW"):
        parties.rename_service("DPD", "SLOW", "Slow")
    methods.save_methods("UK", [MethodLine("STANDARD", "", dpd, "NEXT", **POSTED)])
    with pytest.raises(parties.AgentInUse, match="Service NEXT of DPD stands on shipping methods or sales"):
        parties.remove_service("DPD", "NEXT")
