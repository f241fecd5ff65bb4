"""Bench scan to answer: packers scan whole field calls at a real web process, one scan after the other.

The shop has a past of many packed orders (`past.py`), so that what is found is found among many.
"""

from __future__ import annotations

from benchmarks.ground import Ground, ground
from benchmarks.importing import import_here
from benchmarks.packer import packer
from benchmarks.past import Past
from benchmarks.rows import Row, Size, percentile_95
from loadbay.dispatch.models import FieldCall

STORED = 20_000
CALLS = 60


def run(size: Size) -> list[Row]:
    with ground() as shop:
        stored = Past.begin(shop).grow(to=size.of(STORED, 2_000))
        return scan_rows(shop, stored=stored, calls=size.of(CALLS, 10))


def scan_rows(shop: Ground, *, stored: int, calls: int) -> list[Row]:
    """Scan that many fresh field calls to their Packing Finished, each at a bench that waits for no label."""
    import_here(shop, calls)
    numbers = FieldCall.objects.filter(state=FieldCall.State.TO_PACK).order_by("-id")[:calls]
    with shop.web() as address:
        warm_up, *packers = [packer(address, f"packer{position}") for position in range(calls)]
        taken: list[float] = []
        for position, number in enumerate(numbers.values_list("number", flat=True)):
            who = packers[position - 1] if position else warm_up
            who.pack(number, finish=True)
            taken += who.answers if position else []
    note = f"{stored:,} field calls in the database, over HTTP"
    return [
        Row("bench scan to answer, p95", percentile_95(taken) * 1000, "ms", "≤ 50 ms", len(taken), note=note)
    ]
