"""Putting back what a killed worker had in hand. Every task may run twice, so this is always safe."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate import sql
from procrastinate.contrib.django import app

HEARTBEAT_SECONDS = 5
DEAD_AFTER_SECONDS = 20


def sweep_stalled() -> int:
    """Jobs whose worker gave no sign of life for twenty seconds go back in line; how many there were."""
    stalled = app.connector.execute_query_all(
        query=sql.queries["select_stalled_jobs_by_heartbeat"],
        queue=None,
        task_name=None,
        seconds_since_heartbeat=DEAD_AFTER_SECONDS,
    )
    for job in stalled:
        app.job_manager.retry_job_by_id(job["id"], retry_at=datetime.now(UTC))
    return len(stalled)
