"""What an answer looks like, told from the frozen rows that services and queries hand out.

Rule: no shape is written twice. `core/plain.py` turns a row into JSON; the schema of that JSON is made here
from the same row, so the description cannot say something else than the answer.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from ninja import Field, Schema
from pydantic import create_model

from loadbay.core.money import Money

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-03-02T16:00:00Z"])]
Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2026-03-02"])]
_LEAVES: dict[Any, Any] = {
    datetime: Moment,
    date: Day,
    time: Annotated[str, Field(examples=["16:00"])],
    timedelta: Annotated[float, Field(description="Seconds.")],
    Decimal: Annotated[str, Field(examples=["12.5"])],
    Path: str,
}


class MoneyShape(Schema):
    """An exact amount in one currency."""

    amount: str = Field(examples=["12.99"])
    currency: str = Field(examples=["GBP"])


@cache
def shape(row: type) -> type[Schema]:
    """The schema of a frozen row as `plain` writes it."""
    hints = get_type_hints(row, include_extras=True)
    parts: dict[str, Any] = {part.name: (_typed(hints[part.name]), ...) for part in fields(row)}
    return create_model(_name(row), __base__=Schema, __doc__=_words(row), **parts)


@cache
def page_of(name: str, row: type) -> type[Schema]:
    """A page of rows under the name of what they are, and the key of the next page."""
    rows = Annotated[list[shape(row)], Field(description="In the order of their keys.")]  # type: ignore[misc,valid-type]
    after = Annotated[str | None, Field(description="`after` of the next page; null at the end.")]
    parts: dict[str, Any] = {name: (rows, ...), "after": (after, ...)}
    return create_model(f"{_name(row)}Page", __base__=Schema, __doc__=f"A page of {name}.", **parts)


@cache
def parts_of(title: str, **parts: Any) -> type[Schema]:
    """A small answer that is no row: each name with its type or row."""
    typed: dict[str, Any] = {name: (_typed(kind), ...) for name, kind in parts.items()}
    return create_model(title, __base__=Schema, **typed)


def _typed(hint: Any) -> Any:
    if isinstance(hint, NewType):
        return _typed(hint.__supertype__)
    if hint is Money:
        return MoneyShape
    if isinstance(hint, type) and issubclass(hint, Schema):
        return hint
    if hint in _LEAVES:
        return _LEAVES[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Literal[tuple(member.value for member in hint)]
    if is_dataclass(hint):
        return shape(hint)  # type: ignore[arg-type]
    return _of_many(hint)


def _of_many(hint: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _typed(inner[0])
    if origin in (Union, types.UnionType):
        return Union[tuple(_typed(kind) for kind in inner)]  # noqa: UP007  made of a tuple
    if origin is tuple and inner[-1] is not Ellipsis:
        return Annotated[list[Any], Field(min_length=len(inner), max_length=len(inner))]
    if origin in (tuple, list, set, frozenset, Sequence):
        return list[_typed(inner[0])]  # type: ignore[misc]
    if origin in (dict, Mapping):
        return dict[str, _typed(inner[1])]  # type: ignore[misc]
    return hint if hint in (str, int, float, bool, type(None)) else Any


_NAMES: dict[str, type] = {}


def _name(row: type) -> str:
    """Two rows of one name get their area before it, a third its file too."""
    _, area, *rest = row.__module__.split(".")
    words = "".join(part.title().replace("_", "") for part in rest)
    for name in (row.__name__, f"{area.title()}{row.__name__}", f"{area.title()}{words}{row.__name__}"):
        if _NAMES.setdefault(name, row) is row:
            return name
    raise ValueError(f"{row} has the name of another row; give it one of its own")


def _words(row: type) -> str | None:
    said = row.__doc__ or ""
    return None if said.startswith(f"{row.__name__}(") else said
