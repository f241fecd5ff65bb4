"""How the queue is: what waits since when, what broke down, which workers give a sign of life."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_WAITING = """
SELECT count(*), min(coalesce(job.scheduled_at, deferred.at)), now()
FROM procrastinate_jobs AS job
LEFT JOIN LATERAL (
    SELECT min(at) AS at FROM procrastinate_events WHERE job_id = job.id AND type = 'deferred'
) AS deferred ON true
WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
"""
_BROKEN = """
SELECT job.task_name, job.args, max(event.at) FROM procrastinate_jobs AS job
JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'failed'
WHERE job.status = 'failed' GROUP BY job.id, job.task_name, job.args ORDER BY 3 DESC, job.id DESC LIMIT 500
"""
_FORGET = """
DELETE FROM procrastinate_jobs WHERE status = 'failed' AND id IN (
    SELECT job_id FROM procrastinate_events WHERE type = 'failed' GROUP BY job_id HAVING max(at) < %s)
"""
_LAST_RUNS = (
    "SELECT task_name, to_timestamp(max(defer_timestamp)) FROM procrastinate_periodic_defers GROUP BY 1"
)
_WORKERS = """
SELECT count(*), max(last_heartbeat)
FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)
"""


@dataclass(frozen=True)
class QueueHealth:
    """`waiting` jobs are due and not taken yet, the oldest since `oldest_at`; `now` is the database's."""

    waiting: int
    oldest_at: datetime | None
    takers: int
    last_sign_of_life: datetime | None
    now: datetime

    @property
    def oldest_seconds(self) -> int:
        return int((self.now - self.oldest_at).total_seconds()) if self.oldest_at else 0


@dataclass(frozen=True)
class BrokenJob:
    """A job that ended with a fault of ours: its task without the module, what it was about, when."""

    task: str
    args: dict[str, object]
    at: datetime


def broken_jobs() -> tuple[BrokenJob, ...]:
    """Jobs that broke down, newest first. What they were to do is found again by the next look."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        rows = cursor.fetchall()
    return tuple(BrokenJob(name.rsplit(".", 1)[-1], _as_dict(args), at) for name, args, at in rows)


def forget_broken_jobs(*, before: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [before])


def last_runs() -> dict[str, datetime]:
    """When each automation was last put in line by the clock."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_RUNS)
        return {str(name).rsplit(".", 1)[-1]: at for name, at in cursor.fetchall()}


def _as_dict(args: object) -> dict[str, object]:
    found = json.loads(args) if isinstance(args, str) else args
    return found if isinstance(found, dict) else {}


def is_a_worker_alive(*, within_seconds: int = 30) -> bool:
    """Whether anybody takes jobs: without, nothing is read from Amazon or sent to it."""
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS, [within_seconds])
        return bool(cursor.fetchone()[0])


def queue_health(*, alive_within_seconds: int = 30) -> QueueHealth:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        waiting, oldest_at, now = cursor.fetchone()
        cursor.execute(_WORKERS, [alive_within_seconds])
        takers, last = cursor.fetchone()
    return QueueHealth(waiting, oldest_at, takers, last, now)
