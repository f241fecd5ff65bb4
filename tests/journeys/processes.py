"""The processes of a journey: the pretend Amazon with its kept state, and parts of Loadbay to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from loadbay.hosting.sockets import free_port, is_answered
from loadbay.hosting.waiting import pause
from tests import warm
from tests.cli.programs import environment

PATIENCE_SECONDS = 90
"""Work goes on within a minute; the rest is for a machine that runs other tests at the same time."""


def until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """True once the condition holds. Asks ten times a second, so that asking does not slow the asked down."""
    deadline = monotonic() + seconds
    while not condition():
        if monotonic() > deadline:
            return False
        pause(0.1)
    return True


class Process:
    """One program of the journey, killed and started again at will."""

    def __init__(self, command: list[str], *, env: dict[str, str], log: Path) -> None:
        self._command = command
        self._env = env
        self._log = log
        self._process: subprocess.Popen[bytes] | warm.Command | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = self._begin(log)

    def _begin(self, log: IO[bytes]) -> subprocess.Popen[bytes] | warm.Command:
        return subprocess.Popen(
            self._command,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def kill(self) -> None:
        """As a power cut would: no goodbye of any kind."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def kill_with_children(self) -> None:
        """The same for a program that lets others do its work, such as `web`."""
        if isinstance(self._process, subprocess.Popen) and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def interrupt(self) -> None:
        """Ctrl-C, for programs that end their children."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)

    def said(self) -> str:
        return self._log.read_text()[-4000:] if self._log.exists() else ""


class Part(Process):
    """A part of Loadbay that starts no others, from the program that is loaded already."""

    def _begin(self, log: IO[bytes]) -> warm.Command:
        return warm.Command(*self._command, env=self._env, out=log, err=log)


def a_worker(*, folder: Path, database_url: str) -> Part:
    env = environment(
        folder / "home",
        LOADBAY_SECRET_KEY=os.environ["LOADBAY_SECRET_KEY"],
        LOADBAY_DATABASE_URL=database_url,
    )
    return Part(["worker"], env=env, log=folder / "worker.log")


def loadbay_process(*arguments: str, folder: Path, **env: str) -> Process:
    """A program that starts parts of Loadbay; `env` names its database and key."""
    command = [sys.executable, "-m", "loadbay.cli", *arguments]
    key = os.environ["LOADBAY_SECRET_KEY"]
    told = environment(folder / "home", LOADBAY_SECRET_KEY=key, **env)
    return Process(command, env=told, log=folder / f"{arguments[0]}.log")


class PretendAmazon:
    """The simulator as its own process, and its control API."""

    def __init__(self, folder: Path, *, speed: str = "600") -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._open = build_opener(ProxyHandler({})).open
        self.process = Process(
            [sys.executable, "-m", "amazon_simulator", "--port", str(self.port), "--speed", speed]
            + ["--plans", "off", "--state", str(folder / "amazon.state")],
            env=dict(os.environ),
            log=folder / "amazon.log",
        )

    def start(self) -> None:
        self.process.start()
        assert until(lambda: is_answered(f"{self.url}/simulator/health"), seconds=60), self.process.said()

    def kill(self) -> None:
        self.process.kill()

    def get(self, path: str) -> Any:
        return json.loads(self.raw("GET", path))

    def post(self, path: str, **body: Any) -> Any:
        return json.loads(self.raw("POST", path, body))

    def patch(self, path: str, **body: Any) -> Any:
        return json.loads(self.raw("PATCH", path, body))

    def raw(self, method: str, path: str, body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        try:
            with self._open(
                Request(f"{self.url}/simulator/{path}", data, method=method), timeout=30
            ) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def order(self, **lines: int) -> tuple[str, str]:
        """A buyer orders; Amazon's order number and its shipment. SKUs with `_` for `-`."""
        return self.order_with(**lines)

    def order_with(self, *, failing_labels: int = 0, **lines: int) -> tuple[str, str]:
        """As `order`; the first so many labels fail."""
        wanted = [{"sku": sku.replace("_", "-"), "quantity": units} for sku, units in lines.items()]
        placed = self.post("orders", lines=wanted, failing_labels=failing_labels)["orders"][0]
        return placed["order_id"], placed["shipment_ids"][0]

    def hold(self, operation: str, moment: str, *, nth: int = 1) -> str:
        return str(self.post("holds", operation=operation, nth=nth, moment=moment)["id"])

    def is_reached(self, hold_id: str) -> bool:
        return any(row["reached"] for row in self.get("holds") if row["id"] == hold_id)

    def release(self, hold_id: str) -> None:
        self.post(f"holds/{hold_id}/release")

    def shipment(self, shipment_id: str) -> dict[str, Any]:
        return dict(self.get(f"inspect/shipments/{shipment_id}"))

    def label(self, shipment_id: str, package_id: str) -> bytes:
        """The newest label that Amazon made for a package."""
        return self.raw("GET", f"inspect/shipments/{shipment_id}/labels/{package_id}")

    def stock(self, sku: str) -> dict[str, Any] | None:
        rows = [row for row in self.get("inspect/inventory") if row["sku"] == sku]
        return rows[0] if rows else None
