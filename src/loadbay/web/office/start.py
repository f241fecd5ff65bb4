"""The start page: today's collection, what waits for a person, the health of every connection.

Rule: each part is one query of its area; a new installation sees what to do first instead.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loadbay.channels import queries as channels
from loadbay.inbox import queries as inbox
from loadbay.people.rules import Right
from loadbay.web.access import needs


@needs(Right.SEE_OFFICE)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    context = {
        "tasks": inbox.open_tasks(limit=6),
        "task_count": sum(inbox.counts().values()),
        "connections": channels.connections(),
    }
    return render(request, "office/start.html", context)
