"""What is still to be done about packed and completed field calls, and since when the oldest waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from loadbay.channels.models import Connection
from loadbay.dispatch.models import IN_WORK, PACKED_OR_LABELLED, FieldCall, Parcel, PrintJob


def backlog() -> tuple[tuple[str, int, datetime | None], ...]:
    """(what, how many, since when): labels to make, labels to print, shipments to tell as shipped.

    Not of channels that only watch.
    """
    live = FieldCall.objects.filter(channel__is_watching=False)
    labels, untold = _labels_wanted(live), _untold(live)
    prints = PrintJob.objects.filter(state__in=[PrintJob.State.WAITING, PrintJob.State.SENDING])
    return (
        ("labels to make", *_counted(labels, "packed_at")),
        ("labels to print", *_counted(prints, "asked_at")),
        ("shipped to tell", *_counted(untold, "completed_at")),
    )


def held_by_watching(channel_id: int) -> tuple[tuple[str, int], ...]:
    """(what, how many) of a channel that goes to Amazon once it does not watch any more."""
    mine = FieldCall.objects.filter(channel_id=channel_id)
    return (
        ("label to make,labels to make", _labels_wanted(mine).count()),
        ("parcel to tell as shipped,parcels to tell as shipped", _untold(mine).count()),
    )


def in_work(channel_id: int) -> int:
    """Field calls of a channel that have not left: the bench and Batch Complete stop while it watches."""
    return FieldCall.objects.filter(channel_id=channel_id, state__in=IN_WORK).count()


def _labels_wanted(calls: QuerySet[FieldCall]) -> QuerySet[FieldCall]:
    return calls.exclude(label_wanted="").filter(state__in=PACKED_OR_LABELLED)


def _untold(calls: QuerySet[FieldCall]) -> QuerySet[FieldCall]:
    """By the parcels' own index `parcel_untold`: nearly all that were ever completed are told."""
    untold = Parcel.objects.filter(told_shipped_at__isnull=True)
    rows = calls.filter(pk__in=untold.values("field_call_id"), state=FieldCall.State.COMPLETED)
    return rows.exclude(sale__shipment__status="CANCELLED")


def waiting(*, most: int) -> dict[str, list[tuple[str, str]]]:
    """What waits to be done by itself, where connections work: kind → (subject, last trouble)."""
    working = Q(channel__is_watching=False, channel__connection__state=Connection.State.WORKING)
    calls = FieldCall.objects.filter(working).order_by("id")
    prints = PrintJob.objects.filter(state__in=[PrintJob.State.WAITING, PrintJob.State.SENDING])
    columns = prints.order_by("id").values_list("label__parcel__field_call__number", "sentence")
    return {
        "labels to make": _named(_labels_wanted(calls).values_list("number", "problem")[:most]),
        "labels to print": _named(columns[:most]),
        "shipped to tell": _named(_untold(calls).values_list("number", "problem")[:most]),
    }


def _named(rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"field_call:{number}", why) for number, why in rows]


def put_off_labels(connection_id: int) -> tuple[tuple[str, str, datetime], ...]:
    """(field call, why, when it is tried again) of labels that have not come yet."""
    return _put_off(_labels_wanted(_of(connection_id)))


def put_off_tellings(connection_id: int) -> tuple[tuple[str, str, datetime], ...]:
    """(field call, why, when it is tried again) of parcels that Amazon could not be told left."""
    return _put_off(_untold(_of(connection_id)))


def _of(connection_id: int) -> QuerySet[FieldCall]:
    return FieldCall.objects.filter(channel__connection_id=connection_id, channel__is_watching=False)


def _put_off(rows: QuerySet[FieldCall]) -> tuple[tuple[str, str, datetime], ...]:
    rows = rows.filter(next_try_at__isnull=False).order_by("next_try_at", "id")
    return tuple(rows.values_list("number", "problem", "next_try_at"))


def put_off_prints() -> tuple[tuple[str, str, datetime], ...]:
    """(field call, why, when it is tried again) of labels that their printer did not take yet."""
    rows = PrintJob.objects.filter(state=PrintJob.State.WAITING, next_try_at__isnull=False)
    columns = ("label__parcel__field_call__number", "sentence", "next_try_at")
    return tuple(rows.order_by("next_try_at", "id").values_list(*columns))


def number_of(key: str, pk: int) -> str:
    """The field call behind a job's `field_call_id` or `print_job_id`; empty when it is gone."""
    if key == "print_job_id":
        rows = PrintJob.objects.filter(pk=pk).values_list("label__parcel__field_call__number", flat=True)
        return rows.first() or ""
    return FieldCall.objects.filter(pk=pk).values_list("number", flat=True).first() or ""


@dataclass(frozen=True)
class Standing:
    """How far a label or a print got: what it is of, its state, what stands in the way."""

    number: str
    state: str
    problem: str


def label_standing(field_call_id: int) -> Standing:
    """`made`, `wanted` still, `declined`, or the state of a field call that wants none."""
    call = FieldCall.objects.only("number", "state", "label_wanted", "problem").get(pk=field_call_id)
    if call.label_wanted:
        return Standing(call.number, "wanted", call.problem)
    if call.state == FieldCall.State.PACKED or call.problem:
        return Standing(call.number, "declined", call.problem)
    return Standing(call.number, "made" if call.state == FieldCall.State.LABELLED else call.state, "")


def print_standing(job_id: int) -> Standing:
    job = PrintJob.objects.select_related("label__parcel__field_call").defer("label__content").get(pk=job_id)
    return Standing(job.label.parcel.field_call.number, job.state, job.sentence)


def _counted(rows: object, moment: str) -> tuple[int, datetime | None]:
    found = rows.aggregate(count=Count("pk"), since=Min(moment))  # type: ignore[attr-defined]
    return found["count"], found["since"]
