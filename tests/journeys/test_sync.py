"""`loadbay sync --until-idle` beside a pretend Amazon with faults tells the truth; so does its exit code."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loadbay.dispatch.services import printers
from loadbay.hosting.sockets import free_port
from loadbay.jobs.syncing import NAMES
from loadbay.jobs.turns import Synced
from loadbay.stock import services as stock
from tests.cli.programs import loadbay
from tests.journeys.by_hand import MUG, ROOM, ShopByHand, a_shop_by_hand

pytestmark = pytest.mark.journey


@pytest.fixture
def shop(own_database_url: str, tmp_path: Path, django_db_blocker: Any) -> Iterator[ShopByHand]:
    with django_db_blocker.unblock(), a_shop_by_hand(own_database_url, tmp_path) as shop:
        yield shop


def done(synced: Synced) -> dict[str, int]:
    """What was done, without what follows from everything: stock told, the books, own steps seen."""
    follows = {"stock_told", "prices_told", "shipments_changed"}
    did = {name: n for name, n in synced.done.items() if not name.startswith("documents_")}
    return {name: n for name, n in did.items() if n and name not in follows}


def troubles(synced: Synced) -> list[tuple[str, str, str]]:
    return [(entry.step, entry.subject, entry.kind) for entry in synced.troubles]


def test_a_sale_goes_to_its_printed_label_without_trouble(shop: ShopByHand):
    order = shop.buys()
    synced = shop.syncs()
    assert (done(synced), synced.troubles) == (
        {"shipments_new": 1, "sales_built": 1, "shipments_answered": 1},
        (),
    )
    shop.packs(shop.call_of(order))
    synced = shop.syncs()
    assert (done(synced), synced.troubles) == ({"labels_made": 1, "labels_printed": 1}, ())


def test_a_declined_label_was_counted_as_labelled(shop: ShopByHand):
    order = shop.buys(failing_labels=1)
    shop.syncs()
    number = shop.call_of(order)
    shop.packs(number)
    synced = shop.syncs()
    assert done(synced) == {"labels_declined": 1}
    assert troubles(synced) == [("label", number, "rejected")]
    assert synced.due == ()


def test_a_moments_trouble_is_waited_for_and_forgotten(shop: ShopByHand):
    shop.fails("processShipment", "429")
    shop.fails("getShipments", "html_503")
    shop.buys()
    synced = shop.syncs()
    assert done(synced) == {"shipments_new": 1, "sales_built": 1, "shipments_answered": 1}
    assert synced.troubles == ()


def test_a_printer_that_stays_away_is_told_with_the_next_try(shop: ShopByHand):
    away = f"127.0.0.1:{free_port()}"
    printers.add_printer(printers.NewPrinter("Dock", kind="raw", address=away, is_default=True))
    order = shop.buys()
    shop.syncs()
    number = shop.call_of(order)
    shop.packs(number)
    synced = shop.syncs()
    assert done(synced) == {"labels_made": 1}
    assert troubles(synced) == [("print", number, "retryable")]
    assert [(entry.step, entry.subject) for entry in synced.due] == [("print", number)]


def test_stock_that_amazon_refuses_is_not_told(shop: ShopByHand):
    shop.lists("GHOST", units=3, at_amazon=False)
    stock.goods_in(sku=MUG, room=ROOM, units=1)
    synced = shop.syncs()
    assert (synced.done["stock_told"], synced.done["stock_refused"]) == (1, 1)
    assert ("send stock", "GHOST at LBAY", "rejected") in troubles(synced)


def test_the_command_ends_with_3_while_trouble_stands_and_with_0_afterwards(
    shop: ShopByHand, own_database_url: str, tmp_path: Path
):
    told = {"LOADBAY_DATABASE_URL": own_database_url, "LOADBAY_SECRET_KEY": os.environ["LOADBAY_SECRET_KEY"]}
    shop.buys()
    shop.amazon.patch("applications/demo-client", client_secret="another-secret")
    answer = loadbay("sync", "--until-idle", "--json", home=tmp_path, **told)
    said = json.loads(answer.stdout)
    assert (answer.returncode, set(said), tuple(said["done"])) == (3, {"done", "troubles", "due"}, NAMES)
    (trouble,) = said["troubles"]
    assert list(trouble) == ["step", "subject", "kind", "sentence", "due_at"]
    assert (trouble["step"], trouble["subject"], trouble["kind"]) == ("connection", "demo", "misconfigured")
    shop.amazon.patch("applications/demo-client", client_secret="demo-secret")
    assert loadbay("connection", "test", "demo", home=tmp_path, **told).returncode == 0
    answer = loadbay("sync", "--until-idle", home=tmp_path, **told)
    assert answer.returncode == 0, answer.stdout
    assert "shipments new: 1" in answer.stdout
