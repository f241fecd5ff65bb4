"""What is still to be done about shipments: how many, and since when the oldest waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q

from loadbay.channels.models import Connection, SalesChannel
from loadbay.orders.models import BuyerDetails, Poll, Sale, SaleCredit, Shipment
from loadbay.orders.services.answering import waiting_for_a_promise


def backlog() -> tuple[tuple[str, int, datetime | None], ...]:
    """(what, how many, since when): shipments to build, to answer (of live channels), buyers awaited."""
    staged = Shipment.objects.filter(building=Shipment.Building.STAGED)
    answers = Shipment.objects.filter(
        promise__in=[Shipment.Promise.WANTED, Shipment.Promise.TO_REJECT], channel__is_watching=False
    )
    behind = Sale.objects.exclude(document_status=F("order_status"))
    awaited = BuyerDetails.objects.filter(state=BuyerDetails.State.AWAITED)
    return (
        ("shipments to build", *_counted(staged, "seen_at")),
        ("shipments to answer", *_counted(answers, "seen_at")),
        ("buyers awaited", *_counted(awaited, "awaited_since")),
        ("sales to hand over", *_counted(behind, "built_at")),
    )


IMPORT_LASTS = timedelta(minutes=5)


def is_importing(*, now: datetime) -> bool:
    """Whether what came in is being stored or built now, so that what can wait had better wait a little.

    What has been open or staged for longer waits for something else, and a window in trouble stands still.
    """
    since = now - IMPORT_LASTS
    open_windows = Poll.objects.filter(Q(answered_at=None) | Q(answered_at__lt=F("asked_at")), trouble="")
    if open_windows.filter(asked_at__gt=since).exists():
        return True
    return Shipment.objects.filter(building=Shipment.Building.STAGED, seen_at__gt=since).exists()


def held_by_watching(channel_id: int) -> tuple[tuple[str, int], ...]:
    """(what, how many) of a channel that goes to Amazon once it does not watch any more."""
    rows = Shipment.objects.filter(channel_id=channel_id)
    to_confirm = rows.filter(promise=Shipment.Promise.WANTED).count()
    if SalesChannel.objects.filter(pk=channel_id, confirms_by_itself=True).exists():
        to_confirm += waiting_for_a_promise(rows).count()
    return (
        ("shipment to confirm,shipments to confirm", to_confirm),
        (
            "shipment to decline,shipments to decline",
            rows.filter(promise=Shipment.Promise.TO_REJECT).count(),
        ),
    )


def waiting(*, most: int) -> dict[str, list[tuple[str, str]]]:
    """What waits to be done by itself, where connections work: kind → (subject, last trouble)."""
    rows = Shipment.objects.filter(connection__state=Connection.State.WORKING).order_by("id")
    staged = rows.filter(building=Shipment.Building.STAGED).values_list("shipment_id", "trouble")
    wanted = [Shipment.Promise.WANTED, Shipment.Promise.TO_REJECT]
    answers = rows.filter(promise__in=wanted, channel__is_watching=False)
    return {
        "sales to hand over": documents_behind(most=most),
        "shipments to build": [(f"shipment:{name}", why) for name, why in staged[:most]],
        "shipments to answer": [
            (f"shipment:{name}", why) for name, why in answers.values_list("shipment_id", "trouble")[:most]
        ],
    }


def documents_behind(*, most: int) -> list[tuple[str, str]]:
    """(sale, last trouble) of sales and credits that the books lack, but those that wait for a person."""
    rows = Sale.objects.exclude(document_status=F("order_status")).filter(document_is_stopped=False)
    sales = rows.order_by("id").values_list("number", "document_trouble")
    lacking = SaleCredit.objects.filter(document="", sale__document_is_stopped=False).order_by("id")
    credits = lacking.values_list("sale__number", "sale__document_trouble")
    return [(f"sale:{number}", why) for number, why in dict([*credits[:most], *sales[:most]]).items()][:most]


def unanswered_questions(*, fresh: datetime, old: datetime) -> list[tuple[str, str]]:
    """(question of connection, last trouble) of regular questions that Amazon has not answered lately.

    New and cancelled shipments since `fresh`, everything else since `old`; of connections that work and sell.
    """
    rows = Poll.objects.filter(connection__state=Connection.State.WORKING, connection__channels__isnull=False)
    rows = rows.exclude(question="buyers:all").distinct().order_by("connection_id", "question")
    columns = rows.values_list("question", "connection__name", "answered_at", "trouble", "asked_at")
    return [
        (f"{question} of {name}", trouble)
        for question, name, answered_at, trouble, asked_at in columns
        if (answered_at or fresh - timedelta(days=1)) < (fresh if _is_new(question) else old)
        and (question != "buyers" or (asked_at and asked_at > old))  # asked only while some are awaited
    ]


def _is_new(question: str) -> bool:
    return question.partition(":")[2] in {"ACCEPTED", "CREATED", "CANCELLED"}


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
