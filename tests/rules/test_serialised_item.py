"""The life of a serialised item, and what its number may be: pure."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.stock import item_rules
from loadbay.stock.item_rules import HERE, NEXT, Item, ItemState, ItemStep, may, read_numbers

ALLOWED = {
    (ItemState.IN_STOCK, ItemStep.TRANSFER),
    (ItemState.IN_STOCK, ItemStep.DISPOSE),
    (ItemState.IN_STOCK, ItemStep.PACK),
    (ItemState.PACKED, ItemStep.UNPACK),
    (ItemState.PACKED, ItemStep.HAND_OVER),
    (ItemState.GONE, ItemStep.BOOK_IN),
    (ItemState.DISPOSED, ItemStep.BOOK_IN),
}


def an_item(state: ItemState, *, room: str = "SHOP") -> Item:
    return Item(1, 1, "SAW", "SN-1", state, 1, room, "", "", "FC-000007")


@pytest.mark.parametrize(("state", "step"), list(product(ItemState, ItemStep)))
def test_an_item_takes_exactly_the_steps_of_its_life(state: ItemState, step: ItemStep):
    assert may(an_item(state), step) is ((state, step) in ALLOWED)


def test_only_disposing_and_handing_over_take_an_item_out_and_only_goods_in_brings_it_back():
    leaving = {step for (state, step), after in NEXT.items() if state in HERE and after not in HERE}
    coming = {step for (state, step), after in NEXT.items() if state not in HERE and after in HERE}
    assert (leaving, coming) == ({ItemStep.DISPOSE, ItemStep.HAND_OVER}, {ItemStep.BOOK_IN})


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ItemState.IN_STOCK, "SN-1 of SAW is in SHOP, not in ATTIC. Name that room, or take another item."),
        (
            ItemState.PACKED,
            "SN-1 of SAW is packed in FC-000007. Put that field call back first, or take another item.",
        ),
        (ItemState.GONE, "SN-1 of SAW left with FC-000007. Book it in first if it came back."),
        (
            ItemState.DISPOSED,
            "SN-1 of SAW was disposed of (FC-000007). Book it in first if it is there after all.",
        ),
    ],
)
def test_what_does_not_lie_there_is_said_with_where_it_is(state: ItemState, words: str):
    refusal = item_rules.not_here("SN-1", sku="SAW", room="ATTIC", item=an_item(state))
    assert (refusal.code, refusal.sentence) == ("number_not_here", words)


SCANNED = st.text(st.characters(codec="ascii", exclude_characters="|", min_codepoint=33, max_codepoint=126))
NUMBER = SCANNED.filter(lambda text: 0 < len(text) <= 60 and text[:3].upper() not in ("FC-", "LB-"))


@given(st.lists(NUMBER, unique=True, max_size=20))
def test_numbers_are_kept_as_scanned_without_blanks_around(numbers: list[str]):
    assert read_numbers([f" {number}\r\n" for number in numbers] + ["", "  "]) == tuple(numbers)


@given(st.lists(NUMBER, unique=True, min_size=1, max_size=9), st.data())
def test_a_number_given_twice_is_named(numbers: list[str], data: st.DataObject):
    twice = data.draw(st.sampled_from(numbers))
    with pytest.raises(item_rules.NumberTaken) as refused:
        read_numbers([*numbers, twice])
    assert refused.value.sentence.startswith(f"{twice} was given twice.")


@pytest.mark.parametrize(
    "text", ["a b", "a|b", "x" * 61, "é", "a\x00b", "FC-1", "fc-000123", "LB-NEXT", "LB-BOX-S"]
)
def test_what_no_bench_could_take_for_a_number_is_none(text: str):
    with pytest.raises(item_rules.NumberNotUsable):
        read_numbers([text])


@given(st.integers(0, 30), st.integers(1, 30))
def test_as_many_numbers_as_units_or_none_of_it(given_: int, units: int):
    numbers = [f"SN-{place}" for place in range(given_)]
    if given_ == units:
        item_rules.check_count(numbers, units=units, sku="SAW")
        return
    with pytest.raises(item_rules.NumbersDiffer):
        item_rules.check_count(numbers, units=units, sku="SAW")
