"""Any value of ours as JSON knows it: what `--json` prints, the API answers and webhooks send.

Rule: snake_case keys, money as {"amount": "12.99", "currency": "GBP"}, moments ISO 8601 in UTC, times of
day as 16:00, other decimals as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from loadbay.core.money import Money


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
    raise TypeError(f"{type(value).__name__} has no JSON form; add it to loadbay.core.plain")


def _time(value: date | time | timedelta) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat()
