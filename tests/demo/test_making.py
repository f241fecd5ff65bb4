"""The demo's shop made against a pretend Amazon: whole, twice, and by halves with a kill between."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from loadbay.dispatch import queries as dispatch
from loadbay.inbox.queries import open_tasks
from loadbay.journal.queries import timeline
from loadbay.listings.queries import state_counts
from loadbay.orders import queries as orders
from loadbay.stock.queries import ledger_differences, show
from tests import warm
from tests.cli.programs import environment
from tests.journeys.processes import PATIENCE_SECONDS, Part, PretendAmazon, until
from tests.journeys.shop import django_at

pytestmark = pytest.mark.journey


class Demo:
    """The process that fills the shop, as `loadbay demo` starts it."""

    def __init__(self, amazon: PretendAmazon, *, folder: Path, url: str) -> None:
        self.amazon = amazon
        key = os.environ["LOADBAY_SECRET_KEY"]
        self._env = environment(folder / "home", LOADBAY_DATABASE_URL=url, LOADBAY_SECRET_KEY=key)
        self._log = folder / "shop.log"
        (folder / "home").mkdir()

    def make(self, part: str) -> dict[str, object]:
        done = warm.run(*self._command(part), env=self._env)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def make_until_killed(self, part: str, *, operation: str, nth: int) -> None:
        """As a Ctrl-C or a power cut in the middle of it."""
        hold_id = self.amazon.hold(operation, "after", nth=nth)
        process = Part(self._command(part), env=self._env, log=self._log)
        process.start()
        reached = until(lambda: self.amazon.is_reached(hold_id), seconds=PATIENCE_SECONDS)
        process.kill()
        self.amazon.release(hold_id)
        assert reached, process.said()

    def _command(self, part: str) -> list[str]:
        return ["-m", "loadbay.cli.demo_shop", part, self.amazon.url]


@pytest.fixture
def demo(own_database_url: str, django_db_blocker: object, tmp_path: Path) -> Iterator[Demo]:
    amazon = PretendAmazon(tmp_path, speed="60")
    amazon.start()
    with django_db_blocker.unblock(), django_at(own_database_url):
        yield Demo(amazon, folder=tmp_path, url=own_database_url)
    amazon.kill()


def seen() -> dict[str, object]:
    """The shop as people see it."""
    calls = dispatch.enquiry(dispatch.FieldCallFilter()).rows
    return {
        "listings": state_counts(),
        "calls": sorted((call.state, call.goods) for call in calls),
        "tasks": sorted(task.kind for task in open_tasks()),
        "mugs": (show("MUG-SPECKLED").on_hand, show("MUG-SPECKLED").promised),
        "differences": ledger_differences(),
    }


def test_a_demo_interrupted_at_every_stage_ends_as_the_same_shop(demo: Demo) -> None:
    begun = demo.make("begin")
    assert begun["is_complete"] is False
    demo.make_until_killed("complete", operation="putListingsItem", nth=5)
    demo.make_until_killed("complete", operation="processShipment", nth=4)
    demo.make_until_killed("complete", operation="generateShipLabels", nth=2)
    demo.make_until_killed("complete", operation="confirmShipment", nth=1)
    demo.make("complete")
    shop = seen()
    assert shop["listings"] == {"awaiting_conversion": 5, "draft": 4, "linked": 44, "rejected": 1}
    states = [state for state, _ in shop["calls"]]
    assert {state: states.count(state) for state in set(states)} == {
        "cancelled": 1,
        "completed": 2,
        "labelled": 5,
        "to_pack": 14,
    }
    assert shop["tasks"] == [
        "listing_conversion",
        "listing_rejected",
        "short_stock",
        "unmapped_item",
        "unmapped_shipping_method",
    ]
    assert shop["mugs"] == (94, 6)
    assert shop["differences"] == ()
    posted = orders.sales(orders.SaleFilter(order_status="Posted")).rows
    assert [(row.channel, row.total.currency) for row in posted] == [
        ("FBA-DE", "EUR"),
        ("FBA-DE", "EUR"),
        ("MFN-UK", "GBP"),
        ("SC-UK", "GBP"),
    ]
    assert all({field.name: field.value for field in orders.buyer(row.number)}["name"] for row in posted)
    assert demo.make("begin") == {**begun, "is_complete": True}
    demo.make("complete")
    assert seen() == shop
    assert len(timeline("demo:shop")) == 8
