"""What work costs as the shop grows: the same import, and the same scans, among few and among many orders."""

from __future__ import annotations

from benchmarks.ground import Ground, ground
from benchmarks.importing import Cost, import_here
from benchmarks.past import Past
from benchmarks.rows import Row, Size
from benchmarks.scanning import scan_rows

IMPORTED = 3_000
TURNS = 3


def run(size: Size) -> list[Row]:
    few, many, imported = size.of(10_000, 2_000), size.of(1_000_000, 20_000), size.of(IMPORTED, 500)
    with ground() as shop:
        past = Past.begin(shop)
        past.grow(to=few)
        small = _typical(shop, imported)
        stored = past.grow(to=many)
        large = _typical(shop, imported)
        scans = scan_rows(shop, stored=stored, calls=size.of(60, 10))
    ratio = large.processor / small.processor
    note = (
        f"processor time {small.processor / imported * 1e6:,.0f} → {large.processor / imported * 1e6:,.0f}"
        f" µs; elapsed {small.elapsed / imported * 1e6:,.0f} → {large.elapsed / imported * 1e6:,.0f} µs"
    )
    return [
        Row(f"import, an order among {many:,} ÷ among {few:,}", ratio, "×", "≤ 1.2", stored, note=note),
        *scans,
    ]


def _typical(shop: Ground, imported: int) -> Cost:
    """The cheapest of some turns: whatever else the machine does only adds to it."""
    return min((import_here(shop, imported) for _ in range(TURNS)), key=lambda cost: cost.processor)
