"""What may stand in items, customers and tax, and whose an order is: rules alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.channels.customer_rules import (
    BehaviourLine,
    Fate,
    buyer_kind,
    check_behaviour,
    customer_code,
    default_line,
    fate_of,
    identity_of,
)
from loadbay.channels.definition_rules import Charge, DefinitionNotUsable, TaxLine
from loadbay.channels.item_rules import ItemLine, check_code, check_item
from loadbay.channels.tax_rules import check_tax
from loadbay.orders.definition_rules import Becomes
from loadbay.orders.services.sale_rows import LineToBuild, ShipmentToBuild, Sold, sale_line_rows

# --- items ---


@pytest.mark.parametrize(
    ("line", "column", "named"),
    [
        (ItemLine("ean", "X"), "code_type", "Use sku, asin, charge"),
        (ItemLine("sku", " "), "external_id", "1 to 60"),
        (ItemLine("sku", "x" * 61), "external_id", "1 to 60"),
        (ItemLine("sku", "a\x00b"), "external_id", "1 to 60"),
        (ItemLine("charge", "SHIPPING"), "external_id", "The charges are GIFT_WRAP, OTHER"),
        (ItemLine("sku", "X", "thing", "1"), "kind", "Use account"),
        (ItemLine("sku", "X", "", "8640"), "kind", "Choose what 8640 is"),
        (ItemLine("sku", "X", "item", "NOBODY"), "number", "NOBODY of SKU X is no product"),
        (ItemLine("sku", "X", "account", ""), "number", "needs the No. of its G/L Account"),
        (ItemLine("sku", "X", "resource", "9" * 21), "number", "1 to 20"),
    ],
)
def test_an_item_that_cannot_be_kept_is_refused_with_its_row_and_column(line, column, named):
    with pytest.raises(DefinitionNotUsable) as refused:
        check_item(check_code(line), products={"RUG"})
    assert (refused.value.line, refused.value.column) == (
        line.external_id.strip() or line.external_id,
        column,
    )
    assert named in refused.value.sentence


def test_codes_are_kept_as_orders_carry_them():
    assert check_code(ItemLine("SKU", " a-1 ", "ITEM", " RUG ")) == ItemLine("sku", "a-1", "item", "RUG")
    assert check_code(ItemLine("asin", "b0example1")) == ItemLine("asin", "B0EXAMPLE1")
    assert check_code(ItemLine("charge", "gift_wrap")) == ItemLine("charge", "GIFT_WRAP")


# --- customers ---


@pytest.mark.parametrize(
    ("line", "column", "named"),
    [
        (BehaviourLine("old"), "buyer", "Use new or guest"),
        (BehaviourLine("new", "ask"), "behaviour", "Use auto_create, sales_channel, manual"),
        (BehaviourLine("new", customer="NOBODY"), "customer", "NOBODY of new customers is no customer"),
        (BehaviourLine("new", "manual", customer="JONES"), "customer", "only with Sales Channel"),
        (BehaviourLine("guest", code_pattern="{number}"), "code_pattern", "for Auto Create alone"),
        (BehaviourLine("guest", "manual", tax_area="UK"), "tax_area", "for Auto Create alone"),
        (BehaviourLine("new", "auto_create"), "code_pattern", "the same code"),
        (BehaviourLine("new", "auto_create", code_pattern="{channel}"), "code_pattern", "the same code"),
        (BehaviourLine("new", "auto_create", code_pattern="{name}"), "code_pattern", "not known"),
        (BehaviourLine("new", "auto_create", code_pattern="{number!r}"), "code_pattern", "not known"),
        (BehaviourLine("new", "auto_create", code_pattern="{number"), "code_pattern", "bracket"),
        (BehaviourLine("new", "auto_create", code_pattern="Ä{number}"), "code_pattern", "may hold letters"),
        (
            BehaviourLine("new", "auto_create", code_pattern="-{number}"),
            "code_pattern",
            "has to begin",
        ),
        (
            BehaviourLine("new", "auto_create", code_pattern="{order_id}{number}{channel}"),
            "code_pattern",
            "more than 40",
        ),
        (
            BehaviourLine("new", "auto_create", code_pattern="{number}", currency="x" * 11),
            "currency",
            "up to 10",
        ),
    ],
)
def test_a_behaviour_that_cannot_be_kept_is_refused_with_its_column(line, column, named):
    with pytest.raises(DefinitionNotUsable) as refused:
        check_behaviour(line, customers={"JONES"})
    assert (refused.value.line, refused.value.column) == (line.buyer, column)
    assert named in refused.value.sentence


def test_with_smartconnect_the_genuine_customer_replaces_the_placeholder_else_the_channel_is_sold_to():
    assert default_line("smartconnect", "guest").behaviour == "auto_create"
    assert {default_line(one, "guest").behaviour for one in ("mfn", "fba")} == {"sales_channel"}
    for programme in ("smartconnect", "mfn"):
        line = default_line(programme, "new")
        assert check_behaviour(line, customers=()) == line


@pytest.mark.parametrize(
    ("behaviour", "is_known", "fate"),
    [
        ("auto_create", False, Fate.CREATE),
        ("sales_channel", False, Fate.CHANNEL),
        ("manual", False, Fate.ASK),
        ("auto_create", True, Fate.TAKE),
        ("sales_channel", True, Fate.TAKE),
        ("manual", True, Fate.TAKE),
    ],
)
def test_a_known_customer_is_taken_else_the_behaviour_decides(behaviour, is_known, fate):
    assert fate_of(BehaviourLine("new", behaviour), is_known=is_known) is fate


def test_a_guest_is_a_buyer_without_an_address_to_know_him_by():
    assert (buyer_kind(""), buyer_kind("abc")) == ("guest", "new")
    assert (identity_of("", order_id="026-1"), identity_of("abc", order_id="026-1")) == (
        "order:026-1",
        "email:abc",
    )


def test_a_pattern_makes_the_code():
    code = customer_code("web-{channel}-{number}", number="CUS-000001", order_id="026-1", channel="UK")
    assert code == "WEB-UK-CUS-000001"


# --- tax ---


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (TaxLine("half"), "shown"),
        (TaxLine("lines", "2200"), "account"),
        (TaxLine("one_line"), "account"),
        (TaxLine("one_line", "9" * 21), "account"),
    ],
)
def test_a_tax_definition_that_cannot_be_kept_is_refused(line, column):
    with pytest.raises(DefinitionNotUsable) as refused:
        check_tax(line)
    assert refused.value.column == column


amounts = st.integers(-5000, 99999).map(lambda cents: Decimal(cents) / 100)
lines = st.builds(
    lambda pk, money, marks: LineToBuild(pk, 1, "RUG", 1, 1, *money, "", *marks),
    st.integers(1, 99),
    st.tuples(*[amounts] * 6),
    st.tuples(st.booleans(), st.booleans()),
)
charges = st.builds(
    lambda kind, net, tax: {"kind": kind, "net": str(net), "tax": str(tax)},
    st.sampled_from(["shipping", "gift_wrap", "other"]),
    amounts,
    amounts,
)


@given(
    goods=st.lists(lines, min_size=1, max_size=4),
    header=st.lists(charges, max_size=3),
    shown=st.sampled_from([TaxLine(), TaxLine("one_line", "2200")]),
    leaves_out=st.booleans(),
    skips=st.booleans(),
)
def test_however_tax_is_shown_a_sale_adds_up_to_the_last_decimal(goods, header, shown, leaves_out, skips):
    net = sum((line.net + line.shipping_net + line.other_net for line in goods), Decimal(0))
    tax = sum((line.tax + line.shipping_tax + line.other_tax for line in goods), Decimal(0))
    net += sum((Decimal(one["net"]) for one in header), Decimal(0))
    tax += sum((Decimal(one["tax"]) for one in header), Decimal(0))
    row = ShipmentToBuild(*[None] * len(ShipmentToBuild._fields))._replace(charges=header)
    rule = TaxLine(shown.shown, shown.account, leaves_out)
    becomes = Becomes(charge=None if skips else Charge(), tax=rule)
    sold = Sold(row, goods, becomes)
    rows = list(sale_line_rows(1, sold))
    skipped_net, skipped_tax = sold.skipped
    assert sum((one["net"] for one in rows), Decimal(0)) == net - skipped_net
    assert sum((one["tax"] for one in rows), Decimal(0)) == tax - skipped_tax - sold.left_out_tax
    if not leaves_out:
        assert sold.left_out_tax == 0
    if rule.shown == "one_line":
        assert [one["charge_number"] for one in rows if one["tax"]] in ([], ["2200"])
