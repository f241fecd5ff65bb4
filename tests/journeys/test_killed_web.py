"""`kill -9` of the web process while it judges a packer's scan and while it completes a lorry.

The packer's browser sends again what was not answered, with the same key: it counts once. What the process
was at is seen in the database: it waits there for a row that the test holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from django.db import connection, transaction

from loadbay.dispatch import queries as dispatch
from loadbay.dispatch.bench_rules import COMMAND_FINISH
from loadbay.dispatch.models import FieldCall
from loadbay.hosting.sockets import free_port, is_answered
from loadbay.jobs.schedule import look_soon
from loadbay.people.services import add_person
from tests.journeys.processes import Process, loadbay_process, until
from tests.journeys.shop import MUG, RIGHT, Act, Shop, a_shop_with_a_worker

pytestmark = pytest.mark.journey
PASSWORD = "a long enough pass phrase"


class Web:
    """The web process, and a packer at its bench."""

    def __init__(self, process: Process, url: str) -> None:
        self.process, self.url = process, url
        self.person = httpx2.Client(base_url=url, trust_env=False, timeout=30, follow_redirects=True)

    def start(self) -> None:
        self.process.start()
        assert until(lambda: is_answered(f"{self.url}/health/ready"), seconds=60), self.process.said()

    def sign_in(self) -> None:
        self.send("/sign-in/", "/sign-in/", username="pat", password=PASSWORD)
        self.send("/bench/station/", "/bench/station/", name="Bench 1")

    def send(self, page: str, address: str, **form: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.person.get(page).text)
        assert found is not None, page
        answer = self.person.post(address, data={"csrfmiddlewaretoken": found[1], **form})
        assert answer.status_code == 200, answer.text
        return answer.text

    def scan(self, code: str, key: str = "") -> str:
        return self.send("/bench/", "/bench/scan/", key=key or str(uuid4()), code=code)

    def complete(self, consignment: str) -> str:
        page = f"/bench/batch-complete/?code={consignment}"
        return self.send(page, f"/bench/batch-complete/{consignment}/", parcels="1")

    def killed_during(self, act: Act, number: str) -> None:
        """Kill it while the act waits for its field call in the database."""
        with ThreadPoolExecutor(1) as aside, transaction.atomic():
            FieldCall.objects.select_for_update().get(number=number)
            asked = aside.submit(act)
            assert until(_is_waited_for, seconds=30), self.process.said()
            self.process.kill_with_children()
            with pytest.raises(httpx2.TransportError):
                asked.result(30)
        self.start()


def _is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture
def shop(own_database_url: str, django_db_blocker: object, tmp_path: Path) -> Iterator[Shop]:
    with django_db_blocker.unblock(), a_shop_with_a_worker(own_database_url, tmp_path) as shop:
        yield shop


@pytest.fixture
def web(shop: Shop, own_database_url: str, tmp_path: Path) -> Iterator[Web]:
    add_person("pat", role="manager", password=PASSWORD)
    port = str(free_port())
    program = loadbay_process(
        "web", folder=tmp_path, LOADBAY_DATABASE_URL=own_database_url, LOADBAY_PORT=port
    )
    web = Web(program, f"http://127.0.0.1:{port}")
    try:
        web.start()
        web.sign_in()
        yield web
    finally:
        program.kill_with_children()


def test_a_web_process_killed_at_work_loses_no_scan_counts_none_twice_and_ships_once(
    shop: Shop, web: Web
) -> None:
    order_id, shipment_id = shop.amazon.order(MUG=2)
    look_soon()
    number = shop.number_of(order_id)
    web.scan(number)
    key = str(uuid4())
    web.killed_during(lambda: web.scan(MUG, key), number)
    assert "MUG: 1 of 2" in web.scan(MUG, key)
    assert "MUG: 1 of 2" in web.scan(MUG, key), "the same key again"
    assert [line.packed for line in dispatch.field_call(number).lines] == [1]
    web.scan(MUG)
    finish = str(uuid4())
    web.killed_during(lambda: web.scan(COMMAND_FINISH, finish), number)
    web.scan(COMMAND_FINISH, finish)
    shop.until_printed(number)
    consignment = dispatch.field_call(number).parcels[0].consignment
    web.killed_during(lambda: web.complete(consignment), number)
    web.complete(consignment)
    shop.until_over(order_id)
    assert shop.end_of(order_id, shipment_id, units=2) == RIGHT
