"""Whatever one channel's definitions are: applied to another, that one's file says the same, and stays so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadbay.channels import item_rules
from loadbay.channels.definition_rules import key_of
from loadbay.channels.file_queries import definitions_file
from loadbay.channels.file_rules import FORMAT, DefinitionsNotUsable
from loadbay.channels.rules import Implied
from loadbay.channels.services.applying import apply_file, copy_definitions, diff_copy, diff_file
from loadbay.parties.models import ShippingAgent, ShippingAgentService
from tests.builders import Shop
from tests.services.goods import a_channel, a_product

pytestmark = pytest.mark.django_db
NAMES = st.sampled_from(
    ["STANDARD", "standard", "Next Day", "NEXT_DAY", "Überland", "Std UK Dom_1", "a/b & c"]
)
NUMBERS = st.sampled_from(["1", "4010", " 2200 "])
FLAGS = st.booleans()
CHARGES = st.one_of(
    st.fixed_dictionaries({"behaviour": st.sampled_from(["skip", "Skip"])}),
    st.fixed_dictionaries(
        {
            "behaviour": st.just("default"),
            "charge_type": st.sampled_from(["account", "Resource", "charge"]),
            "charge_number": NUMBERS,
        }
    ),
)
CARRIED = st.sampled_from([{"agent": "DPD"}, {"agent": "dpd", "service": "12"}, {"agent": "UPS"}])


def rows_of(each: st.SearchStrategy[dict[str, Any]], *key: str, most: int = 5) -> Any:
    """Rows of a table, none twice."""
    return st.lists(
        each, max_size=most, unique_by=lambda row: tuple(key_of(str(row.get(name))) for name in key)
    )


def together(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(
        lambda found: {name: value for part in found for name, value in part.items()}
    )


def fields(**each: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(each)


METHODS = together(
    fields(external_id=NAMES, is_default_for_outgoing=FLAGS, description=NAMES), CARRIED, CHARGES
)
CARRIERS = fields(
    external_id=NAMES,
    agent=st.sampled_from(["DPD", "ups", "DHL"]),
    is_default_for_outgoing=FLAGS,
)
LINES = fields(
    channel_status=st.sampled_from([None, "SHIPPED", "CREATED", "ODD"]),
    order_status=st.sampled_from([None, "No Order", "Open"]),
    balanced=st.sampled_from([None, True, False]),
)
HOOK = {"kind": "webhook", "secret": "0123456789abcdef"}
ACTIONS = together(
    fields(implied_status=st.sampled_from(["Waiting", "Error"])),
    st.sampled_from(
        [
            {"kind": "build"},
            {"kind": "hold"},
            {"kind": "task", "text": "Look at it"},
            {"kind": "notify", "text": " Ring Ana "},
            HOOK | {"url": "https://erp.example/in"},
            HOOK | {"url": "https://erp.example/in?key=1", "text": "with a key"},
        ]
    ),
)
CUSTOMERS = together(
    fields(buyer=st.sampled_from(["new", "guest"])),
    st.sampled_from(
        [
            {"behaviour": "manual"},
            {"behaviour": "sales_channel", "customer": "amazon-sellerflex"},
            {"behaviour": "auto_create", "code_pattern": "{channel}-{number}", "tax_area": "UK"},
        ]
    ),
)
CODES = st.sampled_from(
    [{"external_id": name, "code": code} for name in ("GBP", "eur", "USD") for code in (name, "LCY4")]
)
ITEMS = together(
    st.sampled_from(
        [
            {"code_type": "sku", "external_id": "OLD"},
            {"code_type": "sku", "external_id": "old"},
            {"code_type": "asin", "external_id": "B000000001"},
            {"code_type": "charge", "external_id": "GIFT_WRAP"},
        ]
    ),
    st.one_of(
        fields(kind=st.just(item_rules.ITEM), number=st.sampled_from(["RUG", "LAMP"])),
        fields(kind=st.sampled_from(["account", "resource"]), number=NUMBERS),
    ),
)
PAYMENTS = st.one_of(
    fields(external_id=NAMES, code=st.sampled_from(["CASH", "card"])),
    fields(external_id=NAMES, code=st.just("CASH"), collected_by=st.sampled_from(["amazon", "shop"])),
)
FILES = fields(
    shipping_methods=rows_of(METHODS, "external_id"),
    shipping_carriers=rows_of(CARRIERS, "external_id"),
    payment_methods=rows_of(PAYMENTS, "external_id"),
    currencies=rows_of(CODES, "external_id"),
    order_status_matrix=rows_of(LINES, "channel_status", "order_status", "balanced"),
    status_actions=rows_of(ACTIONS, "implied_status", "kind", "text"),
    customers=rows_of(CUSTOMERS, "buyer"),
    items=rows_of(ITEMS, "code_type", "external_id"),
    tax=st.sampled_from([{}, {"shown": "one_line", "account": "2200", "leaves_out_collected": True}]),
    settings=fields(allows_multi_currency=FLAGS, payment_behaviour=st.sampled_from(["channel", "mapped"])),
)


SPOILS: tuple[dict[str, Any], ...] = (
    *({},) * 5,
    {"shipping_carriers": [{"external_id": "Snail", "agent": "SNAIL"}]},
    {"items": [{"code_type": "sku", "external_id": "X", "kind": "item", "number": "NOTHING"}]},
    {"tax": {"shown": "one_line"}},
)
"""What a file may be spoilt by; most are not."""


def without_contradictions(file: dict[str, Any]) -> dict[str, Any]:
    """Each agent leads back to one line; lines of the matrix that are equally specific imply the same."""
    for table in ("shipping_methods", "shipping_carriers"):
        taken = set()
        for row in file[table]:
            carried = (row["agent"].upper(), row.get("service", ""))
            row["is_default_for_outgoing"] = carried not in taken
            taken.add(carried)
    implied = [one.value for one in Implied]
    for row in file["order_status_matrix"]:
        row["implied_status"] = implied[sum(value is not None for value in row.values())]
    return file


@pytest.fixture
def two_channels(shop: Shop) -> Shop:
    for sku in ("RUG", "LAMP"):
        a_product(sku, on_hand=1)
    a_channel("OTHER")
    for code in ("DPD", "UPS", "DHL"):
        ShippingAgent.objects.create(code=code, name=code)
    ShippingAgentService.objects.create(
        agent=ShippingAgent.objects.get(code="DPD"), code="12", name="By noon"
    )
    return shop


def definitions_of(code: str) -> dict[str, Any]:
    found = json.loads(definitions_file(code))
    return {name: rows for name, rows in found.items() if name != "channel"}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=FILES.map(without_contradictions), spoilt=st.sampled_from(SPOILS))
def test_what_one_channel_takes_another_takes_and_says_the_same(
    file: dict[str, Any], spoilt: dict[str, Any], two_channels: Shop
):
    now = two_channels.clock.now()
    head = {"format": FORMAT, "version": 1, "programme": "smartconnect"}
    data = json.dumps(head | file | spoilt).encode()
    before, shown = definitions_of("UK"), diff_file("UK", data)
    assert bool(shown.faults) is bool(spoilt)
    if spoilt:
        with pytest.raises(DefinitionsNotUsable) as refusal:
            apply_file("UK", data, now=now, seen=shown.fingerprint)
        assert refusal.value.faults == shown.faults
        assert definitions_of("UK") == before
        return
    done = apply_file("UK", data, now=now, seen=shown.fingerprint)
    assert (done.added, done.changed, done.removed) == (shown.added, shown.changed, shown.removed)
    assert diff_file("UK", data).is_empty
    copy_definitions("OTHER", "UK", now=now)
    assert definitions_of("OTHER") == definitions_of("UK")
    assert diff_copy("OTHER", "UK").is_empty
    again = definitions_file("UK").encode()
    assert apply_file("OTHER", again, now=now).is_empty
