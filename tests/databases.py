"""Makes migrated databases fast: migrate once into a template, then let PostgreSQL copy it.

Rule: the template's name is a fingerprint of everything that shapes it, so a stale one is never used.
Used by the fixtures in `conftest.py`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

_LOCK = 7_305_001
_TEMPLATE = "template_"
_CLONE = "test_"


@dataclass(frozen=True)
class Databases:
    """Databases on the test server. `url` names one that is always there."""

    url: str
    checkout: Path

    @contextmanager
    def for_this_process(self) -> Iterator[None]:
        """Point Django at a clone for as long as the block runs."""
        with self.clone() as url:
            with _django_uses(_name_in(url)):
                yield

    def make_template(self) -> None:
        """So that the first clone need not wait for it."""
        with self._alone() as server:
            self._template(server)

    @contextmanager
    def clone(self) -> Iterator[str]:
        name = f"{_CLONE}{os.getpid()}_{token_hex(4)}"
        with self._alone() as server:
            _drop_orphans(server)
            template = self._template(server)
            server.execute(_sql("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template))
        try:
            yield urlsplit(self.url)._replace(path=f"/{name}").geturl()
        finally:
            with psycopg.connect(self.url, autocommit=True) as server:
                _drop(server, name)

    @contextmanager
    def _alone(self) -> Iterator[psycopg.Connection]:
        """One worker makes the template, the others wait for it."""
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            yield server

    def _template(self, server: psycopg.Connection) -> str:
        name = f"{_TEMPLATE}{_fingerprint(self.checkout)}"
        if name in _names(server, _TEMPLATE):
            return name
        for old in _names(server, _TEMPLATE):
            _drop(server, old)
        draft = f"{_TEMPLATE}draft"
        server.execute(_sql("CREATE DATABASE {}", draft))
        with _django_uses(draft):
            call_command("migrate", verbosity=0)
        server.execute(_sql("ALTER DATABASE {} RENAME TO {}", draft, name))
        return name


@contextmanager
def _django_uses(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _drop(server: psycopg.Connection, name: str) -> None:
    """Ends our own sessions there first: FORCE would have to end the server's autovacuum too, and may not."""
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = current_user",
        [name],
    )
    server.execute(_sql("DROP DATABASE {}", name))


def _drop_orphans(server: psycopg.Connection) -> None:
    """Left by a run that was killed. Only looked for where process numbers are ours to judge."""
    if "127.0.0.1" not in str(server.info.host):
        return
    for name in _names(server, _CLONE):
        pid = name.removeprefix(_CLONE).split("_")[0]
        if not _is_alive(int(pid)):
            with suppress(psycopg.errors.InvalidCatalogName):
                _drop(server, name)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _names(server: psycopg.Connection, prefix: str) -> list[str]:
    found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    return [str(row[0]) for row in found]


def _fingerprint(checkout: Path) -> str:
    source = checkout / "src" / "loadbay"
    shaping = [
        *source.rglob("migrations/*.py"),
        *source.rglob("models.py"),
        source / "project" / "settings.py",
    ]
    digest = sha256((checkout / "requirements.lock").read_bytes())
    for path in sorted(shaping):
        digest.update(str(path.relative_to(source)).encode() + path.read_bytes())
    return digest.hexdigest()[:24]


def _name_in(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _sql(statement: str, *names: str) -> psycopg.sql.Composed:
    return SQL(statement).format(*(Identifier(name) for name in names))  # type: ignore[arg-type]
