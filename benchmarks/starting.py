"""Cold start of `loadbay demo` in a new folder, until its first page answers."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.ground import end, wait_for
from benchmarks.rows import Row, Size
from loadbay.cli.running import loadbay_command
from loadbay.hosting.removal import remove_home
from loadbay.hosting.sockets import free_port, is_answered


def run(size: Size) -> list[Row]:
    taken = [_start() for _ in range(size.of(3, 1))]
    note = ", ".join(f"{seconds:.1f} s" for seconds in taken)
    return [
        Row("cold start of the demo to its first page", median(taken), "s", "≤ 15 s", len(taken), note=note)
    ]


def _start() -> float:
    home = Path(tempfile.mkdtemp(prefix="loadbay-bench-demo-"))
    ports = {"--port": free_port(), "--simulator-port": free_port()}
    options = [str(part) for pair in ports.items() for part in pair]
    command = loadbay_command("demo", "--json", "--home", str(home), *options)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOADBAY_")}
    before = perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        web = _said(process)["web"]
        wait_for(lambda: is_answered(web + "sign-in/"), "the first page", seconds=60)
        return perf_counter() - before
    finally:
        end(process)
        remove_home(home)


def _said(process: subprocess.Popen[str]) -> Any:
    """The JSON that the demo prints once it runs; it goes on running."""
    text = ""
    for line in process.stdout or ():
        text += line
        with suppress(json.JSONDecodeError):
            return json.loads(text)
    raise AssertionError(f"the demo ended and said {text!r}")
