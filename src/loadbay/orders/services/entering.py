"""What is done when orders enter an implied status: the one place that carries out the actions of a channel.

Called in the transaction of the change with those that entered, so each entering is carried out once. Where a
channel has no actions, that costs one statement per batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import uuid4

from django.utils.timezone import now as the_moment

from loadbay.channels.action_queries import actions_of
from loadbay.channels.action_rules import Action, ActionKind
from loadbay.channels.rules import Implied
from loadbay.core.bulk import insert_rows, these
from loadbay.core.events import record
from loadbay.core.transactions import joined
from loadbay.inbox.services import open_each, open_task
from loadbay.journal.services import note_each
from loadbay.orders.events import WebhooksWanted
from loadbay.orders.models import Shipment, WebhookDelivery
from loadbay.orders.services.letting_go import let_go_of, stop

NOTICE, TASK = "status_notice", "status_task"


@joined
def entered(enterings: Iterable[tuple[int, int, str]]) -> None:
    """(channel, shipment, implied status it entered) of a batch, in the order they happened."""
    found = list(enterings)
    if not found:
        return
    actions = actions_of({channel for channel, _, _ in found})
    for action in [one for mine in actions.values() for one in mine]:
        pks = [
            pk
            for channel, pk, implied in found
            if channel == action.channel_id and implied == action.implied.value
        ]
        if pks:
            _carry_out(action, pks)


def enterings(before: Mapping[int, str], channels: Mapping[int, int]) -> Iterable[tuple[int, int, str]]:
    """What building made of a batch, from the implied status each shipment had before.

    What became a sale was Ready for a moment, unless it had been so before.
    """
    rows = Shipment.objects.filter(pk__among=these(before)).order_by("id")
    for pk, building, implied in rows.values_list("pk", "building", "implied_status"):
        is_new_sale = building == Shipment.Building.BUILT and before[pk] != Implied.READY.value
        if is_new_sale:
            yield channels[pk], pk, Implied.READY.value
        if implied not in {"", before[pk]}:
            yield channels[pk], pk, implied


def _carry_out(action: Action, pks: Sequence[int]) -> None:
    match action.kind:
        case ActionKind.BUILD:
            return  # building asks for it itself: whatever implies this status is built
        case ActionKind.HOLD:
            stop(pks, because=action.implied.value)
        case ActionKind.RELEASE:
            let_go_of(pks)
        case ActionKind.NOTIFY:
            _notify(action, _names(pks))
        case ActionKind.TASK:
            _make_tasks(action, _names(pks))
        case ActionKind.WEBHOOK:
            _want_webhooks(action, pks)
    if action.kind in {ActionKind.NOTIFY, ActionKind.TASK, ActionKind.WEBHOOK}:
        note_each([(f"shipment:{name}", f"{action.words}.") for name in _names(pks)], what="action")


def _names(pks: Sequence[int]) -> list[str]:
    rows = Shipment.objects.filter(pk__among=these(pks)).order_by("id")
    return list(rows.values_list("shipment_id", flat=True))


def _notify(action: Action, names: Sequence[str]) -> None:
    """One alert for all that enter, told once per batch."""
    count = "1 order" if len(names) == 1 else f"{len(names)} orders"
    open_task(
        kind=NOTICE,
        matter=str(action.id),
        cause="decision",
        sentence=f"{count} entered {action.implied.value}: {action.text}",
        cure="Look at them, then settle this alert.",
        subjects=[f"shipment:{name}" for name in names],
        is_alert=True,
    )


def _make_tasks(action: Action, names: Sequence[str]) -> None:
    open_each(
        kind=TASK,
        cause="decision",
        cure="Do it, then settle this task.",
        tasks=[
            (
                f"{action.id}:{name}",
                f"{name} entered {action.implied.value}: {action.text}",
                f"shipment:{name}",
            )
            for name in names
        ],
    )


def _want_webhooks(action: Action, pks: Sequence[int]) -> None:
    moment = the_moment()
    insert_rows(
        WebhookDelivery,
        [
            {
                "action_id": action.id,
                "shipment_id": pk,
                "event": uuid4(),
                "implied_status": action.implied.value,
                "entered_at": moment,
            }
            for pk in pks
        ],
    )
    record(WebhooksWanted(action_ids=[action.id]))
