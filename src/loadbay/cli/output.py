"""The one place that prints a command's answer: text for people, JSON for programs.

How values look in JSON is told once, in `core/plain.py`. Refusals and trouble are printed here too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import click

from loadbay.core.errors import Refusal, Trouble
from loadbay.core.money import Money
from loadbay.core.plain import plain


@dataclass(frozen=True)
class Answer:
    """What a command did or found: `data` for programs, `text` for people, and how it ends (`command`)."""

    data: Any
    text: str
    exit_code: int = 0


def show(answer: Answer, *, as_json: bool) -> None:
    click.echo(as_text(answer.data) if as_json else answer.text)


def show_refusal(refusal: Refusal, *, as_json: bool) -> None:
    if as_json:
        click.echo(as_text({"refused": {"code": refusal.code, "sentence": refusal.sentence}}))
    else:
        click.echo(f"Refused ({refusal.code}): {refusal.sentence}", err=True)


def show_trouble(trouble: Trouble, *, as_json: bool) -> None:
    show_outside(trouble.sentence, kind=trouble.kind, as_json=as_json)


def show_outside(sentence: str, *, kind: str, as_json: bool) -> None:
    if as_json:
        click.echo(as_text({"trouble": {"kind": kind, "sentence": sentence}}))
    else:
        click.echo(f"Trouble ({kind}): {sentence}", err=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns as wide as they need to be; numbers to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[column]) for line in [list(heads), *cells]) for column in range(len(heads))]
    right = [
        bool(rows) and all(isinstance(row[at], int | Decimal | Money) for row in rows)
        for at in range(len(heads))
    ]
    lines = [list(heads), ["-" * width for width in widths], *cells]
    return "\n".join(_line(line, widths, right) for line in lines)


def as_text(data: Any) -> str:
    return json.dumps(plain(data), ensure_ascii=False, indent=2)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = [
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(parts).rstrip()
