"""The doctor's look at the machine: database server, schema, clock, disk, printers.

Rule: a look changes nothing and ends within seconds; what cannot be reached is a finding, never an error.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from loadbay.cli.checkup.finding import Finding, fine, problem, watch
from loadbay.cli.schema import missing_migrations
from loadbay.core.clock import Clock
from loadbay.core.errors import Refusal
from loadbay.dispatch.print_rules import raw_address
from loadbay.dispatch.queries import printers
from loadbay.hosting.config import Config

_CLOCK_TOLERANCE = timedelta(seconds=2)
_OLDEST_SERVER = 150_000
_LITTLE_BYTES, _TOO_FEW_BYTES = 2 * 1024**3, 256 * 1024**2
_CONNECT_SECONDS = 3


def database(config: Config) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, words = cursor.fetchone()
    where = "configured in LOADBAY_DATABASE_URL" if config.database_url else f"embedded, in {config.home}"
    if number < _OLDEST_SERVER:
        return problem("database", f"PostgreSQL {words} ({where}) is too old.", "Upgrade it to 15 or newer.")
    return fine("database", f"PostgreSQL {words}, {where}.")


def migrations() -> Finding:
    left = missing_migrations()
    if left:
        names = ", ".join(f"{app}.{name}" for app, name in sorted(left)[:5])
        sentence = f"{len(left)} migrations are not applied: {names}."
        return problem("migrations", sentence, "Start loadbay up, or any command; it applies them.")
    return fine("migrations", "The schema is up to date.")


def clock(ours: Clock) -> Finding:
    before = ours.now()
    theirs = _database_now()
    after = ours.now()
    if before - _CLOCK_TOLERANCE <= theirs <= after + _CLOCK_TOLERANCE:
        return fine("clock", "This machine and the database agree on the time.")
    seconds = abs((theirs - after).total_seconds())
    return problem(
        "clock",
        f"This machine's clock and the database's differ by {seconds:.0f} seconds.",
        "Set both by a time server (NTP); collection times and Amazon's signatures depend on it.",
    )


def disk(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    size = f"{free / 1024**3:.1f} GB free for {home}"
    if free < _TOO_FEW_BYTES:
        return problem("disk", f"Only {size}.", "Free some space now: the database stops when it runs out.")
    if free < _LITTLE_BYTES:
        return watch("disk", f"Only {size}.", "Free some space soon.")
    return fine("disk", f"{size}.")


def all_printers() -> Iterator[Finding]:
    found = printers()
    if not found:
        yield watch("printers", "There is no printer.", "Add one: loadbay printer add NAME --kind raw …")
    for printer in found:
        fault = _FAULTS[printer.kind](printer.address)
        check = f"printer {printer.name}"
        if fault:
            yield problem(check, f"{printer.name} at {printer.address}: {fault}", "Look at the printer.")
        else:
            yield fine(check, f"{printer.name} can be reached.")


def _raw_fault(address: str) -> str:
    try:
        with closing(socket.create_connection(raw_address(address), timeout=_CONNECT_SECONDS)):
            return ""
    except Refusal as refusal:
        return refusal.sentence
    except OSError as error:
        return f"it does not answer ({error})."


def _folder_fault(address: str) -> str:
    folder = Path(address)
    place = folder if folder.exists() else folder.parent
    if not place.is_dir():
        return "the folder does not exist."
    return "" if os.access(place, os.W_OK | os.X_OK) else "the folder cannot be written."


def _browser_fault(address: str) -> str:
    """It prints where its page is open; there is nothing to reach."""
    return ""


_FAULTS = {"raw": _raw_fault, "folder": _folder_fault, "browser": _browser_fault}


def _database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
