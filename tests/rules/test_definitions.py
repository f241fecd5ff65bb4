"""What an order becomes by its channel's definitions, what lines of them may say, and the way back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.channels.definition_rules import (
    AgentService,
    Carrier,
    CarrierLine,
    Charge,
    DefinitionNotUsable,
    Definitions,
    Method,
    MethodLine,
    Outgoing,
    Table,
    Unmapped,
    agent_code,
    check_carrier,
    check_currency,
    check_external_id,
    check_method,
    check_outgoing_carriers,
    check_outgoing_methods,
    check_payment_code,
    key_of,
    outgoing,
)
from loadbay.orders.definition_rules import Becomes, Staged, is_collected, ruled

DPD = AgentService(1, "DPD", "DPD UK")
NEXT_DAY = AgentService(1, "DPD", "DPD UK", 7, "NEXT", "Next day")
POSTED = Charge("account", "8640")
MFN = Definitions(
    programme="mfn",
    currency="GBP",
    methods={
        "standard": Method("STANDARD", DPD, POSTED),
        "nextday": Method("NEXT_DAY", NEXT_DAY, None),
        "expedited": Method("EXPEDITED"),
    },
    currencies={"GBP": "GBP", "EUR": "EURO"},
    payment_methods={"standard": "CARD"},
)
ANYWHERE = replace(MFN, allows_multi_currency=True)
PAID = replace(MFN, maps_payment_methods=True)


# --- what an order becomes ---


@pytest.mark.parametrize(
    ("order", "definitions", "becomes"),
    [
        (Staged("STANDARD", "GBP"), MFN, Becomes(DPD, POSTED)),
        (Staged("Standard", "GBP"), MFN, Becomes(DPD, POSTED)),
        (Staged("NextDay", "GBP"), MFN, Becomes(NEXT_DAY, None)),
        (Staged("", "GBP"), MFN, Becomes()),
        (Staged("DE_STD", "GBP"), replace(MFN, programme="smartconnect"), Becomes()),
        (Staged("EXPEDITED", "GBP"), replace(MFN, programme="fba"), Becomes()),
        (Staged("NEXT_DAY", "GBP"), replace(MFN, programme="smartconnect"), Becomes(NEXT_DAY, None)),
        (Staged("STANDARD", "GBP"), ANYWHERE, Becomes(DPD, POSTED)),
        (Staged("STANDARD", "EUR"), ANYWHERE, Becomes(DPD, POSTED, "EURO")),
        (Staged("STANDARD", "GBP", "Standard"), PAID, Becomes(DPD, POSTED, payment_code="CARD")),
        (Staged("STANDARD", "GBP", "Standard"), MFN, Becomes(DPD, POSTED)),
        (Staged("STANDARD", "GBP", ""), PAID, Becomes(DPD, POSTED)),
    ],
)
def test_an_order_becomes_what_its_channel_defines(order, definitions, becomes):
    said = ruled(order, definitions)
    assert (said.becomes, said.unmapped) == (becomes, ())


@pytest.mark.parametrize(
    ("order", "definitions", "unmapped"),
    [
        (Staged("EXPEDITED", "GBP"), MFN, [(Table.SHIPPING_METHOD, "EXPEDITED")]),
        (Staged("Std UK Dom_1", "GBP"), MFN, [(Table.SHIPPING_METHOD, "Std UK Dom_1")]),
        (Staged("Late", "GBP"), replace(MFN, programme="self_ship"), [(Table.SHIPPING_METHOD, "Late")]),
        (Staged("STANDARD", "EUR"), MFN, [(Table.MULTI_CURRENCY, "EUR")]),
        (Staged("STANDARD", "SEK"), ANYWHERE, [(Table.CURRENCY, "SEK")]),
        (Staged("STANDARD", "GBP", "COD, Standard"), PAID, [(Table.PAYMENT_METHOD, "COD")]),
        (
            Staged("Late", "SEK", "COD"),
            replace(ANYWHERE, maps_payment_methods=True),
            [(Table.SHIPPING_METHOD, "Late"), (Table.CURRENCY, "SEK"), (Table.PAYMENT_METHOD, "COD")],
        ),
    ],
)
def test_every_value_that_nobody_mapped_is_named_at_once(order, definitions, unmapped):
    said = ruled(order, definitions)
    assert [(one.table, one.value) for one in said.unmapped] == unmapped


@given(st.text(max_size=60), st.sampled_from(["GBP", "EUR", "SEK", ""]), st.text(max_size=60))
def test_whatever_an_order_says_it_is_either_built_or_told_what_it_lacks(method, currency, paid):
    for definitions in (MFN, ANYWHERE, PAID, Definitions(currency="GBP")):
        said = ruled(Staged(method, currency, paid), definitions)
        for one in said.unmapped:
            assert one.value
            assert one.key.startswith(f"{one.table.value}:")
        if currency != "GBP" and not definitions.allows_multi_currency:
            assert not currency or Unmapped(Table.MULTI_CURRENCY, currency) in said.unmapped


# --- spelling variants ---


@pytest.mark.parametrize(
    "variants",
    [
        ("ROYAL_MAIL", "Royal Mail", "royal-mail", "RoyalMail"),
        ("UKMail", "UK MAIL"),
        ("FREE_ECONOMY", "FreeEconomy"),
        ("Std UK Dom_1", "std uk dom 1"),
    ],
)
def test_spelling_variants_are_one(variants):
    assert len({key_of(one) for one in variants}) == 1


@given(st.text(min_size=1).filter(lambda text: text.strip()))
def test_a_key_is_never_empty_and_is_its_own_key(text):
    key = key_of(text)
    assert 0 < len(key) <= 60
    assert key_of(key) == key


# --- agents of carriers ---


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Royal Mail", [], "ROYAL MAIL"),
        ("DPD", [], "DPD"),
        ("DPD", ["DPD"], "DPD2"),
        ("Transaragonés", [], "TRANSARAGO"),
        ("Hermes Einrichtungsservice", [], "HERMESEINR"),
        ("Hermes Einrichtungsservice", ["HERMESEINR"], "HERMESEIN2"),
        ("R+L", [], "R L"),
        ("GO!", [], "GO"),
        ("日本", [], "AGENT"),
        ("日本", ["AGENT"], "AGENT2"),
    ],
)
def test_an_agent_made_for_a_carrier_has_a_code_that_books_allow(name, taken, code):
    assert agent_code(name, taken=taken) == code


@given(st.lists(st.text(min_size=1, max_size=40), max_size=30))
def test_no_two_agents_have_one_code_whatever_carriers_are_called(names):
    taken: list[str] = []
    for name in names:
        code = agent_code(name, taken=taken)
        assert re.fullmatch(r"[A-Z0-9][A-Z0-9 ._&-]{0,9}", code)
        assert code not in taken
        assert code == code.strip()
        taken.append(code)


# --- shipping methods ---

SERVICES = {"DPD": ["NEXT", "TWO"], "EVRI": []}
GOOD = MethodLine("STANDARD", "", "DPD", "NEXT", "default", "account", "8640")


@pytest.mark.parametrize(
    ("changes", "column", "named"),
    [
        ({"agent": ""}, "agent", "has no Shipping Agent Code"),
        ({"agent": "NOBODY"}, "agent", "is no shipping agent"),
        ({"agent": "EVRI"}, "service", "is no service of agent EVRI. Its services: none yet"),
        ({"service": "SLOW"}, "service", "SLOW of shipping method STANDARD is no service of agent DPD"),
        ({"behaviour": "sometimes"}, "behaviour", "Use default or skip"),
        ({"behaviour": "skip"}, "charge_type", "skips its charge, so it has no charge type"),
        ({"behaviour": "skip", "charge_type": ""}, "charge_number", "skips its charge"),
        ({"charge_type": ""}, "charge_type", "Choose one of G/L Account, Item, Resource, Charge (Item)"),
        ({"charge_type": "vendor"}, "charge_type", "no Shipping Order Charge Type"),
        ({"charge_number": ""}, "charge_number", "needs a Shipping Order Charge No."),
        ({"charge_number": "9" * 21}, "charge_number", "1 to 20 characters"),
    ],
)
def test_a_shipping_method_that_cannot_work_is_refused_in_words(changes, column, named):
    with pytest.raises(DefinitionNotUsable, match=".") as refused:
        check_method(replace(GOOD, **changes), services=SERVICES)
    assert (refused.value.line, refused.value.column, refused.value.code) == (
        "STANDARD",
        column,
        "definition_not_usable",
    )
    assert named in refused.value.sentence


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"service": ""},
        {"charge_type": "item"},
        {"charge_type": "resource"},
        {"charge_type": "charge"},
        {"behaviour": "skip", "charge_type": "", "charge_number": ""},
    ],
)
def test_a_shipping_method_that_works_is_kept(changes):
    check_method(replace(GOOD, **changes), services=SERVICES)


def test_a_carrier_needs_an_agent_that_is_known():
    with pytest.raises(DefinitionNotUsable, match="has no Shipping Agent Code"):
        check_carrier(CarrierLine("DPD"), agents=["DPD"])
    with pytest.raises(DefinitionNotUsable, match="is no shipping agent. Add it under Shipping agents"):
        check_carrier(CarrierLine("DPD", agent="UPS"), agents=["DPD"])
    check_carrier(CarrierLine("DPD", agent="DPD"), agents=["DPD"])


@pytest.mark.parametrize("external_id", ["", "  ", "x" * 61, "a\x00b"])
def test_an_external_id_has_to_be_readable(external_id):
    with pytest.raises(DefinitionNotUsable, match="needs an external id of 1 to 60"):
        check_external_id(external_id, what="shipping carrier")


# --- the way back ---


def test_an_agent_on_several_methods_needs_one_default_for_outgoing():
    two = [GOOD, replace(GOOD, external_id="EXPEDITED")]
    with pytest.raises(DefinitionNotUsable, match="agent DPD with NEXT, and none of them is default"):
        check_outgoing_methods(two)
    both = [replace(line, is_default_for_outgoing=True) for line in two]
    with pytest.raises(DefinitionNotUsable, match="STANDARD and EXPEDITED are default for outgoing"):
        check_outgoing_methods(both)
    check_outgoing_methods([both[0], two[1]])
    check_outgoing_methods([GOOD, replace(GOOD, external_id="EXPEDITED", service="TWO")])
    check_outgoing_methods([MethodLine("A"), MethodLine("B")])


def test_an_agent_on_several_carriers_needs_one_default_for_outgoing():
    two = [CarrierLine("Evri", agent="EVRI"), CarrierLine("Hermes UK", agent="EVRI")]
    with pytest.raises(DefinitionNotUsable, match="Evri, Hermes UK all have agent EVRI, and none"):
        check_outgoing_carriers(two)
    check_outgoing_carriers([two[0], replace(two[1], is_default_for_outgoing=True)])


OUT = Definitions(
    carriers=(
        Carrier("Hermes UK", "EVRI", "Evri"),
        Carrier("Evri", "EVRI", "Evri", is_default_for_outgoing=True),
        Carrier("DPD", "DPD", "DPD UK"),
        Carrier("UPS"),
    ),
    methods={
        "standard": Method("STANDARD", DPD),
        "nextday": Method("NEXT_DAY", NEXT_DAY, is_default_for_outgoing=True),
        "expedited": Method("EXPEDITED", NEXT_DAY),
    },
)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"agent": "DPD", "service": ""}, Outgoing("DPD", "DPD UK", "STANDARD")),
        ({"agent": "DPD", "service": "NEXT"}, Outgoing("DPD", "DPD UK", "NEXT_DAY")),
        ({"agent": "DPD", "service": "TWO"}, Outgoing("DPD", "DPD UK", "TWO")),
        ({"agent": "EVRI", "service": ""}, Outgoing("Evri", "Evri", "")),
        ({"agent": "VAN", "service": "", "agent_name": "Our van"}, Outgoing("Other", "Our van", "")),
        ({"agent": "VAN", "service": ""}, Outgoing("Other", "VAN", "")),
    ],
)
def test_an_agent_and_its_service_go_back_to_the_channel(asked: dict[str, Any], told: Outgoing):
    assert outgoing(OUT, **asked) == told


# --- currencies and payment methods ---


@pytest.mark.parametrize(
    ("theirs", "ours", "kept"),
    [
        ("eur", "", ("EUR", "")),
        ("EUR", "eur", ("EUR", "EUR")),
        ("EUR", "EURO", ("EUR", "EURO")),
        (" gbp ", "LC", ("GBP", "LC")),
    ],
)
def test_a_currency_is_itself_or_the_code_of_our_books(theirs, ours, kept):
    assert check_currency(theirs, ours) == kept


@pytest.mark.parametrize(
    ("theirs", "ours", "column", "named"),
    [
        ("EUX", "EUR", "external_id", "is not known. Give an ISO code"),
        ("", "EUR", "external_id", "is not known"),
        ("EURO", "EUR", "external_id", "is not known"),
        ("EUR", "GBP", "code", "is another currency, and Loadbay converts no amounts"),
        ("EUR", "EUX", "code", "Currency Code EUX of EUR is not known"),
        ("EUR", "E-U-R-O", "code", "Use up to 10 letters and digits"),
        ("EUR", "E" * 11, "code", "Use up to 10 letters and digits"),
    ],
)
def test_a_currency_that_is_none_is_refused_in_words(theirs, ours, column, named):
    with pytest.raises(DefinitionNotUsable, match=".") as refused:
        check_currency(theirs, ours)
    assert refused.value.column == column
    assert named in refused.value.sentence


@pytest.mark.parametrize(
    ("paid_by", "collected"),
    [("", True), ("CreditCard", True), ("cash on delivery", False), ("COD", True)]
    + [("CashOnDelivery, GiftCard", False), ("GiftCard, CashOnDelivery", True)],
)
def test_amazon_has_the_money_unless_the_shop_collects_by_the_first_method_named(paid_by, collected):
    assert is_collected(paid_by, shop_collects={key_of("CashOnDelivery")}) is collected


def test_a_payment_method_needs_a_code():
    assert check_payment_code("Standard", " card ") == "CARD"
    for code in ("", "x" * 21):
        with pytest.raises(DefinitionNotUsable, match="needs a Payment Method Code of 1 to 20"):
            check_payment_code("Standard", code)
