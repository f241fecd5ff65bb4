"""After a journey full of trouble, no secret and no buyer stands readable in the database or the logs.

Searched is everything: each row of each table as text, and each line that the programs wrote.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from loadbay.dispatch.services import completing, labels, printers
from loadbay.hosting.sockets import free_port
from loadbay.journal.models import Exchange
from loadbay.orders import queries as orders
from loadbay.orders.models import Poll
from tests.cli.programs import loadbay
from tests.journeys.by_hand import CLOCK, ShopByHand, a_shop_by_hand

pytestmark = pytest.mark.journey


@pytest.fixture
def shop(own_database_url: str, tmp_path: Path, django_db_blocker: Any) -> Iterator[ShopByHand]:
    with django_db_blocker.unblock(), a_shop_by_hand(own_database_url, tmp_path) as shop:
        yield shop


def dump() -> dict[str, str]:
    """Table → all its rows as text, the bodies of exchanges opened."""
    from loadbay.journal.rules import opened  # noqa: PLC0415

    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            found[table] = "\n".join(row for (row,) in cursor.fetchall())
    bodies = Exchange.objects.values_list("request_body", "answer_body")
    found["bodies"] = "\n".join(opened(bytes(part)) for pair in bodies for part in pair)
    return found


def traces(words: set[str], found: dict[str, str]) -> list[str]:
    """Where one of these words stands, as text or as the bytes of it."""
    return sorted(
        f"{word} in {table}"
        for table, text in found.items()
        for word in words
        if word.lower() in text.lower() or word.encode().hex() in text
    )


def test_no_secret_and_no_buyer_is_readable_afterwards(
    shop: ShopByHand, own_database_url: str, tmp_path: Path
):
    went_wrong(shop)
    said = logged(shop, own_database_url, tmp_path)
    order = shop.buys()
    shop.syncs()
    number = shop.call_of(order)
    shop.packs(number)
    shop.syncs()
    completing.complete(number, now=CLOCK.now())
    shop.syncs()
    buyer = {field.name: field.value for field in orders.buyer(orders.sale(order).row.number)}
    assert buyer["name"]
    found = {**dump(), "logs": said}
    assert "Amazon declined" in found["inbox_task"]
    assert "•••" in found["inbox_task"]
    words = {"demo-secret", "Atzr|demo", "Atza|", "Atzr%7Cdemo", "signed0by0nobody", "X-Amz-Signature"}
    words |= {"Wilhelmina", "Hartwell", buyer["name"], buyer["postal_code"]}
    assert traces(words, found) == []


def went_wrong(shop: ShopByHand) -> None:
    """Every step of a sale is refused once with words that nobody may keep; the printer is away."""
    shop.fails("getShipments", "telltale", times=3)
    shop.syncs()
    assert Poll.objects.exclude(trouble="").exists()
    shop.fails("processShipment", "telltale")
    shop.fails("batchInventory", "telltale")
    declined = shop.buys()
    shop.syncs()
    assert orders.sale(declined).row.held_because.startswith("Amazon declined processShipment")
    order = shop.buys()
    shop.syncs()
    number = shop.call_of(order)
    away = printers.NewPrinter("Away", kind="raw", address=f"127.0.0.1:{free_port()}", is_default=True)
    printers.add_printer(away)
    shop.packs(number)
    shop.fails("generateShipLabels", "telltale")
    assert [trouble.step for trouble in shop.syncs().troubles] == ["label"]
    labels.want_label_again(number)
    shop.syncs()
    shop.fails("updatePackageStatus", "telltale")
    completing.complete(number, now=CLOCK.now())
    shop.syncs()


def logged(shop: ShopByHand, url: str, folder: Path) -> str:
    """What a worker's programs write about the same trouble, with every detail asked for."""
    shop.fails("*", "telltale", times=2)
    told = {"LOADBAY_DATABASE_URL": url, "LOADBAY_SECRET_KEY": os.environ["LOADBAY_SECRET_KEY"]}
    answer = loadbay("sync", "--json", home=folder, LOADBAY_LOG_LEVEL="DEBUG", **told)
    assert answer.returncode == 3, answer.stdout
    return answer.stdout + answer.stderr
