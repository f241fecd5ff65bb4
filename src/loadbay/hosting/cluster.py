"""One PostgreSQL data folder: made, started, looked at, stopped. Nothing here knows who shares it.

Rule: never `trust`; the owner role of the application is no superuser, and the superuser has no password,
so nobody signs in as it. Who starts and stops is decided in `postgres.py` and `keeper.py`.
"""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadbay.hosting.account import Account
from loadbay.hosting.problem import HostingProblem
from loadbay.hosting.waiting import until

MAJOR = 18

_SUPERUSER = "postgres"
_SIGN_IN_RULES = "host all loadbay 127.0.0.1/32 scram-sha-256\n"
_START_SECONDS = 300
_STOP_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    # A failing statement or row would put buyers' data into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# Survives the killing of any process, but not of the machine. For tests: several shops share such a server.
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "max_connections": "300"}


@dataclass(frozen=True)
class Cluster:
    """A data folder, the programs that run it and the account they run under (None: our own)."""

    data: Path
    programs: Path
    account: Account | None
    log: Path

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def make(self, *, password: str, durable: bool) -> None:
        """Initialise beside the final folder and rename at the end, so a half-made one is never used."""
        draft = self.data.with_name("data.draft")
        shutil.rmtree(draft, ignore_errors=True)
        self._run("initdb", "-D", str(draft), *_INITDB, *([] if durable else ["--no-sync"]))
        self._run("postgres", "--single", "-D", str(draft), "template1", feed=_first_statements(password))
        rules = draft / "pg_hba.conf"
        rules.write_text(_SIGN_IN_RULES)
        draft.rename(self.data)

    def check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(MAJOR):
            raise HostingProblem(
                f"The database in {self.data} was made by PostgreSQL {made_by}; this Loadbay brings {MAJOR}. "
                f"Start the Loadbay version you used before and run `loadbay backup`, move {self.data} away, "
                "then restore the backup with this version."
            )

    def start(self, *, port: int, durable: bool) -> subprocess.Popen[bytes]:
        """Start the server in its own session, so that a Ctrl-C meant for us does not reach it."""
        self._forget_dead_postmaster()
        settings = _SETTINGS | {"port": str(port)} | ({} if durable else _NOT_DURABLE)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self._program("postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._child(),
            )

    def postmaster(self) -> int | None:
        """The process id of the living server of this very folder; a stale file does not count."""
        pid = self._noted_pid()
        return pid if pid and _runs_here(pid, self.data) else None

    def is_ready(self) -> bool:
        return self.postmaster() is not None and self._notes()[7:8] == ["ready"]

    def port(self) -> int:
        """The port of the running server."""
        return int(self._notes()[3])

    def wait_until_ready(self, server: subprocess.Popen[bytes]) -> bool:
        """False when the server ended instead; a long recovery after a crash is waited for."""
        until(lambda: self.is_ready() or server.poll() is not None, seconds=_START_SECONDS)
        return self.is_ready()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is written."""
        for sign, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 10)):
            pid = self.postmaster()
            if pid is None:
                return
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
            if until(lambda: self.postmaster() is None, seconds=seconds):
                return

    def last_words(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return "no log"
        return " / ".join(line.strip() for line in lines[-6:])

    def _notes(self) -> list[str]:
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except OSError:
            return []

    def _noted_pid(self) -> int | None:
        notes = self._notes()
        return int(notes[0]) if notes and notes[0].isdigit() else None

    def _forget_dead_postmaster(self) -> None:
        """PostgreSQL refuses to start when the noted number meanwhile belongs to some other process."""
        if self._noted_pid() and self.postmaster() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _program(self, name: str) -> str:
        return str(self.programs / "bin" / name)

    def _child(self) -> dict[str, Any]:
        as_account = self.account.as_process() if self.account else {}
        clean = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        return {"cwd": "/", "env": clean, "umask": 0o077, "start_new_session": True, **as_account}

    def _run(self, name: str, *arguments: str, feed: str = "") -> None:
        done = subprocess.run(
            [self._program(name), *arguments],
            input=feed,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **self._child(),
        )
        if done.returncode:
            raise HostingProblem(
                f"PostgreSQL could not be set up in {self.data.parent}: {done.stdout.strip()[-800:]}"
            )


_INITDB = [
    f"--username={_SUPERUSER}",
    "--auth=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
]


def _first_statements(password: str) -> str:
    return (
        "SET password_encryption = 'scram-sha-256';\n"
        f"CREATE ROLE loadbay LOGIN CREATEDB PASSWORD '{password}';\n"
        "CREATE DATABASE loadbay OWNER loadbay;\n"
    )


def _runs_here(pid: int, data: Path) -> bool:
    """Is this process a PostgreSQL server of that folder? A number used again by another program is not."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        asked = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True)
        return f"-D {data}".encode() in asked.stdout
    return str(data).encode() in command
