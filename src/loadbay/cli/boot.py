"""Brings Django up for a command, in two steps: load the code, then open the database.

Rule: a help page loads code but never starts a database. The schema is brought up to date before the
first command sees it (`schema.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
import django
from django.db import OperationalError, connections

from loadbay.cli.schema import bring_up_to_date
from loadbay.hosting.address import django_database
from loadbay.hosting.config import Config
from loadbay.hosting.postgres import database_url
from loadbay.hosting.problem import HostingProblem


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loadbay.project.settings")
    django.setup()


@contextmanager
def open_database(config: Config) -> Iterator[str]:
    """Start or join the database, point Django at it, apply new migrations."""
    with database_url(config, say=tell) as url:
        connections["default"].settings_dict.update(django_database(url))
        try:
            bring_up_to_date(url)
            yield url
        except OperationalError as error:
            raise HostingProblem(f"The database does not answer: {_first_line(error)}") from error
        finally:
            connections.close_all()


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]


def tell(sentence: str) -> None:
    """Remarks go to stderr, so that stdout holds nothing but the answer."""
    click.echo(sentence, err=True)
