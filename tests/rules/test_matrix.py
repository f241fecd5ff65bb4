"""The order status matrix: every reachable combination has exactly one line, contradictions are refused."""

from itertools import product

import pytest

from loadbay.channels.rules import (
    NO_ORDER,
    ORDER_STATUSES,
    Implied,
    Line,
    MatrixContradicts,
    Situation,
    check_matrix,
    default_matrix,
    look_up,
    statuses_of,
)
from loadbay.core.errors import WrongInput

PROGRAMMES = ("smartconnect", "mfn", "fba")
EVERY_COMBINATION = [
    (programme, status, sale, balanced)
    for programme in PROGRAMMES
    for status, sale, balanced in product(statuses_of(programme), ORDER_STATUSES, (True, False))
]
"""Existing Orders adds none: an order exists exactly when it has a sale."""


@pytest.mark.parametrize(("programme", "status", "sale", "balanced"), EVERY_COMBINATION)
def test_every_combination_has_exactly_one_most_specific_line(
    programme: str, status: str, sale: str, balanced: bool
):
    situation = Situation(status, sale, balanced)
    fitting = [line for line in default_matrix(programme) if line.fits(situation)]
    heaviest = max(line.weight for line in fitting)
    assert sum(line.weight == heaviest for line in fitting) == 1


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_no_default_line_is_about_a_status_the_programme_does_not_have(programme: str):
    assert {line.channel_status for line in default_matrix(programme)} == {*statuses_of(programme)}


EXPECTED = [
    ("smartconnect", "ACCEPTED", NO_ORDER, True, Implied.READY),
    ("smartconnect", "SHIPLABEL_GENERATED", NO_ORDER, True, Implied.READY),
    ("smartconnect", "ACCEPTED", NO_ORDER, False, Implied.ERROR),
    ("smartconnect", "CREATED", NO_ORDER, True, Implied.READY),
    ("smartconnect", "ACCEPTED", "Open", True, Implied.IN_PROGRESS),
    ("smartconnect", "CONFIRMED", "Posted", False, Implied.IN_PROGRESS),
    ("smartconnect", "SHIPPED", NO_ORDER, True, Implied.ERROR),
    ("smartconnect", "SHIPPED", "Released", True, Implied.COMPLETE),
    ("smartconnect", "DELIVERED", "Posted", True, Implied.COMPLETE),
    ("smartconnect", "CANCELLED", NO_ORDER, True, Implied.CANCELLED),
    ("smartconnect", "CANCELLED", "Released", True, Implied.CANCELLED),
    ("smartconnect", "CANCELLED", "Posted", True, Implied.ERROR),
    ("mfn", "PENDING", NO_ORDER, False, Implied.WAITING),
    ("mfn", "PENDING_AVAILABILITY", NO_ORDER, True, Implied.WAITING),
    ("mfn", "PENDING", "Open", True, Implied.IN_PROGRESS),
    ("mfn", "UNSHIPPED", NO_ORDER, True, Implied.READY),
    ("mfn", "UNSHIPPED", NO_ORDER, False, Implied.ERROR),
    ("mfn", "PARTIALLY_SHIPPED", NO_ORDER, True, Implied.READY),
    ("mfn", "PARTIALLY_SHIPPED", "Released", False, Implied.IN_PROGRESS),
    ("mfn", "SHIPPED", NO_ORDER, True, Implied.ERROR),
    ("mfn", "SHIPPED", "Posted", True, Implied.COMPLETE),
    ("mfn", "CANCELLED", "Open", True, Implied.CANCELLED),
    ("mfn", "CANCELLED", "Posted", True, Implied.ERROR),
    ("mfn", "UNFULFILLABLE", NO_ORDER, True, Implied.ERROR),
    ("mfn", "UNFULFILLABLE", "Posted", False, Implied.ERROR),
    ("mfn", "InvoiceUnconfirmed", NO_ORDER, True, Implied.WAITING),
    ("mfn", "InvoiceUnconfirmed", "Posted", True, Implied.WAITING),
    ("fba", "PENDING", NO_ORDER, True, Implied.WAITING),
    ("fba", "UNSHIPPED", NO_ORDER, True, Implied.WAITING),
    ("fba", "UNSHIPPED", "Open", True, Implied.IN_PROGRESS),
    ("fba", "SHIPPED", NO_ORDER, True, Implied.READY),
    ("fba", "SHIPPED", NO_ORDER, False, Implied.ERROR),
    ("fba", "SHIPPED", "Released", False, Implied.COMPLETE),
    ("fba", "CANCELLED", NO_ORDER, True, Implied.CANCELLED),
    ("fba", "CANCELLED", "Posted", True, Implied.ERROR),
    ("fba", "UNFULFILLABLE", NO_ORDER, True, Implied.ERROR),
]


@pytest.mark.parametrize(("programme", "status", "sale", "balanced", "implied"), EXPECTED)
def test_the_default_lines_imply_what_the_manual_says(
    programme: str, status: str, sale: str, balanced: bool, implied: Implied
):
    line = look_up(default_matrix(programme), Situation(status, sale, balanced))
    assert line is not None
    assert line.implied is implied


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_default_lines_do_not_contradict_each_other(programme: str):
    check_matrix(default_matrix(programme))


def test_a_status_amazon_invented_yesterday_has_no_line():
    assert look_up(default_matrix("mfn"), Situation("LEVITATING", NO_ORDER, balanced=True)) is None


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


def test_a_programme_without_default_lines_is_named():
    with pytest.raises(WrongInput) as refused:
        default_matrix("vendor")
    assert "'vendor'" in refused.value.sentence
