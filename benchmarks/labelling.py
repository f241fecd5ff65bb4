"""Packing Finished to label bytes: from the packer's scan until a raw printer has every byte on its socket.

Web, worker and simulator are processes of their own; Amazon answers at once.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from threading import Thread
from time import perf_counter

from django.db.models import QuerySet

from benchmarks.ground import ground, wait_for
from benchmarks.packer import packer
from benchmarks.rows import Row, Size, percentile_95
from loadbay.dispatch.models import FieldCall
from loadbay.dispatch.services.printers import NewPrinter, add_printer

LABELS = 40
LONGEST_SECONDS = 60


def run(size: Size) -> list[Row]:
    count = size.of(LABELS, 10) + 1
    with ground() as shop, pretend_printer() as (address, arrivals):
        add_printer(NewPrinter("Labels", kind="raw", address=address, is_default=True))
        shop.amazon.sell(shop.skus, count=count)
        with shop.web() as web, shop.program("worker"):
            wait_for(lambda: _ready().count() == count, "confirmed field calls", seconds=120)
            taken = []
            who = packer(web, "packer")
            for number in _ready().values_list("number", flat=True):
                who.pack(number, finish=False)
                before = perf_counter()
                who.finish()
                taken.append(arrivals.get(timeout=LONGEST_SECONDS) - before)
    first, *others = taken
    note = f"median {sorted(others)[len(others) // 2] * 1000:.0f} ms, the first {first * 1000:.0f} ms"
    value = percentile_95(others) * 1000
    return [
        Row("Packing Finished to label at the printer, p95", value, "ms", "≤ 250 ms", len(others), note=note)
    ]


def _ready() -> QuerySet[FieldCall]:
    rows = FieldCall.objects.filter(state=FieldCall.State.TO_PACK, sale__shipment__status="CONFIRMED")
    return rows.order_by("id")


@contextmanager
def pretend_printer() -> Iterator[tuple[str, Queue[float]]]:
    """A label printer's socket: its address, and the moments at which it had a whole label."""
    arrivals: Queue[float] = Queue()
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_take_labels, args=(server, arrivals), daemon=True).start()
        host, port = server.getsockname()
        yield f"{host}:{port}", arrivals


def _take_labels(server: socket.socket, arrivals: Queue[float]) -> None:
    while True:
        try:
            link, _ = server.accept()
        except OSError:
            return  # the scenario is over
        if _took_a_label(link):
            arrivals.put(perf_counter())


def _took_a_label(link: socket.socket) -> bool:
    """Read until the sender has said everything; then hang up."""
    with link:
        return sum(len(piece) for piece in iter(lambda: link.recv(65536), b"")) > 0
