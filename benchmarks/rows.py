"""A measured number, its target, and how it is printed and kept."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

RESULTS = Path(__file__).parent / "results"


class Size(Enum):
    """How much is measured: what is promised, or enough to see that it runs."""

    FULL = "full"
    QUICK = "quick"

    def of(self, full: int, quick: int) -> int:
        return full if self is Size.FULL else quick


@dataclass(frozen=True)
class Row:
    """One measured number. `n` is how many things were measured, `speed` the simulator's."""

    what: str
    value: float
    unit: str
    target: str
    n: int
    speed: str = "unlimited"
    note: str = ""
    pace: float = 0.0
    """Milliseconds that a million additions in Python took meanwhile: machines are compared by it."""


def percentile_95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[18] if len(values) > 1 else values[0]


def pace() -> float:
    """How fast this machine is just now, in milliseconds per million additions in Python."""
    took = []
    for _ in range(3):
        began = perf_counter()
        total = 0
        for number in range(1_000_000):
            total += number
        took.append(perf_counter() - began)
    return median(took) * 1000


def show(rows: Sequence[Row]) -> str:
    lines = [f"{'what':<58} {'measured':>14} {'target':>16} {'n':>8} {'pace':>7}  note"]
    for row in rows:
        value, meanwhile = f"{row.value:,.4g} {row.unit}", f"{row.pace:.0f} ms"
        lines.append(f"{row.what:<58} {value:>14} {row.target:>16} {row.n:>8,} {meanwhile:>7}  {row.note}")
    return "\n".join(lines)


def keep(rows: Sequence[Row]) -> Path:
    """Write the table as JSON beside earlier ones, with the commit and the machine it was measured on."""
    RESULTS.mkdir(exist_ok=True)
    moment = datetime.now(UTC)
    path = RESULTS / f"{moment:%Y%m%d-%H%M%S}.json"
    kept = {
        "at": moment.isoformat(),
        "commit": commit(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "rows": [asdict(row) for row in rows],
    }
    path.write_text(json.dumps(kept, indent=2) + "\n")
    return path


def commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"
