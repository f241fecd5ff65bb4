"""Applies new migrations by itself, once, however many processes start at the same moment.

Rule: the usual case, nothing new, costs one query and a look at the folders. Older processes go on
beside a newer schema until they are restarted.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection

_LOCK = 7_305_002


def bring_up_to_date(url: str) -> None:
    """Apply what is missing; one process does it, the others wait for it."""
    if not missing_migrations():
        return
    with psycopg.connect(url, autocommit=True) as alone:
        alone.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if missing_migrations():
            call_command("migrate", verbosity=0, interactive=False)


def missing_migrations() -> set[tuple[str, str]]:
    return _on_disk() - _applied()


def _on_disk() -> set[tuple[str, str]]:
    """(app, migration) by file name, without importing any of them."""
    found = set()
    for app in apps.get_app_configs():
        spec = find_spec(f"{app.name}.migrations")
        for folder in (spec.submodule_search_locations or []) if spec else []:
            files = Path(folder).glob("[!_]*.py")
            found |= {(app.label, file.stem) for file in files}
    return found


def _applied() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return set()
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())
