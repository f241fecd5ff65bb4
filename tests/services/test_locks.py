"""Advisory locks let go whatever happens meanwhile, in this process and in the queue's real workers."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from loadbay.core.locks import alone, hold_for_transaction, one_more, try_alone
from tests.services import holding_locks, racing
from tests.services.test_queue import a_worker, done, eventually, left, note, ours

own_database = racing.own_database
NAME = holding_locks.NAME


def held() -> int:
    """How many advisory locks any session of this database holds, but Procrastinate's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("lock", [alone, one_more, try_alone])
def test_a_lock_that_outlives_transactions_is_refused_inside_one(lock):
    with pytest.raises(transaction.TransactionManagementError, match="hold_for_transaction"):
        with transaction.atomic(), lock(NAME):
            raise AssertionError("it was taken")
    assert held() == 0


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("lock", [alone, one_more, try_alone])
def test_the_first_error_is_told_and_the_lock_is_free(lock):
    def breaks() -> None:
        with lock(NAME), transaction.atomic(), connection.cursor() as cursor:
            assert held() == 1
            cursor.execute("SELECT 1 / 0")

    with pytest.raises(DatabaseError, match="division by zero"):
        breaks()
    assert held() == 0


@pytest.mark.usefixtures("own_database")
def test_a_lost_session_took_its_locks_with_it_and_what_was_lost_is_told():
    with pytest.raises(OperationalError, match="terminat"):
        with alone(NAME), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert held() == 0
    with alone(NAME):
        assert held() == 1


@pytest.mark.usefixtures("own_database")
def test_the_locks_of_a_new_session_are_not_let_go_in_the_name_of_the_old_one():
    with alone(NAME):
        connection.close()
        with alone(NAME):
            assert held() == 1
        assert held() == 0
    assert held() == 0


@pytest.mark.usefixtures("own_database")
def test_within_a_transaction_there_is_a_lock_that_ends_with_it():
    with transaction.atomic():
        hold_for_transaction(NAME)
        assert held() == 1
    assert held() == 0


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize(
    "task",
    [
        holding_locks.breaks_its_transaction,
        holding_locks.breaks_a_statement,
        holding_locks.loses_its_session,
        holding_locks.goes_on_with_another_session,
    ],
    ids=lambda task: task.name,
)
def test_a_worker_that_goes_on_holds_no_lock_of_a_job_that_went_wrong(task):
    """The worker's sessions outlive their jobs, so a lock that stayed would stay for as long as they live."""
    done.clear()
    task.defer()
    with a_worker(ours):
        eventually(lambda: left() == [] and left("doing") == [])
        note.defer(text="the next job")
        eventually(lambda: done == ["the next job"])
        assert held() == 0
    failed = [] if task is holding_locks.goes_on_with_another_session else [task.name]
    assert left("failed") == failed
