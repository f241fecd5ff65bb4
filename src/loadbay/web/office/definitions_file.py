"""Related > Setup > Definitions File: all definitions exported, compared, applied whole, copied.

Rule: nothing is applied but what was shown: the fingerprint of the differences goes along, and whatever
changed meanwhile is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from loadbay.channels.file_queries import definitions_file, same_programme
from loadbay.channels.file_rules import DefinitionsNotUsable, FileFault, RowChange, TableChanges
from loadbay.channels.services.applying import (
    DefinitionsDiff,
    apply_file,
    copy_definitions,
    diff_copy,
    diff_file,
)
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import NOTE, STOP, said
from loadbay.web.office.mapping import page_of
from loadbay.web.refusals import asks_for_part

MOST_ROWS = 200


class FileForm(forms.Form):
    file = forms.FileField(
        label="Definitions file",
        help_text="As an export writes it. A table that it leaves out stays as it is.",
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )


@dataclass(frozen=True)
class ShownTable:
    """A table of the differences as far as it is shown."""

    of: TableChanges
    rows: tuple[RowChange, ...]

    @property
    def more(self) -> int:
        return len(self.of.rows) - len(self.rows)


@needs(Right.SEE_OFFICE)
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The page; with `from` it shows what copying that channel would change."""
    source = request.GET.get("from", "").replace("\x00", "")[:40]
    if not source:
        return _page(request, code)
    try:
        return _page(request, code, shown=diff_copy(code, source), source=source)
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)
        return redirect("channel-file", code=code)


@needs(Right.SEE_OFFICE)
@require_safe
def export(request: HttpRequest, code: str) -> HttpResponse:
    answer = HttpResponse(definitions_file(code), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="definitions-{code.upper()}.json"'
    return answer


@needs(Right.CHANGE_CHANNELS)
@require_POST
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Showing and applying post the same file; what is shown is swapped in beside it, so it stays chosen."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, code, form=form)
    data = form.cleaned_data["file"].read()
    if request.POST.get("act") != "apply":
        return _page(request, code, form=form, shown=diff_file(code, data))
    seen = request.POST.get("seen") or "nothing"
    try:
        return _done(request, apply_file(code, data, now=SystemClock().now(), seen=seen))
    except DefinitionsNotUsable:
        return _page(request, code, form=form, shown=diff_file(code, data))
    except Refusal as refusal:
        return _page(request, code, form=form, shown=diff_file(code, data), refused=refusal.sentence)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def copy(request: HttpRequest, code: str) -> HttpResponse:
    source, seen = request.POST.get("from", ""), request.POST.get("seen") or "nothing"
    try:
        return _done(request, copy_definitions(code, source, now=SystemClock().now(), seen=seen))
    except DefinitionsNotUsable:
        return _page(request, code, shown=diff_copy(code, source), source=source)
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)
        return redirect("channel-file", code=code)


def _done(request: HttpRequest, done: DefinitionsDiff) -> HttpResponse:
    if done.is_empty:
        said(request, f"{done.channel} has these definitions already; nothing was changed.", tone=NOTE)
    else:
        said(
            request,
            f"Definitions applied to {done.channel}: {done.added} added, {done.changed} changed, "
            f"{done.removed} removed.",
        )
    return redirect("channel-file", code=done.channel)


def _page(
    request: HttpRequest,
    code: str,
    *,
    form: FileForm | None = None,
    shown: DefinitionsDiff | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        **page_of(code, "definitions-file"),
        "form": form or FileForm(),
        "shown": shown,
        "tables": [ShownTable(table, table.rows[:MOST_ROWS]) for table in shown.tables] if shown else [],
        "faults": _placed(shown.faults[:MOST_ROWS]) if shown else [],
        **more,
    }
    is_part = asks_for_part(request)
    if not is_part:
        context["others"] = same_programme(code)
    is_refused = bool((form and form.errors) or (shown and shown.faults) or more.get("refused"))
    template = "office/definitions_diff.html" if is_part else "office/definitions_file.html"
    return render(request, template, context, status=422 if is_refused and request.method == "POST" else 200)


def _placed(faults: tuple[FileFault, ...]) -> list[tuple[str, FileFault]]:
    return [(fault.table.replace("_", " ") or "file", fault) for fault in faults]
