"""What every scenario stands on: a database, a simulator and a shop with goods and a channel, all its own.

Other programs (worker, web) run as processes of their own, as in a shop; `scenario.py` made the home.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

from django.db import connection

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_product, set_price
from loadbay.channels.queries import connections
from loadbay.channels.services import NewChannel, NewConnection, add_channel, add_connection
from loadbay.cli.boot import open_database
from loadbay.cli.running import loadbay_command
from loadbay.core.actor import acting_as
from loadbay.hosting.config import Config
from loadbay.hosting.sockets import free_port, is_answered
from loadbay.hosting.waiting import until
from loadbay.jobs.syncing import sync
from loadbay.listings.models import Listing
from loadbay.listings.services import WantedListing, add_listing, confirm_linked
from loadbay.stock.services import Delivery, add_room, goods_in_many

CHANNEL, ROOM, LOCATION = "BENCH", "MAIN", "LBAY"
GOODS = 50
PLENTY = 1_000_000
LINKED_PRICE = "19.99"
TURN = timedelta(minutes=2)


@dataclass(frozen=True)
class Simulator:
    """A running simulator, driven through its control API. `pid` is its process."""

    url: str
    pid: int

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("POST", path, body)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("PATCH", path, body)

    def _send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        kind = {"content-type": "application/json"}
        request = Request(self.url + path, json.dumps(body).encode(), kind, method=method)
        with urlopen(request, timeout=300) as answer:
            return json.load(answer)

    def get(self, path: str) -> Any:
        with urlopen(self.url + path, timeout=300) as answer:
            return json.load(answer)

    def calls(self, *operations: str) -> int:
        """Requests answered so far for these operations."""
        counts = self.get("/simulator/inspect/calls")["operations"]
        return sum(entry["requests"] for name, entry in counts.items() if name in operations)

    def last_calls(self, operation: str) -> list[dict[str, Any]]:
        """The latest calls of an operation, newest first, as far as the simulator keeps them."""
        last = self.get("/simulator/inspect/calls")["last"]
        return [call for call in last if call["operation"] == operation]

    def sell(self, skus: Sequence[str], *, count: int) -> None:
        """That many buyers order; Amazon makes the shipments at once."""
        self.post("/simulator/bulk/shipments", {"count": count, "skus": list(skus)})

    def sell_in_the_course_of(self, length: timedelta, skus: Sequence[str], *, count: int) -> None:
        """As many buyers, one batch every two minutes: nobody sells thousands within a second."""
        turns = int(length / TURN)
        for turn in range(turns):
            self.sell(skus, count=count * (turn + 1) // turns - count * turn // turns)
            self.post("/simulator/clock", {"advance_seconds": TURN.total_seconds()})


@dataclass(frozen=True)
class Ground:
    """A shop that sells at the simulator. `skus` are its goods, listed and linked, plenty of each."""

    amazon: Simulator
    database_url: str
    connection_id: int
    skus: tuple[str, ...]

    @contextmanager
    def program(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A program of this shop (`worker`, `web --port N`) in a process of its own."""
        environment = {**os.environ, "LOADBAY_DATABASE_URL": self.database_url}
        process = subprocess.Popen(
            loadbay_command(*arguments), env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield process
        finally:
            end(process)

    @contextmanager
    def web(self) -> Iterator[str]:
        """A web process; its address."""
        port = free_port()
        with self.program("web", "--port", str(port)):
            url = f"http://127.0.0.1:{port}"
            wait_for(lambda: is_answered(url + "/health/ready"), "the web process", seconds=120)
            yield url


@contextmanager
def ground(*, scenario: str = "") -> Iterator[Ground]:
    with simulator(scenario=scenario) as amazon, open_database(Config.load()) as url, acting_as("benchmark"):
        _connect(amazon)
        skus = _goods(amazon)
        sync(code=CHANNEL, until_idle=True)
        _forget_done_work()
        yield Ground(amazon, url, connections()[0].id, skus)


def _forget_done_work() -> None:
    """What making the shop left in the queue was done by `sync`: a worker would look at it in vain."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


@contextmanager
def simulator(*, scenario: str = "") -> Iterator[Simulator]:
    """The pretend Amazon without limits: what is measured is our own cost. `scenario` is how it begins."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "amazon_simulator", "--port", str(port), "--plans", "off"]
    command += ["--scenario", scenario] if scenario else []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: is_answered(url + "/simulator/health"), "the simulator", seconds=60)
        yield Simulator(url, process.pid)
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(condition: Any, what: str, *, seconds: float) -> None:
    if not until(condition, seconds=seconds):
        raise TimeoutError(f"{what}: nothing came within {seconds} s")


def _connect(amazon: Simulator) -> None:
    add_room(code=ROOM)
    add_connection(
        NewConnection(
            name="bench",
            region="eu",
            seller_id="A2DEMOSELLER",
            client_id="demo-client",
            client_secret="demo-secret",
            refresh_token="Atzr|demo",
            endpoint=amazon.url,
            token_endpoint=f"{amazon.url}/auth/o2/token",
        )
    )
    add_channel(
        NewChannel(
            code=CHANNEL,
            connection="bench",
            marketplace="GB",
            programme="smartconnect",
            rooms={ROOM: LOCATION},
            pickups=("11:00", "16:30"),
        )
    )


def _goods(amazon: Simulator) -> tuple[str, ...]:
    """Products with goods, and their listings, linked on both sides."""
    seeds = []
    for position, item in enumerate(amazon.get("/simulator/inspect/catalogue")[:GOODS]):
        sku = f"BENCH-{position:03d}"
        create_product(ProductFields(sku=sku, name=item["title"][:200], weight_g=500))
        set_price(sku=sku, category="Amazon", amount=LINKED_PRICE, currency="GBP")
        add_listing(
            WantedListing(
                sku=sku,
                channel=CHANNEL,
                asin=item["asin"],
                country_of_origin="GB",
                shipping_template="Standard delivery",
            )
        )
        seeds.append({"sku": sku, "asin": item["asin"], "price": LINKED_PRICE, "quantity": PLENTY})
    skus = tuple(str(seed["sku"]) for seed in seeds)
    goods_in_many([Delivery(sku, ROOM, PLENTY) for sku in skus])
    amazon.post("/simulator/listings/seed", {"listings": seeds, "converted": True})
    told = {"country_of_origin": "GB", "shipping_template": "Standard delivery"}
    Listing.objects.update(state=Listing.State.AWAITING_CONVERSION, offer_told=told)
    for sku in skus:
        confirm_linked(sku=sku, channel=CHANNEL, person="benchmark")
    return skus
