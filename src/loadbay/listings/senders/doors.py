"""Which channels may send at all, and what a sender hands back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from loadbay.channels.models import Connection, SalesChannel


@dataclass(frozen=True)
class Sent:
    """What one run did: told and accepted, needing nothing, declined, and when the next one is due."""

    told: int = 0
    unchanged: int = 0
    refused: int = 0
    due_at: datetime | None = None


def may_send(channel_id: int) -> SalesChannel | None:
    """The channel, unless it only watches or its connection is stopped."""
    return (
        SalesChannel.objects.defer("connection__client_secret", "connection__refresh_token")
        .select_related("connection")
        .filter(pk=channel_id, is_watching=False, connection__state=Connection.State.WORKING)
        .first()
    )
