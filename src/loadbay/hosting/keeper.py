"""The keeper: a small process beside the embedded database that starts it, restarts it and stops it.

Rule: it lives exactly as long as some process holds the home's users lock. So the last one out stops the
server even when it was killed, and a killed server is started again. Standard library only: it idles small.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from loadbay.hosting.account import Account
from loadbay.hosting.cluster import Cluster
from loadbay.hosting.locks import FileLock
from loadbay.hosting.waiting import pause, until

USERS_LOCK = "database-users.lock"
KEEPER_LOCK = "database-keeper.lock"
_LOOK_EVERY_SECONDS = 0.1
_PATIENCE_SECONDS = 3
_LONGEST_PAUSE_SECONDS = 5.0


@dataclass(frozen=True)
class Order:
    """What the keeper is told at its start."""

    home: Path
    cluster: Cluster
    port: int
    durable: bool

    def as_text(self) -> str:
        return json.dumps(asdict(self), default=str, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> "Order":
        told = json.loads(text)
        cluster = told["cluster"]
        account = Account(**cluster["account"]) if cluster["account"] else None
        paths = {name: Path(cluster[name]) for name in ("data", "programs", "log")}
        return cls(Path(told["home"]), Cluster(account=account, **paths), told["port"], told["durable"])


def send(order: Order) -> None:
    """Start a keeper that outlives us. It is no child of ours, so it leaves no dead entry behind."""
    source = str(Path(__file__).parents[2])
    program = (
        f"import sys; sys.path.insert(0, {source!r}); "
        "from loadbay.hosting.keeper import run; run(sys.argv[1])"
    )
    with order.cluster.log.open("ab") as log:
        subprocess.run(
            [sys.executable, "-S", "-E", "-c", program, order.as_text()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            check=True,
        )


def run(text: str) -> None:
    order = Order.from_text(text)
    if os.fork():
        os._exit(0)
    # Given back in the opposite order: who gets the users lock after us finds no keeper any more.
    with FileLock(order.home / USERS_LOCK) as users, FileLock(order.home / KEEPER_LOCK) as mine:
        if until(mine.try_exclusive, seconds=_PATIENCE_SECONDS):
            mine.path.write_text(str(os.getpid()))
            _keep(order, users)


def _keep(order: Order, users: FileLock) -> None:
    """Until nobody uses the database, or the machine tells us to end."""
    told_to_end = _listen_for_end()
    server = None if order.cluster.postmaster() else _start(order)
    if server and not order.cluster.wait_until_ready(server):
        order.cluster.stop()
        return
    wait = _LOOK_EVERY_SECONDS
    while not told_to_end and not users.try_exclusive() and order.cluster.exists():
        if order.cluster.postmaster() is None:
            server = _start(order)
            wait = wait if order.cluster.wait_until_ready(server) else min(wait * 2, _LONGEST_PAUSE_SECONDS)
        else:
            wait = _LOOK_EVERY_SECONDS
        pause(wait)
    order.cluster.stop()


def _start(order: Order) -> subprocess.Popen[bytes]:
    return order.cluster.start(port=order.port, durable=order.durable)


def _listen_for_end() -> list[int]:
    """The list fills when a signal arrives."""
    told: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        told.append(number)

    signal.signal(signal.SIGTERM, note)
    return told
