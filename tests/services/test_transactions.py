"""A service that joins its caller's transaction, and one that is called alone."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from loadbay.core.transactions import is_open, joined
from loadbay.journal.models import TimelineEntry
from loadbay.journal.services import note

pytestmark = pytest.mark.django_db


class Refused(Exception):
    """A service's own no."""


@joined
def note_and_refuse(*, refuses: bool) -> bool:
    note("shipment:S-1", "Noted.")
    if refuses:
        raise Refused
    return is_open()


@transaction.atomic
def note_twice_and_refuse() -> None:
    note("shipment:S-1", "Before.")
    note_and_refuse(refuses=True)


def noted() -> int:
    return TimelineEntry.objects.count()


def test_alone_it_has_a_transaction_of_its_own_and_a_refusal_undoes_it():
    assert not is_open()
    assert note_and_refuse(refuses=False)
    with pytest.raises(Refused):
        note_and_refuse(refuses=True)
    assert noted() == 1


def test_within_another_it_makes_no_savepoint_and_a_refusal_undoes_all():
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        note_and_refuse(refuses=False)
    assert [query["sql"].split()[0] for query in asked] == ["SAVEPOINT", "INSERT", "RELEASE"]
    with pytest.raises(Refused):
        note_twice_and_refuse()
    assert noted() == 1


@transaction.atomic
def catch_and_go_on() -> None:
    with suppress(Refused):
        note_and_refuse(refuses=True)
    note("shipment:S-1", "After.")


def test_who_catches_its_refusal_within_the_transaction_cannot_go_on():
    with pytest.raises(TransactionManagementError):
        catch_and_go_on()
    assert noted() == 0


def test_who_wants_to_go_on_wraps_the_call():
    with transaction.atomic():
        with suppress(Refused), transaction.atomic():
            note_and_refuse(refuses=True)
        note("shipment:S-1", "After.")
    assert noted() == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_around_it_is_the_outermost():
    with pytest.raises(Refused):
        note_and_refuse(refuses=True)
    assert noted() == 0
