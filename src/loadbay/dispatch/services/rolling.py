"""A missed lorry: what it did not take goes with the next one.

Field calls without a label roll by themselves. A consignment that nobody completed is a person's matter: it
may well have left, so it only becomes a task.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from loadbay.channels.models import SalesChannel
from loadbay.dispatch.models import NOT_LABELLED, Consignment, FieldCall
from loadbay.dispatch.rules import next_pickup
from loadbay.dispatch.services.opening import site_of
from loadbay.dispatch.services.planning import GRACE, plan_again
from loadbay.inbox.services import open_task
from loadbay.journal.services import note

FORGOTTEN = timedelta(hours=2)


@transaction.atomic
def roll_over(*, now: datetime) -> int:
    """Give field calls that missed their lorry the next pickup; returns how many.

    What a change of collection times missed, because it was just being built, is planned anew here.
    """
    missed = (
        FieldCall.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(state__in=NOT_LABELLED, collection_at__lt=now - GRACE)
        .select_related("channel")
        .order_by("id")
    )
    count = 0
    for call in missed:
        site = site_of(call.channel, call.location)
        call.collection_at = next_pickup(now, site=site)
        call.collection_date = call.collection_at.astimezone(site.zone).date()
        call.save(update_fields=["collection_at", "collection_date"])
        note(f"field_call:{call.number}", "It missed its lorry and goes with the next one.", what="rolled")
        count += 1
    for channel_id in SalesChannel.objects.order_by("id").values_list("id", flat=True):
        plan_again(channel_id, now=now)
    _remind(now)
    return count


def _remind(now: datetime) -> None:
    """One task per consignment whose lorry went two hours ago and that nobody completed."""
    waiting = Consignment.objects.filter(
        closed_at__isnull=True,
        collection_at__lt=now - FORGOTTEN,
        parcels__field_call__state=FieldCall.State.LABELLED,
    ).distinct()
    for consignment in waiting:
        open_task(
            kind="consignment_open",
            matter=consignment.number,
            cause="decision",
            sentence=f"{consignment.number} was not completed, two hours after its lorry was due.",
            cure="If the lorry took it, press Complete All in Batch Complete: Amazon does not know yet. "
            "If it did not come, load it with the next one.",
            subjects=[f"consignment:{consignment.number}"],
        )
