"""The simulator by itself: how much it holds, in how much memory, and how many requests a processor answers.

Requests are counted against the processor time of its process, so that neither the asker nor what else the
machine does is measured.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.ground import Simulator, simulator
from benchmarks.rows import Row, Size

ASKED = 20_000
SKUS_AT_ONCE, ORDERS_AT_ONCE = 10_000, 50_000
SHIPMENT = "/externalFulfillment/2024-09-11/shipments/"


def run(size: Size) -> list[Row]:
    skus, orders = size.of(100_000, 2_000), size.of(1_000_000, 5_000)
    with simulator() as amazon:
        _fill(amazon, skus=skus, orders=orders)
        ids = [row["id"] for row in amazon.get("/simulator/inspect/shipments?limit=5000")]
        _ask(amazon, ids, count=size.of(ASKED, 500) // 10)
        before = _processor_seconds(amazon.pid)
        _ask(amazon, ids, count=size.of(ASKED, 500))
        used = _processor_seconds(amazon.pid) - before
        held = _memory_mib(amazon.pid)
    asked, note = size.of(ASKED, 500), f"{skus:,} SKUs and {orders:,} orders held"
    return [
        Row(
            "simulator, getShipment per second of one processor",
            asked / used,
            "requests/s",
            "≥ 1,500",
            asked,
            note=note,
        ),
        Row("simulator, memory with that many orders", held, "MiB", "", orders, note=note),
    ]


def _fill(amazon: Simulator, *, skus: int, orders: int) -> None:
    asin = amazon.get("/simulator/inspect/catalogue")[0]["asin"]
    for first in range(0, skus, SKUS_AT_ONCE):
        seeds = [
            {"sku": f"SKU-{number:06d}", "asin": asin, "price": "9.99", "quantity": 1000}
            for number in range(first, min(first + SKUS_AT_ONCE, skus))
        ]
        amazon.post("/simulator/listings/seed", {"listings": seeds, "converted": True})
    for first in range(0, orders, ORDERS_AT_ONCE):
        sold = [f"SKU-{(first + number) % skus:06d}" for number in range(min(1000, skus))]
        amazon.sell(sold, count=min(ORDERS_AT_ONCE, orders - first))


def _ask(amazon: Simulator, ids: Sequence[str], *, count: int) -> None:
    """One shipment after the other over one connection that stays open."""
    parts = urlsplit(amazon.url)
    token = _token(amazon)
    with socket.create_connection((str(parts.hostname), parts.port or 80)) as link:
        for shipment in islice(cycle(ids), count):
            link.sendall(
                f"GET {SHIPMENT}{shipment} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
                f"x-amz-access-token: {token}\r\nuser-agent: benchmark\r\n\r\n".encode()
            )
            _take_answer(link)


def _take_answer(link: socket.socket) -> None:
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(link)
    head, _, body = got.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise AssertionError(f"the simulator answered {head.decode()}")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(link)


def _more(link: socket.socket) -> bytes:
    got = link.recv(65536)
    if not got:
        raise AssertionError("the simulator hung up")
    return got


def _token(amazon: Simulator) -> str:
    parts = urlsplit(amazon.url)
    link = HTTPConnection(str(parts.hostname), parts.port)
    wanted = {
        "grant_type": "refresh_token",
        "refresh_token": "Atzr|demo",
        "client_id": "demo-client",
        "client_secret": "demo-secret",
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST", "/auth/o2/token", urlencode(wanted), kind)
    return str(json.load(link.getresponse())["access_token"])


def _processor_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _memory_mib(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024
