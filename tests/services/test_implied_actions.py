"""Actions on entering an implied status: each is carried out once per entering, by whatever way it comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.channels import services
from loadbay.channels.action_queries import actions, webhook_key
from loadbay.channels.action_rules import ActionNotUsable
from loadbay.channels.models import ImpliedAction
from loadbay.channels.rules import NO_ORDER, Implied, Line
from loadbay.channels.services.actions import add_action, remove_action
from loadbay.core.errors import NotFound, Rejected, Retryable
from loadbay.dispatch.models import FieldCall
from loadbay.inbox.models import Task
from loadbay.journal.queries import timeline
from loadbay.orders.models import Sale, Shipment, WebhookDelivery
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import building, importing, staging
from loadbay.orders.services.answering import CannotConfirm, want_confirmation
from loadbay.orders.services.implying import imply
from loadbay.orders.services.letting_go import HELD, NotHeld, let_go
from loadbay.orders.webhook_senders import MOST_TRIES, actions_due, send_webhooks
from loadbay.stock import services as stock
from loadbay.testing.fakes import FakeStatusListener
from tests.builders import NOON, ShipmentBuilder, Shop, a_field_call, a_shipment, tasks
from tests.services.goods import a_product

pytestmark = pytest.mark.django_db
SECRET = "a secret of the shop"
HOOK = {"kind": "webhook", "url": "https://erp.example/hook", "secret": SECRET}


def arrives(shop: Shop, *shipments: ShipmentBuilder) -> None:
    staging.stage_page(shop.connection, ShipmentPage(tuple(one.seen for one in shipments), (), None))
    shop.builds()


def states() -> dict[str, tuple[str, str, str]]:
    rows = Shipment.objects.order_by("shipment_id")
    return {row.shipment_id: (row.building, row.implied_status, row.hold) for row in rows}


def on(status: str, kind: str, text: str = "", **more: str) -> int:
    return add_action("UK", implied_status=status, kind=kind, text=text, **more).id


# --- adding and removing ---


def test_an_action_is_kept_without_showing_its_secret_and_noted(shop: Shop):
    number = on("ready", **HOOK)
    (action,) = actions("uk")
    assert action.words == "On entering Ready: tell a web address (webhook): https://erp.example/hook"
    assert SECRET not in repr(action)
    assert webhook_key(number) == (HOOK["url"], SECRET)
    remove_action("UK", number)
    assert (actions("UK"), webhook_key(number)) == ((), None)
    assert [one.text for one in timeline("channel:UK")] == [
        f"{action.words}. Removed.",
        f"{action.words}. Added.",
    ]
    with pytest.raises(NotFound):
        remove_action("UK", number)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"implied_status": "Done", "kind": "hold"}, "implied_status"),
        ({"implied_status": "Ready", "kind": "explode"}, "kind"),
        ({"implied_status": "Ready", "kind": "build"}, "kind"),
        ({"implied_status": "Cancelled", "kind": "hold"}, "kind"),
        ({"implied_status": "Error", "kind": "notify"}, "text"),
        ({"implied_status": "Error", "kind": "task", "text": "x" * 201}, "text"),
        ({"implied_status": "Error", **HOOK, "url": "http://erp.example/"}, "url"),
        ({"implied_status": "Error", **HOOK, "url": "https://me:pw@erp.example/"}, "url"),
        ({"implied_status": "Error", **HOOK, "url": "https://[erp"}, "url"),
        ({"implied_status": "Error", **HOOK, "secret": "short"}, "secret"),
    ],
)
def test_an_action_that_cannot_be_is_refused_with_its_field(shop: Shop, given: dict, field: str):
    with pytest.raises(ActionNotUsable) as refused:
        add_action("UK", **given)
    assert refused.value.field == field
    assert not ImpliedAction.objects.exists()


def test_the_same_action_twice_and_hold_with_release_are_refused(shop: Shop):
    on("Ready", "hold")
    with pytest.raises(services.AlreadyThere):
        on("Ready", "hold")
    with pytest.raises(ActionNotUsable, match="at once"):
        on("Ready", "release")
    assert ImpliedAction.objects.count() == 1


# --- build, hold, release ---


def test_build_makes_a_sale_of_what_the_matrix_only_lets_wait(shop: Shop):
    a_product("RUG", on_hand=5)
    services.add_line("UK", Line("ON_HOLD", NO_ORDER, None, None, Implied.WAITING))
    on("Waiting", "build")
    arrives(shop, a_shipment("1").but(status="ON_HOLD"), a_shipment("2").of(("NEW", 1)).but(status="ON_HOLD"))
    assert states()["SHP-1"][0] == "built"
    assert states()["SHP-2"][:2] == ("waiting", "Waiting")
    a_product("NEW", on_hand=5)
    shop.builds()
    assert states()["SHP-2"][0] == "built"


def test_build_never_makes_a_sale_of_what_amazon_gave_up_or_has_not_released(shop: Shop):
    a_product("RUG", on_hand=5)
    for status, implied in (("PENDING", Implied.WAITING), ("UNFULFILLABLE", Implied.ERROR)):
        services.add_line("UK", Line(status, NO_ORDER, None, None, implied))
        on(implied.value, "build")
    arrives(shop, a_shipment("1").but(status="PENDING"), a_shipment("2").but(status="UNFULFILLABLE"))
    assert not Sale.objects.exists()


def test_hold_on_ready_stops_the_sale_until_a_person_lets_it_go_and_not_again(shop: Shop):
    a_product("RUG", on_hand=5)
    on("Ready", "hold")
    arrives(shop, a_shipment("1"), a_shipment("2"))
    assert set(states().values()) == {("waiting", "Ready", "held")}
    assert sorted(tasks()) == [("order_held", "SHP-1"), ("order_held", "SHP-2")]
    importing.build_again(["SHP-1"])
    shop.builds()
    assert states()["SHP-1"] == ("waiting", "Ready", "held")
    assert let_go(["SHP-1"]) == 1
    assert ProcrastinateJob.objects.filter(task_name__endswith=".build_sales").exists()
    shop.builds()
    assert states() == {
        "SHP-1": ("built", "In Progress", "let_go"),
        "SHP-2": ("waiting", "Ready", "held"),
    }
    assert tasks() == [("order_held", "SHP-2")]
    with pytest.raises(NotHeld):
        let_go(["SHP-1"])
    with pytest.raises(NotFound):
        let_go(["SHP-9"])


def test_hold_on_a_sale_keeps_it_from_amazon_and_from_the_bench(shop: Shop):
    a_product("RUG", on_hand=5)
    on("In Progress", "hold")
    arrives(shop, a_shipment("1"))
    row = Shipment.objects.get()
    assert (row.hold, row.held_because, row.promise) == ("held", HELD, "none")
    call = FieldCall.objects.get()
    assert shop.scans(call.number).outcome.value == "held"
    with pytest.raises(CannotConfirm, match="Let it go first"):
        want_confirmation("SHP-1")
    let_go([Sale.objects.get().number])
    row.refresh_from_db()
    assert (row.hold, row.held_because) == ("let_go", "")
    assert shop.scans(call.number).outcome.value == "started"


def test_a_held_sale_that_was_short_is_still_held_when_its_goods_come(shop: Shop):
    a_product("RUG", on_hand=0)
    on("In Progress", "hold")
    arrives(shop, a_shipment("1"))
    assert Shipment.objects.get().is_short
    stock.goods_in(sku="RUG", room="SHOP", units=5)
    assert shop.covers() == 1
    row = Shipment.objects.get()
    assert (row.is_short, row.hold, row.held_because, row.promise) == (False, "held", HELD, "none")


def test_release_lets_go_what_another_status_held(shop: Shop):
    a_product("RUG", on_hand=5)
    services.add_line("UK", Line("ON_HOLD", "Open", None, None, Implied.ERROR))
    on("Error", "hold")
    on("In Progress", "release")
    arrives(shop, a_shipment("1"))
    arrives(shop, a_shipment("1").but(status="ON_HOLD", updated_at=NOON + timedelta(hours=1)))
    assert states() == {"SHP-1": ("built", "Error", "held")}
    arrives(shop, a_shipment("1").but(status="CONFIRMED", updated_at=NOON + timedelta(hours=2)))
    assert states() == {"SHP-1": ("built", "In Progress", "let_go")}


def test_a_cancelled_order_is_held_no_more(shop: Shop):
    a_product("RUG", on_hand=5)
    on("Ready", "hold")
    arrives(shop, a_shipment("1"))
    arrives(shop, a_shipment("1").cancelled(at=NOON + timedelta(hours=1)))
    assert (tasks(), states()["SHP-1"][:2]) == ([], ("ignored", "Cancelled"))


# --- notify, task ---


def test_one_alert_tells_of_all_that_entered_and_a_task_stands_for_each(shop: Shop):
    a_product("RUG", on_hand=9)
    alert, each = on("Error", "notify", "ask Amazon"), on("Error", "task", "Compare it.")
    arrives(shop, *(a_shipment(str(n)).unbalanced() for n in range(3)), a_shipment("9"))
    told = Task.objects.get(kind="status_notice")
    assert (told.matter, told.is_alert, told.times) == (str(alert), True, 1)
    assert told.sentence == "3 orders entered Error: ask Amazon"
    made = Task.objects.filter(kind="status_task").order_by("matter")
    assert [one.matter for one in made] == [f"{each}:SHP-{n}" for n in range(3)]
    assert (made[0].sentence, made[0].subjects) == ("SHP-0 entered Error: Compare it.", ["shipment:SHP-0"])


def test_building_again_is_no_second_entering(shop: Shop):
    on("Error", "task", "Compare it.")
    arrives(shop, a_shipment("1").unbalanced())
    Task.objects.filter(kind="status_task").delete()
    importing.build_again(["SHP-1"])
    shop.builds()
    assert not Task.objects.filter(kind="status_task").exists()


def test_implying_twice_is_one_entering_and_leaving_and_coming_back_is_two(shop: Shop):
    a_product("RUG", on_hand=5)
    services.add_line("UK", Line("ON_HOLD", "Open", None, None, Implied.ERROR))
    number = on("Error", **HOOK)
    arrives(shop, a_shipment("1"))
    for hour, status in enumerate(("ON_HOLD", "CONFIRMED", "ON_HOLD"), start=1):
        arrives(shop, a_shipment("1").but(status=status, updated_at=NOON + timedelta(hours=hour)))
        imply(list(Shipment.objects.values_list("pk", flat=True)))
    assert WebhookDelivery.objects.filter(action_id=number).count() == 2


def test_a_sale_enters_ready_and_in_progress_and_later_complete(shop: Shop):
    a_product("RUG", on_hand=5)
    for status in ("Ready", "In Progress", "Complete"):
        on(status, **HOOK)
    a_field_call(shop).shipped()
    shop.reads("SHIPPED")
    entered = WebhookDelivery.objects.order_by("id").values_list("implied_status", flat=True)
    assert list(entered) == ["Ready", "In Progress", "Complete"]


def test_without_actions_building_asks_no_more_than_once_for_them(shop: Shop, django_assert_max_num_queries):
    a_product("RUG", on_hand=50)
    staging.stage_page(
        shop.connection, ShipmentPage(tuple(a_shipment(str(n)).seen for n in range(20)), (), None)
    )
    with django_assert_max_num_queries(75) as asked:
        building.build_staged(shop.connection)
    about = [one["sql"] for one in asked.captured_queries if "impliedaction" in one["sql"]]
    assert len(about) == 1


# --- webhooks ---


def deliveries() -> list[tuple[bool, bool, int]]:
    rows = WebhookDelivery.objects.order_by("id")
    return [(row.delivered_at is not None, row.is_given_up, row.tries) for row in rows]


def test_a_webhook_is_told_in_order_with_the_same_event_until_it_is_heard(shop: Shop):
    a_product("RUG", on_hand=9)
    number = on("Error", **HOOK)
    arrives(shop, a_shipment("1").unbalanced(), a_shipment("2").unbalanced())
    assert ProcrastinateJob.objects.filter(task_name__endswith=".send_webhooks").count() == 1
    listener, keys = FakeStatusListener(), []

    def listener_for(url: str, secret: str) -> FakeStatusListener:
        keys.append((url, secret))
        return listener

    listener.troubles.next("tell", Retryable("It is away.", after=timedelta(minutes=5)))
    due = send_webhooks(number, listener_for=listener_for, clock=shop.clock)
    assert due == shop.clock.now() + timedelta(minutes=5)
    assert (listener.heard, deliveries()) == ([], [(False, False, 1), (False, False, 0)])
    assert actions_due(now=shop.clock.now()) == []
    shop.clock.advance(301)
    assert actions_due(now=shop.clock.now()) == [number]
    assert send_webhooks(number, listener_for=listener_for, clock=shop.clock) is None
    assert [(one.shipment, one.implied_status, one.order_status) for one in listener.heard] == [
        ("SHP-1", "Error", NO_ORDER),
        ("SHP-2", "Error", NO_ORDER),
    ]
    assert deliveries() == [(True, False, 2), (True, False, 1)]
    assert set(keys) == {(HOOK["url"], SECRET)}
    send_webhooks(number, listener_for=listener_for, clock=shop.clock)
    assert len(listener.heard) == 2


def test_what_is_refused_for_good_is_given_up_with_an_alert_and_stops_no_other(shop: Shop):
    number = on("Error", **HOOK)
    arrives(shop, a_shipment("1").unbalanced(), a_shipment("2").unbalanced())
    listener = FakeStatusListener()
    listener.troubles.next("tell", Rejected("erp.example answered 410.", reason="410"))
    send_webhooks(number, listener_for=lambda *_: listener, clock=shop.clock)
    assert [one.shipment for one in listener.heard] == ["SHP-2"]
    assert deliveries() == [(False, True, 1), (True, False, 1)]


def test_one_that_is_never_heard_ends_after_its_tries_and_says_so(shop: Shop):
    number = on("Error", **HOOK)
    arrives(shop, a_shipment("1").unbalanced())
    listener = FakeStatusListener()
    for _ in range(MOST_TRIES):
        listener.troubles.next("tell", Retryable("It is away."))
        send_webhooks(number, listener_for=lambda *_: listener, clock=shop.clock)
        shop.clock.advance(7201)
    assert deliveries() == [(False, True, MOST_TRIES)]
    task = Task.objects.get(kind="webhook_unheard")
    assert (task.is_alert, "It is not told again." in task.sentence) == (True, True)
    assert send_webhooks(number, listener_for=lambda *_: listener, clock=shop.clock) is None


def test_a_removed_webhook_is_told_nothing_more(shop: Shop):
    number = on("Error", **HOOK)
    arrives(shop, a_shipment("1").unbalanced())
    remove_action("UK", number)
    listener = FakeStatusListener()
    assert send_webhooks(number, listener_for=lambda *_: listener, clock=shop.clock) is None
    assert (listener.heard, WebhookDelivery.objects.count()) == ([], 0)
