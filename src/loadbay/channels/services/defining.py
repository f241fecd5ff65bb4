"""What all tables of definitions share: who changes one waits for who builds, then says what is mapped."""

from __future__ import annotations

from collections.abc import Sequence

from loadbay.channels.events import DefinitionsChanged
from loadbay.channels.models import SalesChannel
from loadbay.channels.services.unmapped import wait_for_readers
from loadbay.core.errors import NotFound
from loadbay.core.events import record


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
