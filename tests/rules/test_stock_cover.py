"""Who keeps the goods when less lies in a room than was promised: the packed, the bench, the oldest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loadbay.stock.cover_rules import Claim, Grip, Loss, losses

SHOP, LOFT = (1, 1), (1, 2)


def claim(holder: str, units: int, *, grip: Grip = Grip.PROMISED, age: int = 0, place=SHOP) -> Claim:
    return Claim(holder, grip, age or ord(holder), {place: units})


def lost(*claims: Claim, lying: int) -> dict[str, int]:
    return {loss.holder: loss.missing[SHOP] for loss in losses(claims, lying={SHOP: lying})}


def test_while_enough_lies_there_nobody_loses():
    assert losses([claim("a", 2), claim("b", 1)], lying={SHOP: 3}) == ()


def test_the_newest_loses():
    assert lost(claim("a", 1), claim("b", 1), claim("c", 1), lying=2) == {"c": 1}


def test_the_order_in_which_claims_are_given_is_nothing():
    assert lost(claim("c", 1), claim("a", 1), claim("b", 1), lying=2) == {"c": 1}


def test_the_packed_keep_their_goods_although_they_are_newest():
    assert lost(claim("a", 1), claim("b", 2, grip=Grip.PACKED), lying=2) == {"a": 1}


def test_who_is_on_the_bench_comes_before_who_only_has_a_promise():
    assert lost(claim("a", 1), claim("b", 1, grip=Grip.ON_THE_BENCH), lying=1) == {"a": 1}


def test_the_packed_keep_theirs_even_where_a_count_says_that_nothing_lies_there():
    assert lost(claim("a", 1), claim("b", 2, grip=Grip.PACKED), lying=-1) == {"a": 1}


def test_a_small_newer_sale_keeps_what_an_older_big_one_cannot_use():
    assert lost(claim("a", 3), claim("b", 1), lying=1) == {"a": 2}


def test_a_sale_that_lacks_one_of_its_products_lets_the_other_go():
    pan = (2, 1)
    both = Claim("a", Grip.PROMISED, 1, {SHOP: 1, pan: 1})
    found = losses([both, claim("b", 1)], lying={SHOP: 1, pan: 0})
    assert found == (Loss("a", {pan: 1}),)


def test_what_is_in_a_box_stays_there_and_only_the_rest_is_shared_out():
    half = Claim("b", Grip.PROMISED, 200, {SHOP: 2}, {SHOP: 1})
    assert lost(claim("a", 2), half, lying=2) == {"a": 1}
    assert lost(claim("a", 1), half, lying=2) == {"b": 1}
    assert lost(claim("a", 1), Claim("b", Grip.PROMISED, 200, {SHOP: 2}, {SHOP: 2}), lying=2) == {"a": 1}


CLAIMS = st.lists(
    st.builds(
        Claim,
        holder=st.uuids().map(str),
        grip=st.sampled_from(Grip),
        age=st.integers(0, 50),
        units=st.dictionaries(st.sampled_from([SHOP, LOFT, (2, 1)]), st.integers(1, 5), min_size=1),
    ),
    max_size=12,
)
LYING = st.fixed_dictionaries({place: st.integers(-3, 20) for place in (SHOP, LOFT, (2, 1))})


@given(claims=CLAIMS, lying=LYING)
def test_what_keeps_its_goods_never_needs_more_than_lies_there(claims, lying):
    """Save for the packed, whose goods are in their boxes whatever was counted."""
    losers = {loss.holder for loss in losses(claims, lying=lying)}
    for place, units in lying.items():
        keeping = [c for c in claims if c.holder not in losers and place in c.units]
        packed = sum(c.units[place] for c in keeping if c.grip is Grip.PACKED)
        free = sum(c.units[place] for c in keeping if c.grip is not Grip.PACKED)
        assert free <= max(0, max(0, units) - packed)


@given(claims=CLAIMS, lying=LYING)
def test_nobody_loses_whose_goods_are_left_over(claims, lying):
    """Each loser lacks something even after all who come before it were served."""
    found = losses(claims, lying=lying)
    in_turn = sorted(claims, key=lambda claim: (claim.grip, claim.age))  # of two alike the one named first
    for loss in found:
        mine = next(claim for claim in claims if claim.holder == loss.holder)
        assert mine.grip is not Grip.PACKED
        assert loss.missing
        for place, missing in loss.missing.items():
            before = sum(
                claim.units.get(place, 0)
                for claim in in_turn[: in_turn.index(mine)]
                if claim.holder not in {other.holder for other in found}
            )
            assert missing == mine.units[place] - max(0, max(0, lying[place]) - before)


@given(claims=CLAIMS, lying=LYING)
def test_asking_again_about_those_who_kept_theirs_takes_nothing_from_them(claims, lying):
    losers = {loss.holder for loss in losses(claims, lying=lying)}
    rest = [claim for claim in claims if claim.holder not in losers]
    assert losses(rest, lying=lying) == ()
