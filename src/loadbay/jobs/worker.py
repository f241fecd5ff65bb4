"""The worker process: two takers of jobs in one loop, with threads enough for both.

The bench has its own, so that no long send makes a packer wait. Jobs are deferred through Django's
connection, inside the business transaction; only the taking uses Procrastinate's own connections
(`with_connector`, never `replace_connector`, which would make deferring inside a task lose that).
"""

from __future__ import annotations

import asyncio
import gc
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.jobs import DeleteJobCondition

from loadbay.jobs import schedule, tasks
from loadbay.jobs.sweeping import DEAD_AFTER_SECONDS, HEARTBEAT_SECONDS

OTHER_QUEUES = (tasks.SENDING, tasks.READING)
BENCH_THREADS = 4
GRACE_SECONDS = 20


def run(*, threads: int) -> None:
    """Work until SIGTERM or Ctrl-C; jobs under way are finished first. Raises when a taker breaks down."""
    gc.freeze()  # what is loaded stays: searching it for garbage took a fifth of an import
    gc.set_threshold(50_000, 20, 50)  # a batch of orders is many objects, and none of them garbage yet
    schedule.look_soon()
    asyncio.run(_until_a_signal(threads))


def taking_app() -> App:
    """The app whose connector listens for jobs; its tasks go on deferring through Django."""
    return app.with_connector(cast(Any, app.connector).get_worker_connector())


async def _until_a_signal(threads: int) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await work(threads, until=stopping)


async def work(threads: int, *, until: asyncio.Event) -> None:
    """Take jobs until the event is set; raises when a taker breaks down."""
    # One thread per job at most, and some for the takers' own look-ups.
    executor = ThreadPoolExecutor(threads + BENCH_THREADS + 4, thread_name_prefix="job")
    asyncio.get_running_loop().set_default_executor(executor)
    taker = taking_app()
    async with taker.open_async():
        takers = [
            asyncio.create_task(_take(taker, "bench", [tasks.BENCH], BENCH_THREADS)),
            asyncio.create_task(_take(taker, "other", list(OTHER_QUEUES), threads)),
        ]
        waiting = asyncio.create_task(until.wait())
        done, _ = await asyncio.wait([*takers, waiting], return_when=asyncio.FIRST_COMPLETED)
        for task in [*takers, waiting]:
            task.cancel()
        await asyncio.gather(*takers, waiting, return_exceptions=True)
    broken = [task for task in takers if task in done]
    if broken:
        raise RuntimeError("a taker of jobs ended by itself; the process ends so that it is started anew")


async def _take(taker: App, name: str, queues: list[str], concurrency: int) -> None:
    await taker.run_worker_async(
        queues=queues,
        name=name,
        concurrency=concurrency,
        wait=True,
        delete_jobs=DeleteJobCondition.SUCCESSFUL,
        fetch_job_polling_interval=1.0,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=DEAD_AFTER_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        install_signal_handlers=False,
    )
