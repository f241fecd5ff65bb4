"""Orders that Amazon ships and that change after they were posted: credited and supplemented like ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadbay.channels.models import SalesChannel
from loadbay.core.ids import AmazonOrderId, Sku
from loadbay.core.money import Money
from loadbay.journal.queries import timeline
from loadbay.orders.erp_ports import DocumentStatus, SeenDocument, Verdict
from loadbay.orders.erp_rules import Step
from loadbay.orders.models import Sale, SaleCredit, SaleSupplement, Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import staging, supplements
from loadbay.orders.services.crediting import credit_sale
from loadbay.orders.services.documents import Due, acknowledged, credited, credits_due
from tests.builders import Shop, a_shipment, tasks
from tests.services.goods import a_linked_listing, a_product, an_order_channel
from tests.services.test_changed_documents import balances, books, changes, credits, documents

RUG, LAMP = Sku("RUG"), Sku("LAMP")
TEN = Money(Decimal(10), "GBP")
pytestmark = pytest.mark.django_db


@pytest.fixture
def fba(shop: Shop) -> SalesChannel:
    a_product("RUG", on_hand=5, price="10.00")
    a_product("LAMP")
    return an_order_channel("fba", beside=shop.channel)


def an_order(shop: Shop, **units: int) -> AmazonOrderId:
    """Sent by Amazon, sold here and in the books."""
    lines = {Sku(sku): count for sku, count in units.items()}
    number = shop.ordinary.place(lines, by="AMAZON", status="SHIPPED")
    shop.imports_orders()
    books(shop)
    return number


def taxed(shop: Shop, number: AmazonOrderId, tax: str) -> None:
    """Amazon shows another tax on each charge."""
    lines = tuple(
        replace(
            line,
            charges=tuple(replace(c, tax=Money(Decimal(tax), c.tax.currency)) for c in line.charges),
        )
        for line in shop.marketplace.ordinary[number].shipment.lines
    )
    shop.ordinary.change(number, lines=lines)
    shop.reads_orders()


def owed(shop: Shop, number: AmazonOrderId) -> Decimal:
    seen = shop.marketplace.ordinary[number].shipment
    return sum((c.net.amount + c.tax.amount for line in seen.lines for c in line.charges), Decimal(0))


def charged() -> Decimal:
    return sum((amount for _, _, amount in documents()), Decimal(0)) - sum(credits(), Decimal(0))


def test_fewer_units_are_credited_and_the_timeline_says_so(shop: Shop, fba: SalesChannel):
    order = an_order(shop, RUG=3, LAMP=1)
    changes(shop, order, RUG=2, LAMP=0)
    books(shop)
    assert (documents(), credits()) == ([("", "Posted", Decimal(40))], [Decimal(20)])
    assert (balances(), tasks()) == (True, [])
    assert SaleCredit.objects.get().reason == "Amazon changed the order after it was posted."
    sale = Sale.objects.get()
    assert any("20.00 GBP credited" in line.text for line in timeline(f"sale:{sale.number}"))
    assert (sale.shipment.implied_status, books(shop).done) == ("Complete", {})


def test_more_units_stand_on_a_further_document(shop: Shop, fba: SalesChannel):
    order = an_order(shop, RUG=1)
    changes(shop, order, RUG=3)
    assert books(shop).done["supplemented"] == 1
    assert documents() == [("", "Posted", Decimal(10)), ("1", "Posted", Decimal(20))]
    assert balances()


def test_a_price_that_falls_is_credited_and_one_that_rises_charged_besides(shop: Shop, fba: SalesChannel):
    order = an_order(shop, RUG=2)
    changes(shop, order, "9.50", RUG=2)
    books(shop)
    assert credits() == [Decimal(1)]
    changes(shop, order, "11.00", RUG=2)
    books(shop)
    assert (documents()[1], charged()) == (("1", "Posted", Decimal(3)), Decimal(22))


def test_another_tax_is_followed(shop: Shop, fba: SalesChannel):
    order = an_order(shop, RUG=2)
    taxed(shop, order, "2.00")
    books(shop)
    assert (documents()[1], charged()) == (("1", "Posted", Decimal(2)), Decimal(22))
    taxed(shop, order, "0.50")
    books(shop)
    assert (charged(), owed(shop, order), balances()) == (Decimal("20.50"), Decimal("20.50"), True)


def test_what_changes_before_the_books_heard_of_it_comes_out_the_same(shop: Shop, fba: SalesChannel):
    order = shop.ordinary.place({RUG: 3}, by="AMAZON", status="SHIPPED")
    shop.imports_orders()
    changes(shop, order, RUG=1)
    books(shop)
    assert (charged(), balances(), books(shop).done) == (Decimal(10), True, {})


def test_all_of_it_gone_credits_the_sale_whole(shop: Shop, fba: SalesChannel):
    order = an_order(shop, RUG=2)
    changes(shop, order, RUG=0)
    books(shop)
    assert (documents(), credits()) == ([("", "Credited", Decimal(20))], [Decimal(20)])
    assert (Sale.objects.get().order_status, tasks()) == ("Credited", [])


def a_sale_cancelled_after_posting(shop: Shop) -> Sale:
    """Two units over 20.00, with the task that Amazon's cancellation makes."""
    order = an_order(shop, RUG=2)
    shop.ordinary.move(order, "CANCELLED")
    shop.reads_orders()
    books(shop)
    sale = Sale.objects.get()
    assert tasks() == [("cancelled_at_amazon", sale.number)]
    return sale


def test_cancelled_after_it_was_posted_is_an_error_that_a_person_settles(shop: Shop, fba: SalesChannel):
    sale = a_sale_cancelled_after_posting(shop)
    assert (sale.order_status, sale.shipment.implied_status, credits()) == ("Posted", "Error", [])
    credit_sale(sale.number, reason="the buyer has the money back")
    books(shop)
    assert (credits(), documents(), tasks()) == ([Decimal(20)], [("", "Credited", Decimal(20))], [])
    assert Shipment.objects.get().implied_status == "Cancelled"


def test_credited_in_the_books_it_is_settled_too(shop: Shop, fba: SalesChannel):
    sale = a_sale_cancelled_after_posting(shop)
    seen = SeenDocument(
        sale.external_document, sale.number, "SO-000001", DocumentStatus.CREDITED, Money(Decimal(20), "EUR")
    )
    on = date(2026, 3, 10)
    due = Due(sale.pk, sale.number, seen.external_number, Step.KEEP, "Posted", on, had_trouble=False)
    acknowledged([(due, seen)])
    assert (Sale.objects.get().order_status, tasks()) == ("Credited", [])


def test_seen_again_without_a_change_nothing_is_handed_over(shop: Shop, fba: SalesChannel):
    order = an_order(shop, RUG=2)
    shop.ordinary.change(order)
    shop.reads_orders()
    assert (books(shop).done, len(documents()), credits()) == ({}, 1, [])


# --- where our own lorry takes a part of it ---


def our_shipment(shop: Shop, order: AmazonOrderId, units: int) -> None:
    shipment = a_shipment("1", at=shop.clock.now()).of(("RUG", units)).but(order_id=order)
    staging.stage_page(shop.connection, ShipmentPage((shipment.seen,), (), None))
    shop.builds()


@pytest.fixture
def shared(shop: Shop, fba: SalesChannel) -> AmazonOrderId:
    """Three rugs and a lamp: two rugs leave with our lorry, the rest is plain FBA and in the books."""
    a_linked_listing("RUG")
    order = shop.ordinary.place({RUG: 3, LAMP: 1}, by="AMAZON", status="PENDING")
    shop.imports_orders()
    our_shipment(shop, order, 2)
    shop.ordinary.move(order, "SHIPPED")
    shop.imports_orders()
    shop.clock.advance(7 * 3600)
    shop.builds()
    assert plain(order).net_total == 20
    books(shop)
    return order


def plain(order: AmazonOrderId) -> Sale:
    return Sale.objects.get(shipment__shipment_id=order)


def changed(order: AmazonOrderId) -> Decimal:
    """What the credits and further documents of the plain part come to."""
    sale = plain(order)
    more = sum((line.net for line in sale.lines.exclude(supplement=None)), Decimal(0))
    lines = [line for credit in sale.credits.all() for line in credit.lines.all()]
    return more - sum((line.net for line in lines), Decimal(0))


def test_what_our_own_shipment_takes_is_no_change(shop: Shop, shared: AmazonOrderId):
    shop.ordinary.change(shared)
    shop.reads_orders()
    assert changed(shared) == 0
    assert not SaleCredit.objects.exists()


def test_of_a_shared_order_just_the_rest_follows(shop: Shop, shared: AmazonOrderId):
    changes(shop, shared, RUG=4, LAMP=0)
    assert changed(shared) == 0  # a rug more, a lamp less
    books(shop)
    lines = plain(shared).shipment.lines.order_by("id").values_list("sku", "units")
    assert list(lines) == [("RUG", 2), ("LAMP", 0)]
    changes(shop, shared, RUG=2, LAMP=0)
    books(shop)
    assert (changed(shared), balances()) == (Decimal(-20), True)


def test_a_shipment_that_came_too_late_takes_nothing_back(shop: Shop, fba: SalesChannel):
    a_linked_listing("RUG")
    order = shop.ordinary.place({RUG: 1}, by="AMAZON", status="SHIPPED")
    shop.imports_orders()
    shop.clock.advance(7 * 3600)
    shop.builds()
    our_shipment(shop, order, 1)
    shop.ordinary.change(order)
    shop.reads_orders()
    assert (Sale.objects.count(), changed(order)) == (1, 0)
    assert Shipment.objects.get(shipment_id="SHP-1").building == "waiting"


STEP = st.tuples(
    st.sampled_from(["change", "change", "tax", "books", "again"]),
    st.integers(0, 4),
    st.integers(1, 4),
    st.integers(1, 2000),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=7))
def test_after_any_series_of_changes_documents_less_credits_are_what_amazon_says(
    shop: Shop, fba: SalesChannel, steps: list[tuple[str, int, int, int]]
):
    """`fba` and `shop` are as they were for each series."""
    shop.marketplace.ordinary.clear()
    with transaction.atomic():
        order = an_order(shop, RUG=2, LAMP=2)
        for step, lamps, rugs, pence in steps:
            amount = str(Decimal(pence) / 100)
            if step == "change":
                changes(shop, order, amount, RUG=rugs, LAMP=lamps)
            elif step == "tax":
                taxed(shop, order, amount)
            elif step == "again":
                shop.ordinary.change(order)
                shop.reads_orders()
            else:
                books(shop)
        books(shop)
        assert (tasks(), charged()) == ([], owed(shop, order))
        assert balances()
        transaction.set_rollback(True)


def test_the_last_unit_of_a_further_document_is_credited_whole_and_the_rest_charged_anew(
    shop: Shop, fba: SalesChannel
):
    """It had cost more than Amazon takes back: the books credit a last unit with all that is left of it."""
    order = an_order(shop, RUG=2)
    for price, units in (("1.40", 1), ("2.08", 2), ("2.40", 1)):
        changes(shop, order, price, RUG=units)
        books(shop)
    assert (charged(), tasks(), balances()) == (Decimal("2.40"), [], True)


def test_many_changed_sales_are_handed_over_with_as_few_statements_as_two(shop: Shop, fba: SalesChannel):
    """Further documents and credits are read and written in sets."""
    counts = []
    for many in (2, 12):
        orders = [an_order(shop, RUG=2, LAMP=2) for _ in range(many)]
        for order in orders:
            changes(shop, order, RUG=3, LAMP=2)
        further = supplements.supplements_due("ledger", now=shop.clock.now(), limit=500)
        shown = [
            SeenDocument(one.to_make.external_number, "S", f"SO-{one.pk}", DocumentStatus.OPEN, TEN)
            for one in further
        ]
        assert [line.units for one in further for line in one.to_make.lines] == [1] * many
        with CaptureQueriesContext(connection) as statements:
            supplements.supplements_due("ledger", now=shop.clock.now(), limit=500)
            supplements.have_supplements(list(zip(further, shown, strict=True)))
        counts.append(len(statements))
        assert SaleSupplement.objects.filter(document__startswith="SO-", status="Open").count() == many
        SaleSupplement.objects.all().update(status="Posted", document="")
    assert counts[0] == counts[1]


def test_many_credits_are_noted_with_as_few_statements_as_two(shop: Shop, fba: SalesChannel):
    counts = []
    for many in (2, 12):
        orders = [an_order(shop, RUG=3) for _ in range(many)]
        for order in orders:
            changes(shop, order, RUG=2)
        due = credits_due("ledger", now=shop.clock.now(), limit=500)
        verdicts = [Verdict(one.to_make.external_number, credit=f"CR-{one.pk}") for one in due]
        with CaptureQueriesContext(connection) as statements:
            credited(list(zip(due, verdicts, strict=True)))
        counts.append(len(statements))
        assert SaleCredit.objects.filter(document__startswith="CR-").count() == sum([2, 12][: len(counts)])
    assert counts[0] == counts[1]
