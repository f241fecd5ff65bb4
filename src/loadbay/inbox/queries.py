"""What waits for a person, newest occurrence first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from loadbay.inbox.models import Task


@dataclass(frozen=True)
class TaskRow:
    id: int
    kind: str
    matter: str
    cause: str
    is_alert: bool
    sentence: str
    cure: str
    link: str
    subjects: tuple[str, ...]
    times: int
    opened_at: datetime
    last_at: datetime


def open_tasks(*, cause: str = "", kind: str = "", limit: int = 100) -> tuple[TaskRow, ...]:
    """Open tasks, alerts first, then the latest."""
    tasks = Task.objects.filter(closed_at=None)
    if cause:
        tasks = tasks.filter(cause=cause)
    if kind:
        tasks = tasks.filter(kind=kind)
    return tuple(_row(task) for task in tasks.order_by("-is_alert", "-last_at", "-id")[:limit])


def counts() -> dict[str, int]:
    """Open tasks per cause."""
    rows = Task.objects.filter(closed_at=None).values_list("cause").annotate(Count("id")).order_by("cause")
    return dict(rows)


def is_open(kind: str, *, matter: str) -> bool:
    return Task.objects.filter(kind=kind, matter=matter[:200], closed_at=None).exists()


def open_matters(kind: str, *, ending: str = "") -> tuple[str, ...]:
    """What the open tasks of a kind are about; those whose matter ends so, where that is given."""
    tasks = Task.objects.filter(kind=kind, closed_at=None, matter__endswith=ending)
    return tuple(tasks.values_list("matter", flat=True))


def _row(task: Task) -> TaskRow:
    return TaskRow(
        id=task.pk,
        kind=task.kind,
        matter=task.matter,
        cause=task.cause,
        is_alert=task.is_alert,
        sentence=task.sentence,
        cure=task.cure,
        link=task.link,
        subjects=tuple(task.subjects),
        times=task.times,
        opened_at=task.opened_at,
        last_at=task.last_at,
    )


def sentence_of(kind: str, *, matter: str) -> str | None:
    """What the open task on a matter says; None when none is open."""
    tasks = Task.objects.filter(kind=kind, matter=matter[:200], closed_at=None)
    return tasks.values_list("sentence", flat=True).first()
