"""The doctor's look at the shop: queue, workers, connections, freshness, ledger, backlog, tasks.

Rule: services are not called, only queries; Amazon is not asked (that is `loadbay connection test`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from loadbay.channels.queries import ConnectionCard, connections
from loadbay.dispatch.backlog import backlog as dispatch_backlog
from loadbay.inbox.queries import counts, open_tasks
from loadbay.jobs.alerting import BROKEN, LIMITS, OVERDUE
from loadbay.jobs.checkup.finding import Finding, age, fine, problem, watch
from loadbay.jobs.health import QueueHealth, last_runs, queue_health
from loadbay.listings.backlog import backlog as listings_backlog
from loadbay.orders.backlog import backlog as orders_backlog
from loadbay.orders.queries import PollRow, polls
from loadbay.orders.readers import NEW_STATUSES
from loadbay.stock.queries import ledger_differences

_QUEUE_PATIENCE_SECONDS = 60
_CLOCK_PATIENCE_SECONDS = 120
_WARN_SECRET, _SECRET_LASTS = timedelta(days=150), timedelta(days=180)
_NEW_FRESH, _OTHER_FRESH = timedelta(minutes=2), timedelta(minutes=20)
_BACKLOG_PATIENCE = {"buyers awaited": timedelta(days=7)}
_USUAL_PATIENCE = timedelta(minutes=15)
_PATIENCE = _BACKLOG_PATIENCE | {limit.what: limit.patience for limit in LIMITS}
_START_WORKER = "Start one: loadbay up, or loadbay worker."


def queue() -> Iterator[Finding]:
    health = queue_health()
    yield _workers(health)
    yield _waiting(health)
    yield _automations(health)


def _workers(health: QueueHealth) -> Finding:
    if not health.takers:
        return problem("workers", "No worker has given a sign of life in the last 30 seconds.", _START_WORKER)
    return fine(
        "workers", f"Workers are alive; the last sign of life came at {health.last_sign_of_life:%X} UTC."
    )


def _automations(health: QueueHealth) -> Finding:
    """Whether the clock puts anything in line; the most frequent automation runs every 15 seconds."""
    last = max(last_runs().values(), default=None)
    if last is not None and (health.now - last).total_seconds() > _CLOCK_PATIENCE_SECONDS:
        sentence = f"Nothing was started by the clock for {age(last, now=health.now)}."
        return problem("automations", sentence, _START_WORKER)
    return fine("automations", "What runs by the clock is started by it." if last else "Nothing ran yet.")


def alerts() -> Iterator[Finding]:
    """Work over its limit and jobs that broke down, as the automation `raise_alerts` told it."""
    for kind in (OVERDUE, BROKEN):
        for task in open_tasks(kind=kind):
            yield problem(f"{kind} {task.matter}", task.sentence, task.cure)


def _waiting(health: QueueHealth) -> Finding:
    if health.oldest_seconds > _QUEUE_PATIENCE_SECONDS:
        sentence = f"{health.waiting} jobs wait, the oldest for {health.oldest_seconds} seconds."
        return problem("queue", sentence, _START_WORKER)
    return fine("queue", f"{health.waiting} jobs wait, none for long.")


def all_connections(now: datetime) -> Iterator[Finding]:
    found = connections()
    if not found:
        yield watch("connections", "There is no connection.", "Add one: loadbay connection add NAME …")
    for card in found:
        yield _connection(card, now=now)
        yield _secret(card, now=now)


def _connection(card: ConnectionCard, *, now: datetime) -> Finding:
    check = f"connection {card.name}"
    if card.is_working:
        return fine(check, f"{card.name} works.")
    since = f" {age(card.stopped_at, now=now)} ago" if card.stopped_at else ""
    sentence = f"{card.name} was stopped{since}: {card.stopped_because}"
    return problem(check, sentence, f"Mend that, then: loadbay connection test {card.name}")


def _secret(card: ConnectionCard, *, now: datetime) -> Finding:
    check, old = f"secret of {card.name}", now - card.secret_set_at
    sentence = f"The client secret of {card.name} is {old.days} days old; Amazon ends it after 180."
    cure = f"Rotate it in Seller Central, then: loadbay connection secrets {card.name} …"
    if old >= _SECRET_LASTS:
        return problem(check, sentence, cure)
    return watch(check, sentence, cure) if old >= _WARN_SECRET else fine(check, sentence)


def freshness(now: datetime) -> Iterator[Finding]:
    """How long ago Amazon answered each regular question, for connections that work and sell."""
    asked = {card.id: card for card in connections() if card.is_working and card.channels}
    for card in asked.values():
        rows = [row for row in polls() if row.connection_id == card.id and row.question != "buyers"]
        stale = [row for row in rows if _is_stale(row, now=now)]
        check = f"polls of {card.name}"
        if not rows:
            yield problem(check, f"{card.name} was never asked for shipments.", _START_WORKER)
        elif stale:
            yield problem(check, _stale_words(stale, now=now), _START_WORKER)
        else:
            yield fine(check, f"All {len(rows)} regular questions of {card.name} were answered lately.")


def _is_stale(row: PollRow, *, now: datetime) -> bool:
    is_new = row.question.partition(":")[2] in NEW_STATUSES
    return row.answered_at is None or now - row.answered_at > (_NEW_FRESH if is_new else _OTHER_FRESH)


def _stale_words(rows: list[PollRow], *, now: datetime) -> str:
    oldest = min(rows, key=lambda row: row.answered_at or datetime.min.replace(tzinfo=now.tzinfo))
    since = f"for {age(oldest.answered_at, now=now)}" if oldest.answered_at else "yet"
    trouble = f" Last trouble: {oldest.trouble}" if oldest.trouble else ""
    return f"{len(rows)} regular questions are stale; {oldest.question} was not answered {since}.{trouble}"


def ledger() -> Finding:
    wrong = ledger_differences()
    if wrong:
        sku, room, level, total = wrong[0]
        sentence = (
            f"{len(wrong)} stock levels differ from their movements; {sku} in {room}: {level}, not {total}."
        )
        return problem("ledger", sentence, "This is a fault of Loadbay: report it with this line.")
    return fine("ledger", "Every stock level is the sum of its movements.")


def backlog(now: datetime) -> Iterator[Finding]:
    for what, count, since in (*orders_backlog(), *dispatch_backlog(), *listings_backlog()):
        patience = _PATIENCE.get(what, _USUAL_PATIENCE)
        words = f"{count} {what}" + (f", the oldest for {age(since, now=now)}" if since else "")
        if since is not None and now - since > patience:
            yield watch(what, f"{words}.", "See loadbay task list and Operations > Exchanges for the reason.")
        else:
            yield fine(what, f"{words}.")


def tasks() -> Finding:
    found = counts()
    if not found:
        return fine("tasks", "Nothing needs a person.")
    causes = ", ".join(f"{count} {cause}" for cause, count in sorted(found.items()))
    return watch("tasks", f"Open tasks by cause: {causes}.", "Look at them: loadbay task list")
