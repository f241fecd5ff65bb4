"""Which box and weight a parcel is told with, and what a person may type for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.dispatch.box_rules import (
    BUILT_IN,
    HEAVIEST_G,
    LONGEST_MM,
    UNKNOWN_WEIGHT_G,
    Given,
    Measured,
    NamedBox,
    NoMeasure,
    Packed,
    Source,
    TypedSize,
    TypedWeight,
    is_measure,
    measured,
    read_measure,
    size_words,
    weight_words,
)
from loadbay.orders.ports import Box

MUG = Packed(units=1, weight_g=350, length_mm=120, width_mm=120, height_mm=110)
TWO_MUGS = Packed(2, 350, 120, 120, 110)
UNKNOWN = Packed(1, None, None, None, None)
AMAZONS = Box(300, 200, 100, 700)
LARGE = NamedBox("L", "Large", (600, 400, 400), 450)


def test_amazons_recommended_box_comes_first():
    assert measured([MUG], recommended=AMAZONS) == Measured(AMAZONS, Source.AMAZON, Source.AMAZON)


def test_a_single_product_travels_in_its_own_measures():
    told = measured([MUG], recommended=None)
    assert told == Measured(Box(120, 120, 110, 450), Source.PRODUCT, Source.PRODUCT)


def test_two_units_travel_in_the_house_box_with_their_weight_and_its_own():
    assert measured([TWO_MUGS], recommended=None).box == Box(*BUILT_IN.sides, 800)
    told = measured([TWO_MUGS], recommended=None, house=LARGE)
    assert told == Measured(Box(600, 400, 400, 1150), Source.HOUSE, Source.PRODUCT)


def test_a_product_without_weight_takes_the_house_weight():
    told = measured([UNKNOWN], recommended=None)
    assert told == Measured(Box(*BUILT_IN.sides, UNKNOWN_WEIGHT_G), Source.HOUSE, Source.HOUSE)


def test_a_feather_weighs_what_amazon_takes_at_least():
    assert measured([MUG], recommended=Box(10, 10, 10, 1)).box.weight_g == 5


def test_a_scanned_box_takes_the_place_of_amazons_and_weighs_with_the_goods():
    told = measured([TWO_MUGS], recommended=AMAZONS, given=Given(box=LARGE, sides=LARGE.sides))
    assert told == Measured(Box(600, 400, 400, 1150), Source.BOX, Source.PRODUCT)


def test_where_the_goods_have_no_weight_amazons_weight_stays_whatever_the_box():
    told = measured([UNKNOWN], recommended=AMAZONS, given=Given(box=LARGE))
    assert told == Measured(Box(600, 400, 400, 700), Source.BOX, Source.AMAZON)


def test_what_a_person_typed_is_told_as_it_was_typed():
    told = measured([MUG], recommended=AMAZONS, given=Given(sides=(500, 100, 100), weight_g=990))
    assert told == Measured(Box(500, 100, 100, 990), Source.PERSON, Source.PERSON)
    only_weight = measured([MUG], recommended=AMAZONS, given=Given(weight_g=990))
    assert only_weight == Measured(Box(300, 200, 100, 990), Source.AMAZON, Source.PERSON)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("W 2.4", TypedWeight(2400)),
        ("w 2,4", TypedWeight(2400)),
        ("W 2.4kg", TypedWeight(2400)),
        ("W 850 g", TypedWeight(850)),
        ("W 100", TypedWeight(100_000)),
        ("W 0.005", TypedWeight(5)),
        ("W 1000 kg", TypedWeight(HEAVIEST_G)),
        ("B 40x30x20", TypedSize((400, 300, 200))),
        ("b 40 X 30 x 20", TypedSize((400, 300, 200))),
        ("B 40,5*30×20 cm", TypedSize((405, 300, 200))),
        ("B 400x300x200 mm", TypedSize((400, 300, 200))),
        ("B 400x30x20", TypedSize((4000, 300, 200))),
        ("B 1000x1000x1000 cm", TypedSize((LONGEST_MM, LONGEST_MM, LONGEST_MM))),
    ],
)
def test_a_weight_or_a_size_is_typed(typed: str, meant: object):
    assert is_measure(typed)
    assert read_measure(typed) == meant


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("W 850", "Is 850 grams or kilograms? Type W 850 g or W 850 kg."),
        ("W 0", "0 g is no parcel's weight. Amazon takes 5 g to 1000 kg."),
        ("W 4 g", "4 g is no parcel's weight. Amazon takes 5 g to 1000 kg."),
        ("W 1001 kg", "1001000 g is no parcel's weight. Amazon takes 5 g to 1000 kg."),
        ("W 2.4 lb", "2.4 lb is no weight. Type kilograms, like W 2.4, or grams, like W 850 g."),
        ("W 1.2.3", "1.2.3 is no weight. Type kilograms, like W 2.4, or grams, like W 850 g."),
        (
            "B 400x300x200",
            "Is 400x300x200 millimetres or centimetres? Type B 400x300x200 mm or B 400x300x200 cm.",
        ),
        ("B 40x30", "40x30 is no size. Type length, width and height in centimetres, like B 40x30x20."),
        ("B 40x30x0", "40 × 30 × 0 cm is no box. Each side is 0.1 to 1000 cm."),
        ("B 40x30x1001", "40 × 30 × 1001 cm is no box. Each side is 0.1 to 1000 cm."),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(typed: str, sentence: str):
    assert is_measure(typed)
    assert read_measure(typed) == NoMeasure(sentence)


@pytest.mark.parametrize(
    "code", ["W2345678", "B08KGF09PM", "WATER", "B", "W ", "BOX 3", "W x", "", "LB-BOX-M"]
)
def test_other_codes_are_no_measures(code: str):
    assert not is_measure(code)


@given(st.text(max_size=40))
def test_nothing_typed_breaks_the_reading(text: str):
    assert read_measure(f"W 1{text}") is not None
    assert read_measure(f"B 1{text}") is not None


def test_sizes_and_weights_are_said_as_people_say_them():
    assert size_words((400, 305, 20)) == "40 × 30.5 × 2 cm"
    assert [weight_words(grams) for grams in (5, 999, 1000, 2400, 10_000)] == [
        "5 g",
        "999 g",
        "1 kg",
        "2.4 kg",
        "10 kg",
    ]
