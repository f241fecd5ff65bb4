"""What is still to be done about shipments: how many, and since when the oldest waits."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min

from loadbay.orders.models import BuyerDetails, Sale, Shipment


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


def put_off_answers(connection_id: int) -> tuple[tuple[str, str, datetime], ...]:
    """(shipment id, why, when it is tried again) of answers that Amazon could not take yet."""
    rows = Shipment.objects.filter(
        connection_id=connection_id,
        promise__in=[Shipment.Promise.WANTED, Shipment.Promise.TO_REJECT],
        channel__is_watching=False,
        next_try_at__isnull=False,
    )
    return tuple(rows.order_by("next_try_at", "id").values_list("shipment_id", "trouble", "next_try_at"))


def newest_sale() -> int:
    """A mark: what is built later has a higher number."""
    return Sale.objects.order_by("-id").values_list("pk", flat=True).first() or 0


def sales_since(mark: int, connection_id: int) -> int:
    """How many sales of a connection were built since the mark was taken."""
    return Sale.objects.filter(pk__gt=mark, shipment__connection_id=connection_id).count()


def _counted(rows: object, moment: str) -> tuple[int, datetime | None]:
    found = rows.aggregate(count=Count("pk"), since=Min(moment))  # type: ignore[attr-defined]
    return found["count"], found["since"]
