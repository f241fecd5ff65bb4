"""Definitions act on sales: agent, service, charge and currency; what nobody mapped holds just its orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loadbay.channels.definition_queries import currencies, definitions
from loadbay.channels.models import ChannelCurrency, ShippingMethod
from loadbay.channels.services.currencies import remove_currency, save_currencies
from loadbay.core.errors import NotFound
from loadbay.core.money import Money
from loadbay.inbox.models import Task
from loadbay.journal.queries import timeline
from loadbay.orders.models import Sale, SaleLine, Shipment
from loadbay.orders.ports import ChargeKind, SeenCharge
from loadbay.orders.services.defining import go_on_where_defined
from loadbay.parties.models import ShippingAgentService
from loadbay.parties.services import ensure_agent
from tests.builders import ShipmentBuilder, Shop, a_shipment, charge, tasks
from tests.services.goods import a_product, promised
from tests.services.settings_shop import change, jobs
from tests.services.test_building import arrives, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def mfn(shop: Shop) -> Shop:
    """A channel whose parcels we hand to a carrier of our choice."""
    a_product("RUG", on_hand=50)
    shop.set_channel(programme="mfn")
    return shop


def a_method(shop: Shop, external_id: str, **columns: object) -> ShippingMethod:
    key = external_id.casefold().replace("_", "").replace(" ", "")
    return ShippingMethod.objects.create(channel=shop.channel, key=key, external_id=external_id, **columns)


def by(method: str, number: str = "1") -> ShipmentBuilder:
    return a_shipment(number).but(ship_method=method)


def with_shipping(built: ShipmentBuilder) -> ShipmentBuilder:
    """A header that charges shipping besides its lines."""
    shipping = charge("3.50", "0.70", kind=ChargeKind.SHIPPING)
    return built.but(charges=(shipping,), total=charge("13.50", "2.70"))


def in_euros(built: ShipmentBuilder) -> ShipmentBuilder:
    def euros(one: SeenCharge) -> SeenCharge:
        net, tax, off = (Money(part.amount, "EUR") for part in (one.net, one.tax, one.discount))
        return SeenCharge(one.kind, net, tax, off)

    lines = tuple(replace(line, charges=tuple(map(euros, line.charges))) for line in built.seen.lines)
    return built.but(lines=lines, currency="EUR")


def held() -> dict[str, str]:
    return dict(
        Shipment.objects.filter(building="waiting").order_by("id").values_list("shipment_id", "held_because")
    )


# --- shipping methods ---


def test_a_mapped_method_gives_the_sale_its_agent_service_and_charge(mfn: Shop):
    agent = ensure_agent("DPD", "DPD UK")
    service = ShippingAgentService.objects.create(agent_id=agent, code="NEXT", name="Next day")
    a_method(mfn, "NEXT_DAY", agent_id=agent, service=service, charge_type="account", charge_number="8640")
    arrives(mfn, with_shipping(by("NextDay")))
    sale = Sale.objects.select_related("agent", "service").get()
    assert (sale.agent.code, sale.service.code, sale.field_calls.get().agent.code) == ("DPD", "NEXT", "DPD")
    assert (sale.net_total, sale.tax_total, sale.skipped_net) == (Decimal("13.50"), Decimal("2.70"), 0)
    columns = ("kind", "charge_type", "charge_number", "net", "tax")
    assert list(SaleLine.objects.order_by("id").values_list(*columns)) == [
        ("item", "", "", Decimal(10), Decimal(2)),
        ("shipping", "account", "8640", Decimal("3.50"), Decimal("0.70")),
    ]


def test_a_method_that_skips_leaves_its_charge_out_and_the_sale_says_so(mfn: Shop):
    a_method(mfn, "STANDARD", agent_id=ensure_agent("DPD", "DPD UK"), behaviour="skip")
    arrives(mfn, with_shipping(by("STANDARD")))
    sale = Sale.objects.get()
    assert list(sale.lines.values_list("kind", flat=True)) == ["item"]
    assert (sale.net_total, sale.tax_total) == (Decimal(10), Decimal(2))
    assert (sale.skipped_net, sale.skipped_tax) == (Decimal("3.50"), Decimal("0.70"))
    assert sum(line.net for line in sale.lines.all()) == sale.net_total
    assert Shipment.objects.get().is_balanced
    told = [entry.text for entry in timeline(f"sale:{sale.number}")]
    assert "Shipping of 4.20 GBP left out: its shipping method skips it." in told


def test_a_service_level_seen_first_is_an_unmapped_row_that_holds_only_its_orders(mfn: Shop):
    a_method(mfn, "STANDARD", agent_id=ensure_agent("DPD", "DPD UK"), behaviour="skip")
    arrives(mfn, by("Std UK Dom_1", "1"), by("STANDARD", "2"), by("std uk dom 1", "3"))
    assert states() == {
        "SHP-1": ("waiting", "Waiting"),
        "SHP-2": ("built", "In Progress"),
        "SHP-3": ("waiting", "Waiting"),
    }
    rows = ShippingMethod.objects.filter(agent=None)
    assert list(rows.values_list("external_id", "behaviour")) == [("Std UK Dom_1", "default")]
    assert held()["SHP-1"] == "Shipping method Std UK Dom_1 has no shipping agent."
    task = Task.objects.get(closed_at=None)
    assert (task.kind, task.matter) == (
        "unmapped_shipping_method",
        f"{mfn.channel.pk}:shipping_method:stdukdom1",
    )
    assert sorted(task.subjects) == ["shipment:SHP-1", "shipment:SHP-3"]
    assert task.link == "/office/sales-channel/UK/setup/shipping-methods/"


def test_an_order_of_ours_that_waits_for_its_method_keeps_its_goods_once(mfn: Shop):
    arrives(mfn, by("Late").of(("RUG", 2)))
    assert promised("RUG") == {"open": 2}
    ShippingMethod.objects.update(agent_id=ensure_agent("DPD", "DPD UK"), behaviour="skip")
    go_on_where_defined(mfn.channel.pk, ["shipping_method:late"])
    mfn.builds()
    assert (Sale.objects.count(), promised("RUG")) == (1, {"open": 2})


def test_seeing_it_again_makes_neither_another_row_nor_another_task(mfn: Shop):
    arrives(mfn, by("Late", "1"))
    arrives(mfn, by("LATE", "2"))
    assert ShippingMethod.objects.count() == 1
    assert len(tasks("unmapped_shipping_method")) == 1


def test_smartconnect_works_out_of_the_box_whatever_amazon_calls_the_method(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, by("DE_STD"))
    sale = Sale.objects.get()
    assert (sale.agent, sale.field_calls.get().agent.code) == (None, "AMZSMART")
    assert (ShippingMethod.objects.count(), tasks()) == (0, [])


def test_a_method_mapped_on_smartconnect_counts_there_too(shop: Shop):
    a_product("RUG", on_hand=5)
    a_method(shop, "DE_STD", agent_id=ensure_agent("DHL", "DHL"), behaviour="skip")
    arrives(shop, by("DE_STD"))
    assert Sale.objects.select_related("agent").get().agent.code == "DHL"


def test_an_order_that_lacks_goods_data_too_waits_for_both_and_names_both_ahead(mfn: Shop):
    arrives(mfn, by("Late").of(("NOBODY-KNOWS", 1)))
    both = "Unknown SKU NOBODY-KNOWS. Shipping method Late has no shipping agent."
    assert held() == {"SHP-1": both}
    assert {kind for kind, _ in tasks()} == {"unmapped_item", "unmapped_shipping_method"}
    assert Shipment.objects.get().held_for == ["item:NOBODY-KNOWS", "shipping_method:late"]


def test_definitions_are_read_once_for_a_batch_however_many_orders_it_has(mfn: Shop):
    a_method(mfn, "STANDARD", agent_id=ensure_agent("DPD", "DPD UK"), behaviour="skip")

    def statements(*numbers: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            arrives(mfn, *(by("STANDARD", number) for number in numbers))
        return len([one for one in seen if "channels_shippingmethod" in one["sql"]])

    assert (statements("1"), statements("2", "3", "4", "5", "6")) == (1, 1)


# --- currencies ---


def test_the_currency_of_the_marketplace_is_there_before_the_first_order(shop: Shop):
    assert [(row.external_id, row.code) for row in currencies("UK")] == [("GBP", "GBP")]
    remove_currency("UK", "GBP")
    change(shop, allows_multi_currency=True)
    assert [(row.external_id, row.code) for row in currencies("UK")] == [("GBP", "GBP")]
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment())
    sale = Sale.objects.get()
    assert (sale.currency, sale.currency_code) == ("GBP", "")


def test_without_multi_currency_another_currency_waits_with_one_task_that_names_the_cure(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, in_euros(a_shipment("1")), in_euros(a_shipment("2")), a_shipment("3"))
    assert {number: state for number, (state, _) in states().items()} == {
        "SHP-1": "waiting",
        "SHP-2": "waiting",
        "SHP-3": "built",
    }
    assert list(ChannelCurrency.objects.values_list("external_id", flat=True)) == ["GBP"]
    task = Task.objects.get(closed_at=None)
    assert task.sentence == "Orders of UK are in EUR, which is not the currency of its marketplace."
    assert task.cure.startswith("Switch on Allow Multi-Currency on Order Management and map EUR")
    assert task.link == "/office/sales-channel/UK/order-management/"


def test_switched_on_it_becomes_an_unmapped_row_and_mapping_it_releases_the_orders(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, in_euros(a_shipment()))
    change(shop, allows_multi_currency=True)
    assert "build_sales" in jobs()
    shop.builds()
    assert [(row.external_id, row.is_mapped) for row in currencies("UK")] == [("EUR", False), ("GBP", True)]
    assert [kind for kind, _ in tasks()] == ["unmapped_currency"]
    assert save_currencies("UK", {"eur": "euro"}) == ("Currency EUR: not mapped → EURO.",)
    assert tasks() == []
    shop.builds()
    sale = Sale.objects.get()
    assert (sale.currency, sale.currency_code, sale.net_total) == ("EUR", "EURO", Decimal(10))


def test_a_currency_saved_again_changes_nothing_and_one_removed_comes_back_with_its_order(shop: Shop):
    change(shop, allows_multi_currency=True)
    assert save_currencies("UK", {"EUR": "EUR"}) == ("Currency EUR: not mapped → EUR.",)
    assert save_currencies("UK", {"EUR": "EUR"}) == ()
    remove_currency("UK", "EUR")
    a_product("RUG", on_hand=5)
    arrives(shop, in_euros(a_shipment()))
    assert [row.external_id for row in currencies("UK") if not row.is_mapped] == ["EUR"]


def test_definitions_of_a_channel_that_is_none_are_refused(db: None):
    with pytest.raises(NotFound, match="There is no sales channel NONE"):
        save_currencies("NONE", {"EUR": "EUR"})
    assert definitions([]) == {}
