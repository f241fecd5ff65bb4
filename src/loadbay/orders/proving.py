"""Asking Amazon again for everything of a period, one page at a time, whatever our own windows say.

Every status is asked for, in the order of a shipment's life: what moves on meanwhile is met again further
down. A question that Amazon does not answer to its last page is named in the proof. The lists that are read
stand in `proof_lists`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from loadbay.channels.models import Connection
from loadbay.core.clock import Clock
from loadbay.core.errors import Misconfigured, Rejected, Retryable, Trouble, Unclear
from loadbay.core.ids import ShipmentId
from loadbay.orders.models import GapNumber, GapProof
from loadbay.orders.proof_lists import Lists, NumberPage
from loadbay.orders.services import proofs
from loadbay.orders.services.importing import ImportedAgain
from loadbay.orders.services.proofs import Question
from loadbay.orders.services.working import Taken, end_work, note_progress, set_total

MOST_PAGES = 10_000
MOST_TRIES = 4
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)


def prove_step(work: Taken, *, lists: Lists, clock: Clock) -> datetime | None:
    """Read one page, or judge, or import one that is missing; when to go on, at once as a rule.

    None when the proof is made.
    """
    proof = GapProof.objects.select_related("work").get(work_id=work.id)
    position = dict(work.position)
    if not proof.questions:
        return _ask_for_all(proof, lists=lists, clock=clock)
    if position["at"] < len(proof.questions):
        return _ask(proof, Question(**proof.questions[position["at"]]), position, lists=lists, clock=clock)
    if proof.judged_at is None:
        proofs.judge_proof(proof.pk)
        missing = _missing(proof.pk).count()
        if work.wanted.get("import") and missing:
            set_total(work.id, missing)
            return clock.now()
        end_work(work.id)
        return None
    return import_step(work, proof.pk, lists=lists, clock=clock)


def _ask_for_all(proof: GapProof, *, lists: Lists, clock: Clock) -> datetime:
    rows = Connection.objects.filter(channels__isnull=False).distinct().order_by("name")
    if proof.channel_id is not None:
        rows = rows.filter(channels=proof.channel_id)
    questions = [
        Question(row.pk, row.name, entry.source, status)
        for row in rows.defer("client_secret", "refresh_token")
        for entry in lists(row.pk)
        for status in entry.statuses
    ]
    with transaction.atomic():
        GapProof.objects.filter(pk=proof.pk).update(questions=[asdict(entry) for entry in questions])
        set_total(proof.work_id, len(questions))
        note_progress(proof.work_id, position={"at": 0, "token": None, "tries": 0, "pages": 0})
    return clock.now()


def _ask(
    proof: GapProof, question: Question, position: dict[str, Any], *, lists: Lists, clock: Clock
) -> datetime:
    """One page of one question."""
    listed = next(entry for entry in lists(question.connection_id) if entry.source == question.source)
    try:
        _refuse_stopped(question.connection_id)
        page = listed.page(question.status, proof.since, position["token"])
        if page.next_token is not None and page.next_token == position["token"]:
            raise Retryable("Amazon sends the same page again and again.")
        if position["pages"] >= MOST_PAGES:
            raise Rejected("Its pages have no end.", reason="endless")
    except (Retryable, Unclear) as trouble:
        return _put_off(proof, question, position, trouble, clock=clock)
    except Misconfigured as trouble:
        _unanswered(proof, question, position, trouble)
        raise  # the connection stops; the proof goes on with the others
    except Rejected as trouble:
        _unanswered(proof, question, position, trouble)
        return clock.now()
    with transaction.atomic():
        found = proofs.keep_numbers(proof, question, page.numbers)
        _go_on(proof, question, position, page=page, found=found)
    return clock.now()


def _refuse_stopped(connection_id: int) -> None:
    row = Connection.objects.only("state", "stopped_because").get(pk=connection_id)
    if row.state == Connection.State.STOPPED:
        raise Rejected(f"The connection is stopped: {row.stopped_because}", reason="stopped")


def _go_on(
    proof: GapProof, question: Question, position: dict[str, Any], *, page: NumberPage, found: int
) -> None:
    numbers = position.get("numbers", 0) + found
    is_over = page.next_token is None
    after = {
        **position,
        "at": position["at"] + is_over,
        "token": page.next_token,
        "tries": 0,
        "pages": 0 if is_over else position["pages"] + 1,
        "numbers": numbers,
    }
    words = f"{question.words} asked for; {numbers} numbers so far"
    note_progress(proof.work_id, position=after, step=words, done=int(is_over))


def _put_off(
    proof: GapProof, question: Question, position: dict[str, Any], trouble: Trouble, *, clock: Clock
) -> datetime:
    """Try the same page again a few times; of a connection that did not answer then, each other one once."""
    silent = position.get("silent", [])
    tries = position["tries"] + 1
    if tries >= MOST_TRIES or question.connection_id in silent:
        _unanswered(proof, question, {**position, "silent": [*silent, question.connection_id]}, trouble)
        return clock.now()
    words = f"{question.words}: {trouble.sentence} It is asked again."
    note_progress(proof.work_id, position={**position, "tries": tries}, step=words)
    return clock.now() + _wait(trouble, tries=tries)


def _wait(trouble: Trouble, *, tries: int) -> timedelta:
    advised = trouble.after if isinstance(trouble, Retryable) else None
    return min(advised or FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)


@transaction.atomic
def _unanswered(proof: GapProof, question: Question, position: Mapping[str, Any], trouble: Trouble) -> None:
    words = f"{question.words} ({trouble.sentence})"
    GapProof.objects.filter(pk=proof.pk).update(unanswered=[*proof.unanswered, words])
    after = {**position, "at": position["at"] + 1, "token": None, "tries": 0, "pages": 0}
    note_progress(proof.work_id, position=after, failed=1, told=[f"No answer for {words}"])


# --- importing what is missing ---


def import_step(work: Taken, proof_id: int, *, lists: Lists, clock: Clock) -> datetime | None:
    """Import one missing number; None when none is left to try."""
    position = dict(work.position)
    row = _missing(proof_id).filter(pk__gt=position.get("tried", 0)).order_by("id").first()
    if row is None:
        end_work(work.id)
        return None
    listed = next(entry for entry in lists(row.connection_id) if entry.source == row.source)
    try:
        _refuse_stopped(row.connection_id)
        outcome = listed.import_one(ShipmentId(row.number))
    except (Retryable, Unclear) as trouble:
        return _import_later(work, row, position, trouble, clock=clock)
    except Rejected as trouble:
        _not_imported(work, row, position, f"{row.number}: {trouble.sentence}")
        return clock.now()
    except Misconfigured as trouble:
        _not_imported(work, row, position, f"{row.number}: {trouble.sentence}")
        raise
    _imported(work, row, position, outcome)
    return clock.now()


@transaction.atomic
def _imported(work: Taken, row: GapNumber, position: Mapping[str, Any], outcome: ImportedAgain) -> None:
    GapNumber.objects.filter(pk=row.pk).update(was_missing=True)
    proofs.judge_proof(row.proof_id, only=[row.pk])
    note_progress(
        work.id,
        position={**position, "tried": row.pk, "tries": 0},
        step=outcome.sentence,
        done=int(outcome.is_in),
        failed=int(not outcome.is_in),
        told=[] if outcome.is_in else [outcome.sentence],
    )


def _not_imported(work: Taken, row: GapNumber, position: Mapping[str, Any], sentence: str) -> None:
    with transaction.atomic():
        after = {**position, "tried": row.pk, "tries": 0}
        note_progress(work.id, position=after, failed=1, told=[sentence])


def _import_later(
    work: Taken, row: GapNumber, position: Mapping[str, Any], trouble: Trouble, *, clock: Clock
) -> datetime:
    tries = position.get("tries", 0) + 1
    if tries >= MOST_TRIES:
        _not_imported(work, row, position, f"{row.number}: {trouble.sentence}")
        return clock.now()
    note_progress(work.id, position={**position, "tries": tries}, step=f"{row.number}: {trouble.sentence}")
    return clock.now() + _wait(trouble, tries=tries)


def _missing(proof_id: int) -> Any:
    return GapNumber.objects.filter(proof_id=proof_id, standing="missing")
