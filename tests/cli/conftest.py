"""A home for programs, removed with everything that runs in it."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

import pytest

from loadbay.hosting.removal import remove_home
from tests.cli.programs import Program


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with a space in its name that the database's account can reach."""
    parent = Path(tempfile.mkdtemp(prefix="loadbay program "))
    parent.chmod(0o711)
    yield parent / "home"
    remove_home(parent / "home")
    rmtree(parent)


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., Program]]:
    """Starts a command that goes on running; whatever is left of it is killed at the end."""
    programs: list[Program] = []

    def run(*arguments: str) -> Program:
        programs.append(Program(*arguments, home=home))
        return programs[-1]

    yield run
    for program in programs:
        program.kill()
        for pid in program.running("loadbay.cli") + program.running("amazon_simulator"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
