"""The doctor's look at clock and printers.

Rule: a look changes nothing and ends within seconds; what cannot be reached is a finding, never an error.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from loadbay.core.clock import Clock
from loadbay.core.errors import Refusal
from loadbay.dispatch.print_rules import raw_address
from loadbay.dispatch.queries import printers
from loadbay.jobs.checkup.finding import Finding, fine, problem, watch

_CLOCK_TOLERANCE = timedelta(seconds=2)
_CONNECT_SECONDS = 3


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
