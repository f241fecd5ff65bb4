"""Operations: tasks and alerts, exchanges, the doctor."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from loadbay.api.calls import Call, Page, call, number_key, page
from loadbay.api.fields import After, Limit, RowId, Search
from loadbay.api.shapes import page_of, parts_of
from loadbay.core.clock import SystemClock
from loadbay.inbox import queries as inbox
from loadbay.inbox import services
from loadbay.inbox.queries import TaskRow
from loadbay.jobs.checkup import everything
from loadbay.jobs.checkup.finding import Finding, Mark
from loadbay.journal import queries as journal
from loadbay.journal.queries import ExchangeRow, OpenedExchange

tasks_router = Router(tags=["Tasks"])
exchanges_router = Router(tags=["Exchanges"])
doctor_router = Router(tags=["Doctor"])
_Cause = Annotated[
    str, Query(max_length=40, description="role, mapping, stock, throttle, outage, decision or bug.")
]


@call(tasks_router, "get", "", declared=Call("tasks:read", page_of("tasks", TaskRow)))
def tasks(request: HttpRequest, cause: _Cause = "", kind: Search = "", limit: Limit = 100) -> Page:
    """Open tasks, alerts first: what needs a person, and what to do"""
    return Page("tasks", inbox.open_tasks(cause=cause, kind=kind, limit=limit))


@call(
    tasks_router,
    "post",
    "/{task_id}/close",
    declared=Call("tasks:write", parts_of("TaskClosed", id=int, is_open=bool)),
)
def close_task(request: HttpRequest, task_id: RowId) -> dict[str, Any]:
    """Say that a task is done; it comes back if its cause does"""
    services.close(task_id)
    return {"id": task_id, "is_open": False}


@call(exchanges_router, "get", "", declared=Call("exchanges:read", page_of("exchanges", ExchangeRow)))
def exchanges(
    request: HttpRequest,
    text: Annotated[str, Query(max_length=200, description="An order, shipment, SKU or ASIN.")] = "",
    outcome: Search = "",
    after: After = "",
    limit: Limit = 50,
) -> Page:
    """Recorded conversations with Amazon and printers, newest first; secrets and buyer data are masked"""
    before = number_key(after)
    if text.strip():
        rows = journal.search_exchanges(text, before=before, limit=limit + 1)
    else:
        rows = journal.exchanges(outcome=outcome, before=before, limit=limit + 1)
    return page("exchanges", rows, limit=limit, key="id")


@call(exchanges_router, "get", "/{number}", declared=Call("exchanges:read", OpenedExchange))
def exchange(request: HttpRequest, number: RowId) -> OpenedExchange:
    """One exchange with its masked bodies"""
    return journal.exchange(number)


@call(
    doctor_router,
    "get",
    "",
    declared=Call("admin:read", parts_of("Doctor", is_well=bool, problems=int, findings=list[Finding])),
)
def doctor(request: HttpRequest) -> dict[str, Any]:
    """Is everything in order? Names each problem and its cure

    Disk space and the database server are the machine's: `loadbay doctor` looks at them as well.
    """
    findings = list(everything(SystemClock()))
    problems = [finding for finding in findings if finding.state is Mark.PROBLEM]
    return {"is_well": not problems, "problems": len(problems), "findings": findings}
