"""From which room a promise is taken, and what may be moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.stock import rules
from loadbay.stock.rules import RoomChange, allocate

RUG, LAMP = 1, 2
SHOP, ATTIC, YARD = 10, 20, 30


def test_the_preferred_room_gives_the_line_when_it_holds_it_whole():
    taken = allocate({RUG: 2}, room_ids=(SHOP, ATTIC), free={(RUG, SHOP): 2, (RUG, ATTIC): 9})
    assert taken.taken == {(RUG, SHOP): 2}
    assert taken.missing == {}


def test_a_later_room_that_holds_all_of_it_is_better_than_two_rooms_in_part():
    taken = allocate({RUG: 3}, room_ids=(SHOP, ATTIC), free={(RUG, SHOP): 2, (RUG, ATTIC): 3})
    assert taken.taken == {(RUG, ATTIC): 3}


def test_a_line_that_no_room_holds_whole_is_split_in_order_of_preference():
    free = {(RUG, SHOP): 2, (RUG, ATTIC): 1, (RUG, YARD): 4}
    taken = allocate({RUG: 5}, room_ids=(SHOP, ATTIC, YARD), free=free)
    assert taken.taken == {(RUG, SHOP): 2, (RUG, ATTIC): 1, (RUG, YARD): 2}
    assert free == {(RUG, SHOP): 0, (RUG, ATTIC): 0, (RUG, YARD): 2}


def test_what_lies_nowhere_is_promised_in_the_first_room():
    free = {(RUG, ATTIC): 1}
    taken = allocate({RUG: 3}, room_ids=(SHOP, ATTIC), free=free)
    assert taken.taken == {(RUG, ATTIC): 1, (RUG, SHOP): 2}
    assert taken.missing == {RUG: 2}
    assert free[RUG, SHOP] == -2


def test_a_bundle_comes_from_one_room_where_one_room_has_all_of_it():
    free = {(RUG, SHOP): 1, (RUG, ATTIC): 1, (LAMP, ATTIC): 1}
    taken = allocate({RUG: 1, LAMP: 1}, room_ids=(SHOP, ATTIC), free=free)
    assert taken.taken == {(RUG, ATTIC): 1, (LAMP, ATTIC): 1}


def test_a_room_that_owes_goods_gives_none():
    taken = allocate({RUG: 1}, room_ids=(SHOP, ATTIC), free={(RUG, SHOP): -4, (RUG, ATTIC): 1})
    assert taken.taken == {(RUG, ATTIC): 1}


@given(
    units=st.integers(1, 60),
    lying=st.lists(st.integers(-5, 30), min_size=1, max_size=4),
)
def test_every_unit_is_promised_once_and_only_free_ones_count_as_covered(units, lying):
    free = {(RUG, room): there for room, there in enumerate(lying)}
    before = dict(free)
    taken = allocate({RUG: units}, room_ids=tuple(range(len(lying))), free=free)
    missing = taken.missing.get(RUG, 0)
    available = sum(max(0, there) for there in lying)
    assert sum(taken.taken.values()) == units
    assert missing == max(0, units - available)
    assert {place: before[place] - taken.taken.get(place, 0) for place in before} == free


def test_a_product_named_twice_counts_once():
    assert rules.summed(((RUG, 1), (LAMP, 2), (RUG, 3))) == {RUG: 4, LAMP: 2}


@pytest.mark.parametrize("units", [0, -1])
def test_nothing_and_less_than_nothing_cannot_be_moved(units):
    with pytest.raises(
        rules.UnitsNotUsable, match=f"{units} units of RUG cannot be moved. Give a number from 1 up."
    ):
        rules.check_units(units, sku="RUG")


def test_a_slip_of_the_scanner_is_not_a_delivery():
    with pytest.raises(rules.UnitsNotUsable, match="more than one movement may hold"):
        rules.check_units(5_012_345_678_900, sku="RUG")


def test_more_than_lies_there_cannot_leave_a_room():
    with pytest.raises(rules.NotEnoughStock) as refused:
        rules.check_leaves(sku="RUG", change=RoomChange("SHOP", before=3, after=-1, uncovered=0), units=4)
    assert refused.value.code == "not_enough_stock"
    assert refused.value.sentence == (
        "4 units of RUG cannot leave SHOP: only 3 is on hand there. "
        "Give a smaller number, or book the missing goods in first."
    )


@pytest.mark.parametrize(
    ("on_hand", "promised", "uncovered"), [(5, 3, 0), (3, 3, 0), (2, 3, 1), (0, 3, 3), (-2, 3, 3)]
)
def test_promises_that_no_longer_lie_there_are_counted(on_hand, promised, uncovered):
    assert rules.uncovered(on_hand=on_hand, promised=promised) == uncovered
