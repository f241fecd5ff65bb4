"""Tasks: one open row per matter, counted, closed once."""

from __future__ import annotations

import pytest

from loadbay.inbox import queries, services
from loadbay.inbox.models import Task

pytestmark = pytest.mark.django_db


def ask(matter: str = "RUG", **change: object) -> int:
    fields = {
        "kind": "unknown_sku",
        "matter": matter,
        "cause": "mapping",
        "sentence": f"{matter} is unknown.",
    }
    return services.open_task(**{**fields, **change})


def test_a_thousand_orders_make_one_task():
    numbers = {ask(subjects=(f"order-{n}",)) for n in range(5)}
    assert len(numbers) == 1
    (task,) = queries.open_tasks()
    assert (task.times, sorted(task.subjects)) == (5, [f"order-{n}" for n in range(5)])
    assert queries.counts() == {"mapping": 1}


def test_another_matter_is_another_task_and_alerts_come_first():
    ask("RUG")
    ask("LAMP", is_alert=True)
    ask("PAN")
    assert [task.matter for task in queries.open_tasks()] == ["LAMP", "PAN", "RUG"]


def test_a_settled_matter_closes_and_may_come_back():
    ask()
    assert services.close_task("unknown_sku", "RUG")
    assert not services.close_task("unknown_sku", "RUG")
    assert queries.open_tasks() == ()
    ask()
    (task,) = queries.open_tasks()
    assert task.times == 1
    assert Task.objects.count() == 2


def test_a_person_closes_a_task_once():
    number = ask()
    services.close(number)
    with pytest.raises(services.TaskUnknown, match=f"Task {number} is not open"):
        services.close(number)


def test_the_list_of_subjects_stays_short_and_keeps_the_latest():
    ask(subjects=[f"order-{n}" for n in range(80)])
    ask(subjects=[f"order-{n}" for n in range(80, 130)])
    ask(subjects=["order-40"])
    (task,) = queries.open_tasks()
    assert task.subjects == (*(f"order-{n}" for n in range(30, 130) if n != 40), "order-40")
    assert len(task.subjects) == services.MOST_SUBJECTS


def test_a_cause_that_is_none_of_ours_is_a_mistake():
    with pytest.raises(ValueError, match="weather"):
        ask(cause="weather")


def restate(*subjects: str, sentence: str) -> None:
    services.restate_task(kind="waiting", matter="UK", cause="decision", sentence=sentence, subjects=subjects)


def test_a_restated_task_says_and_names_only_what_is_now():
    restate("listing:UK:OLD", "listing:UK:RUG", sentence="Two wait.")
    restate("listing:UK:RUG", sentence="One waits.")
    (task,) = queries.open_tasks()
    assert (task.sentence, task.subjects, task.times) == ("One waits.", ("listing:UK:RUG",), 1)


def test_saying_the_same_again_does_not_make_a_task_newer():
    restate("listing:UK:RUG", sentence="One waits.")
    (before,) = queries.open_tasks()
    restate("listing:UK:RUG", sentence="One waits.")
    assert queries.open_tasks() == (before,)


def test_every_kind_of_one_matter_closes_at_once():
    ask("RUG")
    ask("RUG", kind="other")
    ask("LAMP")
    assert services.close_kinds(("unknown_sku", "other"), matter="RUG") == 2
    assert services.close_kinds((), matter="LAMP") == 0
    assert [task.matter for task in queries.open_tasks()] == ["LAMP"]
