"""The matrix is edited whole or not at all; the orders that it says something else of go on by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.channels import matrix_queries, services
from loadbay.channels.matrix_rules import LineNotUsable
from loadbay.channels.models import MatrixLine
from loadbay.channels.rules import (
    NO_ORDER,
    Implied,
    Line,
    MatrixContradicts,
    Situation,
    default_matrix,
)
from loadbay.channels.services import AlreadyThere, MatrixChangedMeanwhile
from loadbay.core.errors import NotFound
from loadbay.inbox.models import Task
from loadbay.inbox.services import open_task
from loadbay.jobs import rounds
from loadbay.journal.queries import timeline
from loadbay.orders.matrix_trial import look_at_order, try_matrix
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import staging
from loadbay.orders.services.following import follow_matrix
from tests.builders import NOON, ShipmentBuilder, Shop, a_shipment, tasks
from tests.services.goods import a_product, events

pytestmark = pytest.mark.django_db
ON_HOLD = Line("ON_HOLD", NO_ORDER, True, None, Implied.READY)


def arrives(shop: Shop, *shipments: ShipmentBuilder) -> None:
    staging.stage_page(shop.connection, ShipmentPage(tuple(one.seen for one in shipments), (), None))
    shop.builds()


def states() -> dict[str, tuple[str, str]]:
    rows = Shipment.objects.order_by("shipment_id")
    return {row.shipment_id: (row.building, row.implied_status) for row in rows}


def changed(line: Line, implied: Implied) -> list[Line]:
    """The default lines with another implied status on the one of these values."""
    lines = default_matrix("smartconnect")
    assert any(one.key == line.key for one in lines)
    return [replace(one, implied=implied) if one.key == line.key else one for one in lines]


ACCEPTED = Line("ACCEPTED", NO_ORDER, True, None, Implied.READY)


# --- saving ---


def test_a_task_of_an_older_release_hinders_nobody_and_closes_once_a_line_fits(shop: Shop):
    before = default_matrix("smartconnect")
    for status in ("ON_HOLD", "LOST"):
        open_task(
            kind="matrix_gap",
            matter=f"{shop.channel.pk}:{status} × {NO_ORDER}",
            cause="mapping",
            sentence="The order status matrix has no line.",
            cure="Add it.",
            subjects=["channel:UK"],
        )
    services.change_matrix("UK", [*before, ON_HOLD])
    assert tasks() == [("matrix_gap", f"{shop.channel.pk}:LOST × {NO_ORDER}")]


def test_an_edit_is_stored_whole_and_told_with_before_and_after(shop: Shop):
    wanted = [*changed(ACCEPTED, Implied.WAITING)[1:], ON_HOLD]
    kept = set(MatrixLine.objects.values_list("pk", flat=True))
    edit = services.change_matrix("uk", wanted)
    assert set(matrix_queries.matrix("UK").lines) == set(wanted)
    assert [entry.text for entry in reversed(timeline("channel:UK"))] == [one.words for one in edit.changes]
    assert len(edit.changes) == 2
    (event,) = events("channels.matrix_changed")
    assert ["ON_HOLD", NO_ORDER, True, None, "Ready"] in event["after"]
    assert len(kept & set(MatrixLine.objects.values_list("pk", flat=True))) == len(wanted) - 1
    assert edit.unknown == ("ON_HOLD",)


def test_saving_the_same_lines_changes_nothing(shop: Shop):
    edit = services.change_matrix("UK", default_matrix("smartconnect")[::-1])
    assert (edit.changes, timeline("channel:UK"), events("channels.matrix_changed")) == ((), [], [])


@pytest.mark.parametrize(
    ("extra", "refusal"),
    [
        (Line(None, NO_ORDER, True, False, Implied.WAITING), MatrixContradicts),
        (Line("ODD", NO_ORDER, None, True, Implied.WAITING), LineNotUsable),
        (ACCEPTED, LineNotUsable),
    ],
)
def test_a_refused_matrix_leaves_every_line_as_it_was(shop: Shop, extra: Line, refusal: type):
    before = matrix_queries.matrix("UK")
    with pytest.raises(refusal):
        services.change_matrix("UK", [*before.lines[:-1], extra, ON_HOLD])
    assert (matrix_queries.matrix("UK"), timeline("channel:UK")) == (before, [])


def test_two_people_at_once_do_not_take_back_each_others_lines(shop: Shop):
    shown = matrix_queries.matrix("UK")
    services.add_line("UK", ON_HOLD)
    with pytest.raises(MatrixChangedMeanwhile, match="meanwhile"):
        services.change_matrix("UK", shown.lines[1:], seen=shown.version)
    assert set(matrix_queries.matrix("UK").lines) == {*shown.lines, ON_HOLD}


def test_lines_are_added_and_removed_one_by_one_and_reset(shop: Shop):
    services.add_line("UK", ON_HOLD)
    with pytest.raises(AlreadyThere, match="ON_HOLD × No Order × balanced × any → Ready"):
        services.add_line("UK", replace(ON_HOLD, implied=Implied.ERROR))
    services.remove_line("UK", replace(ON_HOLD, implied=Implied.ERROR))
    with pytest.raises(NotFound, match="no line for ON_HOLD"):
        services.remove_line("UK", ON_HOLD)
    services.change_matrix("UK", [ACCEPTED])
    services.reset_matrix("UK")
    assert set(matrix_queries.matrix("UK").lines) == set(default_matrix("smartconnect"))
    with pytest.raises(NotFound, match="Known: UK"):
        services.reset_matrix("MOON")


# --- gaps ---


def test_a_thousand_orders_of_one_combination_are_one_task(shop: Shop):
    a_product("RUG", on_hand=50)
    odd = [a_shipment(str(n)).but(status="ON_HOLD") for n in range(30)]
    arrives(shop, *odd, a_shipment("unb").but(status="ON_HOLD").unbalanced())
    channel = shop.channel.pk
    assert sorted(tasks()) == [
        ("matrix_gap", f"{channel}:ON_HOLD:No Order:balanced"),
        ("matrix_gap", f"{channel}:ON_HOLD:No Order:not balanced"),
    ]
    task = Task.objects.get(matter__endswith=":balanced")
    assert (task.times, len(task.subjects), task.subjects.count("channel:UK")) == (1, 31, 1)


def test_adding_the_line_closes_the_task_and_lets_the_orders_go_on(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment("1").but(status="ON_HOLD"), a_shipment("2").but(status="ON_HOLD").unbalanced())
    services.add_line("UK", ON_HOLD)
    assert ProcrastinateJob.objects.filter(task_name__endswith=".build_sales").exists()
    assert tasks() == [("matrix_gap", f"{shop.channel.pk}:ON_HOLD:No Order:not balanced")]
    shop.builds()
    assert states() == {"SHP-1": ("built", "In Progress"), "SHP-2": ("waiting", "Waiting")}


def test_an_order_with_a_sale_in_an_unknown_status_makes_the_same_kind_of_task(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment("1"))
    later = a_shipment("1").but(status="LEVITATING", updated_at=NOON.replace(hour=13))
    arrives(shop, later)
    matter = f"{shop.channel.pk}:LEVITATING:Open:balanced"
    assert tasks() == [("matrix_gap", matter)]
    services.add_line("UK", Line("LEVITATING", "Open", None, None, Implied.ERROR))
    assert (tasks(), states()) == ([], {"SHP-1": ("built", "Error")})


# --- following a changed matrix ---


def test_waiting_orders_go_on_when_their_line_says_ready(shop: Shop):
    a_product("RUG", on_hand=5)
    services.change_matrix("UK", changed(ACCEPTED, Implied.ERROR))
    arrives(shop, a_shipment("1"), a_shipment("2").unbalanced())
    assert sorted(tasks()) == [("shipment_stopped", "SHP-1"), ("shipment_stopped", "SHP-2")]
    services.reset_matrix("UK")
    assert tasks() == [("shipment_stopped", "SHP-2")]
    shop.builds()
    assert states() == {"SHP-1": ("built", "In Progress"), "SHP-2": ("waiting", "Error")}


def test_what_was_left_out_comes_in_when_its_line_says_so_but_nothing_before_the_start(shop: Shop):
    a_product("RUG", on_hand=5)
    services.change_matrix("UK", changed(ACCEPTED, Implied.IGNORED))
    old = NOON.replace(year=2025)
    arrives(shop, a_shipment("1"), a_shipment("2", at=old).but(status="SHIPPED"))
    assert states() == {"SHP-1": ("ignored", "Ignored"), "SHP-2": ("ignored", "Ignored")}
    shipped = Line("SHIPPED", NO_ORDER, None, None, Implied.ERROR)
    lines = [
        replace(one, implied=Implied.READY) if one.key == shipped.key else one
        for one in changed(ACCEPTED, Implied.READY)
    ]
    services.change_matrix("UK", lines)
    shop.builds()
    assert states() == {"SHP-1": ("built", "In Progress"), "SHP-2": ("ignored", "Ignored")}


def test_an_order_with_a_sale_keeps_it_whatever_the_lines_say(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment("1"))
    open_line = Line("ACCEPTED", "Open", None, None, Implied.IN_PROGRESS)
    services.change_matrix("UK", changed(open_line, Implied.WAITING))
    assert (states(), Sale.objects.count()) == ({"SHP-1": ("built", "Waiting")}, 1)


def test_many_orders_are_followed_in_steps_that_may_be_done_twice(shop: Shop):
    a_product("RUG", on_hand=50)
    services.change_matrix("UK", changed(ACCEPTED, Implied.WAITING))
    arrives(shop, *(a_shipment(str(n)) for n in range(5)))
    situation = Situation("ACCEPTED", NO_ORDER, balanced=True)
    MatrixLine.objects.filter(channel_status="ACCEPTED", order_status=NO_ORDER, balanced=True).update(
        implied_status="Ready"
    )
    left = follow_matrix(shop.channel.pk, [situation], at_once=2)
    assert left == Shipment.objects.order_by("pk")[1].pk
    assert Shipment.objects.filter(building="staged").count() == 2
    assert follow_matrix(shop.channel.pk, [situation], at_once=2) is not None
    data = [["ACCEPTED", NO_ORDER, True]]
    for _ in range(2):
        list(rounds.follow_matrix(shop.channel.pk, data, after=left))
        assert Shipment.objects.filter(building="staged").count() == 5
    shop.builds()
    assert set(states().values()) == {("built", "In Progress")}


# --- trying ---


def test_a_trial_counts_what_would_change_and_changes_nothing(shop: Shop):
    a_product("RUG", on_hand=50)
    arrives(shop, *(a_shipment(str(n)) for n in range(4)), a_shipment("7").unbalanced())
    arrives(shop, a_shipment("8").cancelled(at=NOON))
    stored = matrix_queries.matrix("UK").lines
    edited = [line for line in stored if line.key != ("ACCEPTED", "Open", None, None)]
    edited = [
        replace(one, implied=Implied.WAITING) if one.implied is Implied.ERROR else one for one in edited
    ]
    before = states()
    trial = try_matrix(shop.channel.pk, stored=stored, edited=edited)
    assert (trial.orders, trial.changed, trial.without_line) == (6, 5, 4)
    first, second = trial.moves
    assert (first.before, first.after, first.orders) == ("In Progress", "no line", 4)
    assert first.combinations == ("ACCEPTED × Open × balanced",)
    assert [one.shipment_id for one in first.examples] == ["SHP-3", "SHP-0"]
    assert all(one.sale for one in first.examples)
    assert (second.before, second.after, second.orders) == ("Error", "Waiting", 1)
    assert [(one.shipment_id, one.sale) for one in second.examples] == [("SHP-7", "")]
    assert (states(), matrix_queries.matrix("UK").lines) == (before, stored)


def test_a_trial_of_the_stored_lines_changes_nothing(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment("1"), a_shipment("old", at=NOON.replace(year=2025)).but(status="SHIPPED"))
    lines = matrix_queries.matrix("UK").lines
    trial = try_matrix(shop.channel.pk, stored=lines, edited=lines)
    assert (trial.orders, trial.changed, trial.without_line, trial.moves) == (2, 0, 0, ())


def test_the_count_of_a_trial_does_not_grow_with_the_orders(shop: Shop, django_assert_num_queries):
    a_product("RUG", on_hand=50)
    arrives(shop, *(a_shipment(str(n)) for n in range(20)))
    lines = matrix_queries.matrix("UK").lines
    with django_assert_num_queries(3):
        try_matrix(shop.channel.pk, stored=lines, edited=[])


@pytest.mark.parametrize("name", ["SHP-1", "026-1", "sale"])
def test_an_order_is_tested_by_any_of_its_numbers(shop: Shop, name: str):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment("1"))
    sale = Sale.objects.get().number
    stored = matrix_queries.matrix("UK").lines
    edited = [replace(one, implied=Implied.ERROR) if one.order_status == "Open" else one for one in stored]
    wanted = sale.lower() if name == "sale" else name
    (one,) = look_at_order(shop.channel.pk, wanted, stored=stored, edited=edited)
    assert (one.shipment_id, one.order_id, one.sale) == ("SHP-1", "026-1", sale)
    assert (one.channel_status, one.order_status, one.is_balanced) == ("ACCEPTED", "Open", True)
    assert (one.implied_now, one.stored.implied, one.edited.implied) == (
        "In Progress",
        "In Progress",
        "Error",
    )
    assert one.stored.line == "ACCEPTED × Open × any × any → In Progress"
    assert one.would == "Its implied status would become Error; its sale stays."


def test_what_would_come_of_an_order_without_sale_is_said(shop: Shop):
    arrives(
        shop, a_shipment("1").unbalanced(), a_shipment("2", at=NOON.replace(year=2025)).but(status="SHIPPED")
    )
    stored = matrix_queries.matrix("UK").lines
    ready = [replace(one, implied=Implied.READY) if one.implied is Implied.ERROR else one for one in stored]
    (first,) = look_at_order(shop.channel.pk, "SHP-1", stored=stored, edited=ready)
    assert first.would == "Its sale would be built."
    (none,) = look_at_order(shop.channel.pk, "SHP-1", stored=stored, edited=[])
    assert none.would == "No line would fit: it would wait, and a task would ask for a line."
    (old,) = look_at_order(shop.channel.pk, "SHP-2", stored=stored, edited=ready)
    assert (old.stored.line, old.edited.implied) == ("before the order start", "Ignored")
    assert old.would == "Nothing would change."
    with pytest.raises(NotFound, match="no order SHP-9"):
        look_at_order(shop.channel.pk, "SHP-9", stored=stored, edited=stored)


def test_an_order_that_waits_is_looked_at_again_when_its_status_changes_at_amazon(shop: Shop):
    """It stayed in its gap until somebody pressed Build again."""
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment("1").but(status="ON_HOLD"), a_shipment("2").but(status="ON_HOLD"))
    arrives(shop, a_shipment("1").but(updated_at=NOON.replace(hour=13)))
    assert states() == {"SHP-1": ("built", "In Progress"), "SHP-2": ("waiting", "Waiting")}
    assert tasks() == [("matrix_gap", f"{shop.channel.pk}:ON_HOLD:No Order:balanced")]
    arrives(shop, a_shipment("2").but(status="SHIPPED", updated_at=NOON.replace(hour=13)))
    assert states()["SHP-2"] == ("waiting", "Error")
    assert tasks() == [("shipment_stopped", "SHP-2")]
