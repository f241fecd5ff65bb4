"""A promise that is split: no unit is lost or made, in no room, whatever is taken of it."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from loadbay.stock.ledger import Promise
from loadbay.stock.splitting import Taken, parted


def promise(product: int, room: int, units: int, sold: int) -> Promise:
    return Promise("shipment:1", product, room, units, "open", "RUG", sold, "LBAY")


PROMISES = st.lists(
    st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 9), st.integers(0, 9)),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[:2],
)
TAKEN = st.lists(st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 9)), max_size=4)


def units(rows: list[Promise]) -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    for row in rows:
        found[row.product_id, row.room_id] += row.units
    return found


@given(PROMISES, TAKEN, st.integers(0, 9))
def test_what_stays_and_what_goes_is_what_was(rows, wanted, sold):
    before = [promise(*row) for row in rows]
    taken = [Taken("RUG", *one) for one in wanted]
    staying, going = parted(before, taken=taken, sold={"RUG": sold})
    assert units(staying) + units(going) == units(before)
    assert all(row.units > 0 for row in [*staying, *going])
    per_product: Counter[int] = Counter()
    for one in taken:
        per_product[one.product_id] += one.units
    for product, count in per_product.items():
        had = sum(row.units for row in before if row.product_id == product)
        assert sum(row.units for row in going if row.product_id == product) == min(count, had)


def test_it_is_taken_from_the_room_that_is_named_and_then_from_the_others():
    rows = [promise(1, 1, 2, 5), promise(1, 2, 3, 0)]
    staying, going = parted(rows, taken=[Taken("RUG", 1, 2, 4)], sold={"RUG": 4})
    assert units(going) == {(1, 2): 3, (1, 1): 1}
    assert units(staying) == {(1, 1): 1}
    assert [row.sold_units for row in going] == [4, 0]
    assert [row.sold_units for row in staying] == [1]
