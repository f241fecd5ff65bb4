"""How the values of an attribute look: which fields, of what kind, from which choices.

One description serves both sides, the JSON schema (`http.definition_schema`) and the judging of submissions
(`trouble` here), so that they cannot differ.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct


class Kind(StrEnum):
    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "true or false"
    MEASURE = "value with its unit"


class Field(Struct, frozen=True, kw_only=True):
    """A field of a value; `choices` of a measure are its units, numbers are not below `least`."""

    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    least: int = 0
    is_required: bool = True


class Shape(Struct, frozen=True, kw_only=True):
    """An attribute: its title, the fields of each value, and how many values it may have per marketplace."""

    title: str
    fields: Mapping[str, Field]
    most: int = 1
    is_editable: bool = True
    is_hidden: bool = False
    replaced_by: str = ""
    selectors: tuple[str, ...] = ("marketplace_id",)


def plain(title: str, *choices: str, kind: Kind = Kind.TEXT, **more: Any) -> Shape:
    """The usual attribute, with one field called value."""
    return Shape(title=title, fields={"value": Field(kind=kind, choices=choices)}, **more)


def words(title: str, *, most: int = 1) -> Shape:
    """Words in a language."""
    fields = {"value": Field(), "language_tag": Field(is_required=False)}
    return Shape(title=title, fields=fields, most=most, selectors=("marketplace_id", "language_tag"))


def counted(title: str) -> Shape:
    return Shape(title=title, fields={"value": Field(kind=Kind.WHOLE, least=1)})


def measured(title: str, *units: str) -> Shape:
    return Shape(title=title, fields={"value": Field(kind=Kind.NUMBER), "unit": Field(choices=units)})


def trouble(shape: Shape, value: dict[str, Any]) -> str:
    """What is wrong with one value, or nothing."""
    for name, field in shape.fields.items():
        if name not in value:
            if field.is_required:
                return f"Each value needs the field '{name}'."
        elif not _fits(field, value[name]):
            return f"'{value[name]}' is not a valid {name} ({_wanted(field)})."
    return ""


def _wanted(field: Field) -> str:
    return f"{field.kind}: {', '.join(field.choices)}" if field.choices else str(field.kind)


def _fits(field: Field, value: Any) -> bool:
    if field.kind == Kind.FLAG:
        return isinstance(value, bool)
    if field.kind == Kind.TEXT:
        return isinstance(value, str) and bool(value) and (not field.choices or value in field.choices)
    if field.kind == Kind.MEASURE:
        return isinstance(value, dict) and _is_number(value.get("value"), field) and _has_unit(field, value)
    return _is_number(value, field)


def _has_unit(field: Field, value: dict[str, Any]) -> bool:
    return value.get("unit") in field.choices


def _is_number(value: Any, field: Field) -> bool:
    """A whole number may be written 3.0, as in JSON schema."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value < field.least:
        return False
    return field.kind != Kind.WHOLE or value == int(value)
