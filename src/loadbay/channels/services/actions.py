"""What hangs on entering an implied status: adding and removing actions of a channel, each noted.

Orders that are in the status already are not touched: an action is about entering it.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from loadbay.channels import action_rules as rules
from loadbay.channels.action_queries import actions_of_channel, as_action
from loadbay.channels.action_rules import Action
from loadbay.channels.models import ImpliedAction, SalesChannel
from loadbay.channels.queries import channel_among
from loadbay.channels.services.connections import AlreadyThere
from loadbay.core.errors import NotFound
from loadbay.journal.services import note


@transaction.atomic
def add_action(  # noqa: PLR0913  the fields of one form, all named at each call
    code: str, *, implied_status: str, kind: str, text: str = "", url: str = "", secret: str = ""
) -> Action:
    """Hang an action on an implied status. Raises `ActionNotUsable`, `AlreadyThere`, `NotFound`."""
    channel = _channel(code)
    implied, what = rules.read_status(implied_status), rules.read_kind(kind)
    text, url = text.strip(), url.strip() if what is rules.ActionKind.WEBHOOK else ""
    rules.check_action(implied, what, text=text, url=url, secret=secret)
    present = [(one.implied, one.kind) for one in actions_of_channel(channel.pk)]
    rules.check_together([*present, (implied, what)])
    try:
        with transaction.atomic():
            row = ImpliedAction.objects.create(
                channel=channel,
                implied_status=implied.value,
                kind=what.value,
                text=text,
                url=url,
                secret=secret if what is rules.ActionKind.WEBHOOK else None,
            )
    except IntegrityError:
        raise AlreadyThere(f"{channel.code} does just that on entering {implied.value} already.") from None
    action = as_action(row)
    note(f"channel:{channel.code}", f"{action.words}. Added.", what="action")
    return action


@transaction.atomic
def remove_action(code: str, action_id: int) -> Action:
    """Let an action happen no more; what it held stays held. Raises `NotFound`."""
    channel = _channel(code)
    row = ImpliedAction.objects.filter(channel=channel, pk=action_id).defer("secret").first()
    if row is None:
        raise NotFound(f"{channel.code} has no action {action_id}. Look at the list of its actions.")
    action = as_action(row)
    row.delete()
    note(f"channel:{channel.code}", f"{action.words}. Removed.", what="action")
    return action


def _channel(code: str) -> SalesChannel:
    return channel_among(SalesChannel.objects.select_for_update(of=("self",), no_key=True), code)
