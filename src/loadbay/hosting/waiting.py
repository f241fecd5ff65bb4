"""Waiting for the machine: a process to start or to end, a lock to come free.

Rule: every wait has a limit, and the caller says what happens when it is reached.
Business code never waits; that is the queue's work.
"""

import threading
import time
from collections.abc import Callable

_STEP_SECONDS = 0.02


def until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """True as soon as the condition holds, False when the time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        pause(_STEP_SECONDS)
    return True


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)
