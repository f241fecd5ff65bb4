"""A channel's definitions as one file: shown first, applied whole or not at all, by each table's rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loadbay.channels.action_queries import actions
from loadbay.channels.customer_rules import BehaviourLine
from loadbay.channels.definition_queries import currencies, shipping_methods
from loadbay.channels.definition_rules import MethodLine, TaxLine
from loadbay.channels.file_queries import all_definitions, definitions_file
from loadbay.channels.file_rules import DefinitionsChangedMeanwhile, DefinitionsNotUsable
from loadbay.channels.item_rules import ItemLine
from loadbay.channels.mapping_queries import items, tax
from loadbay.channels.models import ImpliedAction, SalesChannel, ShippingMethod
from loadbay.channels.services.actions import add_action
from loadbay.channels.services.applying import apply_file, copy_definitions, diff_copy, diff_file
from loadbay.channels.services.currencies import save_currencies
from loadbay.channels.services.customers import save_behaviours
from loadbay.channels.services.items import save_items
from loadbay.channels.services.payment_methods import save_payment_methods
from loadbay.channels.services.shipping_carriers import retrieve_carriers
from loadbay.channels.services.shipping_methods import retrieve_methods, save_methods
from loadbay.channels.services.taxes import save_tax
from loadbay.core.errors import NotFound, WrongInput
from loadbay.core.models import EventRow
from loadbay.journal.queries import timeline
from loadbay.orders.models import Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import staging
from loadbay.parties.services import ensure_agent
from tests.builders import Shop, a_shipment, tasks
from tests.services.goods import a_channel, a_product
from tests.services.settings_shop import change, forget_jobs, jobs

pytestmark = pytest.mark.django_db
SECRET = "0123456789abcdef"
CONTRADICTING = "SHIPPED × No Order × any × any → Error; SHIPPED × any × balanced × any → Ready"
HOOK = "https://erp.example/in?key=abc"


@pytest.fixture
def other(shop: Shop) -> SalesChannel:
    return a_channel("OTHER")


@pytest.fixture
def mapped(shop: Shop) -> str:
    """UK with something in every table."""
    a_product("RUG", on_hand=9)
    ensure_agent("DPD", "DPD UK")
    retrieve_methods("UK")
    retrieve_carriers("UK")
    save_methods("UK", [MethodLine("STANDARD", "", "DPD", behaviour="skip")])
    save_currencies("UK", {"EUR": "EUR", "GBP": "STERLING"})
    save_payment_methods("UK", {"COD": "CASH"})
    save_items(
        "UK", [ItemLine("sku", "OLD", "item", "RUG"), ItemLine("charge", "GIFT_WRAP", "account", "4010")]
    )
    save_items("UK", [ItemLine("sku", "ASKED")])
    save_tax("UK", TaxLine("one_line", "2200", leaves_out_collected=True))
    save_behaviours("UK", [BehaviourLine("guest", "manual")])
    add_action("UK", implied_status="Error", kind="webhook", url=HOOK, secret=SECRET)
    add_action("UK", implied_status="Error", kind="task", text="Look at it")
    change(shop, allows_multi_currency=True, payment_behaviour="mapped")
    forget_jobs()
    return "UK"


def exported(code: str = "UK") -> dict[str, Any]:
    return json.loads(definitions_file(code))


def as_file(data: dict[str, Any]) -> bytes:
    return json.dumps(data).encode()


def definitions_of(code: str) -> dict[str, Any]:
    return {name: rows for name, rows in exported(code).items() if name not in {"channel", "locations"}}


def applied(shop: Shop, data: dict[str, Any], code: str = "UK", **more: Any) -> tuple[int, int, int]:
    done = apply_file(code, as_file(data), now=shop.clock.now(), **more)
    assert done.is_applied
    return done.added, done.changed, done.removed


def refused(shop: Shop, data: dict[str, Any] | bytes, code: str = "UK") -> list[tuple[str, str, str]]:
    """Where the file is refused; it is told by the diff too, and nothing is changed."""
    before = (definitions_file(code), EventRow.objects.count())
    given = data if isinstance(data, bytes) else as_file(data)
    with pytest.raises(DefinitionsNotUsable) as refusal:
        apply_file(code, given, now=shop.clock.now())
    assert refusal.value.faults == diff_file(code, given).faults
    assert (definitions_file(code), EventRow.objects.count()) == before
    return [(one.table, one.row, one.field) for one in refusal.value.faults]


def test_a_file_has_every_table_no_secret_and_nothing_that_nobody_mapped(mapped: str):
    found = exported()
    assert list(found)[:4] == ["format", "version", "programme", "channel"]
    assert all(found[name] for name in list(found)[4:])
    assert [row["external_id"] for row in found["items"]] == ["GIFT_WRAP", "OLD"]
    assert [row["external_id"] for row in found["shipping_methods"]] == ["STANDARD"]
    text = definitions_file("UK")
    assert (SECRET in text, "key=abc" in text, '"id"' in text) == (False, False, False)
    assert found["settings"]["allows_multi_currency"] is True


def test_applying_a_channels_own_file_changes_nothing(shop: Shop, mapped: str):
    before = (EventRow.objects.count(), len(timeline("channel:UK")))
    assert applied(shop, exported()) == (0, 0, 0)
    assert (EventRow.objects.count(), len(timeline("channel:UK")), jobs()) == (*before, set())


def test_definitions_are_copied_whole_with_the_secrets_of_webhooks(
    shop: Shop, mapped: str, other: SalesChannel
):
    shown = diff_copy("OTHER", "UK")
    assert (shown.source, shown.faults, shown.is_applied) == ("UK", (), False)
    assert definitions_of("OTHER") != definitions_of("UK")
    done = copy_definitions("OTHER", "UK", now=shop.clock.now(), seen=shown.fingerprint)
    assert (done.added, done.changed) == (shown.added, shown.changed)
    assert definitions_of("OTHER") == definitions_of("UK")
    hook = ImpliedAction.objects.get(channel=other, kind="webhook")
    assert (hook.url, hook.secret) == (HOOK, SECRET)
    assert diff_copy("OTHER", "UK").is_empty
    assert any("Definitions of UK applied as a whole" in one.text for one in timeline("channel:OTHER"))


def test_a_channel_is_not_copied_to_itself_nor_from_nowhere(shop: Shop):
    with pytest.raises(WrongInput, match="UK would be copied to itself"):
        diff_copy("UK", "uk")
    with pytest.raises(NotFound):
        diff_copy("UK", "NOWHERE")


def test_the_diff_tells_each_row_and_changes_nothing(shop: Shop, mapped: str):
    data = exported()
    data["shipping_methods"] = [{"external_id": "standard", "agent": "DHL", "behaviour": "skip"}]
    data["payment_methods"] = []
    data["items"].append({"code_type": "sku", "external_id": "ASKED", "kind": "item", "number": "RUG"})
    before = definitions_file("UK")
    shown = diff_file("UK", as_file(data))
    assert definitions_file("UK") == before
    assert (shown.added, shown.changed, shown.removed) == (1, 1, 1)
    told = [(table.words, row.act, row.row) for table in shown.tables for row in table.rows]
    assert told == [
        ("Shipping Methods", "changed", "STANDARD"),
        ("Payment Methods", "removed", "COD"),
        ("Items", "added", "sku × ASKED"),
    ]


def test_what_orders_waited_for_goes_on_as_when_it_is_saved_by_hand(shop: Shop):
    a_product("RUG", on_hand=9)
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("1").of(("NEW", 1)).seen,), (), None))
    shop.builds()
    assert (Shipment.objects.get().building, len(tasks())) == ("waiting", 1)
    forget_jobs()
    row = {"code_type": "sku", "external_id": "NEW", "kind": "item", "number": "RUG"}
    assert applied(shop, exported() | {"items": [row]}) == (1, 0, 0)
    assert (tasks(), jobs()) == ([], {"build_sales"})
    shop.builds()
    assert Shipment.objects.get().building == "built"
    assert any("SKU NEW: not mapped → Item RUG." in one.text for one in timeline("channel:UK"))


def test_what_nobody_mapped_stays_a_question_of_the_channel(shop: Shop, mapped: str):
    assert applied(shop, exported() | {"items": [], "shipping_methods": []}) == (0, 0, 3)
    assert [(row.external_id, row.is_mapped) for row in items("UK")] == [("ASKED", False)]
    assert {row.is_mapped for row in shipping_methods("UK")} == {False}


def test_a_table_that_the_file_leaves_out_stays(shop: Shop, mapped: str):
    before = definitions_of("UK")
    short = {name: value for name, value in exported().items() if name in {"format", "version", "programme"}}
    assert applied(shop, short | {"currencies": [{"external_id": "EUR", "code": "EURO4"}]}) == (0, 1, 0)
    assert definitions_of("UK") == before | {
        "currencies": [{"external_id": "EUR", "code": "EURO4"}, {"external_id": "GBP", "code": "STERLING"}]
    }


def test_the_marketplaces_own_currency_stays_whatever_the_file_knows(shop: Shop):
    assert applied(shop, exported() | {"currencies": []}) == (0, 0, 0)
    assert [row.external_id for row in currencies("UK")] == ["GBP"]


def test_a_method_goes_over_to_another_agent_with_its_default(shop: Shop, mapped: str):
    ensure_agent("UPS", "UPS")
    data = exported()
    line = {"agent": "UPS", "behaviour": "skip"}
    data["shipping_methods"] = [
        {"external_id": "STANDARD", **line, "is_default_for_outgoing": False},
        {"external_id": "SECOND", **line, "is_default_for_outgoing": True},
    ]
    assert applied(shop, data) == (1, 1, 0)
    assert applied(shop, data) == (0, 0, 0)
    rows = ShippingMethod.objects.filter(agent__code="UPS").order_by("external_id")
    assert list(rows.values_list("external_id", "is_default_for_outgoing")) == [
        ("SECOND", True),
        ("STANDARD", False),
    ]


def test_everything_that_cannot_be_kept_is_told_at_once_and_nothing_is_changed(shop: Shop, mapped: str):
    data = exported()
    data["shipping_methods"] += [
        {"external_id": "A", "agent": "NOBODY", "behaviour": "default"},
        {"external_id": "B", "agent": "DPD", "service": "X", "behaviour": "skip", "charge_number": "1"},
        {"external_id": "C", "agent": "DPD", "behaviour": "skip"},
    ]
    data["shipping_carriers"].append({"external_id": "Snail"})
    data["payment_methods"].append({"external_id": "Bill"})
    data["currencies"].append({"external_id": "USD"})
    data["order_status_matrix"] += [
        {"channel_status": "SHIPPED", "balanced": True, "implied_status": "Ready"}
    ]
    data["status_actions"] += [
        {"implied_status": "Error", "kind": "release"},
        {"implied_status": "Error", "kind": "hold"},
        {"implied_status": "Ready", "kind": "build"},
        {"implied_status": "Ready", "kind": "webhook", "url": "https://other.example/"},
    ]
    data["customers"][0] |= {"behaviour": "sales_channel", "customer": "NOBODY"}
    data["items"] += [
        {"code_type": "sku", "external_id": "X", "kind": "item", "number": "NOTHING"},
        {"code_type": "sku", "external_id": "Y"},
    ]
    data["settings"] |= {"shipping_agent": "SNAIL", "external_document_template": "{nothing}"}
    assert refused(shop, data) == [
        ("settings", "Order Management", "shipping_agent"),
        ("settings", "Order Management", "external_document_template"),
        ("shipping_methods", "A", "agent"),
        ("shipping_methods", "A", "charge_type"),
        ("shipping_methods", "B", "service"),
        ("shipping_methods", "B", "charge_number"),
        ("shipping_methods", "C", "is_default_for_outgoing"),
        ("shipping_carriers", "Snail", "agent"),
        ("payment_methods", "Bill", "code"),
        ("currencies", "USD", "code"),
        ("order_status_matrix", CONTRADICTING, ""),
        ("status_actions", "Ready × build", "kind"),
        ("status_actions", "Ready × webhook × https://other.example/", "secret"),
        ("status_actions", "Status actions", "kind"),
        ("customers", "guest", "customer"),
        ("items", "sku × X", "number"),
        ("items", "sku × Y", "kind"),
    ]


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"programme": "mfn"}, [("", "", "programme")]),
        ({"programme": ""}, [("", "", "programme")]),
        ({"version": 3}, [("", "", "")]),
        ({"weather": 1}, [("", "", "weather")]),
        ({"items": [{"code_type": "sku"}]}, [("items", "sku", "external_id")]),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(shop: Shop, mapped: str, part: Any, place: Any):
    assert refused(shop, exported() | part) == place


def test_what_is_no_json_is_refused(shop: Shop):
    assert refused(shop, b"no file") == [("", "", "")]


def test_a_webhook_that_is_new_needs_its_secret_written_into_the_file(
    shop: Shop, mapped: str, other: SalesChannel
):
    data = exported() | {"channel": "UK"}
    assert refused(shop, data, "OTHER") == [
        ("status_actions", "Error × webhook × https://erp.example/in", "secret")
    ]
    (hook,) = [row for row in data["status_actions"] if row["kind"] == "webhook"]
    hook["secret"] = SECRET
    assert refused(shop, data, "OTHER")[0][2] == "secret", "its query is missing still"
    hook["url"] = HOOK
    applied(shop, data, "OTHER")
    assert [one.url for one in actions("OTHER") if one.url] == [HOOK]
    assert ImpliedAction.objects.get(channel=other, kind="webhook").secret == SECRET
    assert applied(shop, data, "OTHER") == (0, 0, 0)


def test_two_people_do_not_overwrite_each_other(shop: Shop, mapped: str):
    data = exported() | {"tax": {"shown": "lines"}}
    shown = diff_file("UK", as_file(data)).fingerprint
    save_currencies("UK", {"USD": "USD"})
    with pytest.raises(DefinitionsChangedMeanwhile, match="The definitions of UK"):
        applied(shop, data, seen=shown)
    with pytest.raises(DefinitionsChangedMeanwhile):
        applied(shop, exported() | {"items": []}, seen=diff_file("UK", as_file(data)).fingerprint)
    assert tax("UK").shown == "one_line"
    data = exported() | {"tax": {"shown": "lines"}}
    assert applied(shop, data, seen=diff_file("UK", as_file(data)).fingerprint) == (0, 1, 0)


def test_locations_are_compared_and_stay_as_they_are(shop: Shop):
    data = exported()
    data["locations"][0]["location"] = "ELSEWHERE"
    shown = diff_file("UK", as_file(data))
    assert [(table.table, table.stays, len(table.rows)) for table in shown.tables] == [("locations", True, 1)]
    assert (shown.is_empty, applied(shop, data)) == (True, (0, 0, 0))
    assert exported()["locations"] != data["locations"]


def test_settings_that_the_file_changes_have_their_consequences(shop: Shop, mapped: str):
    data = exported()
    data["settings"] = {"allows_multi_currency": False}
    assert applied(shop, data) == (0, 1, 0)
    assert "build_sales" in jobs()
    assert exported()["settings"]["payment_behaviour"] == "mapped"


def test_ten_thousand_items_are_applied_in_few_statements(shop: Shop, django_assert_max_num_queries: Any):
    a_product("RUG", on_hand=9)
    rows = [
        {"code_type": "sku", "external_id": f"OLD-{number}", "kind": "item", "number": "RUG"}
        for number in range(10_000)
    ]
    data = exported() | {"items": rows}
    with django_assert_max_num_queries(60):
        assert applied(shop, data) == (10_000, 0, 0)
    with django_assert_max_num_queries(60):
        assert applied(shop, data | {"items": []}) == (0, 0, 10_000)
    assert all_definitions("UK").tables["items"] == ()
