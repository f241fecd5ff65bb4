"""What is still to be done about packed and completed field calls, and since when the oldest waits."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min

from loadbay.dispatch.models import FieldCall, PrintJob


def backlog() -> tuple[tuple[str, int, datetime | None], ...]:
    """(what, how many, since when): labels to make, labels to print, shipments to tell as shipped."""
    labels = FieldCall.objects.exclude(label_wanted="").filter(
        state__in=[FieldCall.State.PACKED, FieldCall.State.LABELLED]
    )
    prints = PrintJob.objects.filter(state__in=[PrintJob.State.WAITING, PrintJob.State.SENDING])
    untold = FieldCall.objects.filter(
        state=FieldCall.State.COMPLETED, parcels__told_shipped_at__isnull=True
    ).exclude(sale__shipment__status="CANCELLED")
    return (
        ("labels to make", *_counted(labels, "packed_at")),
        ("labels to print", *_counted(prints, "asked_at")),
        ("shipped to tell", *_counted(untold.distinct(), "completed_at")),
    )


def _counted(rows: object, moment: str) -> tuple[int, datetime | None]:
    found = rows.aggregate(count=Count("pk"), since=Min(moment))  # type: ignore[attr-defined]
    return found["count"], found["since"]
