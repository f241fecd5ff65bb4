"""Sales that change after the books have them: amended while open, credited or supplemented after."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadbay.channels.definition_rules import TaxLine
from loadbay.channels.models import SalesChannel
from loadbay.channels.services.taxes import save_tax
from loadbay.core.errors import Unclear
from loadbay.core.ids import AmazonOrderId, Sku
from loadbay.core.money import Money
from loadbay.dispatch.models import FieldCall
from loadbay.erp.ledger.adapter import LedgerDesk
from loadbay.erp.ledger.models import Credit, Document, Entry, Posting
from loadbay.orders import erp_senders
from loadbay.orders.erp_senders import HandedOver
from loadbay.orders.models import Sale, SaleCredit, Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import staging
from loadbay.orders.services.crediting import credit_sale, creditable
from loadbay.orders.services.differing import follow_posted
from loadbay.testing.fakes import FakeErp, Moment
from tests.builders import FINISH, Shop, a_shipment, tasks
from tests.services.goods import a_product, an_order_channel

RUG, LAMP = Sku("RUG"), Sku("LAMP")


@pytest.fixture
def mfn(shop: Shop) -> SalesChannel:
    a_product("RUG", on_hand=99)
    a_product("LAMP", on_hand=99)
    return an_order_channel("mfn", beside=shop.channel)


def an_order(shop: Shop, **units: int) -> AmazonOrderId:
    number = shop.ordinary.place({Sku(sku): count for sku, count in units.items()})
    shop.imports_orders()
    return number


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def changes(shop: Shop, order: AmazonOrderId, price: str = "10.00", **units: int) -> None:
    shop.ordinary.resize(order, {Sku(sku): count for sku, count in units.items()}, price=pounds(price))
    shop.reads_orders()


def leaves(shop: Shop) -> None:
    number = FieldCall.objects.get().number
    shop.packs(number)
    for code in (FINISH, "JD0001"):
        shop.scans(code)
    shop.completes(number)


def books(shop: Shop, desk: object | None = None) -> HandedOver:
    return erp_senders.hand_over("ledger", desk=desk or LedgerDesk(), clock=shop.clock)  # type: ignore[arg-type]


def documents() -> list[tuple[str, str, Decimal]]:
    rows = Document.objects.order_by("id")
    return [(row.reference.partition("-A")[2], row.status, row.net + row.tax) for row in rows]


def credits() -> list[Decimal]:
    return [row.net + row.tax for row in Credit.objects.order_by("id")]


def balances() -> bool:
    """Every posting of the ledger balances."""
    rows = Posting.objects.annotate(debit=Sum("entries__debit"), credit=Sum("entries__credit"))
    return not rows.exclude(debit=F("credit")).exists() and Entry.objects.exists()


# --- before it is posted ---


def test_an_open_document_is_amended_to_fewer_units(shop: Shop, mfn: SalesChannel):
    order = an_order(shop, RUG=3, LAMP=1)
    books(shop)
    number = Document.objects.get().number
    changes(shop, order, RUG=2, LAMP=0)
    assert books(shop).done["amended"] == 1
    assert documents() == [("", "Released", Decimal(20))]
    (line,) = Document.objects.get().lines.all()
    assert (Document.objects.get().number, line.description, line.units) == (number, "RUG", 2)
    assert books(shop).done == {}


def test_a_document_follows_another_price(shop: Shop, mfn: SalesChannel):
    order = an_order(shop, RUG=2)
    books(shop)
    changes(shop, order, "8.50", RUG=2)
    books(shop)
    assert (documents(), Sale.objects.get().net_total, tasks()) == ([("", "Released", Decimal(17))], 17, [])


def test_the_genuine_customer_replaces_the_placeholder_on_an_open_document(shop: Shop, mfn: SalesChannel):
    an_order(shop, RUG=1)
    books(shop)
    other = SalesChannel.objects.exclude(pk=mfn.pk).get().placeholder_customer
    Sale.objects.update(customer=other, changes=F("changes") + 1)
    books(shop)
    assert Document.objects.get().customer == other


def test_changed_and_posted_before_the_books_heard_of_either(shop: Shop, mfn: SalesChannel):
    order = an_order(shop, RUG=3)
    books(shop)
    changes(shop, order, RUG=2)
    leaves(shop)
    report = books(shop)
    assert (report.done["amended"], report.done["posted"]) == (1, 1)
    assert (documents(), balances()) == ([("", "Posted", Decimal(20))], True)


def test_a_lost_answer_to_making_it_and_a_change_meet_in_one_document(shop: Shop, mfn: SalesChannel):
    order = an_order(shop, RUG=3)
    erp = FakeErp(customers={mfn.placeholder_customer.code})
    erp.troubles.next("make", Unclear("lost"), moment=Moment.AFTER)
    with pytest.raises(Unclear):
        books(shop, erp)
    changes(shop, order, RUG=2)
    assert books(shop, erp).done == {"made": 1, "released": 1}
    (one,) = erp.documents.values()
    assert one.seen.total == pounds("20.00")


# --- after it was posted ---


def test_less_is_a_credit_on_the_posted_document(shop: Shop, mfn: SalesChannel):
    order = an_order(shop, RUG=3)
    leaves(shop)
    books(shop)
    changes(shop, order, RUG=2)
    books(shop)
    assert (documents(), credits(), balances()) == ([("", "Posted", Decimal(30))], [Decimal(10)], True)
    assert SaleCredit.objects.get().reason == "Amazon changed the order after it was posted."
    assert books(shop).done == {}


def test_cheaper_is_a_credit_of_money_alone(shop: Shop, mfn: SalesChannel):
    order = an_order(shop, RUG=3)
    leaves(shop)
    books(shop)
    changes(shop, order, "9.99", RUG=3)
    books(shop)
    assert (documents(), credits()) == ([("", "Posted", Decimal(30))], [Decimal("0.03")])
    assert SaleCredit.objects.get().lines.get().units == 0


def test_more_is_a_further_document_that_is_posted_too(shop: Shop, mfn: SalesChannel):
    order = an_order(shop, RUG=1)
    leaves(shop)
    books(shop)
    changes(shop, order, RUG=3)
    assert books(shop).done["supplemented"] == 1
    assert documents() == [("", "Posted", Decimal(10)), ("1", "Posted", Decimal(20))]
    assert (Sale.objects.get().net_total, balances()) == (30, True)
    assert books(shop).done == {}
    changes(shop, order, RUG=1)
    books(shop)
    assert (documents()[1], credits()) == (("1", "Credited", Decimal(20)), [Decimal(20)])


def test_seen_twice_it_is_credited_once(shop: Shop, mfn: SalesChannel):
    order = an_order(shop, RUG=3)
    leaves(shop)
    changes(shop, order, RUG=2)
    follow_posted([Shipment.objects.get().pk])
    books(shop)
    books(shop)
    assert credits() == [Decimal(10)]


def test_what_a_person_credited_is_not_charged_again(shop: Shop, mfn: SalesChannel):
    order = an_order(shop, RUG=3)
    leaves(shop)
    books(shop)
    credit_sale(Sale.objects.get().number, reason="came back", units={creditable_line(): 2})
    changes(shop, order, RUG=2)
    books(shop)
    assert (credits(), documents()) == ([Decimal(20), Decimal(10)], [("", "Credited", Decimal(30))])


def creditable_line() -> int:
    (line,) = creditable(Sale.objects.get().number)
    return line.line_id


def test_a_document_that_is_posted_keeps_the_customer_it_was_made_with(shop: Shop, mfn: SalesChannel):
    an_order(shop, RUG=1)
    leaves(shop)
    books(shop)
    entries = Entry.objects.count()
    other = SalesChannel.objects.exclude(pk=mfn.pk).get().placeholder_customer
    Sale.objects.update(customer=other, changes=F("changes") + 1)
    assert books(shop).done == {}
    assert Document.objects.get().customer == mfn.placeholder_customer
    assert (Entry.objects.count(), Sale.objects.get().document_changes) == (
        entries,
        Sale.objects.get().changes,
    )


def test_tax_as_one_line_stands_on_its_account_and_is_credited_with_the_rest(shop: Shop):
    save_tax("UK", TaxLine("one_line", "2200"))
    a_product("RUG", on_hand=5)
    seen = a_shipment().of(("RUG", 2)).seen  # net 20.00, tax 4.00
    staging.stage_page(shop.connection, ShipmentPage((seen,), (), None))
    shop.builds()
    number = Sale.objects.get().number
    Sale.objects.update(order_status="Posted", posted_at=shop.clock.now())
    books(shop)
    lines = (
        Document.objects.get()
        .lines.order_by("id")
        .values_list("description", "account__number", "net", "tax")
    )
    assert list(lines) == [("RUG", "4000", Decimal(20), 0), ("Tax", "2200", 0, Decimal(4))]
    entries = Entry.objects.filter(account__number="2200").values_list("debit", "credit")
    assert (list(entries), balances()) == ([(0, Decimal(4))], True)
    credit_sale(number, reason="came back")
    books(shop)
    assert (documents(), credits(), balances()) == ([("", "Credited", Decimal(24))], [Decimal(24)], True)


CHANGE = st.tuples(
    st.sampled_from(["change", "change", "change", "leaves", "books"]),
    st.integers(0, 4),
    st.integers(1, 4),
    st.integers(1, 2000),
)


def test_a_further_document_for_a_risen_price_is_credited_in_two_steps(shop: Shop, mfn: SalesChannel):
    """Its line has no units of its own: until the last cent is taken back it stays open to credits."""
    order = an_order(shop, RUG=2, LAMP=2)
    leaves(shop)
    for lamps, rugs, price in (
        (0, 3, "0.93"),
        (0, 3, "4.36"),
        (0, 3, "9.30"),
        (0, 2, "7.92"),
        (0, 1, "0.01"),
    ):
        changes(shop, order, price, RUG=rugs, LAMP=lamps)
    books(shop)
    assert tasks() == []
    seen = shop.marketplace.ordinary[order].shipment
    owed = sum((c.net.amount + c.tax.amount for line in seen.lines for c in line.charges), Decimal(0))
    charged = sum((amount for _, _, amount in documents()), Decimal(0))
    assert charged - sum(credits(), Decimal(0)) == owed


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGE, min_size=1, max_size=7))
def test_after_any_series_of_changes_documents_less_credits_are_the_sale(
    shop: Shop, mfn: SalesChannel, steps: list[tuple[str, int, int, int]]
):
    """`mfn` and `shop` are as they were for each series."""
    shop.marketplace.ordinary.clear()
    with transaction.atomic():
        order = an_order(shop, RUG=2, LAMP=2)
        for step, lamps, rugs, pence in steps:
            if step == "change":
                changes(shop, order, str(Decimal(pence) / 100), RUG=rugs, LAMP=lamps)
            elif step == "books":
                books(shop)
            elif Sale.objects.get().order_status == "Released" and not tasks():
                leaves(shop)
        books(shop)
        seen = shop.marketplace.ordinary[order].shipment
        owed = sum((c.net.amount + c.tax.amount for line in seen.lines for c in line.charges), Decimal(0))
        held = [kind for kind, _ in tasks()]
        assert held == []
        charged = sum((amount for _, _, amount in documents()), Decimal(0))
        assert charged - sum(credits(), Decimal(0)) == owed
        assert not Posting.objects.exists() or balances()
        transaction.set_rollback(True)
