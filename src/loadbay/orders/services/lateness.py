"""Orders of our own carrier that should have been shipped by now: one task each, gone once they are.

Late confirmation counts against the seller, and Amazon cancels what stays unconfirmed for a week (FACTS 7.3).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from loadbay.channels.models import SalesChannel
from loadbay.inbox.queries import open_matters
from loadbay.inbox.services import close_tasks, open_task
from loadbay.orders.models import Shipment

KIND = "ship_late"
MOST_TOLD = 200


@transaction.atomic
def warn_late(*, now: datetime) -> int:
    """Tell of every order that is late, close what is not any more. Returns how many are late."""
    channels = SalesChannel.objects.filter(programme=SalesChannel.Programme.MFN)
    mine = list(channels.values_list("pk", flat=True))
    rows = Shipment.objects.filter(
        channel_id__in=mine, status__in=["UNSHIPPED", "PARTIALLY_SHIPPED"], expected_ship_at__lt=now
    )
    late = dict(rows.order_by("expected_ship_at").values_list("shipment_id", "expected_ship_at"))
    told = set(open_matters(KIND)) if mine else set()
    close_tasks(KIND, matters=sorted(told - late.keys()))
    for number, at in [pair for pair in late.items() if pair[0] not in told][:MOST_TOLD]:
        open_task(
            kind=KIND,
            matter=number,
            cause="decision",
            sentence=f"Order {number} was to be shipped by {at:%Y-%m-%d %H:%M} UTC, and Amazon was not told "
            "that it was.",
            cure="Pack it and complete its field call. Amazon cancels it a week after that moment.",
            subjects=[f"shipment:{number}"],
            is_alert=True,
        )
    return len(late)
