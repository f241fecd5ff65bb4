"""Idle memory of everything on one machine: what `loadbay up` runs, and the database (sum of PSS)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from django.db import connection

from benchmarks.ground import ground, wait_for
from benchmarks.rows import Row, Size
from loadbay.hosting.sockets import free_port, is_answered
from loadbay.hosting.waiting import pause

SETTLING_SECONDS = 30


def run(size: Size) -> list[Row]:
    port = free_port()
    with ground() as shop, shop.program("up", "--port", str(port)) as up:
        wait_for(lambda: is_answered(f"http://127.0.0.1:{port}/sign-in/"), "the first page", seconds=120)
        pause(size.of(SETTLING_SECONDS, 5))
        parts = {"web, worker": _mebibytes(_below(up.pid)), "database": _mebibytes(_below(_postmaster()))}
    note = ", ".join(f"{name} {amount:.0f}" for name, amount in parts.items())
    return [Row("idle memory, sum of PSS", sum(parts.values()), "MiB", "≤ 400 MiB", 1, note=note)]


def _postmaster() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return _parents()[cursor.fetchone()[0]]


def _below(pid: int) -> set[int]:
    """A process and everything it started."""
    parents = _parents()
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _parents() -> dict[int, int]:
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        parents[int(folder.name)] = int(fields[1])
    return parents


def _mebibytes(pids: Iterable[int]) -> float:
    total = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        pss = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
        total += int(pss.group(1)) if pss else 0
    return total / 1024
