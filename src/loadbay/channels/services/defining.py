"""What all tables of definitions share: who changes one waits for who builds, then says what is mapped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from loadbay.channels.events import DefinitionsChanged
from loadbay.channels.models import SalesChannel
from loadbay.channels.services.unmapped import wait_for_readers
from loadbay.core.errors import NotFound
from loadbay.core.events import record
from loadbay.journal.services import note_each

COLUMNS: Mapping[str, str] = {
    "description": "description",
    "agent": "agent",
    "service": "service",
    "behaviour": "Shipping Order Behavior",
    "charge_type": "charge type",
    "charge_number": "charge number",
    "is_default_for_outgoing": "default for outgoing",
}


class DefinitionUnknown(NotFound):
    """A channel's definitions have no such line."""

    code = "definition_unknown"


def begin(code: str) -> SalesChannel:
    """The channel whose definitions are to be changed, by one person at a time, after who builds by them.

    Within the transaction of the change. Raises `NotFound`.
    """
    found = SalesChannel.objects.filter(code=code.strip().upper()).first()
    if found is None:
        known = ", ".join(SalesChannel.objects.order_by("code").values_list("code", flat=True)) or "none yet"
        raise NotFound(f"There is no sales channel {code}. Known: {known}.")
    wait_for_readers(found.connection_id)
    return found


def tell_mapped(channel: SalesChannel, keys: Sequence[str]) -> None:
    """These values are mapped from now on; what waited for them goes on."""
    if keys:
        record(
            DefinitionsChanged(channel_id=channel.pk, connection_id=channel.connection_id, mapped=list(keys))
        )


def note_changes(channel: SalesChannel, changes: Sequence[str]) -> tuple[str, ...]:
    """The channel's timeline tells each change; they come back."""
    note_each([(f"channel:{channel.code}", words) for words in changes], what="definition")
    return tuple(changes)


def change_in_words(what: str, before: Any, after: Any) -> str:
    """`Shipping method STANDARD: agent none → DPD, default for outgoing no → yes.`"""
    told = [
        f"{words} {_shown(getattr(before, name))} → {_shown(getattr(after, name))}"
        for name, words in COLUMNS.items()
        if name in {field.name for field in fields(after)} and getattr(before, name) != getattr(after, name)
    ]
    return f"{what} {after.external_id}: {', '.join(told) or 'added'}."


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"
