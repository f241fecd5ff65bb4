"""Order rules of the shop hold, ignore and flag while sales are built; what is released goes on for good."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loadbay.channels.models import SalesChannel
from loadbay.core.errors import NotFound
from loadbay.core.ids import Sku
from loadbay.inbox.models import Task
from loadbay.journal.models import TimelineEntry
from loadbay.orders import rule_queries
from loadbay.orders.models import OrderRule, RuleVerdict, Sale, Shipment
from loadbay.orders.order_rules import Action, WrongRule, condition
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.rule_queries import flags_of_shipment
from loadbay.orders.services import rule_changes, staging
from loadbay.orders.services.rule_changes import NothingHeld, WantedRule
from tests.builders import Shop, a_shipment, tasks
from tests.services.goods import a_product, an_order_channel, promised


@pytest.fixture(autouse=True)
def goods(shop: Shop) -> None:
    a_product("RUG", on_hand=50)
    a_product("LAMP", on_hand=50)


def wanted(*conditions: tuple[str, str, str], action: Action = Action.HOLD, name: str = "Big") -> WantedRule:
    return WantedRule(
        "UK", name, action, tuple(condition(*entry) for entry in conditions), "Call them first."
    )


def a_rule(*conditions: tuple[str, str, str], action: Action = Action.HOLD, name: str = "Big") -> int:
    return rule_changes.add_rule(wanted(*conditions, action=action, name=name))


BIG, RUGS = ("units", "at-least", "3"), ("sku", "is", "RUG")


def arrives(shop: Shop, number: str, *goods: tuple[str, int]) -> Shipment:
    staging.stage_page(shop.connection, ShipmentPage((a_shipment(number).of(*goods).seen,), (), None))
    shop.builds()
    return Shipment.objects.get(shipment_id=f"SHP-{number}")


def test_a_rule_holds_what_fits_and_lets_the_rest_be(shop):
    a_rule(BIG, RUGS)
    held, lamps, few = (
        arrives(shop, "1", ("RUG", 3)),
        arrives(shop, "2", ("LAMP", 3)),
        arrives(shop, "3", ("RUG", 2)),
    )
    assert (held.building, held.implied_status) == ("waiting", "Waiting")
    assert held.held_because == "Held by the order rule Big: Call them first."
    assert [row.building for row in (lamps, few)] == ["built", "built"]
    assert Sale.objects.count() == 2


def test_one_task_per_rule_counts_what_it_holds(shop):
    rule = a_rule(BIG)
    arrives(shop, "1", ("RUG", 3))
    arrives(shop, "2", ("RUG", 4))
    task = Task.objects.get(kind="order_rule_holds", closed_at=None)
    assert task.sentence == "The order rule Big of UK holds 2 orders: Call them first."
    assert (task.matter, task.link) == (str(rule), f"/office/order-rule/{rule}/")


def test_a_released_order_is_built_and_not_held_by_the_same_rule_again(shop):
    rule = a_rule(BIG)
    arrives(shop, "1", ("RUG", 3))
    arrives(shop, "2", ("RUG", 3))
    assert rule_changes.release_held(rule, ["SHP-1"]) == 1
    shop.builds()
    assert Sale.objects.get().shipment.shipment_id == "SHP-1"
    assert Task.objects.get(closed_at=None).sentence.startswith("The order rule Big of UK holds 1 order:")
    assert rule_changes.release_held(rule) == 1
    shop.builds()
    assert (Sale.objects.count(), tasks()) == (2, [])
    with pytest.raises(NothingHeld):
        rule_changes.release_held(rule)


def test_but_another_rule_may_hold_it_still(shop):
    first, second = a_rule(BIG), a_rule(RUGS, name="Rugs")
    row = arrives(shop, "1", ("RUG", 3))
    rule_changes.release_held(first)
    shop.builds()
    row.refresh_from_db()
    assert row.held_because == "Held by the order rule Rugs: Call them first."
    assert [row.shipment_id for row in rule_queries.rule(second).held] == ["SHP-1"]
    assert rule_queries.rule(first).held == ()


def test_an_ignored_order_has_no_sale_promises_no_stock_and_says_which_rule(shop):
    a_rule(("sku", "starts-with", "TEST"), action=Action.IGNORE, name="Tests")
    row = arrives(shop, "1", ("TEST-9", 1))
    assert (row.building, row.implied_status) == ("ignored", "Ignored")
    assert row.ignored_because == "Ignored by the order rule Tests: Call them first."
    assert (Sale.objects.count(), tasks()) == (0, [])  # not even the unknown SKU is asked about


def test_an_order_that_we_ship_keeps_its_goods_while_a_rule_holds_it(shop):
    an_order_channel("mfn", beside=shop.channel)
    code = SalesChannel.objects.get(programme="mfn").code
    rule = rule_changes.add_rule(replace(wanted(BIG), channel=code))
    number = shop.ordinary.place({Sku("RUG"): 3}, status="PENDING")
    shop.imports_orders()
    assert promised("RUG") == {"open": 3}
    shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert Shipment.objects.get().held_because.startswith("Held by the order rule Big")
    assert (promised("RUG"), Sale.objects.count()) == ({"open": 3}, 0)
    rule_changes.release_held(rule)
    shop.builds()
    assert (promised("RUG"), Sale.objects.count()) == ({"open": 3}, 1)


def test_an_order_that_a_rule_ignores_lets_go_of_what_it_kept_while_pending(shop):
    an_order_channel("mfn", beside=shop.channel)
    code = SalesChannel.objects.get(programme="mfn").code
    rule_changes.add_rule(replace(wanted(BIG, action=Action.IGNORE), channel=code))
    number = shop.ordinary.place({Sku("RUG"): 3}, status="PENDING")
    shop.imports_orders()
    shop.ordinary.move(number, "UNSHIPPED")
    shop.imports_orders()
    assert (Shipment.objects.get().building, promised("RUG")) == ("ignored", {})


def test_a_flagged_order_is_built_and_shows_its_flag(shop):
    a_rule(BIG, action=Action.FLAG)
    row = arrives(shop, "1", ("RUG", 3))
    assert row.building == "built"
    assert rule_queries.flags_of([row.pk]) == {row.pk: ("Big: Call them first",)}


def test_a_flag_keeps_the_words_that_its_rule_had_when_it_flagged(shop):
    number = a_rule(BIG, action=Action.FLAG)
    before = arrives(shop, "1", ("RUG", 3))
    change = wanted(BIG, action=Action.FLAG, name="Huge")
    rule_changes.change_rule(number, replace(change, reason="Send a card."))
    after = arrives(shop, "2", ("RUG", 4))
    pks = [before.pk, after.pk]
    assert rule_queries.flags_of(pks) == {
        before.pk: ("Big: Call them first",),
        after.pk: ("Huge: Send a card",),
    }
    rule_changes.change_rule(number, wanted(BIG, name="Huge"))
    assert flags_of_shipment("SHP-1") == ("Big: Call them first",)
    rule_changes.remove_rule(number)
    assert flags_of_shipment("SHP-2") == ("Huge: Send a card",)


def test_the_migration_gives_earlier_verdicts_the_words_of_their_rule(shop):
    """Country and postcode stay out of them, as out of every text that stays with an order."""
    number = a_rule(BIG, action=Action.FLAG)
    arrives(shop, "1", ("RUG", 3))
    RuleVerdict.objects.update(words="")
    step = import_module("loadbay.orders.migrations.0004_words_of_verdicts")
    step.fill(apps, None)
    assert flags_of_shipment("SHP-1") == ("Big: Call them first",)
    place = [{"field": "postcode", "comparison": "starts-with", "value": "LS1"}]
    OrderRule.objects.filter(pk=number).update(reason="", conditions=place)
    RuleVerdict.objects.update(words="")
    step.fill(apps, None)
    assert flags_of_shipment("SHP-1") == ("Big: by its postcode",)


def test_building_again_tells_nothing_twice(shop):
    a_rule(BIG, action=Action.FLAG)
    row = arrives(shop, "1", ("SOFA", 3))
    Shipment.objects.filter(pk=row.pk).update(building="staged")
    shop.builds()
    assert TimelineEntry.objects.filter(what="order_rule", subject="shipment:SHP-1").count() == 1
    assert RuleVerdict.objects.count() == 1


def test_what_the_matrix_does_not_call_ready_is_not_asked_about(shop):
    a_rule(BIG)
    staging.stage_page(
        shop.connection, ShipmentPage((a_shipment("1").of(("RUG", 3)).unbalanced().seen,), (), None)
    )
    shop.builds()
    assert Shipment.objects.get().implied_status == "Error"
    assert not RuleVerdict.objects.exists()


def test_a_held_order_that_amazon_cancels_leaves_the_task(shop):
    a_rule(BIG)
    arrives(shop, "1", ("RUG", 3))
    gone = a_shipment("1").of(("RUG", 3)).cancelled(at=shop.clock.now().replace(hour=23)).seen
    staging.stage_page(shop.connection, ShipmentPage((gone,), (), None))
    assert (Shipment.objects.get().implied_status, tasks()) == ("Cancelled", [])


def test_a_removed_rule_lets_go_and_is_asked_no_more(shop):
    rule = a_rule(BIG)
    arrives(shop, "1", ("RUG", 3))
    assert rule_changes.remove_rule(rule) == 1
    shop.builds()
    arrives(shop, "2", ("RUG", 3))
    assert (Sale.objects.count(), tasks()) == (2, [])
    with pytest.raises(NotFound):
        rule_changes.remove_rule(rule)
    a_rule(BIG)  # the name is free again


def test_a_name_stands_once_per_channel(shop):
    a_rule(BIG)
    with pytest.raises(WrongRule) as refusal:
        a_rule(RUGS)
    assert refusal.value.sentence == "UK has an order rule Big already. Give this one another name."
    assert OrderRule.objects.count() == 1


def test_a_postcode_is_asked_for_without_being_kept_in_clear(shop):
    postcode = (condition("postcode", "is", "DE4 3NS"),)
    rule = rule_changes.add_rule(WantedRule("UK", "Here", Action.HOLD, postcode))
    rule_changes.add_rule(WantedRule("UK", "Mark", Action.FLAG, postcode))
    row = arrives(shop, "1", ("RUG", 1))
    assert row.held_because == "Held by the order rule Here: by its postcode."
    assert flags_of_shipment("SHP-1") == ("Mark: by its postcode",)
    TimelineEntry.objects.filter(subject="channel:UK").delete()  # the rule itself may name a postcode
    with connection.cursor() as cursor:
        for table in ("orders_ruleverdict", "orders_shipment", "inbox_task", "journal_timelineentry"):
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE '%3NS%'")
            assert cursor.fetchone() == (0,), table
    assert rule_queries.rule(rule).held[0].shipment_id == "SHP-1"


def test_the_weight_of_its_products_counts_where_every_one_is_known(shop):
    a_rule(("weight", "more-than", "1500"))
    assert arrives(shop, "1", ("RUG", 2)).building == "waiting"  # 900 g each
    assert arrives(shop, "2", ("RUG", 1)).building == "built"


def test_without_rules_building_asks_one_question_more_whatever_the_number(shop):
    def asked(*numbers: str) -> int:
        page = ShipmentPage(tuple(a_shipment(number).seen for number in numbers), (), None)
        staging.stage_page(shop.connection, page)
        with CaptureQueriesContext(connection) as queries:
            shop.builds()
        return sum("orders_orderrule" in query["sql"] for query in queries.captured_queries)

    assert asked("1") == asked("2", "3", "4", "5") == 1


def test_with_rules_the_questions_do_not_grow_with_the_orders(shop):
    for number in range(3):
        a_rule(BIG, RUGS, ("postcode", "starts-with", "DE"), name=f"R{number}", action=Action.FLAG)

    def asked(first: int, last: int) -> int:
        page = ShipmentPage(
            tuple(a_shipment(str(n)).of(("RUG", 3)).seen for n in range(first, last)), (), None
        )
        staging.stage_page(shop.connection, page)
        with CaptureQueriesContext(connection) as queries:
            shop.builds()
        return len(queries.captured_queries)

    asked(0, 2)
    assert asked(10, 12) == asked(20, 30)


def test_the_list_of_rules_asks_as_much_for_many_as_for_one(shop):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            rule_queries.rules()
        return len(queries.captured_queries)

    a_rule(BIG, name="100%_")
    arrives(shop, "1", ("RUG", 3))
    before = asked()
    a_rule(RUGS, name="100")
    a_rule(RUGS, name="Flag", action=Action.FLAG)
    arrives(shop, "2", ("RUG", 1))
    assert asked() == before
    held = {row.name: (row.held, row.flagged) for row in rule_queries.rules()}
    assert held == {"100%_": (1, 0), "100": (1, 0), "Flag": (0, 1)}


def test_the_task_of_a_rule_counts_all_and_names_the_newest(shop):
    a_rule(BIG)
    many = tuple(a_shipment(f"{n:02}").of(("RUG", 3)).seen for n in range(23))
    staging.stage_page(shop.connection, ShipmentPage(many, (), None))
    shop.builds()
    task = Task.objects.get()
    assert "holds 23 orders" in task.sentence
    assert task.subjects == [f"shipment:SHP-{n:02}" for n in range(22, 2, -1)]


def test_a_trial_says_what_would_have_happened_and_changes_nothing(shop):
    for number, units in (("1", 1), ("2", 3), ("3", 5)):
        arrives(shop, number, ("RUG", units))
    trial = rule_changes.try_rule(wanted(BIG, name=""))
    assert (trial.looked_at, trial.fitting, trial.is_all) == (3, 2, True)
    assert [hit.shipment_id for hit in trial.hits] == ["SHP-3", "SHP-2"]
    assert trial.hits[0].sale == Sale.objects.get(shipment__shipment_id="SHP-3").number
    assert (OrderRule.objects.count(), RuleVerdict.objects.count()) == (0, 0)


def test_the_built_in_rules_are_listed_with_what_they_hold(shop):
    arrives(shop, "1", ("RUG", 60))
    staging.stage_page(shop.connection, ShipmentPage((a_shipment("2").unbalanced().seen,), (), None))
    shop.builds()
    assert [(row.name, row.held) for row in rule_queries.built_in()] == [
        ("Unbalanced totals", 1),
        ("Insufficient stock", 1),
    ]


def test_a_changed_rule_looks_anew_at_what_it_holds_and_keeps_the_rest(shop):
    number = a_rule(("units", "at-least", "2"))
    large, small = arrives(shop, "1", ("RUG", 5)), arrives(shop, "2", ("RUG", 2))
    released = arrives(shop, "3", ("RUG", 6))
    rule_changes.release_held(number, [released.shipment_id])
    rule_changes.change_rule(number, wanted(("units", "at-least", "4"), name="Huge"))
    shop.builds()
    states = dict(Shipment.objects.values_list("shipment_id", "building"))
    assert states == {
        large.shipment_id: "waiting",
        small.shipment_id: "built",
        released.shipment_id: "built",
    }
    card = rule_queries.rule(number)
    assert ([row.shipment_id for row in card.held], card.row.name) == ([large.shipment_id], "Huge")
    assert "Huge" in Task.objects.get(kind="order_rule_holds", closed_at=None).sentence


def test_a_rule_stays_on_its_channel_and_its_name_stands_once(shop):
    number = a_rule(("units", "at-least", "2"))
    a_rule(("units", "at-least", "9"), name="Huge")
    other = replace(wanted(("units", "at-least", "2")), channel="OTHER")
    for change, field in ((other, "channel"), (wanted(("units", "at-least", "2"), name="Huge"), "name")):
        with pytest.raises(WrongRule) as refused:
            rule_changes.change_rule(number, change)
        assert refused.value.part == field
    assert rule_queries.rule(number).row.name == "Big"
