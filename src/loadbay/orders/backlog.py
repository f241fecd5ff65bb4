"""What is still to be done about shipments: how many, and since when the oldest waits."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min

from loadbay.orders.models import BuyerDetails, Shipment


def backlog() -> tuple[tuple[str, int, datetime | None], ...]:
    """(what, how many, since when): shipments to build, to answer, buyers awaited."""
    staged = Shipment.objects.filter(building=Shipment.Building.STAGED)
    answers = Shipment.objects.filter(promise__in=[Shipment.Promise.WANTED, Shipment.Promise.TO_REJECT])
    awaited = BuyerDetails.objects.filter(state=BuyerDetails.State.AWAITED)
    return (
        ("shipments to build", *_counted(staged, "seen_at")),
        ("shipments to answer", *_counted(answers, "seen_at")),
        ("buyers awaited", *_counted(awaited, "awaited_since")),
    )


def _counted(rows: object, moment: str) -> tuple[int, datetime | None]:
    found = rows.aggregate(count=Count("pk"), since=Min(moment))  # type: ignore[attr-defined]
    return found["count"], found["since"]
