"""A desk as it runs in a shop: web and worker as processes, a database of their own, the simulator beside.

Rule: everything is on loopback and free ports, and ended by its own process number. What the shop holds
at the start stands in `opening_stock.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadbay.hosting.sockets import free_port, is_answered
from loadbay.hosting.waiting import until
from tests.cli.programs import environment
from tests.contracts.stages import Simulator, a_simulator

SECRET_KEY = "a key for tests only, of at least 32 characters"


@dataclass(frozen=True)
class Desk:
    """Where the pages are, the pretend Amazon, and the folder into which labels are printed."""

    address: str
    amazon: Simulator
    labels: Path
    sales: dict[int, list[str]]
    """Amazon orders that are imported already, by units; each test takes its own."""

    def buy(self, sku: str = "MUG-01", units: int = 1) -> str:
        """A customer buys; the Amazon order number."""
        wanted = {"lines": [{"sku": sku, "quantity": units}], "force": True}
        return str(self.amazon.post("/simulator/orders", wanted)["orders"][0]["order_id"])

    def order(self, order_id: str) -> Any:
        return self.amazon.control.get(f"/simulator/inspect/orders/{order_id}").json()

    def shipments(self, order_id: str) -> list[Any]:
        rows = self.amazon.control.get("/simulator/inspect/shipments").json()
        return [row for row in rows if row["order_id"] == order_id]


@contextmanager
def a_desk(database_url: str, folder: Path) -> Iterator[Desk]:
    with a_simulator(speed=600) as amazon:
        port = free_port()
        more = {
            "LOADBAY_DATABASE_URL": database_url,
            "LOADBAY_SECRET_KEY": SECRET_KEY,
            "LOADBAY_PORT": str(port),
        }
        home = folder / "home"
        home.mkdir()
        labels = folder / "labels"
        labels.mkdir()
        stocked = run(
            "tests.browser.opening_stock", amazon.address, str(labels), env=environment(home, **more)
        )
        sales = {int(units): orders for units, orders in json.loads(stocked).items()}
        programs = [
            start("loadbay.cli", name, log=folder / f"{name}.log", env=environment(home, **more))
            for name in ("web", "worker")
        ]
        address = f"http://127.0.0.1:{port}"
        try:
            assert until(lambda: is_answered(f"{address}/health/ready"), seconds=90), said(folder)
            yield Desk(address, amazon, labels, sales)
        finally:
            end(programs)


def run(module: str, *arguments: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(module: str, *arguments: str, log: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def end(programs: list[subprocess.Popen[bytes]]) -> None:
    for program in programs:
        program.terminate()
    for program in programs:
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def said(folder: Path) -> str:
    return "\n".join(log.read_text()[-3000:] for log in sorted(folder.glob("*.log")))
