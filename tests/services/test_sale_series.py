"""The numbers of sales: a series per prefix, set on the channel, never twice the same."""

from __future__ import annotations

from itertools import product

import pytest

from loadbay.channels.setting_rules import SettingNotUsable, check_sale_prefix
from loadbay.core.numbers import take_numbers
from loadbay.orders.models import Sale
from tests.builders import Shop, a_field_call
from tests.services.settings_shop import a_selling_shop, change

pytestmark = pytest.mark.django_db


def test_each_channel_numbers_its_sales_by_its_own_series(shop: Shop):
    a_selling_shop(shop)
    first = a_field_call(shop).sale.number
    assert change(shop, sale_prefix="uk-") == ("sale_prefix",)
    others = [a_field_call(shop).sale.number for _ in range(2)]
    change(shop, sale_prefix="S-")
    last = a_field_call(shop).sale.number
    assert [first, *others, last] == ["S-000001", "UK-000001", "UK-000002", "S-000002"]


def test_channels_with_one_prefix_share_its_series():
    assert take_numbers("sale", count=2, prefix="S-") == ["S-000001", "S-000002"]
    assert take_numbers("sale") == ["S-000003"]
    assert take_numbers("sale", prefix="EU-") == ["EU-000001"]


@pytest.mark.parametrize("prefix", ["", "S1", "FC-", "cn-", "LONGER-THAN-", "A B-", "S/", "É-"])
def test_a_prefix_that_could_be_mistaken_is_refused_and_nothing_changes(shop: Shop, prefix: str):
    with pytest.raises(SettingNotUsable) as refused:
        change(shop, sale_prefix=prefix)
    assert refused.value.setting == "sale_prefix"
    shop.channel.refresh_from_db()
    assert shop.channel.sale_prefix == "S-"


def test_no_two_prefixes_ever_make_one_number():
    """Whatever a prefix is, its number says where it ends: after the last sign that is no digit."""
    prefixes = [check_sale_prefix(text) for text in ("S-", "S-1-", "S-1A", "A", "A1B", "S.", "-")]
    made = [f"{prefix}{number:06}" for prefix, number in product(prefixes, (1, 10, 999_999, 1_000_001))]
    assert len(set(made)) == len(made)


def test_an_erp_that_nobody_built_cannot_be_chosen(shop: Shop):
    with pytest.raises(SettingNotUsable, match="ledger"):
        change(shop, erp="abacus")
    assert Sale.objects.count() == 0
