"""Trial tasks that hold an advisory lock while something goes wrong; used by `test_locks` in real workers."""

from __future__ import annotations

from django.db import connection, transaction
from procrastinate.contrib.django import app

from loadbay.core.locks import alone, one_more

QUEUE, NAME = "trial", "trial lock"


@app.task(name="trial.breaks_its_transaction", queue=QUEUE)
def breaks_its_transaction() -> None:
    with alone(NAME), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


@app.task(name="trial.breaks_a_statement", queue=QUEUE)
def breaks_a_statement() -> None:
    with one_more(NAME), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


@app.task(name="trial.loses_its_session", queue=QUEUE)
def loses_its_session() -> None:
    with alone(NAME), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@app.task(name="trial.goes_on_with_another_session", queue=QUEUE)
def goes_on_with_another_session() -> None:
    with alone(NAME):
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
