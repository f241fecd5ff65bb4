"""The order status matrix: every reachable combination has exactly one line, contradictions are refused."""

from itertools import product

import pytest

from loadbay.channels.rules import (
    EF_STATUSES,
    NO_ORDER,
    ORDER_STATUSES,
    Implied,
    Line,
    MatrixContradicts,
    Situation,
    check_matrix,
    look_up,
    smartconnect_matrix,
)

EVERY_COMBINATION = list(product(EF_STATUSES, ORDER_STATUSES, (True, False)))


@pytest.mark.parametrize(("status", "sale", "balanced"), EVERY_COMBINATION)
def test_every_combination_has_exactly_one_most_specific_line(status: str, sale: str, balanced: bool):
    situation = Situation(status, sale, balanced)
    fitting = [line for line in smartconnect_matrix() if line.fits(situation)]
    heaviest = max(line.weight for line in fitting)
    assert sum(line.weight == heaviest for line in fitting) == 1


EXPECTED = [
    ("ACCEPTED", NO_ORDER, True, Implied.READY),
    ("SHIPLABEL_GENERATED", NO_ORDER, True, Implied.READY),
    ("ACCEPTED", NO_ORDER, False, Implied.ERROR),
    ("CREATED", NO_ORDER, True, Implied.READY),
    ("ACCEPTED", "Open", True, Implied.IN_PROGRESS),
    ("CONFIRMED", "Posted", False, Implied.IN_PROGRESS),
    ("SHIPPED", NO_ORDER, True, Implied.ERROR),
    ("SHIPPED", "Released", True, Implied.COMPLETE),
    ("DELIVERED", "Posted", True, Implied.COMPLETE),
    ("CANCELLED", NO_ORDER, True, Implied.CANCELLED),
    ("CANCELLED", "Released", True, Implied.CANCELLED),
    ("CANCELLED", "Posted", True, Implied.ERROR),
]


@pytest.mark.parametrize(("status", "sale", "balanced", "implied"), EXPECTED)
def test_the_default_lines_imply_what_the_manual_says(
    status: str, sale: str, balanced: bool, implied: Implied
):
    line = look_up(smartconnect_matrix(), Situation(status, sale, balanced))
    assert line is not None
    assert line.implied is implied


def test_the_default_lines_do_not_contradict_each_other():
    check_matrix(smartconnect_matrix())


def test_a_status_amazon_invented_yesterday_has_no_line():
    assert look_up(smartconnect_matrix(), Situation("LEVITATING", NO_ORDER, balanced=True)) is None


def test_the_more_specific_line_wins():
    lines = [
        Line("ACCEPTED", None, None, None, Implied.WAITING),
        Line("ACCEPTED", NO_ORDER, None, None, Implied.READY),
    ]
    check_matrix(lines)
    assert look_up(lines, Situation("ACCEPTED", NO_ORDER, balanced=True)) is lines[1]


def test_two_equally_specific_lines_that_can_both_fit_are_refused():
    lines = [
        Line("ACCEPTED", None, None, None, Implied.WAITING),
        Line(None, NO_ORDER, None, None, Implied.READY),
    ]
    with pytest.raises(MatrixContradicts) as refused:
        check_matrix(lines)
    assert refused.value.code == "matrix_contradicts"
    assert "ACCEPTED" in refused.value.sentence


def test_lines_that_can_never_meet_do_not_contradict():
    check_matrix(
        [
            Line("ACCEPTED", NO_ORDER, None, None, Implied.READY),
            Line("ACCEPTED", None, None, True, Implied.IN_PROGRESS),
        ]
    )
