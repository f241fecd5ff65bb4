"""Long work that somebody started: begun with its job, watched, stopped, and ended once.

How each kind is carried out stands in `jobs.works`; it goes on from `position` whoever takes it up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from loadbay.core.actor import current_actor
from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.orders.events import WorkWanted
from loadbay.orders.models import Work

MOST_TOLD = 100
_UNDER_WAY = (Work.State.WAITING, Work.State.RUNNING)


class WorkEnded(Refusal):
    """The work is over; there is nothing left to cancel."""

    code = "work_ended"


@dataclass(frozen=True)
class Taken:
    """Work to go on with: what is wanted, how far it came, and in whose name."""

    id: int
    kind: str
    wanted: Mapping[str, Any]
    position: Mapping[str, Any]
    started_by: str


@transaction.atomic
def start_work(kind: str, title: str, *, wanted: Mapping[str, Any], total: int | None = None) -> int:
    work = Work.objects.create(
        kind=kind, title=title[:200], wanted=dict(wanted), total=total, started_by=current_actor()
    )
    record(WorkWanted(work_id=work.pk))
    return int(work.pk)


@transaction.atomic
def take_up(work_id: int) -> Taken | None:
    """The work as it stands, to do one step of; None when it is over. What is to stop ends here."""
    work = Work.objects.select_for_update().filter(pk=work_id, state__in=_UNDER_WAY).first()
    if work is None:
        return None
    if work.is_to_stop:
        end_work(work_id, state=Work.State.CANCELLED)
        return None
    if work.state == Work.State.WAITING:
        Work.objects.filter(pk=work_id).update(state=Work.State.RUNNING)
    return Taken(work.pk, work.kind, work.wanted, work.position, work.started_by)


def note_progress(  # noqa: PLR0913  the columns of one row, all named at each call
    work_id: int,
    *,
    position: Mapping[str, Any],
    step: str = "",
    done: int = 0,
    failed: int = 0,
    told: Sequence[str] = (),
) -> None:
    """How far it is: counts are added to those before. Inside the caller's transaction, with the change."""
    rows = Work.objects.filter(pk=work_id)
    rows.update(position=dict(position), step=step[:200], done=F("done") + done, failed=F("failed") + failed)
    if told:
        before = rows.values_list("told", flat=True).get()
        rows.update(told=[*before, *told][:MOST_TOLD])


def set_total(work_id: int, total: int) -> None:
    """It turned out how much there is to do: the count begins anew."""
    Work.objects.filter(pk=work_id).update(total=total, done=0)


def end_work(work_id: int, *, state: Work.State = Work.State.DONE) -> None:
    Work.objects.filter(pk=work_id, state__in=_UNDER_WAY).update(state=state, ended_at=Now(), step="")


@transaction.atomic
def cancel_work(work_id: int) -> None:
    """Have it stop: at once while it waits for its turn, else before its next step."""
    work = Work.objects.select_for_update().filter(pk=work_id).first()
    if work is None:
        raise NotFound(f"There is no work {work_id}. Look at the list of works.")
    if work.state not in _UNDER_WAY:
        ended = work.get_state_display().lower()
        raise WorkEnded(f"Work {work_id} is over already ({ended}). Its page says what came of it.")
    Work.objects.filter(pk=work_id).update(is_to_stop=True)
    if work.state == Work.State.WAITING:
        end_work(work_id, state=Work.State.CANCELLED)
