"""Items: a code is what a person says it is, an unknown one waits, what is no product needs no stock."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loadbay.channels.definition_rules import DefinitionNotUsable, TaxLine
from loadbay.channels.item_rules import ItemLine
from loadbay.channels.mapping_queries import items
from loadbay.channels.models import MappedItem
from loadbay.channels.services.items import remove_items, save_items
from loadbay.channels.services.taxes import save_tax
from loadbay.dispatch.models import FieldCallLine
from loadbay.inbox.models import Task
from loadbay.journal.queries import timeline
from loadbay.orders.models import Sale, ShipmentLine
from loadbay.orders.ports import ChargeKind
from tests.builders import Shop, a_shipment, charge, tasks, unknown
from tests.services.goods import a_product, promised
from tests.services.settings_shop import forget_jobs, jobs
from tests.services.test_building import arrives, states

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _goods(shop: Shop):
    a_product("RUG", on_hand=9)
    a_product("LAMP", on_hand=9)
    forget_jobs()


def lines() -> list[tuple[object, ...]]:
    columns = ("kind", "product__sku", "charge_type", "charge_number", "description", "units")
    return list(Sale.objects.get().lines.order_by("id").values_list(*columns))


def test_an_unknown_sku_is_a_row_and_one_task_and_holds_only_its_orders(shop: Shop):
    arrives(shop, a_shipment("1").of(("NEW", 1)), a_shipment("2").of(("NEW", 2)), a_shipment("3"))
    assert [state for state, _ in states().values()] == ["waiting", "waiting", "built"]
    assert [(row.external_id, row.is_mapped) for row in items("UK")] == [("NEW", False)]
    assert tasks() == [unknown(shop, "NEW")]
    task = Task.objects.get()
    assert task.link == "/office/sales-channel/UK/setup/items/"
    assert task.subjects == ["shipment:SHP-1", "shipment:SHP-2"]


def test_mapping_it_to_a_product_lets_its_orders_go_on(shop: Shop):
    arrives(shop, a_shipment("1").of(("NEW", 1)), a_shipment("2").of(("NEW", 2)))
    assert save_items("UK", [ItemLine("sku", "NEW", "item", "LAMP")]) == ("SKU NEW: not mapped → Item LAMP.",)
    assert tasks() == []
    assert jobs() == {"build_sales"}
    shop.builds()
    assert {state for state, _ in states().values()} == {"built"}
    assert promised("LAMP") == {"open": 3}
    assert set(ShipmentLine.objects.values_list("product__sku", flat=True)) == {"LAMP"}
    assert "SKU NEW: not mapped → Item LAMP." in [entry.text for entry in timeline("channel:UK")]


def test_a_mapping_goes_before_listing_sku_and_barcode(shop: Shop):
    save_items("UK", [ItemLine("sku", "RUG", "item", "LAMP")])
    arrives(shop, a_shipment())
    assert (promised("RUG"), promised("LAMP")) == ({}, {"open": 1})
    assert lines() == [("item", "LAMP", "", "", "RUG", 1)]


def test_once_a_mapping_is_removed_the_usual_order_counts_again(shop: Shop):
    save_items("UK", [ItemLine("sku", "RUG", "item", "LAMP")])
    assert remove_items("UK", [ItemLine("sku", "RUG")]) == ("SKU RUG removed.",)
    arrives(shop, a_shipment())
    assert promised("RUG") == {"open": 1}


@pytest.mark.parametrize("kind", ["account", "resource", "charge"])
def test_a_line_that_is_no_product_needs_no_stock(shop: Shop, kind: str):
    save_items("UK", [ItemLine("sku", "FITTING", kind, "8640")])
    arrives(shop, a_shipment().of(("RUG", 1), ("FITTING", 2)))
    assert states() == {"SHP-1": ("built", "In Progress")}
    assert lines() == [("item", "RUG", "", "", "RUG", 1), ("other", None, kind, "8640", "FITTING", 2)]
    assert promised("RUG") == {"open": 1}
    assert list(FieldCallLine.objects.values_list("product__sku", "units")) == [("RUG", 1)]
    sale = Sale.objects.get()
    assert sum(line.net for line in sale.lines.all()) == sale.net_total == Decimal(30)


def test_an_order_of_services_alone_is_built_and_promises_nothing(shop: Shop):
    save_items("UK", [ItemLine("sku", "FITTING", "resource", "R1")])
    arrives(shop, a_shipment().of(("FITTING", 1)))
    assert states() == {"SHP-1": ("built", "In Progress")}
    assert promised("RUG") == {}


def test_gift_wrap_and_other_charges_are_posted_where_their_name_is_mapped(shop: Shop):
    save_items(
        "UK",
        [ItemLine("charge", "GIFT_WRAP", "account", "8650"), ItemLine("charge", "OTHER", "charge", "S-9")],
    )
    (line,) = a_shipment().seen.lines
    gift = replace(
        line, gift_wrap=True, charges=(*line.charges, charge("2.00", "0.40", kind=ChargeKind.GIFT_WRAP))
    )
    fee = charge("1.00", "0.20", kind=ChargeKind.OTHER)
    arrives(shop, a_shipment().but(lines=(gift,), charges=(fee,)))
    assert lines()[1:] == [
        ("other", None, "account", "8650", "Gift wrap and other charges", 1),
        ("other", None, "charge", "S-9", "Gift wrap and other charges", 1),
    ]


def test_a_product_that_appears_takes_its_unmapped_row_away(shop: Shop):
    arrives(shop, a_shipment().of(("NEW", 1)))
    a_product("NEW", on_hand=1)
    assert (items("UK"), tasks()) == ((), [])
    shop.builds()
    assert states() == {"SHP-1": ("built", "In Progress")}


def test_one_line_that_cannot_be_kept_keeps_all_of_them_out(shop: Shop):
    with pytest.raises(DefinitionNotUsable, match="NOBODY of SKU B is no product"):
        save_items("UK", [ItemLine("sku", "A", "item", "RUG"), ItemLine("sku", "B", "item", "NOBODY")])
    with pytest.raises(DefinitionNotUsable, match="SKU A stands there twice"):
        save_items("UK", [ItemLine("sku", "A", "item", "RUG"), ItemLine("sku", "A", "account", "1")])
    assert (MappedItem.objects.count(), timeline("channel:UK")) == (0, [])


def test_saving_the_same_again_changes_nothing(shop: Shop):
    wanted = [ItemLine("sku", "A", "item", "RUG"), ItemLine("asin", "B0EXAMPLE1", "account", "8640")]
    assert len(save_items("UK", wanted)) == 2
    assert save_items("UK", wanted) == ()
    assert MappedItem.objects.count() == 2


def test_mappings_are_read_once_for_a_batch_however_many_orders_it_has(shop: Shop):
    save_items("UK", [ItemLine("sku", "NEW", "item", "RUG")])

    def statements(*numbers: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            arrives(shop, *(a_shipment(number).of(("NEW", 1)) for number in numbers))
        return len([one for one in seen if "channels_mappeditem" in one["sql"]])

    assert statements("1") == statements("2", "3", "4", "5", "6")


# --- tax ---


def collected(number: str = "1"):
    """Two lines; Amazon collected the tax of the second."""
    built = a_shipment(number).of(("RUG", 1), ("LAMP", 1))
    first, second = built.seen.lines
    return built.but(lines=(first, replace(second, is_tax_collected=True)))


def sums() -> tuple[Decimal, Decimal, Decimal]:
    sale = Sale.objects.get()
    assert sum(line.net for line in sale.lines.all()) == sale.net_total
    assert sum(line.tax for line in sale.lines.all()) == sale.tax_total
    return sale.net_total, sale.tax_total, sale.left_out_tax


def test_tax_stands_on_each_line_unless_the_channel_says_otherwise(shop: Shop):
    arrives(shop, collected())
    assert sums() == (Decimal(20), Decimal(4), 0)
    assert list(Sale.objects.get().lines.values_list("kind", "tax")) == [
        ("item", Decimal(2)),
        ("item", Decimal(2)),
    ]


def test_tax_that_amazon_collected_is_left_out_where_the_channel_says_so(shop: Shop):
    save_tax("UK", TaxLine(leaves_out_collected=True))
    arrives(shop, collected())
    assert sums() == (Decimal(20), Decimal(2), Decimal(2))
    told = [entry.text for entry in timeline(f"sale:{Sale.objects.get().number}")]
    assert "Tax of 2.00 GBP left out: Amazon collected it." in told


def test_tax_as_one_line_is_posted_to_its_account(shop: Shop):
    assert save_tax("UK", TaxLine("one_line", "2200")) == ("Tax: on each line → as one line (2200).",)
    arrives(shop, collected())
    assert sums() == (Decimal(20), Decimal(4), 0)
    assert [row[:4] for row in lines()] == [
        ("item", "RUG", "", ""),
        ("item", "LAMP", "", ""),
        ("tax", None, "account", "2200"),
    ]
    assert save_tax("UK", TaxLine("one_line", "2200")) == ()
