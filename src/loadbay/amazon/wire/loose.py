"""Reading loosely: numbers as text, several kinds of times, unknown fields, keys in the wrong case.

Its rule: what can be understood is understood, what cannot is `Unreadable`, never a guess. Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from loadbay.core.masking import mask_text

T = TypeVar("T")

Stamp = str | int | float
"""A time as Amazon writes it: ISO with T or blank, epoch seconds, epoch milliseconds as text."""

_MILLISECONDS_FROM = 100_000_000_000  # epoch seconds reach this in the year 5138
_LARGEST = Decimal(10) ** 10
_LEAST = -_LARGEST


class Unreadable(Exception):
    """The answer, or a part of it, is not the documented shape."""


def decode(raw: bytes | msgspec.Raw, shape: type[T]) -> T:
    """The JSON as that struct. Raises `Unreadable` when it is torn, HTML, or lacks what is required."""
    try:
        return _decoder(shape).decode(raw)
    except msgspec.ValidationError as error:
        return _second_look(raw, shape, str(error))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"not readable JSON: {error}") from error


def moment(value: Stamp | None) -> datetime:
    """An aware UTC moment. Raises `Unreadable` when there is none in it."""
    if value is None or isinstance(value, bool):
        raise Unreadable("a time is missing")
    return _moment(value)


@lru_cache(maxsize=4096)
def _moment(value: Stamp) -> datetime:
    """Kept for a while: one shipment names the same moment several times."""
    try:
        number = _as_number(value)
        if number is not None:
            return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number, UTC)
        parsed = datetime.fromisoformat(str(value).strip())
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable(f"{str(value)[:40]!r} is not a time") from error


def moment_or_none(value: Stamp | None) -> datetime | None:
    """A moment where one is given and sensible; Amazon's examples hold absurd windows."""
    try:
        return moment(value)
    except Unreadable:
        return None


def whole(value: Decimal | None, *, name: str) -> int:
    """A count of things. Raises `Unreadable` for fractions, negatives and absurd sizes."""
    if value is None or not value.is_finite() or not 0 <= value <= 10_000_000 or value != int(value):
        raise Unreadable(f"{name} {value} is not a count")
    return int(value)


def amount(value: Decimal, *, name: str) -> Decimal:
    """An exact amount of money. Raises `Unreadable` when it is not finite or absurdly large."""
    # Compared as it stands: arithmetic with an absurd exponent is an error of its own.
    if not value.is_finite() or not _LEAST < value < _LARGEST:
        raise Unreadable(f"{name} {value} is not an amount")
    return value


def text(value: str | int | None) -> str:
    if value is None:
        return ""
    written = value if type(value) is str else str(value)
    return written.replace("\x00", "").strip() if "\x00" in written else written.strip()


def said(value: str | int | None) -> str:
    """What Amazon says to people: it is kept and shown, so secrets and buyer data in it are masked here."""
    return mask_text(text(value))


@lru_cache(maxsize=64)
def _decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(shape)


def _second_look(raw: bytes | msgspec.Raw, shape: type[T], first: str) -> T:
    """The same with keys matched whatever their case, and whole numbers given as text."""
    try:
        return msgspec.convert(_recased(msgspec.json.decode(raw), _names(shape)), shape, strict=False)
    except (msgspec.MsgspecError, RecursionError):
        raise Unreadable(first) from None


def _recased(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key.casefold(), key): _recased(entry, names) for key, entry in value.items()}
    if isinstance(value, list):
        return [_recased(entry, names) for entry in value]
    return value


@lru_cache(maxsize=64)
def _names(shape: type) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting: list[Any] = [inspect.type_info(shape)]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, inspect.StructType):
            for entry in kind.fields:
                found[entry.encode_name.casefold()] = entry.encode_name
                waiting.append(entry.type)
        elif isinstance(kind, inspect.UnionType):
            waiting.extend(kind.types)
        elif isinstance(kind, inspect.CollectionType):
            waiting.append(kind.item_type)
    return found


def _as_number(value: Stamp) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    digits = value.strip()
    whole_part, _, fraction = digits.partition(".")
    is_number = whole_part.lstrip("-").isdigit() and (fraction.isdigit() or "." not in digits)
    return float(digits) if digits.isascii() and is_number and len(whole_part) >= 9 else None
