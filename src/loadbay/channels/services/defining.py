"""What all tables of definitions share: who changes one waits for who builds, then says what is mapped."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from loadbay.channels.definition_rules import CarrierLine, MethodLine, key_of
from loadbay.channels.events import DefinitionsChanged
from loadbay.channels.models import SalesChannel
from loadbay.channels.queries import channel_among
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

NAMED = 8
"""So many of what was retrieved are named; their page shows them all."""


Line = TypeVar("Line", CarrierLine, MethodLine)


class DefinitionUnknown(NotFound):
    """A channel's definitions have no such line."""

    code = "definition_unknown"


def begin(code: str) -> SalesChannel:
    """The channel whose definitions are to be changed, by one person at a time, after who builds by them.

    Within the transaction of the change. Raises `NotFound`.
    """
    found = channel_among(SalesChannel.objects.all(), code)
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


def note_retrieved(channel: SalesChannel, what: str, names: Sequence[str]) -> None:
    """One line of the timeline for all that came at once."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    note_changes(channel, [f"{what} retrieved: {', '.join(names[:NAMED])}{more}."])


def changed_lines(wanted: Sequence[Line], before: Mapping[str, Line]) -> dict[str, Line]:
    """The lines that are new or other than they were; a known one keeps its own spelling."""
    found = {}
    for line in wanted:
        key = key_of(line.external_id)
        kept = replace(line, external_id=before[key].external_id) if key in before else line
        if kept != before.get(key):
            found[key] = kept
    return found


def with_one_default(
    before: Mapping[str, Line], changed: Mapping[str, Line], *, told_as: Callable[[Line], Hashable]
) -> dict[str, Line]:
    """Every line after the change: one made default for outgoing takes that from those told as the same."""
    taken = {told_as(line) for line in changed.values() if line.is_default_for_outgoing}
    others = {
        key: replace(line, is_default_for_outgoing=False) if told_as(line) in taken else line
        for key, line in before.items()
        if key not in changed
    }
    return {key: others.get(key) or changed[key] for key in dict.fromkeys((*before, *changed))}


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
