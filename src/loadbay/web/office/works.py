"""Long work on orders: how far it is, and the button that has it stop.

Rule: the page looks again by itself until the work is over.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from loadbay.orders import work_queries
from loadbay.orders.services.working import cancel_work
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import did


@needs(Right.SEE_OFFICE)
@require_safe
def work(request: HttpRequest, number: int) -> HttpResponse:
    return render(request, "office/work.html", {"work": work_queries.work(number)})


@needs(Right.DECIDE_TASKS)
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Have it stop before its next step; what is done stays done."""
    did(request, lambda: cancel_work(number), "It stops before its next step. What is done stays done.")
    card = work_queries.work(number)
    if card.kind == "gap_proof" and card.proof_id:
        return redirect("gap-proof", number=card.proof_id)
    return redirect("work", number=number)
