"""Changing the order status matrix of a channel: all of it or nothing, each change with before and after.

What follows for the orders is no matter of this area: the event says what the lines were and are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from loadbay.channels import matrix_rules, rules
from loadbay.channels.events import MatrixChanged
from loadbay.channels.matrix_rules import LineChange
from loadbay.channels.models import MatrixLine, SalesChannel
from loadbay.channels.queries import channel_among
from loadbay.channels.rules import Line
from loadbay.channels.services.adding import matrices_of, matrix_columns
from loadbay.channels.services.connections import AlreadyThere
from loadbay.channels.services.unmapped import wait_for_readers
from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.journal.services import note_each


class MatrixChangedMeanwhile(Refusal):
    """Somebody else saved the matrix after it was shown."""

    code = "matrix_changed_meanwhile"


@dataclass(frozen=True)
class MatrixEdit:
    """What an edit changed, and which channel statuses of it Amazon is not known to give."""

    channel: str
    changes: tuple[LineChange, ...]
    unknown: tuple[str, ...]


@transaction.atomic
def change_matrix(code: str, lines: Sequence[Line], *, seen: str | None = None) -> MatrixEdit:
    """Have just these lines. `seen` is the version that was edited; None asks for none.

    Raises `NotFound`, `LineNotUsable`, `MatrixContradicts` or `MatrixChangedMeanwhile`; then nothing changed.
    """
    channel = _locked(code)
    before = matrices_of([channel.pk])[channel.pk]
    if seen is not None and seen != matrix_rules.version_of(before):
        raise MatrixChangedMeanwhile(
            f"Somebody else changed the order status matrix of {channel.code} meanwhile. Look at it again, "
            "then repeat your change."
        )
    return _replace(channel, before, tuple(lines))


@transaction.atomic
def add_line(code: str, line: Line) -> MatrixEdit:
    """One more line. Raises `AlreadyThere` when there is one for these values, or as `change_matrix` does."""
    channel = _locked(code)
    before = matrices_of([channel.pk])[channel.pk]
    same = next((one for one in before if one.key == line.key), None)
    if same is not None:
        raise AlreadyThere(f"{channel.code} has the line {rules.in_words(same)} already. Change that one.")
    return _replace(channel, before, (*before, line))


@transaction.atomic
def remove_line(code: str, line: Line) -> MatrixEdit:
    """Without the line of these values, whatever it implies. Raises `NotFound`."""
    channel = _locked(code)
    before = matrices_of([channel.pk])[channel.pk]
    after = tuple(one for one in before if one.key != line.key)
    if len(after) == len(before):
        named = rules.in_words(line).partition(" → ")[0]
        raise NotFound(f"{channel.code} has no line for {named}. See: loadbay matrix show {channel.code}.")
    return _replace(channel, before, after)


@transaction.atomic
def reset_matrix(code: str) -> MatrixEdit:
    """The lines that a new channel of its programme begins with."""
    channel = _locked(code)
    before = matrices_of([channel.pk])[channel.pk]
    return _replace(channel, before, rules.default_matrix(channel.programme))


def _replace(channel: SalesChannel, before: tuple[Line, ...], after: tuple[Line, ...]) -> MatrixEdit:
    matrix_rules.check_lines(after)
    changed = matrix_rules.changes(before, after)
    if changed:
        _save(channel, before, after)
        note_each([(f"channel:{channel.code}", one.words) for one in changed], what="matrix")
        record(
            MatrixChanged(
                channel_id=channel.pk,
                connection_id=channel.connection_id,
                before=[matrix_rules.as_data(line) for line in before],
                after=[matrix_rules.as_data(line) for line in after],
            )
        )
    unknown = matrix_rules.unknown_statuses(after, rules.statuses_of(channel.programme))
    return MatrixEdit(channel.code, changed, unknown)


def _save(channel: SalesChannel, before: tuple[Line, ...], after: tuple[Line, ...]) -> None:
    """Lines that stay as they are keep their rows."""
    kept = {*before} & {*after}
    for row in MatrixLine.objects.filter(channel=channel):
        if matrix_rules.from_data([getattr(row, name) for name in matrix_rules.FIELDS]) not in kept:
            row.delete()
    MatrixLine.objects.bulk_create(
        MatrixLine(channel=channel, **matrix_columns(line)) for line in after if line not in kept
    )


def _locked(code: str) -> SalesChannel:
    """The channel, by one person at a time, after who builds by the lines as they were."""
    rows = SalesChannel.objects.select_for_update(of=("self",), no_key=True)
    found = channel_among(rows, code)
    wait_for_readers(found.connection_id)
    return found
