"""What a task does about trouble: put back to its due moment, stop the connection, or leave it alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.channels.models import Connection
from loadbay.channels.services import change_secrets, stop_connection
from loadbay.core.actor import current_actor
from loadbay.core.errors import Misconfigured, Rejected, Retryable, Trouble, Unclear
from loadbay.jobs import reactions, tasks
from loadbay.orders.events import SalesBuilt
from loadbay.orders.models import Sale
from tests.builders import Shop, a_field_call
from tests.builders import tasks as open_tasks
from tests.services.goods import a_product


def alone(shop: Shop, work: object) -> list[datetime]:
    """Do the work as a task would; when it is to be done again."""
    again: list[datetime] = []
    tasks._alone("trial", shop.connection, work, again=again.append)  # type: ignore[arg-type]
    return again


def raising(trouble: Trouble) -> object:
    def work() -> None:
        raise trouble

    return work


def jobs() -> dict[str, datetime | None]:
    """task → when it is due, of what waits."""
    rows = ProcrastinateJob.objects.filter(status="todo")
    return {name.rsplit(".", 1)[-1]: at for name, at in rows.values_list("task_name", "scheduled_at")}


def test_work_that_goes_well_is_not_repeated_and_is_done_in_its_name(shop: Shop):
    who: list[str] = []
    assert alone(shop, lambda: who.append(current_actor())) == []
    assert who == ["job:trial"]


@pytest.mark.parametrize("trouble", [Retryable("down"), Unclear("lost"), Rejected("no")])
def test_trouble_puts_it_back_by_half_a_minute(shop: Shop, trouble: Trouble):
    assert alone(shop, raising(trouble)) == [shop.clock.now() + timedelta(seconds=30)]
    assert Connection.objects.get().state == "working"


def test_amazons_own_advice_decides_when(shop: Shop):
    after = timedelta(minutes=3)
    assert alone(shop, raising(Retryable("too many", after=after))) == [shop.clock.now() + after]


def test_a_wrong_key_stops_the_connection_and_nothing_is_put_back(shop: Shop):
    trouble = Misconfigured("The client secret has expired.", fault="secret")
    assert alone(shop, raising(trouble)) == []
    assert Connection.objects.get().stopped_because == "The client secret has expired."
    assert open_tasks() == [("connection_stopped", str(shop.connection))]


def test_nothing_is_done_on_a_stopped_connection_until_it_goes_on(shop: Shop):
    stop_connection(shop.connection, sentence="No.", now=shop.clock.now())
    done: list[str] = []
    assert alone(shop, lambda: done.append("something")) == []
    assert done == []
    ProcrastinateJob.objects.all().delete()
    change_secrets(shop.channel.connection.name, client_secret="new", refresh_token="", now=shop.clock.now())
    assert {"answer_shipments", "tell_shipped", "send_stock"} <= set(jobs())
    alone(shop, lambda: done.append("something"))
    assert done == ["something"]


def test_what_has_to_be_labelled_goes_on_by_the_next_look_after_a_stop(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).packed()
    shop.fails("create_packages", Misconfigured("The role is missing.", fault="role"))
    assert alone(shop, lambda: shop.makes_labels(call.number)) == []
    assert Connection.objects.get().state == "stopped"
    change_secrets(shop.channel.connection.name, client_secret="new", refresh_token="", now=shop.clock.now())
    shop.clock.advance(5)
    shop.makes_labels_until_settled(call.number)
    assert call.row.state == "labelled"


def test_an_event_that_comes_twice_opens_one_field_call(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    reactions.react(SalesBuilt(connection_id=shop.connection, sale_ids=[call.sale.pk]))
    assert Sale.objects.get().field_calls.get().number == call.number
