"""Reading the order status matrix of a channel, as lines of the rules."""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.channels import queries, rules
from loadbay.channels.matrix_rules import FIELDS, as_data, version_of
from loadbay.channels.rules import Line
from loadbay.channels.services.adding import matrices_of


@dataclass(frozen=True)
class MatrixCard:
    """The stored matrix of a channel; `version` tells whether somebody changed it since."""

    channel_id: int
    channel: str
    programme: str
    lines: tuple[Line, ...]
    version: str
    known_statuses: tuple[str, ...]


def matrix(code: str) -> MatrixCard:
    """Raises `NotFound`."""
    card = queries.channel(code)
    lines = matrices_of([card.id])[card.id]
    return MatrixCard(
        card.id, card.code, card.programme, lines, version_of(lines), rules.statuses_of(card.programme)
    )


def as_rows(lines: tuple[Line, ...]) -> list[dict[str, object]]:
    """Lines as plain rows, for files and tables."""
    return [dict(zip(FIELDS, as_data(line), strict=True)) for line in lines]
