"""File locks between processes; the system lets go of them when a process dies, however it dies.

Rule: every lock is a file in the home folder and belongs to the open file, so threads and
nested uses each open their own. Waiting for one always has a limit (`waiting.py`).
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from loadbay.hosting.problem import HostingProblem
from loadbay.hosting.waiting import until


class FileLock:
    """One opened lock file. Many may hold it shared, or one exclusively."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go and close the file; doing it twice is harmless."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def try_shared(self) -> bool:
        return self._try(fcntl.LOCK_SH)

    def try_exclusive(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def let_go(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_UN)

    def shared(self, *, seconds: float) -> None:
        if not until(self.try_shared, seconds=seconds):
            raise self._still_taken(seconds)

    def exclusive(self, *, seconds: float) -> None:
        if not until(self.try_exclusive, seconds=seconds):
            raise self._still_taken(seconds)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _still_taken(self, seconds: float) -> HostingProblem:
        return HostingProblem(
            f"Another Loadbay process has held {self.path} for {seconds:.0f} seconds. "
            "Wait for it to finish, or stop it, and try again."
        )


def is_free(path: Path) -> bool:
    """Does nobody hold this lock at the moment?"""
    with FileLock(path) as lock:
        return lock.try_exclusive()
