"""Reading the actions that hang on implied statuses. Secrets are read by `webhook_key` alone."""

from __future__ import annotations

from collections.abc import Iterable

from loadbay.channels.action_rules import Action, ActionKind
from loadbay.channels.models import ImpliedAction
from loadbay.channels.queries import channel_id
from loadbay.channels.rules import Implied


def actions(code: str) -> tuple[Action, ...]:
    """The actions of a channel, oldest first. Raises `NotFound`."""
    return actions_of_channel(channel_id(code))


def actions_of_channel(channel_id: int) -> tuple[Action, ...]:
    return actions_of([channel_id]).get(channel_id, ())


def actions_of(channel_ids: Iterable[int]) -> dict[int, tuple[Action, ...]]:
    """Channel → its actions; channels without any are left out. One statement."""
    found: dict[int, list[Action]] = {}
    rows = ImpliedAction.objects.filter(channel_id__in=list(channel_ids)).defer("secret").order_by("id")
    for row in rows:
        found.setdefault(row.channel_id, []).append(as_action(row))
    return {channel_id: tuple(mine) for channel_id, mine in found.items()}


def webhook_key(action_id: int) -> tuple[str, str] | None:
    """The address and the secret of a webhook; None once it was removed. For the sender alone."""
    rows = ImpliedAction.objects.filter(pk=action_id, kind=ActionKind.WEBHOOK.value)
    row = rows.first()
    return None if row is None else (row.url, row.secret)


def as_action(row: ImpliedAction) -> Action:
    return Action(
        row.pk, row.channel_id, Implied(row.implied_status), ActionKind(row.kind), row.text, row.url
    )
