"""Reading long works on orders, and the gap proofs: for screens and commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loadbay.core.errors import NotFound
from loadbay.orders import gap_rules
from loadbay.orders.models import GapNumber, GapProof, Work

PAGE_SIZE = 100


@dataclass(frozen=True)
class WorkCard:
    """A long work as it stands."""

    id: int
    kind: str
    title: str
    state: str
    step: str
    total: int | None
    done: int
    failed: int
    told: tuple[str, ...]
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    is_to_stop: bool
    proof_id: int | None

    @property
    def is_over(self) -> bool:
        return self.state in {"done", "cancelled"}


@dataclass(frozen=True)
class ProofCard:
    """A gap proof: its period, its counts, what Amazon did not answer, and what may be claimed of it."""

    id: int
    work: WorkCard
    channel: str
    since: datetime
    until: datetime
    counts: dict[str, int]
    unanswered: tuple[str, ...]
    is_complete: bool
    missing: int
    imported: int
    """How many numbers were missing and have been imported since."""
    claim: str


@dataclass(frozen=True)
class GapRow:
    """One number of a proof."""

    id: int
    number: str
    order_id: str
    status: str
    created_at: datetime | None
    channel: str
    standing: str
    detail: str
    sale: str
    was_missing: bool


def work(work_id: int) -> WorkCard:
    """Raises `NotFound`."""
    row = Work.objects.select_related("proof").filter(pk=work_id).first()
    if row is None:
        raise NotFound(f"There is no work {work_id}. Look at the list of works.")
    return _work_card(row)


def works(*, limit: int = 50) -> tuple[WorkCard, ...]:
    """Newest first."""
    return tuple(map(_work_card, Work.objects.select_related("proof").order_by("-id")[:limit]))


def works_under_way() -> tuple[WorkCard, ...]:
    rows = Work.objects.filter(state__in=[Work.State.WAITING, Work.State.RUNNING])
    return tuple(map(_work_card, rows.select_related("proof").order_by("id")))


def proof(proof_id: int) -> ProofCard:
    """Raises `NotFound`."""
    row = GapProof.objects.select_related("work", "channel").filter(pk=proof_id).first()
    if row is None:
        raise NotFound(f"There is no gap proof {proof_id}. Look at the list of proofs.")
    return _proof_card(row, _found_again([row.pk]))


def proofs(*, limit: int = 50) -> tuple[ProofCard, ...]:
    """Every gap proof, newest first."""
    rows = list(GapProof.objects.select_related("work", "channel").order_by("-id")[:limit])
    again = _found_again([row.pk for row in rows])
    return tuple(_proof_card(row, again) for row in rows)


def proof_numbers(
    proof_id: int, *, standing: str = "", after: int = 0, limit: int = PAGE_SIZE
) -> tuple[GapRow, ...]:
    """The numbers of a proof, page by key, those of one standing or all."""
    rows = GapNumber.objects.filter(proof_id=proof_id, pk__gt=after).order_by("id")
    if standing:
        rows = rows.filter(standing=standing)
    columns = tuple(GapRow.__dataclass_fields__)
    return tuple(GapRow(*values) for values in rows.values_list(*columns)[:limit])


def _found_again(proof_ids: Sequence[int]) -> dict[int, int]:
    rows = GapNumber.objects.filter(proof_id__in=proof_ids, was_missing=True).exclude(standing="missing")
    found: dict[int, int] = {}
    for proof_id in rows.values_list("proof_id", flat=True):
        found[proof_id] = found.get(proof_id, 0) + 1
    return found


def _work_card(row: Work) -> WorkCard:
    made = getattr(row, "proof", None)
    return WorkCard(
        id=row.pk,
        kind=row.kind,
        title=row.title,
        state=row.state,
        step=row.step,
        total=row.total,
        done=row.done,
        failed=row.failed,
        told=tuple(row.told),
        started_by=row.started_by,
        started_at=row.started_at,
        ended_at=row.ended_at,
        is_to_stop=row.is_to_stop,
        proof_id=made.pk if made else row.wanted.get("proof"),
    )


def _proof_card(row: GapProof, again: dict[int, int]) -> ProofCard:
    is_made = row.judged_at is not None
    counts = {kind.value: row.counts[kind.value] for kind in gap_rules.Standing if kind.value in row.counts}
    is_under_way = row.work.state in {Work.State.WAITING, Work.State.RUNNING}
    claim = gap_rules.claim(counts, unanswered=row.unanswered, ended=is_made)
    return ProofCard(
        id=row.pk,
        work=_work_card(row.work),
        channel=row.channel.code if row.channel else "",
        since=row.since,
        until=row.until,
        counts=counts,
        unanswered=tuple(row.unanswered),
        is_complete=is_made and not row.unanswered,
        missing=counts.get("missing", 0),
        imported=again.get(row.pk, 0),
        claim="Amazon is being asked." if is_under_way and not is_made else claim,
    )
