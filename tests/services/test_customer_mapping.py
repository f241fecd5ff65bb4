"""Customers: matched, made from a template, the channel's, picked by a person; after shipping, when built."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loadbay.channels.customer_rules import BehaviourLine
from loadbay.channels.definition_rules import DefinitionNotUsable
from loadbay.channels.mapping_queries import behaviours, buyers
from loadbay.channels.models import KnownBuyer
from loadbay.channels.services.customers import forget_buyer, pick_customer, save_behaviours
from loadbay.core.encryption import keyed_hash
from loadbay.inbox.models import Task
from loadbay.orders.models import BuyerDetails, Sale, Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import building, staging
from loadbay.orders.services.buyers import purge_buyers
from loadbay.parties.models import Customer
from tests.builders import Shop, a_field_call, a_shipment, tasks
from tests.services.goods import a_product
from tests.services.settings_shop import forget_jobs, jobs
from tests.services.test_building import states

pytestmark = pytest.mark.django_db
PLACEHOLDER = "AMAZON-SELLERFLEX"
MAIL = "q7x@marketplace.example"


@pytest.fixture(autouse=True)
def _goods(shop: Shop):
    a_product("RUG", on_hand=50)


def a_customer(code: str, *, email: str = "") -> int:
    digest = keyed_hash(email) if email else ""
    return Customer.objects.create(code=code, name=code.title(), email=email or None, email_hash=digest).pk


def behave(**lines: BehaviourLine) -> tuple[str, ...]:
    return save_behaviours("UK", list(lines.values()))


def comes(shop: Shop, number: str, *, email: str = MAIL, name: str = "Wilhelmina Hartwell") -> None:
    """An order whose buyer is shown before its sale is built, as merchant orders are."""
    staging.stage_page(shop.connection, ShipmentPage((a_shipment(number).seen,), (), None))
    details = BuyerDetails.objects.get(order__order_id=f"026-{number}")
    details.state, details.name, details.email = BuyerDetails.State.FOUND, name, email or None
    details.email_hash = keyed_hash(email) if email else ""
    details.purge_on = (shop.clock.now() + timedelta(days=40)).date()
    details.save()
    shop.builds()


def customers() -> list[str]:
    return list(Sale.objects.order_by("shipment__shipment_id").values_list("customer__code", flat=True))


def after_shipping(shop: Shop) -> Sale:
    call = a_field_call(shop).shipped()
    assert shop.finds_buyers() == 1
    return call.sale


# --- what a channel does ---


def test_smartconnect_begins_with_one_customer_per_order_in_place_of_the_placeholder(shop: Shop):
    assert [(line.buyer, line.behaviour, line.code_pattern) for line in behaviours("UK")] == [
        ("new", "auto_create", "AMZ-{order_id}"),
        ("guest", "auto_create", "AMZ-{order_id}"),
    ]
    sale = after_shipping(shop)
    assert sale.customer.code == f"AMZ-{sale.shipment.order.order_id}"


def test_sales_channel_keeps_one_customer_and_the_buyer_stands_on_the_order(shop: Shop):
    a_customer("AMAZON-UK")
    behave(guest=BehaviourLine("guest", customer="amazon-uk"))
    sale = after_shipping(shop)
    assert (sale.customer.code, sale.payment_method) == ("AMAZON-UK", "Standard")
    assert BuyerDetails.objects.get(order=sale.shipment.order).name == "Wilhelmina Hartwell"
    assert Customer.objects.filter(is_placeholder=False).count() == 1


def test_sales_channel_without_a_customer_stays_with_the_placeholder(shop: Shop):
    behave(guest=BehaviourLine("guest"))
    sale = after_shipping(shop)
    assert (sale.customer.code, sale.payment_method, tasks()) == (PLACEHOLDER, "Standard", [])


def test_auto_create_makes_customers_from_the_template(shop: Shop):
    template = {"currency": "GBP", "tax_area": "UK", "payment_terms": "30D", "dimension_1": "WEB"}
    behave(new=BehaviourLine("new", "auto_create", code_pattern="{channel}-{number}", **template))
    comes(shop, "1")
    comes(shop, "2", email="other@marketplace.example")
    assert customers() == ["UK-CUS-000001", "UK-CUS-000002"]
    made = Customer.objects.get(code="UK-CUS-000001")
    assert {name: getattr(made, name) for name in template} == template
    assert (made.name, made.email, made.external_id) == ("Wilhelmina Hartwell", MAIL, "026-1")


def test_new_and_guest_customers_are_treated_apart(shop: Shop):
    a_customer("GUESTS")
    behave(
        new=BehaviourLine("new", "auto_create", code_pattern="{number}"),
        guest=BehaviourLine("guest", customer="GUESTS"),
    )
    comes(shop, "1")
    comes(shop, "2", email="")
    assert customers() == ["CUS-000001", "GUESTS"]


# --- matching ---


@pytest.mark.parametrize("behaviour", ["auto_create", "sales_channel", "manual"])
def test_a_customer_with_that_email_is_taken_whatever_is_done_with_new_ones(shop: Shop, behaviour: str):
    a_customer("JONES", email=f"  {MAIL.upper()}")
    pattern = "{number}" if behaviour == "auto_create" else ""
    behave(new=BehaviourLine("new", behaviour, code_pattern=pattern))
    comes(shop, "1")
    assert (customers(), tasks()) == (["JONES"], [])


def test_the_external_id_goes_before_the_email(shop: Shop):
    a_customer("BY-MAIL", email=MAIL)
    Customer.objects.create(code="BY-ID", name="By id", external_id="026-1")
    comes(shop, "1")
    assert customers() == ["BY-ID"]


def test_a_buyer_who_comes_again_is_the_customer_that_was_made_and_his_data_stays_as_long(shop: Shop):
    behave(new=BehaviourLine("new", "auto_create", code_pattern="{number}"))
    comes(shop, "1")
    shop.clock.advance(5 * 24 * 3600)
    comes(shop, "2")
    assert customers() == ["CUS-000001", "CUS-000001"]
    newest = BuyerDetails.objects.get(order__order_id="026-2").purge_on
    assert Customer.objects.get(code="CUS-000001").purge_on == newest
    purge_buyers(today=newest - timedelta(days=1))
    assert Customer.objects.get(code="CUS-000001").name == "Wilhelmina Hartwell"
    purge_buyers(today=newest)
    assert Customer.objects.get(code="CUS-000001").name == "Erased"


def test_a_code_that_somebody_else_has_makes_no_customer_and_asks(shop: Shop):
    a_customer("AMZ-026-1")
    comes(shop, "1")
    assert customers() == [PLACEHOLDER]
    assert [kind for kind, _ in tasks()] == ["unmapped_customer"]
    pick_customer("UK", f"email:{keyed_hash(MAIL)}", "AMZ-026-1")
    assert (customers(), tasks()) == (["AMZ-026-1"], [])


# --- manual ---


def test_manual_holds_the_order_until_a_person_picks_and_remembers_the_pick(shop: Shop):
    behave(new=BehaviourLine("new", "manual"))
    comes(shop, "1")
    comes(shop, "2")
    comes(shop, "3", email="other@marketplace.example")
    assert {state for state, _ in states().values()} == {"waiting"}
    assert (
        Shipment.objects.get(shipment_id="SHP-1").held_because
        == "A person has to pick the customer of order 026-1."
    )
    waiting = buyers("UK")
    assert [(row.order_id, row.customer, row.is_known_again) for row in waiting] == [
        ("026-1", "", True),
        ("026-3", "", True),
    ]
    task = Task.objects.filter(closed_at=None).order_by("id").first()
    assert task.link == "/office/sales-channel/UK/setup/customers/"
    a_customer("JONES")
    forget_jobs()
    pick_customer("UK", waiting[0].identity, "jones")
    assert jobs()
    shop.builds()
    assert [state for state, _ in states().values()] == ["built", "built", "waiting"]
    comes(shop, "4")
    assert customers() == ["JONES", "JONES", "JONES"]
    assert len(tasks()) == 1


def test_a_guest_is_picked_for_his_one_order(shop: Shop):
    a_customer("JONES")
    behave(guest=BehaviourLine("guest", "manual"))
    comes(shop, "1", email="")
    pick_customer("UK", "order:026-1", "JONES")
    shop.builds()
    comes(shop, "2", email="")
    assert (customers(), [row.order_id for row in buyers("UK") if not row.customer]) == (["JONES"], ["026-2"])


def test_after_shipping_manual_leaves_the_placeholder_until_a_person_picks(shop: Shop):
    a_customer("JONES")
    behave(guest=BehaviourLine("guest", "manual"))
    sale = after_shipping(shop)
    assert (sale.customer.code, [kind for kind, _ in tasks()]) == (PLACEHOLDER, ["unmapped_customer"])
    pick_customer("UK", buyers("UK")[0].identity, "JONES")
    sale.refresh_from_db()
    assert (sale.customer.code, tasks()) == ("JONES", [])


def test_another_behaviour_lets_those_who_waited_for_a_person_go_on(shop: Shop):
    behave(new=BehaviourLine("new", "manual"))
    comes(shop, "1")
    behave(new=BehaviourLine("new"))
    assert (tasks(), buyers("UK")) == ([], ())
    shop.builds()
    assert customers() == [PLACEHOLDER]


def test_a_pick_can_be_forgotten_and_is_forgotten_with_the_buyers_data(shop: Shop):
    a_customer("JONES")
    behave(new=BehaviourLine("new", "manual"))
    comes(shop, "1")
    identity = buyers("UK")[0].identity
    with pytest.raises(DefinitionNotUsable, match="waits for a customer"):
        forget_buyer("UK", identity)
    pick_customer("UK", identity, "JONES")
    shop.builds()
    due = BuyerDetails.objects.get(order__order_id="026-1").purge_on
    assert KnownBuyer.objects.get().purge_on == due
    purge_buyers(today=due)
    assert KnownBuyer.objects.count() == 0
    assert Customer.objects.get(code="JONES").name == "Jones"


@pytest.mark.parametrize(
    ("identity", "customer", "column"),
    [("email:none", "JONES", "identity"), ("order:026-1", "NOBODY", "customer")],
)
def test_a_pick_of_what_is_not_here_is_refused(shop: Shop, identity: str, customer: str, column: str):
    a_customer("JONES")
    behave(guest=BehaviourLine("guest", "manual"))
    comes(shop, "1", email="")
    with pytest.raises(DefinitionNotUsable) as refused:
        pick_customer("UK", identity, customer)
    assert refused.value.column == column
    assert [row.customer for row in buyers("UK")] == [""]


def test_an_order_whose_buyer_is_not_shown_yet_waits_for_nobody(shop: Shop):
    behave(new=BehaviourLine("new", "manual"), guest=BehaviourLine("guest", "manual"))
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("1").seen,), (), None))
    building.build_staged(shop.connection)
    assert (customers(), tasks()) == ([PLACEHOLDER], [])


def test_reading_an_order_makes_no_customer(shop: Shop):
    before = Customer.objects.count()
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("1").seen,), (), None))
    assert Customer.objects.count() == before
