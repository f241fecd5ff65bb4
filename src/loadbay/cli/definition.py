"""What the commands of a channel's definitions share: how their tables and changes are told.

The commands themselves: `shipping_method`, `shipping_carrier`, `currency`, `payment_method`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loadbay.cli.output import Answer, table


def listed(rows: Sequence[Any], columns: Sequence[tuple[str, str]], *, empty: str) -> Answer:
    """The lines of a table; columns are (attribute, heading)."""
    cells = [[getattr(row, name) for name, _ in columns] for row in rows]
    return Answer(rows, table([heading for _, heading in columns], cells) if rows else empty)


def changed(channel: str, changes: Sequence[str]) -> Answer:
    """What a `set` changed."""
    nothing = f"{channel.upper()} has it like this already; nothing was changed."
    return Answer({"channel": channel.upper(), "changed": changes}, "\n".join(changes) or nothing)


def retrieved(channel: str, added: Sequence[str]) -> Answer:
    """What a `retrieve` added."""
    words = f"Added: {', '.join(added)}." if added else "Everything is there already; nothing was changed."
    return Answer({"channel": channel.upper(), "added": added}, words)


def removed(channel: str, external_id: str) -> Answer:
    return Answer({"channel": channel.upper(), "removed": external_id}, f"{external_id} is removed.")
