"""A definition, matrix line or order rule changes while orders are held by it; two people at once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from django.db import transaction

from loadbay.channels.definition_rules import MethodLine
from loadbay.channels.models import ShippingCarrier, ShippingMethod
from loadbay.channels.rules import NO_ORDER, Implied, Line
from loadbay.channels.services import add_line
from loadbay.channels.services.shipping_carriers import retrieve_carriers
from loadbay.channels.services.shipping_methods import retrieve_methods, save_methods
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.order_rules import Action, condition
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import building, staging
from loadbay.orders.services.rule_changes import WantedRule, add_rule, remove_rule
from loadbay.parties.models import ShippingAgent
from loadbay.parties.services import ensure_agent
from tests.builders import Shop, a_shipment, tasks
from tests.services.goods import a_product
from tests.services.racing import at_once

PATIENCE, WAITS = 15, 1


@pytest.fixture
def ordered(shop: Shop) -> str:
    """An order that travels by STANDARD, which nobody has mapped yet."""
    a_product("RUG", on_hand=5)
    shop.set_channel(programme="mfn")
    ensure_agent("DPD", "DPD UK")
    retrieve_methods("UK")
    seen = a_shipment().but(ship_method="STANDARD").seen
    staging.stage_page(shop.connection, ShipmentPage((seen,), (), None))
    return seen.shipment_id


def mapped(external_id: str = "STANDARD", *, outgoing: bool = False) -> tuple[str, ...]:
    line = MethodLine(external_id, "", "DPD", behaviour="skip", is_default_for_outgoing=outgoing)
    return save_methods("UK", [line])


def meets_a_mapping(work: Callable[[], object]) -> bool:
    """STANDARD is mapped while the work is not committed; whether that got through."""
    return meets(work, mapped)


def meets(work: Callable[[], object], change: Callable[[], object], *, waits: int = WAITS) -> bool:
    """The change is made while the work is not committed; whether that got through within so many seconds."""
    is_done, is_changed = Event(), Event()

    def first() -> bool:
        with transaction.atomic():
            work()
            is_done.set()
            return is_changed.wait(waits)

    def second() -> None:
        is_done.wait(PATIENCE)
        change()
        is_changed.set()

    went_through, _ = at_once(first, second)
    return went_through


def build_without_lock(shop: Shop) -> None:
    rows = building._first(building._staged(shop.connection).select_for_update(), limit=1)
    building._build(shop.connection, rows)


def test_without_the_lock_an_order_would_wait_for_what_is_mapped_already(shop: Shop, ordered: str):
    assert meets_a_mapping(lambda: build_without_lock(shop))
    assert Shipment.objects.get().building == Shipment.Building.WAITING


@pytest.mark.parametrize("turn", ["in its turn", "out of its turn"])
def test_who_maps_a_method_waits_for_the_orders_that_are_being_held_by_it(
    shop: Shop, ordered: str, turn: str
):
    def build() -> None:
        if turn == "in its turn":
            building.build_staged(shop.connection)
        else:
            building.build_one(shop.connection, ordered)

    assert not meets_a_mapping(build)
    shop.builds()
    assert Sale.objects.select_related("agent").get().agent.code == "DPD"


def test_two_people_who_retrieve_at_once_make_each_carrier_and_agent_once(shop: Shop):
    answers = at_once(lambda: retrieve_carriers("UK"), lambda: retrieve_carriers("UK"))
    added = [name for answer in answers for name in answer]
    assert len(added) == len(set(added)) == ShippingCarrier.objects.count()
    assert ShippingAgent.objects.exclude(code="AMZSMART").count() == len(added)


def test_two_people_who_make_two_lines_default_at_once_leave_one(shop: Shop, ordered: str):
    mapped()
    at_once(lambda: mapped("EXPEDITED", outgoing=True), lambda: mapped("PRIORITY", outgoing=True))
    rows = ShippingMethod.objects.filter(agent__code="DPD")
    assert (rows.count(), rows.filter(is_default_for_outgoing=True).count()) == (3, 1)


def held_by_a_gap(shop: Shop) -> None:
    a_product("RUG", on_hand=5)
    seen = a_shipment().but(status="ON_HOLD").seen
    staging.stage_page(shop.connection, ShipmentPage((seen,), (), None))


ON_HOLD = Line("ON_HOLD", NO_ORDER, True, None, Implied.READY)


def test_without_the_lock_an_order_would_wait_for_a_line_that_is_there(shop: Shop):
    held_by_a_gap(shop)
    assert meets(lambda: build_without_lock(shop), lambda: add_line("UK", ON_HOLD))
    shop.builds()
    assert (Shipment.objects.get().building, len(tasks())) == ("waiting", 1)


def test_who_adds_a_line_waits_for_the_orders_that_are_being_held_for_it(shop: Shop):
    held_by_a_gap(shop)
    assert not meets(lambda: building.build_staged(shop.connection), lambda: add_line("UK", ON_HOLD))
    shop.builds()
    assert (Shipment.objects.get().building, tasks()) == ("built", [])


def stopped_by_a_rule(shop: Shop) -> int:
    a_product("RUG", on_hand=5)
    rule = add_rule(WantedRule("UK", "All", Action.HOLD, (condition("units", "at-least", "1"),)))
    staging.stage_page(shop.connection, ShipmentPage((a_shipment().seen,), (), None))
    return rule


def test_who_removes_a_rule_waits_for_the_orders_that_it_is_stopping(shop: Shop):
    rule = stopped_by_a_rule(shop)
    assert not meets(lambda: building.build_staged(shop.connection), lambda: remove_rule(rule))
    shop.builds()
    assert (Shipment.objects.get().building, tasks()) == ("built", [])
