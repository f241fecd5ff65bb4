"""The one place that prints a command's answer: text for people, JSON for programs.

Rule for JSON: snake_case keys, money as {"amount": "12.99", "currency": "GBP"}, moments ISO 8601 in UTC,
times of day as 16:00, other decimals as text. Refusals and trouble are printed here too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from loadbay.core.errors import Refusal, Trouble
from loadbay.core.money import Money


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


def plain(value: Any) -> Any:
    """Any value of ours as JSON knows it."""
    if value is None or isinstance(value, bool | int | float | str) and not isinstance(value, Enum):
        return value
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": str(value.currency)}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, date | time | timedelta):
        return _time(value)
    if isinstance(value, Decimal | UUID | Path):
        return str(value)
    return _many(value)


def _many(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(entry) for entry in value]
    raise TypeError(f"{type(value).__name__} has no JSON form; add it to loadbay.cli.output.plain")


def _time(value: date | time | timedelta) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat()


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
