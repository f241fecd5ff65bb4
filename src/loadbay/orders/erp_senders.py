"""Handing sales over to the books: what differs is made, released, posted, cancelled, credited, in batches.

No transaction is open during a call; each batch's verdicts are recorded at once. An ERP that is down stops
nothing here: its trouble goes up to the job, which tries again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from loadbay.core.clock import Clock
from loadbay.core.errors import Misconfigured, Rejected, Retryable, Trouble
from loadbay.orders.erp_ports import DocumentToMake, DocumentToPost, ErpDesk, SeenDocument, Verdict
from loadbay.orders.erp_rules import AMENDABLE, Step
from loadbay.orders.services import documents, supplements
from loadbay.orders.services.documents import Due
from loadbay.orders.services.supplements import SupplementDue

BATCH = 500
_DIFFERS = {
    "Cancelled": "its document was cancelled there, but the sale is not.",
    "Posted": "its document is posted there, but the sale was cancelled. Credit it there.",
    "Credited": "its document was credited there, but the sale is not.",
}


@dataclass
class HandedOver:
    """What was done, by step; what the books declined, as (sale, their words); how many were put off."""

    done: Counter[str] = field(default_factory=Counter)
    declined: list[tuple[str, str]] = field(default_factory=list)
    put_off: int = 0
    gave_way: bool = False
    """It stopped before everything was done, because something else goes first."""


def _nothing_goes_first() -> bool:
    return False


def hand_over(
    erp: str, *, desk: ErpDesk, clock: Clock, gives_way: Callable[[], bool] = _nothing_goes_first
) -> HandedOver:
    """Everything that is due, until nothing is or `gives_way` says, between batches, that others go first.

    Raises what is wrong with the ERP itself.
    """
    report = HandedOver()
    after = 0
    while True:
        if gives_way():
            report.gave_way = True
            return report
        found = documents.due(erp, now=clock.now(), limit=BATCH, after=after)
        if not found and not after:
            break
        after = found[-1].pk if found else 0  # once more from the start: a step may follow the one just done
        by_step: dict[Step, list[Due]] = {}
        for due in _looked_at(found, desk=desk, report=report):
            by_step.setdefault(due.step, []).append(due)
        for step, mine in by_step.items():
            _take(step, mine, desk=desk, clock=clock, report=report)
    while further := supplements.supplements_due(erp, now=clock.now(), limit=BATCH):
        _post_further(further, desk=desk, clock=clock, report=report)
    _credit(erp, desk=desk, clock=clock, report=report)
    return report


def _credit(erp: str, *, desk: ErpDesk, clock: Clock, report: HandedOver) -> None:
    while credits := documents.credits_due(erp, now=clock.now(), limit=BATCH):
        verdicts = desk.credit([credit.to_make for credit in credits])
        pairs = list(zip(credits, verdicts, strict=True))
        good = [(credit, verdict) for credit, verdict in pairs if verdict.trouble is None]
        documents.credited(good)
        report.done["credited"] += len(good)
        _troubles([(credit.due, v) for credit, v in pairs if v.trouble], clock=clock, report=report)


def _post_further(
    further: Sequence[SupplementDue], *, desk: ErpDesk, clock: Clock, report: HandedOver
) -> None:
    """Made once by its own external number, then posted; whatever does not move is put off with its sale."""
    made = list(zip(further, desk.make([one.to_make for one in further]), strict=True))
    there = [one for one, verdict in made if verdict.document is not None]
    supplements.have_supplements([(one, v.document) for one, v in made if v.document is not None])
    wanted = [DocumentToPost(one.to_make.external_number, one.on) for one in there]
    posted = list(zip(there, desk.post(wanted), strict=True)) if there else []
    supplements.have_supplements([(one, v.document) for one, v in posted if v.document is not None])
    report.done["supplemented"] += sum(v.document is not None for _, v in posted)
    late = [(one.due, _stands_still(one.due)) for one, v in posted if v.document and _is_open(v.document)]
    documents.put_off(late, now=clock.now())
    report.put_off += len(late)
    failed = [(one.due, v) for one, v in [*made, *posted] if v.document is None]
    _troubles(failed, clock=clock, report=report)


def _looked_at(found: Sequence[Due], *, desk: ErpDesk, report: HandedOver) -> list[Due]:
    """After trouble nobody knows how a document stands: it is looked at before anything is asked again."""
    unsure = [due for due in found if due.had_trouble and due.step is not Step.MAKE]
    if not unsure:
        return list(found)
    seen = desk.seen([due.external_number for due in unsure])
    moved = [
        (due, seen[due.external_number])
        for due in unsure
        if due.external_number in seen and seen[due.external_number].status.value != due.document_status
    ]
    documents.acknowledged(moved)
    report.done["seen"] += len(moved)
    gone = {due.pk for due, _ in moved}
    return [due for due in found if due.pk not in gone]


def _take(step: Step, sales: Sequence[Due], *, desk: ErpDesk, clock: Clock, report: HandedOver) -> None:
    if step is Step.LEAVE:
        documents.left_alone(sales)
        return
    if step is Step.KEEP:
        documents.kept(sales)
        return
    if step in {Step.ASK_A_PERSON, Step.TAKE_OVER, Step.CREDIT}:
        verdicts = _differing(sales, desk)
    else:
        verdicts = _ASK[step](desk, sales)
    pairs = list(zip(sales, verdicts, strict=True))
    good = [(due, verdict.document) for due, verdict in pairs if verdict.document is not None]
    documents.acknowledged(good)
    if step in {Step.MAKE, Step.AMEND}:
        documents.have_changes([due for due, _ in good])
    report.done[_DONE[step]] += len(good)
    stuck = [(due, _stands_still(due)) for due, seen in good if _is_still(due, seen, step)]
    documents.put_off(stuck, now=clock.now())
    report.put_off += len(stuck)
    _troubles([(due, v) for due, v in pairs if v.document is None], clock=clock, report=report)


def _troubles(pairs: Sequence[tuple[Due, Verdict]], *, clock: Clock, report: HandedOver) -> None:
    found = [(due, verdict.trouble or _no_answer(due)) for due, verdict in pairs]
    documents.put_off(found, now=clock.now())
    report.declined += [(due.sale, t.sentence) for due, t in found if isinstance(t, Rejected)]
    report.put_off += sum(not isinstance(trouble, Rejected) for _, trouble in found)
    for _, trouble in found:
        if isinstance(trouble, Misconfigured):
            raise trouble


def _is_still(due: Due, seen: SeenDocument, step: Step) -> bool:
    """An ERP that posts in the background hands back what it had; asking at once would go on for ever."""
    return seen.status.value == due.document_status and step in _ASK and step is not Step.AMEND


def _stands_still(due: Due) -> Trouble:
    return Retryable(f"The document of {due.sale} is still {due.document_status} in the books.")


def _no_answer(due: Due) -> Trouble:
    return Retryable(f"The books said nothing about {due.sale}.")


def _differing(sales: Sequence[Due], desk: ErpDesk) -> list[Verdict]:
    """Looked at once more; one that still contradicts its sale is for a person."""
    seen = desk.seen([due.external_number for due in sales])
    return [_difference(due, seen.get(due.external_number)) for due in sales]


def _difference(due: Due, seen: SeenDocument | None) -> Verdict:
    is_news = seen is not None and seen.status.value != due.document_status
    if seen is not None and (is_news or due.step is not Step.ASK_A_PERSON):
        return Verdict(due.external_number, seen)
    words = _DIFFERS.get(due.document_status, "its document is not there any more.")
    if seen is None:
        words = "its document is not there any more."
    return Verdict(due.external_number, trouble=Rejected(f"{due.sale}: {words}", reason="differs"))


def _make(desk: ErpDesk, sales: Sequence[Due]) -> list[Verdict]:
    """One whose answer was lost and whose sale changed since is there already: it is amended."""
    wanted = documents.to_make([due.pk for due in sales])
    changed = [due for due in sales if due.changes]
    there = desk.seen([due.external_number for due in changed]) if changed else {}
    old = [due for due in changed if due.external_number in there and _is_open(there[due.external_number])]
    amended = {one.external_number: one for one in _amended(desk, [wanted[due.pk] for due in old])}
    rest = [wanted[due.pk] for due in sales if due.external_number not in amended]
    made = {one.external_number: one for one in desk.make(rest)} if rest else {}
    return [(amended | made)[due.external_number] for due in sales]


def _is_open(seen: SeenDocument) -> bool:
    return seen.status.value in AMENDABLE


def _amended(desk: ErpDesk, wanted: Sequence[DocumentToMake]) -> list[Verdict]:
    return list(desk.amend(wanted)) if wanted else []


def _amend(desk: ErpDesk, sales: Sequence[Due]) -> list[Verdict]:
    wanted = documents.to_make([due.pk for due in sales])
    return _amended(desk, [wanted[due.pk] for due in sales])


def _post(desk: ErpDesk, sales: Sequence[Due]) -> list[Verdict]:
    return list(desk.post([DocumentToPost(due.external_number, due.on) for due in sales]))


def _release(desk: ErpDesk, sales: Sequence[Due]) -> list[Verdict]:
    return list(desk.release([due.external_number for due in sales]))


def _cancel(desk: ErpDesk, sales: Sequence[Due]) -> list[Verdict]:
    return list(desk.cancel([due.external_number for due in sales]))


_ASK: dict[Step, Callable[[ErpDesk, Sequence[Due]], list[Verdict]]] = {
    Step.MAKE: _make,
    Step.AMEND: _amend,
    Step.RELEASE: _release,
    Step.POST: _post,
    Step.CANCEL: _cancel,
}
_DONE = {
    Step.MAKE: "made",
    Step.AMEND: "amended",
    Step.RELEASE: "released",
    Step.POST: "posted",
    Step.CANCEL: "cancelled",
    Step.TAKE_OVER: "seen",
    Step.ASK_A_PERSON: "seen",
    Step.CREDIT: "seen",
}
