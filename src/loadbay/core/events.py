"""Events: what happened, written with the change, and handed to one sink in the same transaction.

Areas declare frozen dataclasses (`events.py`) with `@event("area.what_happened")` and call `record`.
The sink is installed by `jobs` at start; without one nothing may be recorded, so nothing is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar, dataclass_transform

from django.db import connection, transaction

from loadbay.core.actor import current_actor
from loadbay.core.bulk import insert_rows

Sink = Callable[[Any], None]
T = TypeVar("T")

REGISTRY: dict[str, type] = {}
_sink: Sink | None = None


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str) -> Callable[[type[T]], type[T]]:
    """Make a class a frozen event called `name` (area.past_tense)."""

    def register(cls: type[T]) -> type[T]:
        frozen = dataclass(frozen=True, kw_only=True)(cls)
        frozen.event_name = name  # type: ignore[attr-defined]
        if name in REGISTRY:
            raise ValueError(f"two events are called {name}")
        REGISTRY[name] = frozen
        return frozen

    return register


def install_sink(sink: Sink) -> None:
    global _sink
    _sink = sink


def sink_is_installed() -> bool:
    return _sink is not None


def record(happened: Any) -> None:
    """Write the event and call the sink, inside the caller's transaction."""
    if _sink is None:
        raise RuntimeError("no event sink is installed: jobs.reactions.install() was not called at start")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "an event is recorded with its change, in one transaction"
        )
    row = {"name": happened.event_name, "payload": asdict(happened), "actor": current_actor()}
    insert_rows(_event_row(), [row])
    _sink(happened)


def _event_row() -> Any:
    from django.apps import apps  # noqa: PLC0415  models are loaded after this module

    return apps.get_model("core", "EventRow")
