"""`loadbay doctor` names what is wrong and how to cure it, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection as connection_to_database

from loadbay.channels.models import Connection
from loadbay.channels.services import NewChannel, NewConnection, add_channel, add_connection, stop_connection
from loadbay.core.clock import SystemClock
from loadbay.dispatch.services.printers import NewPrinter, add_printer
from loadbay.hosting.sockets import free_port
from loadbay.inbox.services import open_task
from loadbay.jobs.checkup import devices, shop
from loadbay.jobs.checkup.finding import Finding, Mark
from loadbay.jobs.health import queue_health
from loadbay.jobs.schedule import look_at_everything
from loadbay.orders.models import Poll
from loadbay.stock.models import Level
from loadbay.stock.services import add_room
from loadbay.testing.fakes.clock import FakeClock
from tests.cli.programs import environment, loadbay
from tests.journeys.processes import a_worker, until
from tests.services.goods import a_product

NOW = SystemClock().now()


def marks(findings: Iterable[Finding]) -> dict[str, Mark]:
    return {finding.check: finding.state for finding in findings}


@pytest.fixture
def connection(db: None) -> Connection:
    new = NewConnection("demo", "eu", "SELLER", "client", "secret", "token")
    add_room(code="MAIN")
    made = add_connection(new)
    add_channel(NewChannel("SC", "demo", "GB", "smartconnect", rooms={"MAIN": "LBAY"}))
    return made


@pytest.mark.parametrize(("days", "mark"), [(149, Mark.FINE), (151, Mark.WATCH), (181, Mark.PROBLEM)])
def test_the_age_of_a_secret_is_watched(connection: Connection, days: int, mark: Mark) -> None:
    found = marks(shop.all_connections(NOW + timedelta(days=days)))
    assert found == {"connection demo": Mark.FINE, "secret of demo": mark}


def test_a_stopped_connection_is_a_problem_with_its_reason(connection: Connection) -> None:
    stop_connection(connection.pk, sentence="Amazon refused the client secret.", now=NOW)
    found = next(f for f in shop.all_connections(NOW) if f.check == "connection demo")
    assert found.state is Mark.PROBLEM
    assert "Amazon refused the client secret." in found.sentence
    assert found.cure == "Mend that, then: loadbay connection test demo"


def test_questions_that_were_not_answered_lately_are_named(connection: Connection) -> None:
    assert marks(shop.freshness(NOW)) == {"polls of demo": Mark.PROBLEM}
    Poll.objects.create(connection=connection, question="shipments:ACCEPTED", answered_at=NOW)
    Poll.objects.create(
        connection=connection, question="shipments:SHIPPED", answered_at=NOW - timedelta(minutes=6)
    )
    assert marks(shop.freshness(NOW)) == {"polls of demo": Mark.FINE}
    stale = next(shop.freshness(NOW + timedelta(minutes=3)))
    assert stale.state is Mark.PROBLEM
    assert stale.sentence == (
        "1 regular questions are stale; shipments:ACCEPTED was not answered for 3 minutes."
    )


@pytest.mark.django_db
def test_a_stock_level_that_is_not_the_sum_of_its_movements_is_named() -> None:
    a_product("RUG-1", on_hand=4, room="MAIN")
    assert shop.ledger().state is Mark.FINE
    Level.objects.update(on_hand=5)
    found = shop.ledger()
    assert (found.state, "RUG-1 in MAIN: 5, not 4" in found.sentence) == (Mark.PROBLEM, True)


@pytest.mark.django_db
def test_work_without_a_worker_is_a_problem() -> None:
    fine = {"queue": Mark.FINE, "automations": Mark.FINE}
    assert marks(shop.queue()) == {"workers": Mark.PROBLEM, **fine}
    look_at_everything.configure(schedule_at=NOW - timedelta(minutes=5)).defer()
    assert marks(shop.queue()) == {"workers": Mark.PROBLEM, **fine, "queue": Mark.PROBLEM}
    assert queue_health().waiting == 1


@pytest.mark.django_db
def test_a_clock_that_starts_nothing_any_more_is_a_problem() -> None:
    """The worker may be alive and its clock dead."""
    with connection_to_database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, periodic_id)"
            " VALUES ('loadbay.jobs.schedule.sweep', extract(epoch FROM now()) - 310, '')"
        )
    found = next(finding for finding in shop.queue() if finding.check == "automations")
    assert (found.state, found.sentence) == (Mark.PROBLEM, "Nothing was started by the clock for 5 minutes.")


@pytest.mark.django_db
def test_alerts_of_late_work_are_problems() -> None:
    open_task(
        kind="overdue", matter="labels to make", cause="outage", sentence="2 labels wait.", cure="Look."
    )
    open_task(kind="unknown_sku", matter="RUG", cause="mapping", sentence="RUG is unknown.")
    assert [(f.check, f.state, f.sentence) for f in shop.alerts()] == [
        ("overdue labels to make", Mark.PROBLEM, "2 labels wait.")
    ]


@pytest.mark.django_db
def test_printers_are_tried(tmp_path: Path) -> None:
    add_printer(NewPrinter("Dock", "raw", f"127.0.0.1:{free_port()}"))
    add_printer(NewPrinter("Folder", "folder", str(tmp_path / "labels")))
    add_printer(NewPrinter("Lost", "folder", str(tmp_path / "no" / "labels")))
    add_printer(NewPrinter("Bench", "browser"))
    assert marks(devices.all_printers()) == {
        "printer Bench": Mark.FINE,
        "printer Dock": Mark.PROBLEM,
        "printer Folder": Mark.FINE,
        "printer Lost": Mark.PROBLEM,
    }


@pytest.mark.django_db
def test_a_clock_that_is_wrong_is_a_problem() -> None:
    assert devices.clock(SystemClock()).state is Mark.FINE
    assert devices.clock(FakeClock(NOW + timedelta(minutes=3))).state is Mark.PROBLEM


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    answer = loadbay("doctor", "--json", home=tmp_path, LOADBAY_DATABASE_URL=url)
    said = json.loads(answer.stdout)
    assert (answer.returncode, said["is_well"]) == (1, False)
    assert [(f["check"], f["state"]) for f in said["findings"]] == [("database", "problem"), ("disk", "ok")]


def test_a_home_without_a_shop_is_named_and_gets_no_database(tmp_path: Path) -> None:
    answer = loadbay("doctor", home=tmp_path / "home")
    assert answer.returncode == 1
    assert "loadbay setup" in answer.stdout
    assert not (tmp_path / "home" / "database").exists()


def test_all_is_well_while_a_worker_runs(own_database_url: str, tmp_path: Path) -> None:
    worker = a_worker(folder=tmp_path, database_url=own_database_url)
    env = environment(tmp_path, LOADBAY_DATABASE_URL=own_database_url)
    told = {name: env[name] for name in ("LOADBAY_DATABASE_URL",)}
    key = os.environ["LOADBAY_SECRET_KEY"]
    worker.start()
    try:
        said = {}

        def is_well() -> bool:
            answer = loadbay("doctor", "--json", home=tmp_path, LOADBAY_SECRET_KEY=key, **told)
            said.update(json.loads(answer.stdout))
            return answer.returncode == 0

        assert until(is_well, seconds=60), said
    finally:
        worker.kill()
    assert {"workers", "queue", "ledger", "migrations"} <= {f["check"] for f in said["findings"]}
