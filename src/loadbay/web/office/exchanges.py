"""Operations > Exchanges: every conversation with an outside system, masked, as a shopkeeper can read it.

Rule: what is kept was masked before it was written; this page shows it and can change nothing.
"""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loadbay.journal import queries
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.office.subjects import linked

PER_PAGE = 50
OUTCOMES = ("ok", "retryable", "rejected", "misconfigured", "unclear")


@needs(Right.SEE_OFFICE)
@require_safe
def exchanges(request: HttpRequest) -> HttpResponse:
    text, outcome = request.GET.get("text", "").strip()[:100], request.GET.get("outcome", "")
    after = request.GET.get("after", "")
    before = int(after) if after.isdecimal() and len(after) < 19 else None
    if text:
        rows = queries.search_exchanges(text, before=before, limit=PER_PAGE + 1)
    else:
        known = outcome if outcome in OUTCOMES else ""
        rows = queries.exchanges(outcome=known, before=before, limit=PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    context = {
        "rows": shown,
        "next_key": str(shown[-1].id) if len(rows) > PER_PAGE else None,
        "text": text,
        "outcome": outcome,
        "outcomes": OUTCOMES,
    }
    return render(request, "office/exchanges.html", context)


@needs(Right.SEE_OFFICE)
@require_safe
def exchange(request: HttpRequest, number: int) -> HttpResponse:
    opened = queries.exchange(number)
    context = {
        "row": opened.row,
        "subjects": linked(opened.row.subjects),
        "sent": readable(opened.request),
        "answered": readable(opened.answer),
    }
    return render(request, "office/exchange.html", context)


def readable(text: str) -> str:
    """JSON with line breaks; anything else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
