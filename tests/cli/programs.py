"""Runs the program `loadbay` in processes of their own, with a home of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from loadbay.hosting.config import Config
from loadbay.hosting.waiting import until
from tests import warm


def environment(home: Path, **more: str) -> dict[str, str]:
    """Ours without anything that configures Loadbay or Django, and with that home."""
    ours = {f"LOADBAY_{field.upper()}" for field in Config.model_fields} | {"DJANGO_SETTINGS_MODULE"}
    rest = {name: value for name, value in os.environ.items() if name not in ours}
    return {**rest, "LOADBAY_HOME": str(home), **more}


def loadbay(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, in a process that has the program loaded already."""
    return warm.run(*arguments, env=environment(home, **more))


def started_loadbay(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, as a shell starts it."""
    return subprocess.run(
        [sys.executable, "-m", "loadbay.cli", *arguments],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=120,
    )


class Program:
    """A command that runs until it is told to end. What it prints goes to files in the home's parent."""

    def __init__(self, *arguments: str, home: Path) -> None:
        self.home = home
        self.printed = home.parent / f"{'-'.join(arguments[:1])}.out"
        with self.printed.open("wb") as out, self.printed.with_suffix(".err").open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "loadbay.cli", *arguments, "--json"],
                env=environment(home),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def answer(self) -> Any:
        """The JSON it prints once it runs."""
        assert until(lambda: self._said() is not None or self.process.poll() is not None, seconds=120)
        assert self.process.poll() is None, self.printed.with_suffix(".err").read_text()
        return self._said()

    def interrupt(self) -> int:
        """Ctrl-C, and its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def processes(self) -> dict[int, str]:
        """Living processes of this home, the database's too: their number and command line."""
        found = {}
        marks = (f"LOADBAY_HOME={self.home}\0".encode(), f"{self.home}/".encode())
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes()
                known = (folder / "environ").read_bytes()
            except OSError:
                continue
            if command and (marks[0] in known or marks[1] in command):
                found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        return found

    def running(self, words: str) -> list[int]:
        return sorted(pid for pid, command in self.processes().items() if words in command)

    def _said(self) -> Any:
        try:
            return json.loads(self.printed.read_text())
        except ValueError:
            return None
