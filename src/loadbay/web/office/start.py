"""The start page: today's collection, what waits for a person, the health of every connection.

Rule: each part is one query of its area; a new installation sees what to do first instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loadbay.channels import queries as channels
from loadbay.core.clock import SystemClock
from loadbay.dispatch import queries as dispatch
from loadbay.inbox import queries as inbox
from loadbay.jobs.health import is_a_worker_alive
from loadbay.orders.queries import PollRow, polls
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.office.first_steps import first_steps
from loadbay.web.office.subjects import linked
from loadbay.web.zone import today

TASKS_SHOWN = 6


@dataclass(frozen=True)
class Pickup:
    """One collection of the day, with how long until the lorry comes (negative once it has gone)."""

    of: dispatch.Collection
    seconds_left: float
    total: int
    parts: tuple[tuple[str, float, float], ...]
    """(state, start, width) of the bar, in hundredths."""


@dataclass(frozen=True)
class Health:
    """A connection, when Amazon last answered it, and what it last complained of."""

    card: channels.ConnectionCard
    answered_at: datetime | None
    troubles: tuple[str, ...]


@needs(Right.SEE_OFFICE)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    now = SystemClock().now()
    day = today()
    tasks, steps = inbox.open_tasks(limit=TASKS_SHOWN), first_steps()
    context = {
        "pickups": [_pickup(one, now) for one in dispatch.collections_on(day)],
        "day": day,
        "tasks": [(task, linked(task.subjects)) for task in tasks],
        "task_count": sum(inbox.counts().values()),
        "health": _health(),
        "is_unattended": not is_a_worker_alive(),
        "steps": steps,
        "has_no_channel": any(step.url == "channels" and not step.is_done for step in steps),
    }
    return render(request, "office/start.html", context)


def _pickup(of: dispatch.Collection, now: datetime) -> Pickup:
    counts = {
        "completed": of.completed,
        "labelled": of.labelled,
        "packed": of.packed,
        "to_pack": of.to_pack,
    }
    total = sum(counts.values())
    parts, start_at = [], 0.0
    for state, count in counts.items():
        width = 100 * count / total if total else 0.0
        parts.append((state, start_at, width))
        start_at += width
    return Pickup(of, (of.collection_at - now).total_seconds(), total, tuple(parts))


def _health() -> tuple[Health, ...]:
    rows = polls()
    return tuple(
        _health_of(card, [r for r in rows if r.connection_id == card.id]) for card in channels.connections()
    )


def _health_of(card: channels.ConnectionCard, rows: list[PollRow]) -> Health:
    answered = [row.answered_at for row in rows if row.answered_at is not None]
    troubles = dict.fromkeys(row.trouble for row in rows if row.trouble)
    return Health(card, max(answered, default=None), tuple(troubles))
