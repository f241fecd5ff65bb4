"""Editing the matrix: impossible, doubled and contradicting lines are named; what an edit changes is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.channels.matrix_rules import (
    MOST_LINES,
    LineNotUsable,
    as_data,
    changed_situations,
    changes,
    check_lines,
    from_data,
    read_lines,
    unknown_statuses,
    version_of,
)
from loadbay.channels.rules import (
    NO_ORDER,
    ORDER_STATUSES,
    Implied,
    Line,
    MatrixContradicts,
    Situation,
    default_matrix,
    look_up,
    statuses_of,
)

LINE = Line("ACCEPTED", NO_ORDER, True, None, Implied.READY)
ANY_LINE = st.builds(
    Line,
    st.sampled_from([None, "ACCEPTED", "SHIPPED"]),
    st.sampled_from([None, *ORDER_STATUSES]),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, True, False]),
    st.sampled_from(Implied),
)


def test_lines_are_read_as_people_write_them():
    row = {
        "channel_status": " ACCEPTED ",
        "order_status": "no order",
        "balanced": "Yes",
        "existing_orders": "any",
        "implied_status": "ready",
    }
    assert read_lines([row]) == (LINE,)
    assert read_lines([{"implied_status": "Error"}]) == (Line(None, None, None, None, Implied.ERROR),)


@pytest.mark.parametrize(
    ("wrong", "field", "word"),
    [
        ({"channel_status": "X" * 41}, "channel_status", "40 characters"),
        ({"channel_status": "A\x00B"}, "channel_status", "Correct it"),
        ({"order_status": "Paid"}, "order_status", "'Paid' is not known. Choose No Order"),
        ({"balanced": "perhaps"}, "balanced", "Balanced 'perhaps'"),
        ({"existing_orders": 7}, "existing_orders", "Existing Orders '7'"),
        ({"implied_status": "Done"}, "implied_status", "'Done' is not known"),
        ({"implied_status": ""}, "implied_status", "Choose one of: Waiting"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_its_field(wrong: dict, field: str, word: str):
    with pytest.raises(LineNotUsable) as refused:
        read_lines([{"implied_status": "Ready"}, {"implied_status": "Ready"} | wrong])
    assert (refused.value.position, refused.value.field) == (1, field)
    assert word in refused.value.sentence


def test_a_matrix_has_no_thousand_lines():
    with pytest.raises(LineNotUsable, match="too many"):
        read_lines([{"implied_status": "Ready"}] * (MOST_LINES + 1))


@pytest.mark.parametrize(("order_status", "existing"), [(NO_ORDER, True), ("Open", False)])
def test_a_line_that_no_order_can_fit_is_refused(order_status: str, existing: bool):
    with pytest.raises(LineNotUsable) as refused:
        check_lines([LINE, Line(None, order_status, None, existing, Implied.ERROR)])
    assert (refused.value.position, refused.value.field) == (1, "existing_orders")
    check_lines([LINE, Line(None, order_status, None, not existing, Implied.READY)])


def test_the_same_line_twice_is_refused_whatever_it_implies():
    for implied in (Implied.READY, Implied.ERROR):
        with pytest.raises(LineNotUsable, match="twice"):
            check_lines([LINE, Line(*LINE.key, implied)])


def test_a_contradiction_names_both_lines_and_where_they_stand():
    other = Line(None, NO_ORDER, True, False, Implied.WAITING)
    with pytest.raises(MatrixContradicts) as refused:
        check_lines([Line("CREATED", None, None, None, Implied.ERROR), LINE, other])
    assert refused.value.positions == (1, 2)
    assert "ACCEPTED × No Order × balanced × any → Ready" in refused.value.sentence
    assert "any × No Order × balanced × not existing → Waiting" in refused.value.sentence


def test_a_status_amazon_does_not_have_is_only_warned_of():
    lines = [
        LINE,
        Line("ACEPTED", None, None, None, Implied.ERROR),
        Line(None, None, None, None, Implied.ERROR),
    ]
    assert unknown_statuses(lines, statuses_of("smartconnect")) == ("ACEPTED",)


def test_what_an_edit_changes_is_said_line_by_line():
    added = Line("NEW", None, None, None, Implied.WAITING)
    gone = Line("OLD", None, None, None, Implied.ERROR)
    found = changes([LINE, gone], [Line(*LINE.key, Implied.WAITING), added])
    assert [one.words for one in found] == [
        "Order status matrix: ACCEPTED × No Order × balanced × any → Ready became Waiting.",
        "Order status matrix: OLD × any × any × any → Error was removed.",
        "Order status matrix: NEW × any × any × any → Waiting was added.",
    ]


@given(st.lists(ANY_LINE, max_size=6), st.lists(ANY_LINE, max_size=6))
def test_the_situations_of_an_edit_are_just_those_that_imply_another_status(before: list, after: list):
    found = set(changed_situations(before, after, ["ACCEPTED", "SHIPPED"]))
    for status in ("ACCEPTED", "SHIPPED"):
        for order_status in ORDER_STATUSES:
            for balanced in (True, False):
                one = Situation(status, order_status, balanced=balanced)
                old, new = (look_up(lines, one) for lines in (before, after))
                assert (one in found) == ((old and old.implied) != (new and new.implied))


@given(ANY_LINE)
def test_a_line_survives_the_way_through_plain_values(line: Line):
    assert from_data(as_data(line)) == line


def test_the_version_tells_other_lines_but_not_another_order():
    lines = default_matrix("smartconnect")
    assert version_of(lines) == version_of(lines[::-1])
    assert version_of(lines) != version_of(lines[1:])
