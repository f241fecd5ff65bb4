"""The life of a listing, proof of its link, and what is typed about it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from loadbay.core.errors import WrongInput
from loadbay.listings import models, rules
from loadbay.listings.rules import NEXT, State, Step, advance, is_proof_of_link


def test_a_listing_lives_from_draft_to_linked():
    state = State.DRAFT
    for step in (Step.SUBMIT, Step.APPEAR, Step.WAIT, Step.LINK):
        state = advance(state, step, sku="RUG")
    assert state is State.LINKED


@pytest.mark.parametrize(("state", "step"), [pair for pair in product(State, Step) if pair not in NEXT])
def test_every_step_that_is_not_in_the_table_is_refused(state, step):
    with pytest.raises(rules.StepNotAllowed) as refused:
        advance(state, step, sku="RUG")
    assert refused.value.sentence.startswith("RUG is ")
    assert rules.NEXT_STEP[state] in refused.value.sentence


def test_the_states_are_those_of_the_table_in_the_database():
    assert [state.value for state in State] == models.Listing.State.values


def test_the_amazon_code_alone_proves_nothing():
    assert not is_proof_of_link(channel_codes=("AMAZON_EU",))
    assert not is_proof_of_link(fetched_at_our_location=True)
    assert not is_proof_of_link(channel_codes=("DEFAULT",), fetched_at_our_location=True)
    assert not is_proof_of_link(person="  ")


def test_code_and_figure_or_a_shipment_or_a_person_prove_the_link():
    assert is_proof_of_link(channel_codes=("DEFAULT", "AMAZON_EU"), fetched_at_our_location=True)
    assert is_proof_of_link(shipped_from_our_location=True)
    assert is_proof_of_link(person="mary")


@pytest.mark.parametrize(
    ("state", "was_linked", "told"),
    [
        (State.LINKED, True, True),
        (State.SUPPRESSED, True, True),
        (State.SUPPRESSED, False, False),
        (State.AWAITING_CONVERSION, False, False),
        (State.DELISTED, True, False),
    ],
)
def test_stock_flows_only_after_the_link(state, was_linked, told):
    assert rules.is_told(state, was_linked=was_linked) is told


def test_a_listing_is_looked_at_less_often_the_longer_it_waits():
    waits = [rules.look_again_after(timedelta(minutes=m)) for m in (0, 5, 60, 6000)]
    assert waits == [
        timedelta(seconds=10),
        timedelta(seconds=30),
        timedelta(minutes=6),
        timedelta(minutes=15),
    ]


def test_a_small_shops_linked_listings_are_looked_at_more_often_and_all_within_hours():
    waits = [rules.look_at_linked_every(count) for count in (0, 1_000, 24_000, 100_000, 10_000_000)]
    assert [wait.total_seconds() / 60 for wait in waits] == [15, 15, 60, 250, 360]


@pytest.mark.parametrize(
    ("state", "codes", "was_shown", "unlinked"),
    [
        (State.LINKED, ("DEFAULT",), True, True),
        (State.LINKED, ("DEFAULT",), False, False),
        (State.LINKED, ("DEFAULT", "AMAZON_EU"), True, False),
        (State.LINKED, (), True, False),
        (State.AWAITING_CONVERSION, ("DEFAULT",), True, False),
    ],
)
def test_a_linked_listing_went_back_when_amazons_code_gave_way_to_ours(state, codes, was_shown, unlinked):
    assert rules.is_unlinked(state, channel_codes=codes, was_shown_by_amazon=was_shown) is unlinked


def test_a_waiting_listing_with_errors_is_mended_before_it_is_converted():
    assert rules.next_step(State.AWAITING_CONVERSION, severities={"ERROR"}) == rules.MEND_FIRST
    assert rules.next_step(State.AWAITING_CONVERSION, severities={"WARNING"}) != rules.MEND_FIRST
    assert rules.next_step(State.LINKED, severities={"ERROR"}) == rules.NEXT_STEP[State.LINKED]


def test_a_refused_message_waits_twice_as_long_each_time():
    waits = [rules.try_again_after(n).total_seconds() for n in (0, 1, 2, 3, 4, 100)]
    assert waits == [30, 30, 60, 120, 240, 21600]


def test_an_asin_has_ten_letters_and_digits():
    assert rules.read_asin(" b0example1 ") == "B0EXAMPLE1"
    for wrong in ("", "B0EXAMPLE", "B0EXAMPLE11", "B0EXAMPL-1", "B" * 10_000):
        with pytest.raises(WrongInput, match="is not an ASIN"):
            rules.read_asin(wrong)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("new", "new_new"), ("New", "new_new"), ("Used - Like New", "used_like_new"), ("new_new", "new_new")],
)
def test_a_condition_may_be_written_as_people_do(typed, kept):
    assert rules.read_condition(typed) == kept


def test_a_smartconnect_channel_lists_on_site_fba_only():
    assert rules.read_type("On Site FBA", programme="smartconnect") == "onsite_fba"
    assert rules.read_type("onsite-fba", programme="smartconnect") == "onsite_fba"
    with pytest.raises(WrongInput, match="SmartConnect channel lists On Site FBA only"):
        rules.read_type("mfn", programme="smartconnect")
