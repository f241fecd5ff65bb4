"""What every scenario stands on: a database of its own, a simulator of its own, a shop with a channel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from loadbay.hosting.sockets import free_port, is_answered


@dataclass(frozen=True)
class Simulator:
    """A running simulator, driven through its control API."""

    url: str

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = Request(self.url + path, json.dumps(body).encode(), {"content-type": "application/json"})
        with urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def get(self, path: str) -> Any:
        with urlopen(self.url + path, timeout=120) as answer:
            return json.load(answer)

    def calls(self, *operations: str) -> int:
        """Requests answered so far for these operations (for all of them when none is named)."""
        counts = self.get("/simulator/inspect/calls")["operations"]
        return sum(
            entry["requests"] for name, entry in counts.items() if not operations or name in operations
        )


@contextmanager
def simulator(*, plans: str = "off", speed: int = 1) -> Iterator[Simulator]:
    port = free_port(18700)
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "amazon_simulator", "--port", str(port)]
    process = subprocess.Popen([*command, "--plans", plans, "--speed", str(speed)], stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: is_answered(url + "/simulator/health"), seconds=30)
        yield Simulator(url)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def shop(amazon: Simulator) -> Iterator[Path]:
    """An empty shop in a folder of its own: database, connection, one SmartConnect channel at LBAY."""
    from loadbay.cli.boot import open_database, set_up_django  # noqa: PLC0415  the home is set first

    with tempfile.TemporaryDirectory(prefix="loadbay-bench-") as home:
        os.environ["LOADBAY_HOME"] = home
        set_up_django()
        from loadbay.core.actor import acting_as  # noqa: PLC0415
        from loadbay.hosting.config import Config  # noqa: PLC0415

        with open_database(Config.load()), acting_as("benchmark"):
            _make_channel(amazon)
            yield Path(home)


def _make_channel(amazon: Simulator) -> None:
    from loadbay.channels.services import (  # noqa: PLC0415  Django is set up by now
        NewChannel,
        NewConnection,
        add_channel,
        add_connection,
    )
    from loadbay.stock.services import add_room  # noqa: PLC0415

    add_room(code="MAIN", name="Main")
    add_connection(
        NewConnection(
            name="bench",
            region="eu",
            seller_id="A2DEMOSELLER",
            client_id="demo-client",
            client_secret="demo-secret",
            refresh_token="Atzr|demo",
            endpoint=amazon.url,
            token_endpoint=amazon.url + "/auth/o2/token",
        )
    )
    add_channel(
        NewChannel(
            code="BENCH",
            connection="bench",
            marketplace="GB",
            programme="smartconnect",
            rooms={"MAIN": "LBAY"},
        )
    )


def wait_for(is_there: Any, *, seconds: float, step: float = 0.02) -> None:
    end = time.monotonic() + seconds
    while not is_there():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing came within {seconds} s")
        time.sleep(step)  # noqa: TID251  a benchmark waits for other processes
