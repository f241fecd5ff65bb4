"""How the queue is: what waits, since when, what failed, which workers give a sign of life. Reads only."""

from __future__ import annotations

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
_FAILED = "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1 ORDER BY 1"
_WORKERS = """
SELECT count(*), max(last_heartbeat)
FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)
"""


@dataclass(frozen=True)
class QueueHealth:
    """`waiting` jobs are due and not taken yet, the oldest since `oldest_at`; `now` is the database's."""

    waiting: int
    oldest_at: datetime | None
    failed: tuple[tuple[str, int], ...]
    takers: int
    last_sign_of_life: datetime | None
    now: datetime

    @property
    def oldest_seconds(self) -> int:
        return int((self.now - self.oldest_at).total_seconds()) if self.oldest_at else 0


def queue_health(*, alive_within_seconds: int = 30) -> QueueHealth:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        waiting, oldest_at, now = cursor.fetchone()
        cursor.execute(_FAILED)
        failed = tuple((str(name), int(times)) for name, times in cursor.fetchall())
        cursor.execute(_WORKERS, [alive_within_seconds])
        takers, last = cursor.fetchone()
    return QueueHealth(waiting, oldest_at, failed, takers, last, now)
