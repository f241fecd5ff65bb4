"""Asking Amazon on behalf of a person: cancellations before completing, a shipment once more."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import structlog

from loadbay.channels.queries import working_connection_ids
from loadbay.core.errors import Misconfigured, Refusal, Retryable, Trouble
from loadbay.dispatch.queries import connections_of_field_calls
from loadbay.jobs import rounds
from loadbay.orders.services.importing import ImportedAgain, ToImport, all_set_aside, to_import

log = structlog.get_logger("loadbay.jobs")


def know_cancellations_of(numbers: Sequence[str]) -> None:
    """Know every cancellation of these field calls' connections, as of five seconds ago at most.

    May raise any trouble: an Amazon that is down must not keep the lorry waiting, so the caller goes on.
    """
    for connection_id in connections_of_field_calls(numbers):
        rounds.know_cancellations(connection_id)


def look_before_completing(numbers: Sequence[str]) -> str:
    """Know the cancellations where Amazon answers; else a warning in words, and the lorry may leave."""
    try:
        know_cancellations_of(numbers)
    except Trouble as trouble:
        return f"Cancellations could not be looked up ({trouble.sentence}) "
    return ""


def import_again(identity: str) -> tuple[ImportedAgain, ...]:
    """Try again to take in one shipment that was set aside or waits. What hinders one is its own outcome."""
    return tuple(_imported(item) for item in to_import(identity))


def import_these_again(identities: Sequence[str]) -> tuple[ImportedAgain, ...]:
    """Try again to take these in; what came in meanwhile is passed over."""
    wanted: list[ToImport] = []
    for identity in identities:
        try:
            wanted += to_import(identity)
        except Refusal as refusal:
            log.info("not imported again", shipment=identity, code=refusal.code)
    return _one_by_one(wanted)


def import_all_again() -> tuple[ImportedAgain, ...]:
    """Try again to take in everything that is set aside."""
    return _one_by_one(all_set_aside())


def _one_by_one(wanted: Sequence[ToImport]) -> tuple[ImportedAgain, ...]:
    """A connection that is stopped, or stops, or does not answer now, is not asked on; the rest stays."""
    silent = {item.connection_id for item in wanted} - set(working_connection_ids())
    found = []
    for item in wanted:
        if item.connection_id in silent:
            sentence = f"{item.identity} stays as it is: its connection does not answer now."
            found.append(ImportedAgain(item.identity, is_in=False, sale="", sentence=sentence))
            continue
        try:
            found.append(_asked(item))
        except Trouble as trouble:
            found.append(_stays(item, trouble))
            if isinstance(trouble, (Misconfigured, Retryable)):
                silent.add(item.connection_id)
    return tuple(found)


def _imported(item: ToImport) -> ImportedAgain:
    try:
        return _asked(item)
    except Trouble as trouble:
        return _stays(item, trouble)


def _asked(item: ToImport) -> ImportedAgain:
    return rounds.stopping_on_misconfigured(item.connection_id, partial(rounds.import_again, item))


def _stays(item: ToImport, trouble: Trouble) -> ImportedAgain:
    sentence = f"{item.identity} stays as it is: {trouble.sentence}"
    return ImportedAgain(item.identity, is_in=False, sale="", sentence=sentence)
