"""Which channels may send, which may only ask, and what a sender hands back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

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
    return _working().filter(pk=channel_id, is_watching=False).first()


def may_ask(channel_id: int) -> SalesChannel | None:
    """The channel, unless its connection is stopped: one that watches reads Amazon like any other."""
    return _working().filter(pk=channel_id).first()


def _working() -> QuerySet[SalesChannel]:
    rows = SalesChannel.objects.defer("connection__client_secret", "connection__refresh_token")
    return rows.select_related("connection").filter(connection__state=Connection.State.WORKING)
