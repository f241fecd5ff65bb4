"""Sales > Gap proof: Amazon is asked again for everything of some days; each number says where it is.

Rule: it runs as long work; the page watches it, and what is missing is imported with one button.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from loadbay.channels import queries as channels
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal
from loadbay.orders import work_queries
from loadbay.orders.services import proofs
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import STOP, DayInput, form_page, offer, refusals_in, said
from loadbay.web.words import STATES
from loadbay.web.zone import today


class ProofForm(forms.Form):
    first = forms.DateField(label="From", widget=DayInput())
    last = forms.DateField(label="To", widget=DayInput())
    channel = forms.ChoiceField(label="Sales channel", required=False)
    import_missing = forms.BooleanField(label="Import what is missing", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, code) for code in channels.channel_codes()]
        offer(self, "channel", [("", "All"), *codes])


@needs(Right.SEE_OFFICE)
@require_safe
def gap_proofs(request: HttpRequest) -> HttpResponse:
    """The proofs made so far, and the form that starts another."""
    return _page(request, ProofForm(initial={"first": today(), "last": today()}))


@needs(Right.DECIDE_TASKS)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Start one; its page watches it."""
    form = ProofForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_in(form, fields={"wrong_period": "first", "not_found": "channel"}):
            number = proofs.start_proof(**given, now=SystemClock().now())
            return redirect("gap-proof", number=number)
    return _page(request, form)


def _page(request: HttpRequest, form: ProofForm) -> HttpResponse:
    return form_page(request, "office/gap_proofs.html", {"form": form, "proofs": work_queries.proofs()})


@needs(Right.SEE_OFFICE)
@require_safe
def gap_proof(request: HttpRequest, number: int) -> HttpResponse:
    """One proof: how far it is, what it says, and its numbers."""
    card = work_queries.proof(number)
    standing = request.GET.get("standing", "missing" if card.missing else "")
    standing = standing if standing in STATES["standing"] else ""
    after = request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 19 else 0
    rows = work_queries.proof_numbers(number, standing=standing, after=start)
    context = {
        "card": card,
        "work": card.work,
        "rows": rows,
        "next_key": str(rows[-1].id) if len(rows) == work_queries.PAGE_SIZE else None,
        "standing": standing,
        "standings": [(code, count) for code, count in card.counts.items() if count],
    }
    return render(request, "office/gap_proof.html", context)


@needs(Right.DECIDE_TASKS)
@require_POST
def import_missing(request: HttpRequest, number: int) -> HttpResponse:
    """Import what the proof names as missing, as long work of its own."""
    try:
        work_id = proofs.start_import(number)
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)
        return redirect("gap-proof", number=number)
    return redirect("work", number=work_id)
