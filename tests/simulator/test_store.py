"""What was answered is kept: through kill -9, half-written lines and a snapshot that came first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from amazon_simulator.server import Options, create_app
from amazon_simulator.store import Store, StoreError
from amazon_simulator.world.state import State
from tests.simulator.shop import SECRETS, SHIPMENTS, Shop, package

ROOMS = ("listings", "inventory", "orders", "shipments", "switches", "locations")


def everything(client: httpx2.Client) -> dict[str, Any]:
    return {room: client.get(f"/simulator/inspect/{room}").json() for room in ROOMS}


def live(client: httpx2.Client) -> None:
    """A bit of everything that changes the world."""
    token = client.post("/auth/o2/token", data=SECRETS).json()["access_token"]
    client.headers = {"x-amz-access-token": token}
    item = client.get("/simulator/inspect/catalogue?limit=1").json()[0]
    rows = [{"sku": "MUG", "asin": item["asin"], "price": "5.00", "quantity": 9}]
    client.post("/simulator/listings/seed", json={"listings": rows})
    for _ in range(3):
        client.post("/simulator/orders", json={"lines": [{"sku": "MUG", "quantity": 1}]})
    ids = [row["id"] for row in client.get("/simulator/inspect/shipments").json()]
    for shipment_id in ids[:2]:
        client.post(f"{SHIPMENTS}/{shipment_id}?operation=CONFIRM")
        client.post(f"{SHIPMENTS}/{shipment_id}/packages", json={"packages": [package()]})
        client.put(f"{SHIPMENTS}/{shipment_id}/shipLabels?operation=GENERATE", json={"packageIds": ["P1"]})
    client.patch(f"{SHIPMENTS}/{ids[0]}/packages/P1", json={"status": "SHIPPED"})
    client.patch("/simulator/switches", json={"customer_after_shipping": "postcode_only"})
    client.patch("/simulator/locations/LBAY", json={"label_format": "ZPL"})
    client.post("/simulator/clock", json={"advance_seconds": 90_000})


def test_a_killed_simulator_goes_on_where_it_was(start: Callable[..., Any], tmp_path: Path) -> None:
    arguments = ("--plans", "off", "--state", str(tmp_path / "world"))
    first = start(*arguments)
    with first.client() as client:
        live(client)
        before = everything(client)
    first.kill()
    second = start(*arguments)
    with second.client() as client:
        assert everything(client) == before
        moved = client.get("/simulator/inspect/clock").json()
        assert moved["offset_seconds"] == 90_000
        live(client)
        later = everything(client)
    second.stop()
    with start(*arguments).client() as client:
        assert everything(client) == later
    statuses = [row["status"] for row in later["shipments"]]
    assert statuses.count("SHIPPED") == 2


def kept(tmp_path: Path) -> Shop:
    return Shop(state=tmp_path / "world").signed_in()


def leave(shop: Shop) -> None:
    """As a kill does: nothing is written, only the lock ends with the process."""
    assert shop.store is not None
    shop.store._lock.close()


def test_a_half_written_line_is_passed_over(tmp_path: Path) -> None:
    shop = kept(tmp_path)
    shop.linked("MUG")
    before = shop.inspect("listings")
    leave(shop)
    with (tmp_path / "world.journal").open("ab") as journal:
        journal.write(b'["2026-09-14T09:00:00Z",{"do":"PlaceOr')
    assert kept(tmp_path).inspect("listings") == before


def test_a_journal_that_is_inside_the_snapshot_already_is_not_repeated(tmp_path: Path) -> None:
    shop = kept(tmp_path)
    shop.linked("MUG")
    shop.sold("MUG")
    journal = (tmp_path / "world.journal").read_bytes()
    assert shop.store is not None
    shop.store.compact()
    leave(shop)
    (tmp_path / "world.journal").write_bytes(journal)  # killed between the two renames
    again = kept(tmp_path)
    assert len(again.inspect("orders")) == 1
    assert again.stock("MUG")["reserved"] == 1


def test_a_long_journal_becomes_a_snapshot(tmp_path: Path) -> None:
    shop = kept(tmp_path)
    shop.linked("MUG")
    assert shop.store is not None
    shop.store.smallest = 2_000
    shop.store.compact()
    snapshot = (tmp_path / "world").stat().st_size
    for sequence in range(1, 400):
        shop.tell_stock("MUG", sequence, sequence)
    assert (tmp_path / "world.journal").stat().st_size < snapshot + 200
    leave(shop)
    assert kept(tmp_path).stock("MUG")["accepted_updates"] == 399


def test_the_same_commands_at_the_same_moments_make_the_same_world(tmp_path: Path) -> None:
    worlds = []
    for _ in range(2):
        shop = Shop().signed_in()
        shop.linked("MUG", "CUP")
        shop.control("POST", "bulk/shipments", {"count": 50})
        shop.until("SHIPPED")
        worlds.append(shop.app.desk.world.state)
    assert worlds[0] == worlds[1]


def test_a_refused_command_is_not_kept(tmp_path: Path) -> None:
    shop = kept(tmp_path)
    size = (tmp_path / "world.journal").stat().st_size
    assert shop.refused("POST", "lorry", {"location": "NOPE"}) == (404, "unknown")
    assert (tmp_path / "world.journal").stat().st_size == size


def test_two_simulators_do_not_share_a_file(tmp_path: Path) -> None:
    first = kept(tmp_path)
    with pytest.raises(StoreError, match="Another simulator is using"):
        create_app(Options(state=tmp_path / "world"))
    assert first.inspect("catalogue"), "the first goes on"


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "world").write_bytes(b"PK\x03\x04 not a world")
    with pytest.raises(StoreError, match="is not a state of this simulator"):
        Store(tmp_path / "world").read(fresh=State())
