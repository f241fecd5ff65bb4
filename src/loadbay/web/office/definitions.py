"""Related > Setup > Shipping Methods, Shipping Carriers, Payment Methods, Currencies: tables to fill in.

Rule: a table is saved as a whole; one refused line keeps everything that was typed and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from loadbay.channels import queries
from loadbay.channels.definition_rules import DefinitionNotUsable, key_of
from loadbay.core.errors import Refusal
from loadbay.people.rules import Right, may
from loadbay.web.access import needs
from loadbay.web.forms import NOTE, did, said
from loadbay.web.office.channels import TABS
from loadbay.web.office.definition_tables import TABLES, Column, Line, Table, suggestions
from loadbay.web.refusals import not_allowed
from loadbay.web.templatetags.loadbay_page import items

NEW = "new"
"""Stands in the names of the fields of the empty line at the end."""


@dataclass(frozen=True)
class Cell:
    """One field of a line: its name, its value as it is or was typed, and what is wrong with it."""

    column: Column
    name: str
    value: Any
    words: str
    error: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the table as it is shown."""

    key: str
    external_id: str
    description: str
    is_mapped: bool
    cells: tuple[Cell, ...]
    error: str = ""


@dataclass(frozen=True)
class _Filled:
    """What the fields of a line hold: its key, what it is called, column → value."""

    key: str
    words: str
    values: Mapping[str, Any]


@needs(Right.SEE_OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, code: str, page: str) -> HttpResponse:
    """The table; a POST keeps it as it was filled in."""
    wanted = _table(page)
    if request.method != "POST":
        return _page(request, code, page)
    if not may(request.user.role, Right.CHANGE_CHANNELS):
        return not_allowed(request, Right.CHANGE_CHANNELS)
    try:
        changes = wanted.save(code, _lines(wanted, code, request.POST))
    except DefinitionNotUsable as refusal:
        return _page(request, code, page, refusal=refusal)
    except Refusal as refusal:
        said(request, refusal.sentence, tone="stop")
        return _page(request, code, page)
    for words in changes:
        said(request, words)
    if not changes:
        said(request, "Nothing was changed.", tone=NOTE)
    return redirect("channel-definitions", code=code, page=page)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def act(request: HttpRequest, code: str, page: str, action: str) -> HttpResponse:
    """Actions > Retrieve …: what is not there yet is added, the rest stays."""
    wanted = _table(page).actions.get(action)
    if wanted is None:
        raise Http404
    added = wanted.act(code)
    if added:
        said(request, f"{items(len(added), wanted.noun)} added; what was there stays as it was.")
    else:
        said(request, "Everything is there already; nothing was changed.", tone=NOTE)
    return redirect("channel-definitions", code=code, page=page)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def remove(request: HttpRequest, code: str, page: str) -> HttpResponse:
    wanted, line = _table(page), request.POST.get("line", "")
    did(request, lambda: wanted.remove(code, line), f"{line} is removed.")
    return redirect("channel-definitions", code=code, page=page)


def _table(page: str) -> Table:
    if page not in TABLES:
        raise Http404
    return TABLES[page]


def _page(
    request: HttpRequest, code: str, page: str, *, refusal: DefinitionNotUsable | None = None
) -> HttpResponse:
    card, wanted = queries.channel(code), _table(page)
    typed = request.POST if refusal is not None else None
    rows = _rows(wanted, card.code, typed=typed, refusal=refusal)
    fresh = _new_row(wanted, typed=typed, refusal=refusal)
    placed = refusal is None or any(_has_fault(row) for row in (*rows, fresh))
    context = {
        "channel": card,
        "tabs": TABS,
        "tab": page,
        "page": page,
        "table": wanted,
        "rows": rows,
        "fresh": fresh,
        "shown": _as_shown(rows) if typed is None else typed.get("shown", ""),
        "unmapped": sum(1 for row in rows if not row.is_mapped),
        "unused": wanted.unused(card),
        "suggestions": suggestions(),
        "refusal": "" if refusal is None or placed else refusal.sentence,
        "is_refused": refusal is not None,
    }
    status = 422 if refusal is not None else 200
    return render(request, "office/channel_definitions.html", context, status=status)


def _has_fault(row: Row) -> bool:
    return bool(row.error) or any(cell.error for cell in row.cells)


def _rows(
    wanted: Table, code: str, *, typed: QueryDict | None, refusal: DefinitionNotUsable | None
) -> tuple[Row, ...]:
    found = []
    for row in wanted.rows(code):
        key = key_of(row.external_id)
        faults = {refusal.column: refusal.sentence} if refusal and key_of(refusal.line) == key else {}
        values = {column.name: getattr(row, column.name) for column in wanted.columns}
        cells = _cells(wanted, _Filled(key, row.external_id, values), typed=typed, faults=faults)
        shown = getattr(row, "description", "") if "description" not in values else ""
        error = faults.get("external_id", "")
        found.append(Row(key, row.external_id, shown, row.is_mapped, cells, error))
    return tuple(found)


def _new_row(wanted: Table, *, typed: QueryDict | None, refusal: DefinitionNotUsable | None) -> Row:
    external_id = typed.get(f"external_id-{NEW}", "") if typed is not None else ""
    is_faulty = refusal is not None and bool(external_id) and key_of(refusal.line) == key_of(external_id)
    faults = {refusal.column: refusal.sentence} if refusal is not None and is_faulty else {}
    values = {column.name: column.choices[0][0] if column.choices else "" for column in wanted.columns}
    cells = _cells(wanted, _Filled(NEW, "the new line", values), typed=typed, faults=faults)
    return Row(NEW, external_id, "", is_mapped=True, cells=cells, error=faults.get("external_id", ""))


def _cells(
    wanted: Table, line: _Filled, *, typed: QueryDict | None, faults: Mapping[str, str]
) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            column=column,
            name=f"{column.name}-{line.key}",
            value=line.values[column.name] if typed is None else _typed(column, line.key, typed),
            words=f"{column.words} of {line.words}",
            error=faults.get(column.name, ""),
        )
        for column in wanted.columns
    )


def _typed(column: Column, key: str, typed: QueryDict) -> Any:
    name = f"{column.name}-{key}"
    return name in typed if column.kind == "tick" else typed.get(name, "")


def _lines(wanted: Table, code: str, typed: QueryDict) -> list[Line]:
    """The lines that were filled in. One that nobody touched stays as somebody else may have set it since."""
    keys = [(key_of(row.external_id), row.external_id) for row in wanted.rows(code)]
    fresh = typed.get(f"external_id-{NEW}", "").strip()
    first, shown = wanted.columns[0].name, _shown_before(typed)
    lines = [_line(wanted, key, name, typed) for key, name in keys if f"{first}-{key}" in typed]
    touched = [line for line in lines if shown.get(key_of(line["external_id"])) != _values(wanted, line)]
    return [*touched, _line(wanted, NEW, fresh, typed)] if fresh else touched


def _line(wanted: Table, key: str, external_id: str, typed: QueryDict) -> Line:
    return {"external_id": external_id} | {
        column.name: _typed(column, key, typed) for column in wanted.columns
    }


def _values(wanted: Table, line: Line) -> list[Any]:
    return [line[column.name] for column in wanted.columns]


def _as_shown(rows: Sequence[Row]) -> str:
    """The lines as the page shows them, for the answer to say which were touched."""
    return json.dumps({row.key: [cell.value for cell in row.cells] for row in rows}, ensure_ascii=False)


def _shown_before(typed: QueryDict) -> dict[str, list[Any]]:
    try:
        shown = json.loads(typed.get("shown", ""))
    except ValueError:
        return {}
    return shown if isinstance(shown, dict) else {}
