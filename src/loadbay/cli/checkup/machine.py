"""The doctor's look at the machine: database server, schema, disk. What else it looks at: `jobs.checkup`.

Rule: a look changes nothing and ends within seconds; what cannot be reached is a finding, never an error.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import connection

from loadbay.cli.schema import missing_migrations
from loadbay.hosting.config import Config
from loadbay.jobs.checkup.finding import Finding, fine, problem, watch

_OLDEST_SERVER = 150_000
_LITTLE_BYTES, _TOO_FEW_BYTES = 2 * 1024**3, 256 * 1024**2


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


def disk(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    size = f"{free / 1024**3:.1f} GB free for {home}"
    if free < _TOO_FEW_BYTES:
        return problem("disk", f"Only {size}.", "Free some space now: the database stops when it runs out.")
    if free < _LITTLE_BYTES:
        return watch("disk", f"Only {size}.", "Free some space soon.")
    return fine("disk", f"{size}.")
