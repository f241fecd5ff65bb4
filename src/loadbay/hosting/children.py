"""Several processes as one: started, watched, started again when they crash, stopped together.

Rule: a child that refuses (exit 1) or was called wrongly (exit 2) would do so again: then all stop with its
code. Anything else is a crash, and is answered with a fresh start after a growing pause.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import IO

from loadbay.hosting.tether import tied
from loadbay.hosting.waiting import pause, until

_LOOK_EVERY_SECONDS = 0.1
_TEND_EVERY_SECONDS = 5.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_AFTER_SECONDS = 60.0
_GRACE_SECONDS = 25.0
_FINAL_CODES = {1, 2}


@dataclass(frozen=True)
class Child:
    """One program to keep running. Its output goes to `log`, or where ours goes."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None


class _Running:
    """A child and its present process."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.pause = _FIRST_PAUSE_SECONDS
        self.start()

    def start(self) -> None:
        self.started = monotonic()
        self.due: float | None = None
        self.process = _start(self.child)

    def plan_restart(self) -> float:
        """Sooner for one that had been running well, later for one that keeps crashing."""
        steady = monotonic() - self.started > _STEADY_AFTER_SECONDS
        wait = _FIRST_PAUSE_SECONDS if steady else self.pause
        self.pause = min(wait * 2, _LONGEST_PAUSE_SECONDS)
        self.due = monotonic() + wait
        return wait


class Supervisor:
    """Runs children until told to end. `tend` is called every few seconds, for what else needs care."""

    def __init__(self, *, say: Callable[[str], None], tend: Callable[[], None] = lambda: None) -> None:
        self._say = say
        self._tend = tend
        self._tended = monotonic()
        self._running: list[_Running] = []
        self._told_to_end = 0

    def __enter__(self) -> "Supervisor":
        """From here on Ctrl-C and SIGTERM end everything in order; a second one ends it at once."""
        signs = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        self._before = {sign: signal.signal(sign, self._end) for sign in signs}
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        for sign, handler in self._before.items():
            signal.signal(sign, handler)

    @property
    def is_ending(self) -> bool:
        return self._told_to_end > 0

    def start(self, child: Child) -> None:
        self._running.append(_Running(child))

    def once(self, child: Child, *, seconds: float) -> tuple[int, str]:
        """Run a program to its end while watching over the others: its exit code and what it printed."""
        # Into a file: nobody reads along while we watch, and a full pipe would hold the program up.
        with tempfile.TemporaryFile() as printed:
            process = _start(child, stdout=printed)
            try:
                self.wait_for(lambda: process.poll() is not None, seconds=seconds)
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()
            printed.seek(0)
            return process.returncode, printed.read().decode(errors="replace")

    def wait_for(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        """Watch over the children until the condition holds; False when the time is up or we shall end."""
        deadline = monotonic() + seconds
        while not condition():
            if self.is_ending or monotonic() > deadline or self._look() is not None:
                return False
            pause(_LOOK_EVERY_SECONDS)
        return True

    def run(self) -> int:
        """Watch until told to end (0) or until a child makes going on senseless (its code)."""
        while not self.is_ending:
            code = self._look()
            if code is not None:
                return code
            pause(_LOOK_EVERY_SECONDS)
        return 0

    def stop(self) -> None:
        """The last started goes first; who does not end in time is killed."""
        for running in reversed(self._running):
            if running.process.poll() is None:
                running.process.terminate()
        patience = until(lambda: self._all_ended() or self._told_to_end > 1, seconds=_GRACE_SECONDS)
        for running in self._running:
            if running.process.poll() is None:
                if not patience:
                    self._say(f"{running.child.name} does not end and is killed.")
                running.process.kill()
            running.process.wait()
        self._running.clear()

    def _all_ended(self) -> bool:
        return all(running.process.poll() is not None for running in self._running)

    def _look(self) -> int | None:
        for running in self._running:
            code = self._look_at(running)
            if code is not None:
                return code
        if monotonic() - self._tended > _TEND_EVERY_SECONDS:
            self._tended = monotonic()
            self._tend()
        return None

    def _look_at(self, running: _Running) -> int | None:
        code = running.process.poll()
        if code is None:
            return None
        if code in _FINAL_CODES:
            self._say(f"{running.child.name} cannot run (exit code {code}); everything stops.")
            return code
        if running.due is None:
            wait = running.plan_restart()
            self._say(f"{running.child.name} ended ({_in_words(code)}); it is started again in {wait:g} s.")
        elif monotonic() >= running.due:
            running.start()
        return None

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._told_to_end += 1


def _start(child: Child, *, stdout: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    if child.log:
        child.log.touch(mode=0o600)
    log = child.log.open("ab") if child.log else None
    try:
        return subprocess.Popen(
            tied(list(child.command)),
            env={**os.environ, **child.env},
            stdin=subprocess.DEVNULL,
            # Our own standard output holds nothing but our answer.
            stdout=stdout or log or sys.stderr,
            stderr=log,
            # A Ctrl-C in the terminal is for us; we tell the children.
            start_new_session=True,
        )
    finally:
        if log:
            log.close()


def _in_words(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    names = {int(sign): sign.name for sign in signal.Signals}
    return f"killed by {names.get(-code, f'signal {-code}')}"  # real-time signals have no name
