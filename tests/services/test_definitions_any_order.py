"""Whatever is retrieved, saved and removed: every agent leads back to one carrier and one method."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadbay.channels.amazon_carriers import CARRIERS
from loadbay.channels.definition_rules import CarrierLine, DefinitionNotUsable, MethodLine, key_of
from loadbay.channels.models import ShippingCarrier, ShippingMethod
from loadbay.channels.services import shipping_carriers as carriers
from loadbay.channels.services import shipping_methods as methods
from loadbay.channels.services.defining import DefinitionUnknown
from loadbay.parties.models import ShippingAgent
from loadbay.parties.services import ensure_agent
from tests.builders import Shop

pytestmark = pytest.mark.django_db
NAMES = (
    "DPD",
    "dpd",
    "DPD Local",
    "ROYAL_MAIL",
    "Royal Mail",
    "Hermes Logistik Gruppe",
    "Hermes Logistics",
    *CARRIERS[:3],
)
AGENTS = ("DPD", "DPD LOCAL", "ROYAL MAIL", "NOBODY", "")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("retrieve"), st.just("")),
        st.tuples(st.just("add"), st.sampled_from(NAMES)),
        st.tuples(st.just("remove"), st.sampled_from(NAMES)),
        st.tuples(st.just("carrier"), st.sampled_from(NAMES), st.sampled_from(AGENTS), st.booleans()),
        st.tuples(st.just("method"), st.sampled_from(NAMES), st.sampled_from(AGENTS), st.booleans()),
    ),
    max_size=12,
)


def do(step: tuple[Any, ...]) -> None:
    """One step as a person would take it; what is refused changes nothing."""
    what, name, *rest = step
    if what == "retrieve":
        carriers.retrieve_carriers("UK")
        methods.retrieve_methods("UK")
    elif what == "add":
        carriers.add_carrier("UK", name)
    elif what == "remove":
        carriers.remove_carrier("UK", name)
    elif what == "carrier":
        carriers.save_carriers("UK", [CarrierLine(name, "", rest[0], is_default_for_outgoing=rest[1])])
    else:
        line = MethodLine(name, "", rest[0], behaviour="skip", is_default_for_outgoing=rest[1])
        methods.save_methods("UK", [line])


def lines() -> list[Any]:
    return [
        sorted(model.objects.values_list("external_id", "agent__code", "is_default_for_outgoing"))
        for model in (ShippingCarrier, ShippingMethod)
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_every_agent_always_leads_back_to_one_line(steps, shop: Shop):
    for model in (ShippingCarrier, ShippingMethod):
        model.objects.all().delete()
    for code in AGENTS[:2]:
        ensure_agent(code, code)
    for step in steps:
        before = lines()
        try:
            do(step)
        except (DefinitionNotUsable, DefinitionUnknown):
            assert lines() == before
        for found in lines():
            assert len({key_of(name) for name, _, _ in found}) == len(found)
            mine = Counter(agent for _, agent, _ in found if agent)
            defaults = Counter(agent for _, agent, is_default in found if agent and is_default)
            assert all(defaults[agent] == 1 for agent, count in mine.items() if count > 1)
            assert all(count == 1 for count in defaults.values())
    assert all(
        code == code.upper() and len(code) <= 10
        for code in ShippingAgent.objects.values_list("code", flat=True)
    )
