"""Two people, two workers, on order rules and long work at once: one does it, the other is told."""

from __future__ import annotations

from loadbay.jobs import order_acts, works
from loadbay.orders.models import OrderRule, Sale, Shipment, Work
from loadbay.orders.order_queries import OrderFilter
from loadbay.orders.order_rules import Action, condition
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import acting, rule_changes, staging, working
from loadbay.orders.services.acting import Act
from loadbay.orders.services.rule_changes import WantedRule
from tests.builders import Shop, a_shipment
from tests.services.goods import a_product
from tests.services.racing import at_once

BIG = WantedRule("UK", "Big", Action.HOLD, (condition("units", "at-least", "2"),), "Look first")


def arrive(shop: Shop, count: int) -> None:
    a_product("RUG", on_hand=50)
    seen = tuple(a_shipment(str(number)).of(("RUG", 2)).seen for number in range(count))
    staging.stage_page(shop.connection, ShipmentPage(seen, (), None))
    shop.builds()


def test_two_people_add_the_same_rule_and_one_is_told(shop: Shop):
    answers = at_once(lambda: rule_changes.add_rule(BIG), lambda: rule_changes.add_rule(BIG))
    assert sorted(type(answer).__name__ for answer in answers) == ["WrongRule", "int"]
    assert OrderRule.objects.count() == 1


def test_two_people_release_at_once_and_each_order_is_released_once(shop: Shop):
    rule = rule_changes.add_rule(BIG)
    arrive(shop, 3)
    answers = at_once(lambda: rule_changes.release_held(rule), lambda: rule_changes.release_held(rule))
    assert sorted(type(answer).__name__ for answer in answers) == ["NothingHeld", "int"]
    shop.builds()
    assert Sale.objects.count() == 3


def test_a_rule_is_removed_while_what_it_holds_is_released(shop: Shop):
    rule = rule_changes.add_rule(BIG)
    arrive(shop, 3)
    at_once(lambda: rule_changes.release_held(rule), lambda: rule_changes.remove_rule(rule))
    shop.builds()
    assert (Sale.objects.count(), OrderRule.objects.filter(removed_at=None).count()) == (3, 0)


def test_without_the_lock_two_workers_would_do_the_same_step(shop: Shop):
    arrive(shop, 3)
    work_id = acting.start_act(Act.ARCHIVE, OrderFilter(archived="any"))
    taken = [working.take_up(work_id), working.take_up(work_id)]
    for each in taken:
        assert each is not None
        order_acts.act_step(each)
    work = Work.objects.get()
    assert (work.done, work.failed) == (3, 3)  # the second passes over what the first has done


def test_two_workers_carry_out_a_work_once(shop: Shop):
    arrive(shop, 3)
    work_id = acting.start_act(Act.ARCHIVE, OrderFilter(archived="any"))
    at_once(lambda: works.carry_on(work_id), lambda: works.carry_on(work_id))
    work = Work.objects.get()
    assert (work.state, work.done, work.failed) == ("done", 3, 0)
    assert Shipment.objects.filter(archived_at=None).count() == 0


def test_a_work_that_is_cancelled_while_it_runs_ends_cancelled_or_done_and_never_both(shop: Shop):
    arrive(shop, 3)
    work_id = acting.start_act(Act.ARCHIVE, OrderFilter())
    at_once(lambda: works.carry_on(work_id), lambda: working.cancel_work(work_id))
    works.carry_on(work_id)
    work = Work.objects.get()
    assert work.state in {"cancelled", "done"}
    assert work.ended_at is not None
    assert work.done == Shipment.objects.filter(archived_at__isnull=False).count()
