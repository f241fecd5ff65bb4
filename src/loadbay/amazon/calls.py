"""One request to Amazon as plain values: which operation, where, with what, and how urgent.

Pure. `caller.py` sends it, `client.py` carries it, `errors.py` judges what comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from urllib.parse import quote, urlencode

from loadbay.amazon.rates import Priority
from loadbay.core.errors import Rejected


class Effect(Enum):
    """Whether a lost answer leaves us in doubt."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Call:
    """A request of one operation. `subjects` are the search keys of its exchange (`sku:ABC`)."""

    operation: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    effect: Effect = Effect.READ
    priority: Priority = Priority.NEW_ORDERS
    subjects: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """Path and query as sent."""
        return f"{self.path}?{urlencode(self.query, quote_via=quote)}" if self.query else self.path


@dataclass(frozen=True)
class Answer:
    """What came back: status, the headers in lower case, the whole body."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def request_id(self) -> str:
        return self.headers.get("x-amzn-requestid", "")[:100]

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def path(template: str, **names: str) -> str:
    """A path with each name as one escaped segment (a SKU may hold slashes).

    Raises `Rejected` for a name that an address cannot carry.
    """
    for key, value in names.items():
        if value in {"", ".", ".."}:
            raise Rejected(
                f"{value!r} cannot be sent to Amazon as {key}. Give it another name.", reason="400"
            )
    return template.format(**{key: quote(value, safe="") for key, value in names.items()})


def query(**parameters: str | int | datetime | Sequence[str] | None) -> tuple[tuple[str, str], ...]:
    """Query parameters in Amazon's spelling: lists joined by commas, times in UTC, None left out."""
    return tuple((name, _spelt(value)) for name, value in parameters.items() if value is not None)


def stamp(moment: datetime) -> str:
    """A moment in ISO 8601 with milliseconds and Z, as Amazon's guides write it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _spelt(value: str | int | datetime | Sequence[str]) -> str:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, str | int):
        return str(value)
    return ",".join(value)
