"""Deferring jobs without piling them up: a look or a put-off needs only one job waiting for it.

For work that is found again by looking at the tables. What follows from an event inside its transaction is
always deferred (`reactions`): a job that waits already might start before that transaction ends.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection

_WAITS = """
    SELECT EXISTS (
        SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s AND args = %s::jsonb
        AND (scheduled_at IS NULL OR scheduled_at <= %s))
"""


def once(task: Any, *, now: datetime, **args: Any) -> None:
    """Have the task done soon, unless it waits for its turn already."""
    if not _waits(task, args, now):
        task.defer(**args)


def at_the_latest(task: Any, *, at: datetime, **args: Any) -> None:
    """Have the task done soon, unless it is to be done by that moment anyway: what is put off stays so."""
    if not _waits(task, args, at):
        task.defer(**args)


def later(task: Any, *, at: datetime, **args: Any) -> None:
    """Have the task done at a moment, unless it is to be done by then anyway."""
    if not _waits(task, args, at):
        task.configure(schedule_at=at).defer(**args)


def _waits(task: Any, args: dict[str, Any], until: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, [task.name, json.dumps(args), until])
        return bool(cursor.fetchone()[0])
