"""Operations > Tasks (alerts among them): what needs a person, why, and what to do.

Rule: a task says its own cure; a person closes it here, or it closes by itself once its cause is gone.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from loadbay.inbox import queries, services
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import did
from loadbay.web.office.subjects import linked
from loadbay.web.words import STATES


@needs(Right.SEE_OFFICE)
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    cause = request.GET.get("cause", "")
    counts = queries.counts()
    context = {
        "tasks": [(task, linked(task.subjects)) for task in queries.open_tasks(cause=cause)],
        "causes": [(code, look.words, counts.get(code, 0)) for code, look in STATES["cause"].items()],
        "cause": cause,
        "total": sum(counts.values()),
    }
    return render(request, "office/tasks.html", context)


@needs(Right.DECIDE_TASKS)
@require_POST
def close_task(request: HttpRequest, task_id: int) -> HttpResponse:
    sentence = "The task is closed. It comes back if its cause does."
    did(request, lambda: services.close(task_id), sentence)
    return redirect("tasks")
