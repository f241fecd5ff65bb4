"""Field Calls > Batch Complete: scan the consignment, see what is on the lorry, Complete All.

Rule: only a person completes; before that the page shows what is loaded, what has no label and what Amazon
cancelled, and asks for the number of parcels that were counted.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal
from loadbay.dispatch import queries
from loadbay.dispatch.services import completing
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.bench.station import station_of
from loadbay.web.forms import said
from loadbay.web.office.field_calls import look_for_cancellations


class CountForm(forms.Form):
    parcels = forms.IntegerField(
        label="Parcels counted on the lorry",
        min_value=0,
        max_value=100_000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "autofocus": True}),
    )


@needs(Right.COMPLETE)
@require_safe
def batch_complete(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("code", "").strip()
    context = {"code": code, "station": station_of(request), "here": "batch-complete"}
    if not code:
        return render(request, "bench/batch.html", context)
    try:
        view = queries.batch(code)
    except Refusal as refusal:
        return render(request, "bench/batch.html", {**context, "refusal": refusal.sentence}, status=404)
    return render(request, "bench/batch.html", {**context, "batch": view, "form": CountForm()})


@needs(Right.COMPLETE)
@require_POST
def complete_all(request: HttpRequest, number: str) -> HttpResponse:
    counted = request.POST.get("parcels", "").strip()
    if counted and not counted.isdecimal():
        return _look_at(counted)  # the next consignment was scanned while the cursor stood in this box
    form = CountForm(request.POST)
    view = queries.batch(number)
    if form.is_valid():
        look_for_cancellations(request, [row.number for row in view.loaded])
        try:
            done = completing.complete_all(
                number, parcels_counted=form.cleaned_data["parcels"], now=SystemClock().now()
            )
        except Refusal as refusal:
            form.add_error("parcels", refusal.sentence)
        else:
            said(request, f"{len(done.numbers)} field calls of {number} are completed. Amazon is told.")
            return _look_at(number)
    context = {
        "code": number,
        "station": station_of(request),
        "here": "batch-complete",
        "batch": queries.batch(number),
        "form": form,
    }
    return render(request, "bench/batch.html", context, status=422)


def _look_at(code: str) -> HttpResponse:
    return redirect(f"{reverse('batch-complete')}?{urlencode({'code': code})}")
