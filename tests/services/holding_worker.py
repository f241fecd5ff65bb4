"""A worker process that takes a job and holds it, to be killed with the job in hand; run with `python -m`.

It says `holding` on its output once the job is underway. The test defers the job and kills the process.
"""

from __future__ import annotations

import asyncio
import threading

import django

django.setup()

from procrastinate.contrib.django import app  # noqa: E402  Django is set up first

from loadbay.jobs import worker  # noqa: E402

QUEUE = "trial"


@app.task(name="trial.hold", queue=QUEUE)
def hold(marker: str) -> None:
    print(f"holding {marker}", flush=True)  # noqa: T201  read by the test
    threading.Event().wait(120)


async def take() -> None:
    taker = worker.taking_app()
    async with taker.open_async():
        await worker._take(taker, "holding", [QUEUE], 1)


if __name__ == "__main__":
    asyncio.run(take())
