"""What follows for orders when the lines of a channel's order status matrix change.

Orders without a sale go back in line where the lines say something else of them now; the implied status of
those with one is looked up anew. In steps, because a channel may have a million.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from loadbay.channels.matrix_rules import changed_situations
from loadbay.channels.models import SalesChannel
from loadbay.channels.rules import NO_ORDER, Line, Situation
from loadbay.core.bulk import these
from loadbay.orders import rules
from loadbay.orders.models import Shipment
from loadbay.orders.services.gaps import close_filled
from loadbay.orders.services.holding import close_tasks_of
from loadbay.orders.services.implying import imply
from loadbay.orders.services.ruling import tell_of_gone

AT_ONCE = 2000


def situations_changed(
    channel_id: int, before: Sequence[Line], after: Sequence[Line]
) -> tuple[Situation, ...]:
    """The situations, of statuses that orders of the channel have, that imply another status now."""
    statuses = Shipment.objects.filter(channel_id=channel_id).order_by("status")
    return changed_situations(before, after, statuses.values_list("status", flat=True).distinct())


@transaction.atomic
def lines_changed(channel_id: int, lines: Sequence[Line]) -> None:
    """Tasks about combinations that have a line now are closed."""
    close_filled(channel_id, lines)


@transaction.atomic
def follow_matrix(
    channel_id: int, changed: Sequence[Situation], *, after: int = 0, at_once: int = AT_ONCE
) -> int | None:
    """One step: the next orders in a changed situation. Returns where to go on, None when none are left.

    Doing a step twice changes nothing.
    """
    rows = list(_in_situations(channel_id, changed).filter(pk__gt=after).order_by("pk")[:at_once])
    if not rows:
        return None
    start = SalesChannel.objects.values_list("order_start_at", flat=True).get(pk=channel_id)
    wanted = {(one.channel_status, one.balanced) for one in changed if one.order_status == NO_ORDER}
    waiting = [
        row
        for row in rows
        if row.building != Shipment.Building.BUILT
        and not row.ignored_because  # a rule or a person left it out
        and (row.status, row.is_balanced) in wanted
        and not rules.is_before_start(row.status, row.created_at, start=start)
    ]
    Shipment.objects.filter(pk__among=these([row.pk for row in waiting])).update(
        building=Shipment.Building.STAGED, held_because="", held_for=[], is_short=False
    )
    close_tasks_of(waiting)
    tell_of_gone([row.pk for row in waiting])
    imply([row.pk for row in rows if row.building == Shipment.Building.BUILT])
    return rows[-1].pk if len(rows) == at_once else None


def _in_situations(channel_id: int, changed: Sequence[Situation]) -> QuerySet[Shipment]:
    rows = Shipment.objects.select_for_update(of=("self",), no_key=True).filter(
        channel_id=channel_id, status__among=these({one.channel_status for one in changed})
    )
    return rows.exclude(building=Shipment.Building.STAGED).defer("raw", "boxes")
