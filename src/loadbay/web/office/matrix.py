"""Related > Setup > Order Status Matrix: the editor, one order tested, all past orders tried, gaps filled.

Rule: one form holds the whole matrix and saves all of it or nothing; its other buttons only show. Every
button works without a script and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from loadbay.channels import matrix_queries, matrix_rules, queries, rules, services
from loadbay.channels.action_queries import actions
from loadbay.channels.matrix_queries import MatrixCard
from loadbay.channels.matrix_rules import FIELDS, LineNotUsable
from loadbay.channels.rules import Line, MatrixContradicts
from loadbay.core.errors import Refusal
from loadbay.inbox.queries import open_tasks
from loadbay.journal.queries import timeline
from loadbay.orders.matrix_trial import OrderTested, Trial, look_at_order, try_matrix
from loadbay.orders.services.gaps import KIND as GAP
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import NOTE, STOP, said
from loadbay.web.office.channels import TABS
from loadbay.web.office.fixes import gap_of
from loadbay.web.office.implied_actions import ActionForm, add_to

BLANK_ROWS = 2
_YES_NO = (("", "any"), ("yes", "yes"), ("no", "no"))
_ORDER_STATUSES = (("", "any"), *((one, one) for one in rules.ORDER_STATUSES))


@dataclass
class Row:
    """One row of the editor as it was typed, and what is wrong with it."""

    channel_status: str = ""
    order_status: str = ""
    balanced: str = ""
    existing_orders: str = ""
    implied_status: str = ""
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not any(getattr(self, name) for name in FIELDS)


@dataclass
class Shown:
    """What the page shows beside the channel: rows, refusals, findings."""

    rows: list[Row]
    version: str
    refused: str = ""
    number: str = ""
    tested: Sequence[OrderTested] = ()
    trial: Trial | None = None


@needs(Right.SEE_OFFICE)
@require_safe
def matrix(request: HttpRequest, code: str) -> HttpResponse:
    """The stored matrix; `?number=` tests an order against it."""
    card = matrix_queries.matrix(code)
    shown = Shown(_rows(card.lines), card.version, number=request.GET.get("number", "").strip()[:60])
    if shown.number:
        _test(shown, card, card.lines)
    return _page(request, card, shown)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Save the whole matrix, or show something about it as it was typed, according to the button pressed."""
    card = matrix_queries.matrix(code)
    act = request.POST.get("act", "save")
    if act == "reset":
        return _page(request, card, Shown(_rows(rules.default_matrix(card.programme)), card.version))
    shown = Shown(
        _typed(request), request.POST.get("version", ""), number=request.POST.get("number", "")[:60]
    )
    if act == "more":
        return _page(request, card, shown)
    lines = _read(shown)
    if lines is None:
        return _page(request, card, shown)
    if act == "try":
        shown.trial = try_matrix(card.channel_id, stored=card.lines, edited=lines)
    elif act == "test":
        _test(shown, card, lines)
    elif _saved(request, card, shown, lines):
        return redirect("channel-matrix", code=card.channel)
    return _page(request, card, shown)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def add_action(request: HttpRequest, code: str) -> HttpResponse:
    """Hang one more action on an implied status; what is wrong stands beside its field."""
    card = matrix_queries.matrix(code)
    form = ActionForm(request.POST)
    words = add_to(form, card.channel)
    if words is None:
        return _page(request, card, Shown(_rows(card.lines), card.version), form=form)
    said(request, f"{words}.")
    return redirect(f"{reverse('channel-matrix', args=[card.channel])}#actions")


@needs(Right.CHANGE_CHANNELS)
@require_POST
def add_line(request: HttpRequest, code: str) -> HttpResponse:
    """The one click on a combination without a line: add it; the orders that wait for it go on."""
    implied = request.POST.get("implied_status", "")
    row = {name: request.POST.get(name, "") for name in FIELDS[:3]} | {"implied_status": implied}
    try:
        (line,) = matrix_rules.read_lines([row])
        services.add_line(code, line)
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)
    else:
        said(request, f"{rules.in_words(line)} was added. The orders that waited for it go on.")
    if request.POST.get("back") == "tasks":
        return redirect("tasks")
    return redirect("channel-matrix", code=code)


def _typed(request: HttpRequest) -> list[Row]:
    """The rows as they were sent; removed ones and those left blank are gone."""
    columns = [request.POST.getlist(name) for name in FIELDS]
    removed = set(request.POST.getlist("remove"))
    rows = [Row(*(value.strip() for value in values)) for values in zip(*columns, strict=False)]
    kept = [row for number, row in enumerate(rows) if str(number) not in removed]
    return [row for row in kept if not row.is_blank]


def _rows(lines: Sequence[Line]) -> list[Row]:
    words = {None: "", True: "yes", False: "no"}
    return [
        Row(
            line.channel_status or "",
            line.order_status or "",
            words[line.balanced],
            words[line.existing_orders],
            line.implied.value,
        )
        for line in lines
    ]


def _read(shown: Shown) -> tuple[Line, ...] | None:
    """The lines that were typed; None, with what is wrong marked, where they cannot be a matrix."""
    rows = [{name: getattr(row, name) for name in FIELDS} for row in shown.rows]
    try:
        lines = matrix_rules.read_lines(rows)
        matrix_rules.check_lines(lines)
    except LineNotUsable as refusal:
        shown.refused = refusal.sentence
        shown.rows[refusal.position].wrong[refusal.field] = refusal.sentence
    except MatrixContradicts as refusal:
        shown.refused = refusal.sentence
        for position in refusal.positions:
            shown.rows[position].wrong["implied_status"] = "Contradicts the other marked line."
    else:
        return lines
    return None


def _saved(request: HttpRequest, card: MatrixCard, shown: Shown, lines: tuple[Line, ...]) -> bool:
    try:
        edit = services.change_matrix(card.channel, lines, seen=shown.version)
    except Refusal as refusal:
        shown.refused = refusal.sentence
        return False
    for one in edit.changes:
        said(request, one.words)
    if not edit.changes:
        said(request, "Nothing was changed.", tone=NOTE)
    if edit.unknown:
        said(request, _unknown_words(edit.unknown), tone=NOTE)
    return True


def _unknown_words(unknown: Sequence[str]) -> str:
    return (
        f"Amazon is not known to give {', '.join(unknown)}. It is kept; check its spelling, or wait for the "
        "first order that has it."
    )


def _test(shown: Shown, card: MatrixCard, lines: Sequence[Line]) -> None:
    try:
        shown.tested = look_at_order(card.channel_id, shown.number, stored=card.lines, edited=lines)
    except Refusal as refusal:
        shown.refused = refusal.sentence


def _page(
    request: HttpRequest, card: MatrixCard, shown: Shown, *, form: ActionForm | None = None
) -> HttpResponse:
    blanks = [Row() for _ in range(BLANK_ROWS)]
    typed = [row.channel_status for row in shown.rows]
    context = {
        "channel": queries.channel(card.channel),
        "card": card,
        "shown": shown,
        "rows": [*shown.rows, *blanks],
        "is_edited": _rows(card.lines) != shown.rows,
        "unknown": sorted({one for one in typed if one} - {*card.known_statuses}),
        "gaps": [task for task in open_tasks(kind=GAP) if gap_of(task, card.channel)],
        "order_statuses": _ORDER_STATUSES,
        "yes_no": _YES_NO,
        "implied": [one.value for one in rules.Implied],
        "timeline": timeline(f"channel:{card.channel}", what="matrix", limit=20)
        + timeline(f"channel:{card.channel}", what="action", limit=10),
        "actions": actions(card.channel),
        "form": form or ActionForm(),
        "tabs": TABS,
        "tab": "matrix",
    }
    is_refused = (shown.refused and request.method == "POST") or form is not None
    status = 422 if is_refused else 200
    return render(request, "office/channel_matrix.html", context, status=status)
