"""Nothing fails in silence: work older than its limit and jobs that broke down raise alerts by themselves.

One look a minute. What waits is asked of each area; since when is kept in the inbox. An alert closes by
itself once its cause is gone; one that a person closed stays closed for an hour. Work of a stopped connection
is left out: that has an alert of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loadbay.channels.queries import names_of_connections_and_channels
from loadbay.dispatch import backlog as dispatch
from loadbay.inbox.queries import open_matters
from loadbay.inbox.services import close_task, restate_task
from loadbay.inbox.waiting import closed_by_a_person, kinds_noticed, notice
from loadbay.jobs.health import BrokenJob, broken_jobs, forget_broken_jobs, queue_health
from loadbay.listings import backlog as listings
from loadbay.orders import backlog as orders

OVERDUE, BROKEN = "overdue", "job_broken"
MOST, NAMED = 500, 5
LEFT_ALONE = timedelta(hours=1)
"""How long an alert that a person closed does not come back for the same cause."""
KEEP_BROKEN = timedelta(days=30)
_QUEUE_SECONDS = 60
_LOOK = "Operations > Exchanges has the reason; it goes on by itself. "


@dataclass(frozen=True)
class Limit:
    """How long one kind of work may wait before people are told, and what they can do."""

    what: str
    minutes: int
    cure: str

    @property
    def patience(self) -> timedelta:
        return timedelta(minutes=self.minutes)


LIMITS = (
    Limit("jobs in the queue", 5, "Start a worker, or more of them: loadbay worker."),
    Limit("questions to Amazon", 5, f"{_LOOK}Test the connection if it lasts."),
    Limit("shipments to build", 10, "See Sales > Waiting for a decision and the worker's log."),
    Limit("shipments to answer", 10, f"{_LOOK}If it lasts, confirm them in Seller Central."),
    Limit("sales to hand over", 30, "See the sale for what the books said; the dock works on meanwhile."),
    Limit("labels to make", 5, f"{_LOOK}Keep the boxes on the trouble shelf."),
    Limit("labels to print", 5, "Look at the printer; for a browser printer open the bench page."),
    Limit("shipped to tell", 15, f"{_LOOK}Late shipping counts against the site."),
    Limit("sales channels to mark", 10, "See the worker's log; until then Amazon has the old figures."),
    Limit("stock figures to tell", 30, f"{_LOOK}Until then Amazon sells from the last figure."),
    Limit("prices to tell", 60, f"{_LOOK}Until then Amazon sells at the last price."),
    Limit("listings to submit", 60, _LOOK),
    Limit("listings to change", 60, _LOOK),
    Limit("listings to look at", 120, f"{_LOOK}Until then nobody sees what Amazon does with them."),
)

_LINKED = {"shipment", "field_call", "sku"}
_BLOCKS = {
    "read_shipments": "new sales and cancellations are not seen",
    "build_sales": "new shipments get no sale",
    "answer_shipments": "shipments are not confirmed to Amazon",
    "hand_over": "the books do not get sales",
    "make_labels": "its label is not made",
    "print_label": "a label is not printed",
    "tell_shipped": "Amazon is not told that parcels left",
    "find_buyers": "genuine customers are not found",
    "mark_listings": "Amazon is not told what a changed setting of the sales channel changes",
    "send_stock": "Amazon is not told of stock",
    "send_prices": "Amazon is not told of prices",
    "submit_listings": "listings are not sent",
    "change_listings": "changed listings are not told, and none is taken off",
    "follow_listings": "it is not seen how listings stand",
    "import_all_again": "what was set aside is not imported",
    "import_again": "what was chosen is not imported",
    "uncover": "sales whose goods are gone are not held",
    "reconcile_stock": "Amazon's stock figures are not compared",
    "purge_buyers": "buyer data is not erased in time",
}
_RARE = {
    "reconcile_stock": 17,
    "purge_buyers": 3,
    "forget_exchanges": 3,
    "forget_api_answers": 3,
    "new_day": 3,
    "import_all_again": 24,
    "import_again": 24,
    "uncover": 24,
}
"""Hours for which a breakdown of these is told: longer than until they are done again. Others: one hour."""
_IMPORT_AGAIN = "Press Import again once more when the fault is mended."
_BY_HAND = {
    "import_all_again": _IMPORT_AGAIN,
    "import_again": _IMPORT_AGAIN,
    "uncover": "Look through the field calls of the goods that went, and book a movement of them once more.",
}


def raise_alerts(*, now: datetime) -> None:
    """Look once: tell what is over its limit and what broke down, close what is over."""
    found, noticed, told = _waiting(now), kinds_noticed(), set(open_matters(OVERDUE))
    for limit in LIMITS:
        waiting = found.get(limit.what, [])
        if not waiting and limit.what not in noticed | told:
            continue
        since = notice(limit.what, [subject for subject, _ in waiting], now=now)
        late = [(subject, why) for subject, why in waiting if now - since[subject] > limit.patience]
        _tell(limit, late, since, now=now)
    _tell_broken(now=now)
    forget_broken_jobs(before=now - KEEP_BROKEN)


def _waiting(now: datetime) -> dict[str, list[tuple[str, str]]]:
    """Kind of work → (subject, last trouble), oldest first."""
    health = queue_health()
    stuck = health.oldest_seconds > _QUEUE_SECONDS
    asked = orders.unanswered_questions(fresh=now - timedelta(minutes=1), old=now - timedelta(minutes=15))
    return {
        "jobs in the queue": [("jobs", f"{health.waiting} wait.")] if stuck else [],
        "questions to Amazon": asked,
        **orders.waiting(most=MOST),
        **dispatch.waiting(most=MOST),
        **listings.waiting(most=MOST, now=now),
    }


def _tell(
    limit: Limit, late: Sequence[tuple[str, str]], since: Mapping[str, datetime], *, now: datetime
) -> None:
    if not late:
        close_task(OVERDUE, limit.what)
        return
    if _is_left_alone(OVERDUE, limit.what, until=now - LEFT_ALONE):
        return
    names = [subject.rpartition(":")[2] for subject, _ in late]
    oldest = min(since[subject] for subject, _ in late)
    why = next((why for _, why in late if why), "")
    restate_task(
        kind=OVERDUE,
        matter=limit.what,
        cause="outage",
        sentence=f"{limit.what[0].upper()}{limit.what[1:]}: {_count(late)} longer than "
        f"{limit.minutes} minutes, since {oldest:%d %B %H:%M} UTC: {_named(names)}."
        + (f" Last trouble: {why}" if why else ""),
        cure=limit.cure.strip(),
        subjects=[subject for subject, _ in late if subject.partition(":")[0] in _LINKED],
        is_alert=True,
    )


def _count(late: Sequence[object]) -> str:
    return "1 waits" if len(late) == 1 else f"{len(late)} wait"


def _is_left_alone(kind: str, matter: str, *, until: datetime) -> bool:
    closed_at = closed_by_a_person(kind, matter=matter)
    return closed_at is not None and closed_at >= until


def _tell_broken(*, now: datetime) -> None:
    """One alert per task that broke down since it was done last by the clock; then it closes by itself."""
    by_task: dict[str, list[BrokenJob]] = {}
    for job in broken_jobs():
        if now - job.at < timedelta(hours=_RARE.get(job.task, 1)):
            by_task.setdefault(job.task, []).append(job)
    for task in set(open_matters(BROKEN)) - by_task.keys():
        close_task(BROKEN, task)
    for task, jobs in by_task.items():
        if not _is_left_alone(BROKEN, task, until=jobs[0].at):
            _tell_one(task, jobs)


def _tell_one(task: str, jobs: Sequence[BrokenJob]) -> None:
    names = names_of_connections_and_channels()
    about = list(dict.fromkeys(filter(None, (_about(job.args, names) for job in jobs))))
    blocks = _BLOCKS.get(task, "its work is not done")
    times = "" if len(jobs) == 1 else f" {len(jobs)} times"
    restate_task(
        kind=BROKEN,
        matter=task,
        cause="bug",
        sentence=f"The job {task} broke down{times}, last on {jobs[0].at:%d %B at %H:%M} UTC"
        + (f", for {_named(about)}" if about else "")
        + f": {blocks}.",
        cure=f"{_BY_HAND.get(task, 'It is tried again by itself.')} If this stays, report it with the "
        "worker's log of that time: it is a fault of Loadbay.",
        subjects=[f"field_call:{name}" for name in about if name.startswith("FC-")],
        is_alert=True,
    )


def _about(args: Mapping[str, object], names: Mapping[tuple[str, int], str]) -> str:
    """What a job was about: its field call, else its channel or connection."""
    for key in ("field_call_id", "print_job_id"):
        if isinstance(pk := args.get(key), int):
            return dispatch.number_of(key, pk)
    for key in ("channel_id", "connection_id"):
        if isinstance(pk := args.get(key), int):
            return names.get((key, pk), "")
    return ""


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
